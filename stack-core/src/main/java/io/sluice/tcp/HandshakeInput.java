package io.sluice.tcp;

import io.sluice.event.Counter;
import io.sluice.event.DropReason;
import io.sluice.event.Readiness;
import io.sluice.event.RetransmitCause;
import io.sluice.event.SocketError;
import io.sluice.link.OutboundPacket;
import io.sluice.link.Path;
import io.sluice.time.Deadline;
import io.sluice.wire.Seq;
import io.sluice.wire.TcpHeader;
import org.jspecify.annotations.Nullable;

/** SEGMENT ARRIVES in SYN-SENT (RFC 9293 §3.10.7.3), and what both kinds of opening share. */
final class HandshakeInput {
    /** RFC 7323 §2.3: larger shift counts are taken as 14. */
    static final int MAX_WINDOW_SHIFT = 14;

    /** No segment carries less because of its headers: what the smallest fragment that every path forwards holds (RFC 791 §3.2). */
    static final int LEAST_MSS = 8;

    /** What the option can say (RFC 9293 §3.1). */
    private static final int MAX_MSS = 0xFFFF;

    /** From this retransmission on a SYN may have to do without options. */
    private static final int BARE_SYN_RETRIES = 3;

    /** Octets of signature that leave room for timestamps and a SACK block. */
    private static final int MOST_BESIDE_SACK = 16;

    /** Octets of signature that leave room for MSS, SACK-permitted, timestamps and window scale. */
    private static final int MOST_BESIDE_SYN_OPTIONS = 20;

    private final TcpContext context;
    private final SynOptions synOptions = new SynOptions();

    HandshakeInput(TcpContext context) {
        this.context = context;
    }

    /** Begins an active open (RFC 9293 §3.10.1): the SYN leaves in this turn, unless it is fast and waits for data. */
    void open(TcpConnection c, FastOpening fast, long nowNs) {
        Tcb tcb = c.tcb;
        tcb.snd.iss = context.secret.initialSequenceNumber(c.key(), nowNs);
        tcb.snd.una = tcb.snd.iss;
        tcb.snd.nxt = tcb.snd.iss + 1;
        tcb.snd.nxtOffset = 0;
        tcb.timestamps = offersTimestamps(Authenticator.of(c));
        tcb.timestampOffset = context.secret.timestampOffset(c.key());
        tcb.snd.peerMss = (char) context.defaultMss(c.path.ipv6());
        tcb.snd.mss = tcb.snd.peerMss;
        tcb.rcv.lastReceivedNs = nowNs; // nothing was received before
        offerReceiveSide(c);
        c.totals.activeOpen = true;
        c.transitionTo(TcpState.SYN_SENT, nowNs);
        context.counters.increment(Counter.TCP_ACTIVE_OPENS);
        if (fast != FastOpening.NONE) {
            context.fastOpenClient.prepare(c, fast == FastOpening.ON_WRITE, nowNs);
        }
        FastOpenState f = FastOpenState.of(c);
        if (f == null || !f.deferred) {
            c.synPending = true;
            c.wantTransmit();
            startOpening(c, nowNs);
        }
    }

    /** The time of an active open begins. */
    void startOpening(TcpConnection c, long nowNs) {
        context.lossTimer.restart(c, nowNs);
        long limitNs = UserTimeout.ofOpening(c.options);
        if (limitNs > 0) {
            c.timers.arm(TcpTimer.USER_TIMEOUT, Deadline.after(nowNs, limitNs));
        }
    }

    /** What this side announces: MSS and the window with its scale, RFC 7323 §2.3 (M4). */
    void offerReceiveSide(TcpConnection c) {
        Tcb.ReceiveSpace rcv = c.tcb.rcv;
        rcv.mss = (char) announcedMss(c.path, c.options);
        rcv.wndShift = context.knobs.isOn(Knob.WINDOW_SCALING) ? receiveShift(c) : 0;
        rcv.wnd = context.receiveWindow.ofSyn(c.options, rcv.mss);
    }

    /** A key that is changed meanwhile changes nothing of what was offered, unless its code leaves no room. */
    private boolean wantsTimestamps(TcpConnection c, boolean within) {
        boolean all = !within && c.tcb.state() == TcpState.SYN_RECEIVED;
        return all ? context.knobs.isOn(Knob.TIMESTAMPS) : c.tcb.timestamps;
    }

    private boolean offersWithin(TcpConnection c) {
        return c.tcb.state() == TcpState.SYN_RECEIVED
                && (FastOpenState.isPassive(c) || !context.knobs.isOn(Knob.CROSSED_SYN_ACK_OFFERS_ALL));
    }

    private byte offeredShift(TcpConnection c, boolean within) {
        return within ? c.tcb.rcv.wndShift : receiveShift(c);
    }

    private byte receiveShift(TcpConnection c) {
        return context.receiveWindow.scaleOf(c.options);
    }

    /** What timestamps take from each segment (RFC 7323 §3.2). */
    static int timestampsOctets(boolean timestamps) {
        return timestamps ? SegmentWriter.TIMESTAMPS_LENGTH : 0;
    }

    /** What precedes the payload of a segment without options. */
    static int headersBytes(Path path) {
        return (path.ipv6() ? 40 : 20) + path.overheadBytes() + TcpHeader.MIN_LENGTH;
    }

    /** What is announced: the largest segment that the link can receive, RFC 9293 §3.7.3 (SHLD-6), unless the route or the user says less. */
    static int announcedMss(Path path, SocketOptions options) {
        int mss = Math.min(mssOf(path, path.linkMtu(), options), MAX_MSS);
        return path.advertisedMss() > 0 ? Math.min(mss, path.advertisedMss()) : mss;
    }

    /** RFC 9293 §3.7.1 (MUST-14, MUST-67, SHLD-5): the MTU less the fixed headers, and less what encapsulation takes. */
    static int mssOf(Path path, int mtu, SocketOptions options) {
        int usable = options.minimalMtu && path.ipv6() ? Math.min(mtu, SocketOptions.MINIMAL_MTU) : mtu;
        int mss = Math.max(LEAST_MSS, usable - headersBytes(path));
        return options.maxSegment > 0 ? Math.min(mss, options.maxSegment) : mss;
    }

    /** Builds the SYN (SYN-SENT) or SYN-ACK (SYN-RECEIVED after a simultaneous open). */
    void writeSyn(TcpConnection c, OutboundPacket packet, long nowNs) {
        Tcb tcb = c.tcb;
        boolean answer = tcb.state() == TcpState.SYN_RECEIVED;
        boolean within = offersWithin(c); // what the peer offered
        SynOptions o = synOptions;
        o.mss = tcb.rcv.mss;
        o.sackPermitted = within ? tcb.sackPermitted : context.knobs.isOn(Knob.SACK);
        o.signature = Authenticator.of(c);
        o.timestamps = leavesRoomForTimestamps(o.signature) && wantsTimestamps(c, within);
        // RFC 7323 §2.2 (M1): only in answer to a SYN that had one.
        boolean scaling = within ? tcb.windowScaling : context.knobs.isOn(Knob.WINDOW_SCALING);
        o.windowScale = scaling ? offeredShift(c, within) : -1;
        o.tsVal = TcpContext.timestampClock(nowNs) + tcb.timestampOffset;
        o.tsEcr = answer ? tcb.rcv.tsRecent : 0;
        o.userTimeout = context.userTimeout.advertisedSeconds(c.options);
        if (tcb.snd.synRetries >= BARE_SYN_RETRIES && context.knobs.isOn(Knob.SYN_RETRY_WITHOUT_OPTIONS)) {
            o.onlyMss();
        }
        o.fastOpenCookie = null;
        if (c.options.noOptions) {
            o.none();
        } else if (answer) {
            cookieOfSynAck(c, o);
        } else {
            context.fastOpenClient.onSyn(c, o, packet, Output.MAX_SLICES);
        }
        o.accurateEcn = context.accurateEcnOption.tellsInSyn(c);
        o.window = context.receiveWindow.ofSyn(c.options, tcb.rcv.mss - (answer ? timestampsOctets(o.timestamps) : 0));
        tcb.rcv.wnd = o.window;
        tcb.rcv.advertisedEdge = tcb.rcv.nxt + o.window;
        tcb.rcv.lastAckSent = tcb.rcv.nxt;
        int flags = flagsOfSyn(c) | context.ecn.synFlags(c, answer);
        context.writer.writeSyn(o, c.path, packet, c.key(), flags, tcb.snd.iss, answer ? tcb.rcv.nxt : 0);
    }

    /** A SYN, or the SYN-ACK of SYN-RECEIVED. */
    static int flagsOfSyn(TcpConnection c) {
        return c.tcb.state() == TcpState.SYN_RECEIVED ? TcpHeader.SYN | TcpHeader.ACK : TcpHeader.SYN;
    }

    /** Why it leaves again, if it does. */
    static RetransmitCause causeOfSyn(TcpConnection c) {
        if (c.tcb.snd.synRetries == 0) {
            return RetransmitCause.NONE;
        }
        FastOpenState f = FastOpenState.of(c);
        boolean tooBig = f != null && f.tooBig && c.tcb.snd.synRetries == 1;
        return tooBig ? RetransmitCause.PATH_MTU : RetransmitCause.RTO;
    }

    private static void cookieOfSynAck(TcpConnection c, SynOptions o) {
        FastOpenState f = FastOpenState.of(c);
        if (f == null || !f.passive || !f.offers || c.tcb.snd.synRetries > 0) { // RFC 7413 §4.2.1
            return;
        }
        if (o.hasRoomForCookie(f.cookie.length, f.experimental)) {
            o.fastOpenCookie = f.cookie;
            o.fastOpenExperimental = f.experimental;
        }
    }

    private static boolean leavesRoomForTimestamps(@Nullable Signature signature) {
        return signature == null || signature.optionLength() <= MOST_BESIDE_SYN_OPTIONS;
    }

    /** Whether a SYN or its answer has timestamps; beside a long signature there is room for them or for a SACK block. */
    boolean offersTimestamps(@Nullable Signature signature) {
        int signed = signature == null ? 0 : signature.optionLength();
        boolean crowded = signed > MOST_BESIDE_SACK
                && context.knobs.isOn(Knob.SIGNED_WITHOUT_TIMESTAMPS)
                && context.knobs.isOn(Knob.SACK);
        return context.knobs.isOn(Knob.TIMESTAMPS) && !crowded && leavesRoomForTimestamps(signature);
    }

    /** A segment for a connection in SYN-SENT. */
    @Nullable DropReason onSegment(TcpConnection c, Segment seg, long nowNs) {
        Tcb.SendSpace snd = c.tcb.snd;
        if (seg.hasAck() && (Seq.leq(seg.ack, snd.iss) || Seq.gt(seg.ack, snd.nxt))) { // first
            return onWrongAck(c, seg, nowNs);
        }
        if (seg.hasAck() && !echoesSyn(c, seg, nowNs)) {
            context.replies.resetFor(seg, c.path);
            return DropReason.TCP_PAWS;
        }
        if (seg.rst()) { // second; RFC 5961 §3.2 (M4)
            if (!seg.hasAck()) {
                return DropReason.TCP_BAD_RESET;
            }
            context.counters.increment(Counter.TCP_RESETS_IN);
            context.ending.failed(c, SocketError.CONNECTION_REFUSED, nowNs);
            return null;
        }
        if (!seg.syn()) { // fifth
            return DropReason.TCP_BAD_FLAGS;
        }
        onSyn(c, seg, nowNs); // fourth
        if (!seg.hasAck()) { // RFC 9293 §3.5 (MUST-10); what it echoes is not looked at, RFC 7323 §3.2 (M11)
            c.transitionTo(TcpState.SYN_RECEIVED, nowNs);
            c.tcb.rtt.backoff = 0;
            context.dataInput.keepTextOfSyn(c, seg);
            c.synPending = true;
            c.wantTransmit();
            context.lossTimer.restart(c, nowNs);
            return null;
        }
        boolean writerWaits = c.writerWaits;
        context.fastOpenClient.onSynAck(c, seg, nowNs);
        established(c, seg.ack, nowNs);
        context.fastOpenClient.onEstablished(c, seg, nowNs);
        context.ackPolicy.onSynAck(c, writerWaits, nowNs);
        return onRest(c, seg, nowNs);
    }

    private DropReason onWrongAck(TcpConnection c, Segment seg, long nowNs) {
        context.replies.resetFor(seg, c.path);
        long again = context.knobs.ns(Knob.SYN_AGAIN_AFTER_WRONG_ACK_MS);
        if (again > 0 && c.tcb.snd.synRetries == 0) {
            c.timers.arm(TcpTimer.RETRANSMIT, Deadline.after(nowNs, again));
        }
        return DropReason.TCP_BAD_ACK;
    }

    /** Whether the timestamp echoed is that of one of our SYNs, or none is. */
    private boolean echoesSyn(TcpConnection c, Segment seg, long nowNs) {
        if (!context.knobs.isOn(Knob.SYN_ACK_ECHO_CHECKED)
                || !seg.options.hasTimestamps()
                || seg.options.tsEcr() == 0) {
            return true;
        }
        int first = TcpContext.timestampClock(c.tcb.rcv.lastReceivedNs) + c.tcb.timestampOffset;
        int last = TcpContext.timestampClock(nowNs) + c.tcb.timestampOffset;
        return Seq.leq(first, seg.options.tsEcr()) && Seq.leq(seg.options.tsEcr(), last);
    }

    /** The text and FIN that came with the SYN-ACK. */
    private @Nullable DropReason onRest(TcpConnection c, Segment seg, long nowNs) {
        seg.flags &= ~TcpHeader.SYN;
        seg.seq++;
        if (seg.payloadLength > 0 && !context.knobs.isOn(Knob.KEEP_SYN_DATA) && !FastOpenState.takesTextOfSynAck(c)) {
            seg.trimBack(seg.len()); // the peer will repeat it: RFC 9293 §3.10.7.3 allows to queue it, not more
        }
        DropReason reason = context.dataInput.text(c, seg, nowNs);
        if (c.tcb.state() != TcpState.CLOSED) {
            context.dataInput.fin(c, seg, nowNs);
        }
        return reason;
    }

    /** Takes over what the peer's SYN says: IRS, MSS, window, options, of which RFC 7323 §2.2 (M2) knows no other place. */
    private void onSyn(TcpConnection c, Segment seg, long nowNs) {
        Tcb tcb = c.tcb;
        if (c.options.noOptions) {
            seg.options.clear();
        }
        tcb.rcv.irs = seg.seq;
        tcb.rcv.nxt = seg.seq + 1;
        tcb.rcv.nxtOffset = 0;
        tcb.rcv.advertisedEdge = tcb.rcv.nxt + tcb.rcv.wnd;
        tcb.rcv.lastAckSent = tcb.rcv.nxt;
        tcb.rcv.lastReceivedNs = nowNs;
        tcb.rcv.lastDataMs = TcpContext.timestampClock(nowNs);
        boolean scaling = context.knobs.isOn(Knob.WINDOW_SCALING) && seg.options.hasWindowScale();
        tcb.windowScaling = scaling;
        // RFC 7323 §2.3 (M4, M6)
        tcb.snd.wndShift = (byte) (scaling ? Math.min(seg.options.windowScale(), MAX_WINDOW_SHIFT) : 0);
        tcb.rcv.wndShift = scaling ? tcb.rcv.wndShift : 0;
        tcb.sackPermitted = context.knobs.isOn(Knob.SACK) && seg.options.sackPermitted();
        tcb.timestamps &= seg.options.hasTimestamps();
        if (tcb.timestamps) {
            tcb.rcv.tsRecent = seg.options.tsVal();
            tcb.rcv.tsRecentNs = nowNs;
        }
        context.ecn.onSyn(c, seg);
        context.userTimeout.onOption(c, seg.options.userTimeoutSeconds());
        tcb.snd.peerMss = (char) peerMss(seg, c.path.ipv6());
        tcb.snd.mss = PathMtuDiscovery.sendMss(c);
        tcb.snd.wnd = seg.wnd; // RFC 7323 §2.2 (M3)
        tcb.snd.maxWnd = seg.wnd;
        tcb.snd.wl1 = seg.seq;
        tcb.snd.wl2 = seg.ack;
        roundReceiveBuffer(c);
    }

    /** SMSS of RFC 5681 §2: in what congestion control counts, which the size of the peer's window has no part in. */
    static int smss(Tcb tcb) {
        return Math.max(LEAST_MSS, tcb.snd.mss - SegmentWriter.usualOptionsLength(tcb));
    }

    /** The MSS that the peer's SYN announces, RFC 9293 §3.7.1 (MUST-14), or the default; with a floor. */
    int peerMss(Segment seg, boolean ipv6) {
        int announced = seg.options.hasMss() && seg.options.mss() > 0 ? seg.options.mss() : context.defaultMss(ipv6);
        return Math.max(announced, context.knobs.getInt(Knob.SMALLEST_MSS));
    }

    /** Our SYN is acknowledged: the connection is ESTABLISHED and may send. */
    void established(TcpConnection c, int ack, long nowNs) {
        Tcb tcb = c.tcb;
        FastOpenState f = FastOpenState.of(c);
        boolean passiveFast = f != null && f.passive;
        boolean bare = passiveFast || ack == tcb.snd.iss + 1;
        boolean repeated = tcb.snd.synRetries > 0 || (f != null && f.synAckRepeated);
        measureSyn(
                c, f != null && f.passive ? f.synAckSentNs : tcb.snd.lastSentNs, isMeasured(c, bare), repeated, nowNs);
        tcb.rtt.timeouts = 0;
        tcb.snd.lastSentNs = c.ledger.isEmpty() ? nowNs : tcb.snd.lastSentNs; // from here on, when data last left
        progress(c, nowNs);
        tcb.snd.una = tcb.snd.iss + 1; // data that a fast open has sent is acknowledged after this
        tcb.snd.unaOffset = 0;
        tcb.ack.deliveredSegments += bare ? 1 : 0; // data with the SYN counts for both
        c.timers.disarm(TcpTimer.RETRANSMIT);
        c.timers.disarm(TcpTimer.USER_TIMEOUT);
        c.synPending = false;
        context.sizing.onLargestWindow(c);
        roundReceiveBuffer(c);
        tcb.ack.quick = (short) context.knobs.get(Knob.QUICK_ACK_SEGMENTS);
        OptionChanges.applyQuickAck(c);
        if (!passiveFast) {
            context.algorithms.start(c, nowNs);
        }
        c.transitionTo(TcpState.ESTABLISHED, nowNs);
        if (passiveFast) {
            onFastOpenConfirmed(c, nowNs);
        }
        context.dataInput.deliverKept(c, nowNs);
        context.timeouts.restartKeepAlive(c, nowNs);
        context.pathMtu.onEstablished(c, nowNs);
        context.userTimeout.onEstablished(c);
        tellOwner(c);
        if (c.sendClosed) { // RFC 9293 §3.10.4: CLOSE in SYN-RECEIVED was queued
            context.userCalls.finishSending(c, nowNs);
        }
        c.wantTransmit();
    }

    private static void progress(TcpConnection c, long nowNs) {
        Occasional o = c.occasional;
        if (o != null && o.totals != null) {
            o.totals.onProgress(nowNs);
        }
    }

    private static void tellOwner(TcpConnection c) {
        Listener listener = c.listener;
        if (listener != null) {
            listener.accepted(c);
            c.listener = null;
        } else {
            c.signal(Readiness.CONNECTED | Readiness.WRITABLE);
        }
    }

    /**
     * Whether the acknowledgment of a SYN or SYN-ACK is a measurement (RFC 6298 §2.2); a knob may want a timestamp for that.
     *
     * @param bare the SYN is all that is acknowledged; else the acknowledgment of its data is the measurement
     */
    private boolean isMeasured(TcpConnection c, boolean bare) {
        boolean passive = c.listener != null && !FastOpenState.isPassive(c);
        return bare && (!passive || c.tcb.timestamps || context.knobs.isOn(Knob.SYN_ACK_MEASURES));
    }

    private void measureSyn(TcpConnection c, long sentNs, boolean measures, boolean repeated, long nowNs) {
        if (sentNs == 0) {
            c.tcb.snd.lastSentNs = nowNs; // a SYN cookie, of which nobody knows when it left: no measurement
        } else if (repeated) {
            context.rttEstimator.afterRetransmittedSyn(c.tcb.rtt); // Karn: RFC 6298 §3 (M4)
        } else if (measures) {
            context.rttEstimator.sample(c, Math.max(1, nowNs - sentNs), 1);
        }
    }

    /** The peer was really there (RFC 7413 §4.2.2): what left before the handshake was over is timed from now. */
    private void onFastOpenConfirmed(TcpConnection c, long nowNs) {
        FastOpenServer.settled(c);
        c.ownOccasional().challenges = 0; // what answered the SYN again was none
        if (c.ledger.isEmpty()) {
            return;
        }
        if (c.tcb.snd.synRetries > 0 && !context.knobs.isOn(Knob.FAST_OPEN_PENDING)) {
            c.ledger.markAllLost(RetransmitCause.FAST_OPEN); // what came before a SYN-ACK that was lost was not taken
        }
        context.lossTimer.restart(c, nowNs);
    }

    private void roundReceiveBuffer(TcpConnection c) {
        if (context.knobs.isOn(Knob.ROUND_RECEIVE_BUFFER_TO_MSS)) {
            int mss = c.tcb.snd.mss;
            SocketOptions own = c.options();
            own.receiveBuffer = (own.receiveBuffer + mss - 1) / mss * mss;
        }
    }
}
