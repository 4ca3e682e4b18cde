package io.sluice.tcp;

import io.netty.buffer.ByteBuf;
import io.sluice.buffer.ReceiveQueue;
import io.sluice.buffer.SendQueue;
import io.sluice.cc.CongestionControl;
import io.sluice.cc.CongestionWindow;
import io.sluice.cc.ConnectionView;
import io.sluice.cc.RecoveryPhase;
import io.sluice.event.Readiness;
import io.sluice.event.SocketError;
import io.sluice.link.Path;
import io.sluice.link.TransmitRing;
import io.sluice.link.Transmittable;
import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A TCP connection in any state but LISTEN and a passive SYN-RECEIVED: its {@link Tcb}, its queues, and the algorithms it runs
 * now. Behaviour is in the parts of {@link TcpContext}; this class holds them together. Confined to the host's thread.
 */
public final class TcpConnection extends Transmittable implements Flow, ConnectionView {
    final TcpContext context;
    final Tcb tcb;
    final Totals totals = new Totals();
    final TimerTable timers;
    final SendQueue sendQueue;
    final ReceiveQueue receiveQueue;

    /** The window; its first values are set when the MSS is known. */
    final CongestionWindow window = new CongestionWindow(1, 1);

    /** What is in flight; {@link #ownLedger} before anything is added. */
    SendLedger ledger;

    /** What is out of order; {@link #ownReassembly} before anything is added. */
    Reassembly reassembly;

    /** To be read; {@link #options()} to be changed. */
    SocketOptions options;

    CongestionControl congestionControl;
    LossRecovery lossRecovery;
    TcpStack stack;
    Path path;

    @Nullable Listener listener;

    @Nullable Occasional occasional;

    /** What stands between the stream and the user; null for most. */
    @Nullable StreamLayer layer;

    /** What the user wants to hear of its writes; null where it never asked. */
    @Nullable SendNotices sendNotices;

    /** Octets delivered to the peer so far, by cumulative acknowledgment or SACK. */
    long deliveredBytes;

    /** C.lost: octets taken for lost so far. */
    long lostBytesTotal;

    /** While nothing is in flight: C.app_limited of {@link RateSampler} is set. */
    boolean appLimited;

    /** The source of {@link #layer} had nothing when it was last asked. */
    boolean sourceDry;

    /** A SYN or SYN-ACK must be sent. */
    boolean synPending;

    /** The user has closed the sending direction: a FIN follows the last octet. */
    boolean sendClosed;

    /** The user does not want what may still come: it has closed, or shut the receiving direction. */
    boolean receiveClosed;

    /** The user has let go of the connection: nobody will read, write or look at errors. */
    boolean released;

    /** The last write found no room, so the writer waits for some. */
    boolean writerWaits;

    /** What is charged to the host for received data. */
    int chargedBytes;

    /** Whether the flow table and the timers know this connection. */
    boolean attached;

    private final FlowKey key;
    private @Nullable SocketError pendingError;

    TcpConnection(TcpContext context, FlowKey key, Path path, SocketOptions options) {
        this.context = context;
        this.key = key;
        this.path = path;
        this.options = options;
        this.timers = new TimerTable(this);
        this.sendQueue = new SendQueue(context.sendPool);
        this.receiveQueue = new ReceiveQueue(context.receivePool);
        this.ledger = context.emptyLedger;
        this.tcb = new Tcb(ledger.recovery);
        this.reassembly = context.emptyReassembly;
        this.stack = options.stack;
        this.lossRecovery = stack.lossRecovery().get();
        this.congestionControl = context.congestionChoice.create(stack, options);
        context.rttEstimator.start(tcb.rtt);
    }

    @Override
    public FlowKey key() {
        return key;
    }

    public Path path() {
        return path;
    }

    @Override
    public TcpState state() {
        return tcb.state();
    }

    @Override
    public int udpPort() {
        return path.remoteUdpPort();
    }

    @Override
    public void applyTo(Path other) {
        other.hopLimit(path.hopLimit());
        other.trafficClass(path.trafficClass());
    }

    @Override
    public int minimumHopLimit() {
        return options.rare.minimumHopLimit();
    }

    /** What the connection is doing now. */
    public TcpInfo info() {
        return TcpInfo.of(this);
    }

    /** The options, to be read and changed; connections of one listener share theirs until this is called. */
    public SocketOptions options() {
        options = options.own();
        return options;
    }

    /** The user has changed {@link #options()} of this connection: brings up to date what depends on them. */
    public void optionsChanged(long nowNs) {
        context.optionChanges.apply(this, nowNs);
    }

    /** SND.MSS: octets of payload and options in the largest segment; 0 before the peer's SYN is known. */
    public int maxSegment() {
        return tcb.snd.mss;
    }

    /** Where what few connections need is kept. */
    Occasional ownOccasional() {
        Occasional o = occasional;
        if (o == null) {
            o = new Occasional();
            occasional = o;
        }
        return o;
    }

    @Nullable PathMtuState pathMtu() {
        Occasional o = occasional;
        return o == null ? null : o.pathMtu;
    }

    @Nullable UrgentState urgent() {
        Occasional o = occasional;
        return o == null ? null : o.urgent;
    }

    SendLedger ownLedger() {
        return context.ledgerPool.lend(this);
    }

    Reassembly ownReassembly() {
        if (reassembly == context.emptyReassembly) {
            reassembly = new Reassembly(context.receivePool);
        }
        return reassembly;
    }

    /** Gives back what is only needed while data is in flight or out of order, if there is none. */
    void slim() {
        context.ledgerPool.takeBack(this);
        if (!reassembly.hasBlocks()) {
            reassembly = context.emptyReassembly;
        }
    }

    public TcpStack stack() {
        return stack;
    }

    /** Runs another stack from now on; null, or why not, and then nothing has changed. */
    public @Nullable StackRefusal stack(TcpStack next, long nowNs) {
        return context.algorithms.swap(this, next, nowNs);
    }

    /** Moves to {@code next} and tells whoever records. */
    void transitionTo(TcpState next, long nowNs) {
        TcpState before = tcb.state();
        tcb.transitionTo(next);
        context.events.stateChanged(this, before.name(), next.name(), nowNs);
    }

    /** Eff.snd.MSS of RFC 9293 §3.7.1: payload of a full segment with the options of every segment; never nothing. */
    int effectiveMss() {
        return Math.max(HandshakeInput.LEAST_MSS, Math.min(HandshakeInput.smss(tcb), tcb.snd.windowMss));
    }

    /** Octets written (or pulled) that have not been sent. */
    @Override
    public long unsentBytes() {
        return sendQueue.endOffset() - Math.max(0, tcb.snd.nxtOffset);
    }

    /** Whether a FIN has to follow what is queued and has not been sent. */
    boolean finPending() {
        return tcb.snd.finOffset != Tcb.NO_FIN && tcb.snd.nxtOffset <= tcb.snd.finOffset;
    }

    /** Asks for a visit of the transmit ring, unless the pacing timer will. */
    void wantTransmit() {
        Pacer.visit(this);
    }

    void signal(int readiness) {
        if (!released) {
            context.ready.signal(this, readiness);
        }
    }

    /** Sets the one-shot pending error. */
    void fail(SocketError error) {
        if (pendingError == null) {
            pendingError = error;
        }
        signal(Readiness.ERROR | Readiness.READABLE | Readiness.WRITABLE | Readiness.HANGUP);
    }

    /** Takes the pending error, which is then none. */
    public @Nullable SocketError takeError() {
        SocketError e = pendingError;
        pendingError = null;
        return e;
    }

    /** The pending error, which stays. */
    public @Nullable SocketError peekError() {
        return pendingError;
    }

    /** What can be done now without waiting: bits of {@link Readiness}. */
    public int readiness() {
        return ReadinessMask.of(this);
    }

    /** Whether the peer's FIN has arrived and everything before it. */
    public boolean isPeerClosed() {
        return tcb.rcv.finOffset != Tcb.NO_FIN && tcb.rcv.nxtOffset > tcb.rcv.finOffset;
    }

    /** Takes one buffer of received data, whose reference goes to the caller, or null. */
    public @Nullable ByteBuf read(int maxBytes) {
        return context.userCalls.read(this, maxBytes);
    }

    /** Copies received data; returns the octets. */
    public int read(ByteBuffer target) {
        return context.userCalls.read(this, target);
    }

    /** Copies received data that stays here, from {@code skip} octets on; returns the octets. */
    public int peek(ByteBuffer target, int skip) {
        int limit = target.limit();
        target.limit(target.position() + Math.max(0, Math.min(target.remaining(), StreamLayer.readLimit(this) - skip)));
        int n = receiveQueue.peek(target, skip);
        target.limit(limit);
        context.ackPolicy.onRead(this);
        return n;
    }

    /** The urgent octet apart from the stream (MSG_OOB), 0 to 255; only if {@link #urgentError} is null. */
    public int readUrgent(boolean peek) {
        return Urgent.take(this, peek);
    }

    /**
     * Why no urgent octet can be read apart from the stream, or null: {@link SocketError#WOULD_BLOCK} if it has not arrived,
     * {@link SocketError#INVALID_ARGUMENT} if there is none, it was read, or it stays in line.
     */
    public @Nullable SocketError urgentError() {
        return Urgent.takeError(this);
    }

    /** Whether the next octet to be read is the one that follows, or with SO_OOBINLINE ends, urgent data (SIOCATMARK). */
    public boolean isAtMark() {
        return Urgent.isAtMark(this);
    }

    /** Octets of urgent data, and of what precedes it, that are to be read or still to come: RFC 9293 §3.8.5 (MUST-33). */
    public long urgentBytes() {
        return Urgent.bytesToMark(this);
    }

    /** What was written last is urgent: SEND with the URGENT flag (RFC 9293 §3.9.1.2), of any length (MUST-31). */
    public void markUrgent() {
        Urgent.written(this);
    }

    /** Octets that can be read. */
    public int readableBytes() {
        return receiveQueue.readableBytes();
    }

    /** Whether nothing can be read and nothing will come: the peer has closed, this side has, or the connection is gone. */
    public boolean isEndOfStream() {
        return receiveQueue.readableBytes() == 0
                && !isRecordNext()
                && (receiveClosed || tcb.state() == TcpState.CLOSED || isPeerClosed());
    }

    /** Octets that a write would take. */
    public int writableBytes() {
        return context.userCalls.writableBytes(this);
    }

    /** The user waits for room to write: it is told when there is some. */
    public void awaitRoom() {
        writerWaits = true;
    }

    /** The notices of writes, which exist from the first call on. */
    public SendNotices sendNotices() {
        SendNotices n = sendNotices;
        if (n == null) {
            n = new SendNotices(this);
            sendNotices = n;
        }
        return n;
    }

    /** Whether anybody has asked for {@link #sendNotices}. */
    public boolean hasSendNotices() {
        return sendNotices != null;
    }

    /** Octets written and not acknowledged: what SIOCOUTQ tells. */
    public long queuedBytes() {
        return sendQueue.size() + StreamLayer.queuedBytes(this);
    }

    /** Why a write fails now, or null; takes the pending error. */
    public @Nullable SocketError writeError() {
        return context.userCalls.writeError(this);
    }

    /** SEND (RFC 9293 §3.10.2): returns the octets taken from {@code data}, whose reference stays with the caller. */
    public int write(ByteBuf data, boolean stable) {
        return context.userCalls.write(this, data, stable);
    }

    /** SEND, copying; {@code more} promises that more is written soon, which small segments wait for. */
    public int write(ByteBuffer data, boolean more) {
        return context.userCalls.write(this, data, more);
    }

    /** Closes the sending direction (RFC 9293 §3.10.4). */
    public void shutdownSend(long nowNs) {
        context.userCalls.shutdownSend(this, nowNs);
    }

    /** Throws away what was and will be received. */
    public void shutdownReceive() {
        context.userCalls.shutdownReceive(this);
    }

    /** CLOSE (RFC 9293 §3.10.4); the user lets go. */
    public void close(long nowNs) {
        context.userCalls.close(this, nowNs);
    }

    /** ABORT (RFC 9293 §3.10.5); the user lets go. */
    public void abort(long nowNs) {
        context.userCalls.abort(this, nowNs);
    }

    @Override
    protected Outcome transmit(TransmitRing out, int budgetBytes, long nowNs) {
        return context.guard.transmit(this, budgetBytes, nowNs);
    }

    void onTimer(TcpTimer timer, long nowNs) {
        context.events.timerFired(this, timer.name(), nowNs);
        context.guard.onTimer(this, timer, nowNs);
    }

    /** What stands between the stream and the user, such as TLS; exists from the first call on. */
    public StreamLayer layer() {
        StreamLayer l = layer;
        if (l == null) {
            l = new StreamLayer(this);
            layer = l;
        }
        return l;
    }

    /** Whether what is to be read next is a record ({@link StreamLayer#takeRecord}), not data. */
    public boolean isRecordNext() {
        return StreamLayer.isRecordNext(this);
    }

    @Override
    public long flightBytes() {
        return tcb.flightBytes();
    }

    @Override
    public long lossFlightBytes() {
        return LossEpisodes.flightBytes(this);
    }

    @Override
    public long pipeBytes() {
        return LossEpisodes.pipeBytes(this);
    }

    @Override
    public long deliveredBytes() {
        return deliveredBytes;
    }

    @Override
    public long lostBytesTotal() {
        return lostBytesTotal;
    }

    @Override
    public long appLimitedUntil() {
        return RateSampler.appLimitedUntil(this);
    }

    @Override
    public void markAppLimited() {
        RateSampler.mark(this, pipeBytes());
    }

    @Override
    public boolean isCwndLimited() {
        return tcb.snd.unaOffset <= tcb.recovery.cwndLimitedOffset;
    }

    @Override
    public RecoveryPhase recoveryPhase() {
        return tcb.recovery.phase;
    }

    @Override
    public RandomGenerator random() {
        return context.random;
    }

    @Override
    public long srttNs() {
        return tcb.rtt.srttNs;
    }

    @Override
    public long minRttNs() {
        return tcb.rtt.minRttNs;
    }

    @Override
    public boolean sackPermitted() {
        return tcb.sackPermitted;
    }

    @Override
    public String toString() {
        return key + " " + tcb.state();
    }
}
