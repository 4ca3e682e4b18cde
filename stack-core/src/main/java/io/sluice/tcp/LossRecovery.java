package io.sluice.tcp;

import io.sluice.time.Deadline;
import org.jspecify.annotations.Nullable;

/**
 * Decides which segments are lost and what to repeat next; never how much may be in flight (congestion control), nor when
 * a recovery begins and ends, what becomes of the window meanwhile, or whether it was all a mistake: that is shared by all
 * (RFC 5681 §3.2, RFC 6675 §5, RFC 9937, RFC 4015), as are tail loss probes and the retransmission timer.
 *
 * <p>What is known about a connection is in the {@link SenderView} that every call is given, so that another algorithm can
 * take over between any two calls. An implementation without state may serve any number of connections; one with state is
 * made for each. Called on the host's thread; an exception aborts the connection.
 */
public interface LossRecovery {
    /** Takes over a connection, which may be new, or have data in flight, sacked and lost. */
    default void onStart(SenderView c, long nowNs) {}

    /**
     * Data was acknowledged for the first time, cumulatively or by SACK; called for each range of an acknowledgment, before
     * {@link #onAck}.
     *
     * @param range as it was sent
     * @param end up to where it is acknowledged
     */
    default void onDelivered(SenderView c, SentRange range, long end, AckOutcome ack, long nowNs) {}

    /**
     * An acknowledgment was applied to the ledger: tells {@link SenderView#markLost} what is lost now.
     *
     * @return when {@link #onLookAgain} wants to be called if nothing else happens before, or {@link Deadline#NEVER}
     */
    long onAck(SenderView c, AckOutcome ack, long nowNs);

    /** The time that {@link #onAck} gave has come; returns the like. A moment that is not later than now is put off by a millisecond. */
    default long onLookAgain(SenderView c, long nowNs) {
        return Deadline.NEVER;
    }

    /** Whether a recovery has to begin: by default, as soon as anything is lost. Not called during one. */
    default boolean indicatesLoss(SenderView c) {
        return c.ledger().nextLost() != null;
    }

    /** Fast recovery begins: congestion control has been told, the recovery point is set. */
    default void onRecoveryStarted(SenderView c, long nowNs) {}

    /** Without SACK: an acknowledgment of {@code octets} more was not all that was outstanding when recovery began (RFC 6582 §3.2). */
    default void onPartialAck(SenderView c, long octets, long nowNs) {}

    /** A recovery, also one after a timeout, is over. */
    default void onRecoveryEnded(SenderView c, long nowNs) {}

    /** The retransmission timer expired (RFC 6298 §5.4): marks at least the first range lost, unless it is sacked. */
    void onTimeout(SenderView c, long nowNs);

    /** What to repeat now if the window allows it, or null: by default, what is lost, in the order of the stream. */
    default @Nullable SentRange nextRetransmit(SenderView c) {
        return c.ledger().nextLost();
    }

    /** What {@link #nextRetransmit} returned has left. */
    default void onRetransmitted(SenderView c, SentRange range, long nowNs) {}

    /** Whether the end of a flight is probed (RFC 8985 §7). */
    default boolean probesTail(SenderView c) {
        return c.knob(Knob.TAIL_LOSS_PROBE) >= TailLossProbe.ENABLED;
    }
}
