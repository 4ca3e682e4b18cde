package io.sluice.tcp;

import io.sluice.cc.ConnectionView;
import io.sluice.cc.RecoveryPhase;
import io.sluice.event.RetransmitCause;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The sending side of a connection as {@link LossRecovery} sees it: what it may read, and the few things it may do. One
 * instance a host, pointed at a connection for the time of a call.
 */
public final class SenderView {
    private @Nullable TcpConnection current;

    SenderView() {}

    SenderView of(TcpConnection connection) {
        current = connection;
        return this;
    }

    TcpConnection c() {
        return Objects.requireNonNull(current);
    }

    /** The numbers that congestion control sees, too: round-trip times, what is in flight, delivered and lost. */
    public ConnectionView connection() {
        return c();
    }

    /** What is in flight. */
    public SendLedger ledger() {
        return c().ledger;
    }

    /** SND.UNA as a stream offset. */
    public long unaOffset() {
        return c().tcb.snd.unaOffset;
    }

    /** SND.NXT as a stream offset. */
    public long nxtOffset() {
        return c().tcb.snd.nxtOffset;
    }

    /** When {@link LossRecovery#onLookAgain} is due by what was last answered; {@link io.sluice.time.Deadline#NEVER} if it is not. */
    public long lookAgainNs() {
        return c().ledger.lookAgainNs;
    }

    /** RecoveryPoint of RFC 6675 §2 as a stream offset; outside a recovery, that of the last one. */
    public long recoveryPoint() {
        return c().tcb.recovery.point;
    }

    public RecoveryPhase phase() {
        return c().tcb.recovery.phase;
    }

    /** SMSS of RFC 5681 §2, in octets of payload and options. */
    public int smss() {
        return c().tcb.snd.mss;
    }

    /** DupThresh of RFC 6675 §2: more where reordering was taken for loss before. */
    public int duplicateThreshold() {
        TcpConnection c = c();
        return Math.max(c.context.knobs.getInt(Knob.DUPLICATE_THRESHOLD), c.tcb.snd.reordering);
    }

    /** Duplicate acknowledgments in a row (RFC 5681 §2; with SACK, RFC 6675 §2). */
    public int duplicateAcks() {
        return c().tcb.recovery.dupAcks;
    }

    /** Whether there is unsent data that the peer's window allows. */
    public boolean hasNewDataToSend() {
        TcpConnection c = c();
        Tcb.SendSpace snd = c.tcb.snd;
        return c.unsentBytes() > 0 && snd.unaOffset + snd.wnd > snd.nxtOffset;
    }

    /** Whether the acknowledgment echoes a timestamp from before {@code range} last left (RFC 7323 §3, RFC 3522). */
    public boolean echoesBefore(AckOutcome ack, SentRange range) {
        return ack.echoesBefore(TcpContext.timestampClock(range.sentNs) + c().tcb.timestampOffset);
    }

    /** A knob of the host, as it is now. */
    public long knob(Knob knob) {
        return c().context.knobs.get(knob);
    }

    /** {@code range} is lost, or its repetition is: it will be repeated for this reason. */
    public void markLost(SentRange range, RetransmitCause cause, long nowNs) {
        TcpConnection c = c();
        c.context.losses.mark(c, range, cause, nowNs);
    }

    /**
     * {@code range} was repeated on suspicion (RFC 6675 §4, NextSeg rules 3 and 4), and is known to be lost now: only its
     * repetition counts as in flight from here on.
     */
    public void confirmLost(SentRange range) {
        Losses.confirm(c(), range);
    }

    /** An original was overtaken by so many octets: such an extent is not taken for loss by {@link #duplicateThreshold} any more. */
    public void noteReordering(long octets) {
        TcpConnection c = c();
        long segments = (octets + smss() - 1) / Math.max(1, smss());
        c.tcb.snd.reordering = (short) Math.min(Undo.MAX_REORDERING, Math.max(c.tcb.snd.reordering, segments));
    }

    /**
     * Makes {@code range} end at {@code at} and puts the rest into one of its own behind it.
     *
     * @return false if there are too many ranges; then nothing has changed
     */
    public boolean split(SentRange range, long at) {
        return c().ledger.split(range, at);
    }

    /** The next repetition leaves whatever cwnd says: the fast retransmit (RFC 5681 §3.2, RFC 6675 §5, (4.3)). */
    public void retransmitAtOnce() {
        c().tcb.recovery.retransmitNow = true;
    }

    /**
     * The loss of a repetition is a second indication of congestion: RFC 5681 §4.3 (M21). The window is reduced once more for
     * what is outstanding. Where RACK and PRR see to it that less is sent, nobody has to call this (RFC 8985 §9.3).
     */
    public void reduceAgain(long nowNs) {
        TcpConnection c = c();
        c.context.episodes.reduceAgain(c, nowNs);
    }
}
