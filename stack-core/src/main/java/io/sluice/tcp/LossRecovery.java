package io.sluice.tcp;

import io.sluice.cc.AckSample;
import io.sluice.event.RetransmitCause;
import org.jspecify.annotations.Nullable;

/**
 * Decides which segments are lost and what to repeat next; never how much may be in flight (congestion control). One
 * instance a host: what it must remember of a connection is in the {@link Tcb} and the {@link SendLedger}, so that
 * another algorithm can take over at any moment.
 */
interface LossRecovery {
    /** An acknowledgment arrived that acknowledges nothing new but says that something left the network. */
    void onDuplicateAck(TcpConnection c);

    /** An acknowledgment was applied to the ledger; {@code outcome} says what it changed. */
    void onAck(TcpConnection c, AckOutcome outcome, AckSample sample, long nowNs);

    /** The shared loss timer expired. */
    void onTimer(TcpConnection c, long nowNs);

    /** What {@link #nextRetransmit} returned has left. */
    void onRetransmitted(TcpConnection c, SendLedger.Entry e, long nowNs);

    /** Whether new data waits although the window may have room for it. */
    boolean holdsNewData(TcpConnection c);

    /** What to repeat now if the window allows it, or null. */
    SendLedger.@Nullable Entry nextRetransmit(TcpConnection c);

    /** Why {@link #nextRetransmit} wants that. */
    RetransmitCause cause(TcpConnection c);
}
