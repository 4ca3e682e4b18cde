package io.sluice.tcp;

import io.netty.buffer.ByteBuf;
import io.sluice.buffer.Payload;
import io.sluice.buffer.SendSource;
import io.sluice.event.Counter;
import io.sluice.event.SocketError;
import io.sluice.link.Path;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The user's calls: RFC 9293 §3.10.1 (OPEN) to §3.10.5 (ABORT). */
final class UserCalls {
    private final TcpContext context;

    UserCalls(TcpContext context) {
        this.context = context;
    }

    /** Active OPEN: a connection in SYN-SENT, whose SYN leaves in this turn. */
    TcpConnection open(FlowKey key, Path path, SocketOptions options, FastOpening fast, long nowNs) {
        context.peerPaths.prepare(path, key, options.remoteUdpPort);
        TcpConnection c = new TcpConnection(context, key, path, options);
        context.authenticator.takeKeys(c);
        applyPathOptions(c);
        c.attached = true;
        context.flows.put(c);
        context.handshakeInput.open(c, fast, nowNs);
        return c;
    }

    /** TTL and DSCP of the socket. */
    void applyPathOptions(TcpConnection c) {
        c.options.applyTo(c.path);
        OptionChanges.applyPathMtu(c);
        c.path.identification(context.random.nextInt());
    }

    /** Octets that may be written now. */
    int writableBytes(TcpConnection c) {
        boolean open = c.tcb.state() == TcpState.SYN_SENT
                || c.tcb.state() == TcpState.SYN_RECEIVED
                || c.tcb.state().sendsData();
        return !open || c.sendClosed || !StreamLayer.takesWrites(c)
                ? 0
                : (int) Math.max(0, Math.min(context.sendTuning.admitted(c), context.sendRoom.acceptable(c)));
    }

    /** Why a write fails now, or null if it does not; "no room" is {@link SocketError#WOULD_BLOCK}. */
    @Nullable SocketError writeError(TcpConnection c) {
        SocketError pending = c.takeError();
        if (pending != null) {
            return pending;
        }
        if (c.sendClosed
                || c.tcb.state() == TcpState.CLOSED
                || c.tcb.state() == TcpState.TIME_WAIT
                || StreamLayer.refusesWrites(c)) {
            return SocketError.BROKEN_PIPE;
        }
        if (writableBytes(c) == 0) {
            c.writerWaits = true;
            return SocketError.WOULD_BLOCK;
        }
        return null;
    }

    /**
     * SEND: takes as much of {@code data} as there is room for; the taken bytes leave its readable part. Never more than
     * {@link #writableBytes}.
     *
     * @param stable the caller promises not to change the bytes
     * @return octets taken
     */
    int write(TcpConnection c, ByteBuf data, boolean stable) {
        int n = Math.min(writableBytes(c), data.readableBytes());
        if (n > 0) {
            long before = c.sendQueue.endOffset();
            RateSampler.checkIfApplicationLimited(c);
            boolean alone = stable || Payload.isHeldOnce(data);
            SendSource source = StreamLayer.sourceOf(c);
            int copied = source == null
                    ? c.sendQueue.append(data, data.readerIndex(), n, alone)
                    : source.write(data, n, alone);
            onWritten(c, before, copied, false);
            data.skipBytes(n);
        }
        c.writerWaits |= data.isReadable();
        return n;
    }

    /**
     * As {@link #write(TcpConnection, ByteBuf, boolean)}, copying.
     *
     * @param more the caller promises to write more soon
     */
    int write(TcpConnection c, ByteBuffer data, boolean more) {
        int n = Math.min(writableBytes(c), data.remaining());
        if (n > 0) {
            long before = c.sendQueue.endOffset();
            RateSampler.checkIfApplicationLimited(c);
            int limit = data.limit();
            data.limit(data.position() + n);
            SendSource source = StreamLayer.sourceOf(c);
            if (source == null) {
                c.sendQueue.append(data);
            } else {
                source.write(data);
            }
            data.limit(limit);
            onWritten(c, before, n, more);
        }
        c.writerWaits |= data.hasRemaining();
        return n;
    }

    private void onWritten(TcpConnection c, long before, int copiedBytes, boolean more) {
        SendSource source = StreamLayer.sourceOf(c);
        if (source == null) {
            c.tcb.snd.more = more ? Tcb.SendSpace.MORE_AWAITED : Tcb.SendSpace.NO_MORE;
            context.sizing.onWritten(c, before);
        } else {
            source.awaitMore(more);
        }
        context.counters.add(Counter.SEND_BYTES_COPIED, copiedBytes);
        context.dataInput.account(c);
        FastOpenClient.onWrite(c);
        c.wantTransmit();
    }

    /** RECEIVE (RFC 9293 §3.10.3): one buffer of received data, whose reference goes to the caller, or null. */
    @Nullable ByteBuf read(TcpConnection c, int maxBytes) {
        ByteBuf data = c.receiveQueue.poll(Math.min(maxBytes, StreamLayer.readLimit(c)));
        if (data != null) {
            StreamLayer.onRead(c, data.readableBytes());
            onRead(c);
        }
        return data;
    }

    /** RECEIVE, copying; returns the octets. */
    int read(TcpConnection c, ByteBuffer target) {
        int limit = target.limit();
        target.limit(target.position() + Math.min(target.remaining(), StreamLayer.readLimit(c)));
        int n = c.receiveQueue.read(target);
        target.limit(limit);
        if (n > 0) {
            StreamLayer.onRead(c, n);
            onRead(c);
        }
        return n;
    }

    /** The reader took data: the window may have to be opened. */
    void onRead(TcpConnection c) {
        Urgent.onRead(c);
        Occasional o = c.occasional;
        if (o != null && o.receiveStamps != null) {
            o.receiveStamps.onRead(c.tcb.rcv.nxtOffset - c.receiveQueue.readableBytes());
        }
        context.dataInput.account(c);
        if (context.receiveWindow.wantsUpdate(c)) {
            context.ackPolicy.acknowledgeNow(c);
        } else {
            context.ackPolicy.onRead(c);
        }
    }

    /** Closes the sending direction: what was written is sent, then a FIN (RFC 9293 §3.10.4, half of CLOSE). */
    void shutdownSend(TcpConnection c, long nowNs) {
        if (c.sendClosed) {
            return;
        }
        c.sendClosed = true;
        boolean opening = c.tcb.state() == TcpState.SYN_SENT && !FastOpenState.maySend(c);
        if (opening && context.knobs.isOn(Knob.SHUTDOWN_ENDS_OPENING)) {
            context.ending.abort(c, nowNs);
            return;
        }
        SendSource source = StreamLayer.sourceOf(c);
        if (source != null) {
            source.finish();
            c.wantTransmit();
        } else if (FastOpenState.maySend(c) && (c.released || !waitsWithFin(c))) {
            finishSending(c, nowNs);
        }
    }

    private boolean waitsWithFin(TcpConnection c) {
        return !c.tcb.state().isSynchronized() && context.knobs.isOn(Knob.FAST_OPEN_PENDING);
    }

    /** Nothing more will be written: the FIN follows the last octet. */
    void finishSending(TcpConnection c, long nowNs) {
        c.sendClosed = true;
        if (c.tcb.state() == TcpState.SYN_RECEIVED && FastOpenState.isPassive(c)) {
            c.tcb.snd.finOffset =
                    c.sendQueue.endOffset(); // it may leave; the state changes when the SYN is acknowledged
            c.wantTransmit();
            return;
        }
        if (!c.tcb.state().sendsData()) {
            // RFC 9293 §3.10.4, SYN-SENT and SYN-RECEIVED: "queue for processing after entering ESTABLISHED state".
            // Deviates from it where nothing was written, and a FIN could leave SYN-RECEIVED at once: queued as well,
            // because the peer has not acknowledged our SYN, and a FIN is no news before that.
            return;
        }
        c.tcb.snd.finOffset = c.sendQueue.endOffset();
        c.transitionTo(c.tcb.state() == TcpState.ESTABLISHED ? TcpState.FIN_WAIT_1 : TcpState.LAST_ACK, nowNs);
        c.wantTransmit();
    }

    /** The user wants nothing more to read: what is there and what comes is thrown away. */
    void shutdownReceive(TcpConnection c) {
        c.receiveClosed = true;
        if (c.receiveQueue.readableBytes() > 0) {
            StreamLayer.discardReceived(c);
            onRead(c);
        }
    }

    /** CLOSE of both directions; the user lets go of the connection (RFC 9293 §3.10.4). */
    void close(TcpConnection c, long nowNs) {
        if (c.released) {
            return;
        }
        boolean unread = c.receiveQueue.readableBytes() > 0;
        c.released = true;
        letGoOfLayer(c);
        c.receiveClosed = true;
        c.attachment(null);
        // RFC 9293 §3.6.1 (SHLD-3), RFC 2525 §2.17: the peer must learn that data was thrown away.
        boolean abort = c.options.lingerSeconds == 0 || unread;
        c.receiveQueue.clear();
        context.dataInput.account(c);
        if (abort) {
            boolean finSent = !c.finPending();
            if (unread && finSent && (c.tcb.state() == TcpState.LAST_ACK || c.tcb.state() == TcpState.CLOSING)) {
                context.replies.reset(c, nowNs); // which an ABORT alone would not be told there
            }
            context.ending.abort(c, nowNs);
            return;
        }
        switch (c.tcb.state()) {
            case SYN_SENT -> context.ending.abort(c, nowNs);
            case CLOSED, TIME_WAIT -> {}
            default -> {
                shutdownSend(c, nowNs);
                context.timeouts.onFinWait2(c, nowNs);
            }
        }
        context.orphans.add(c, nowNs);
    }

    private static void letGoOfLayer(TcpConnection c) {
        if (c.layer != null) {
            c.layer.released();
        }
    }

    /** ABORT: RFC 9293 §3.10.5. */
    void abort(TcpConnection c, long nowNs) {
        c.released = true;
        letGoOfLayer(c);
        c.receiveClosed = true;
        c.attachment(null);
        c.receiveQueue.clear();
        context.dataInput.account(c);
        context.ending.abort(c, nowNs);
    }
}
