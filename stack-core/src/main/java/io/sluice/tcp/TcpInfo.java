package io.sluice.tcp;

import io.sluice.cc.RecoveryPhase;
import io.sluice.event.SocketError;
import org.jspecify.annotations.Nullable;

/**
 * What a connection is doing, at one moment: the core's part of what kernels call {@code TCP_INFO}. Octets and
 * nanoseconds throughout.
 *
 * @param state RFC 9293 §3.3.2
 * @param timestamps whether timestamps were agreed (RFC 7323 §3)
 * @param windowScaling whether window scaling was agreed (RFC 7323 §2)
 * @param sackPermitted whether SACK was agreed (RFC 2018)
 * @param ecn whether ECN was agreed (RFC 3168)
 * @param ecnSeen whether the peer has sent ECN-capable packets
 * @param sendMss the payload of a full segment
 * @param announcedMss the MSS this side announced
 * @param cwndBytes the congestion window
 * @param ssthreshBytes the slow-start threshold
 * @param sendWindowBytes what the peer offers
 * @param receiveWindowBytes what this side offers
 * @param rtoNs the retransmission timeout, back-off included
 * @param srttNs smoothed round-trip time, 0 before the first measurement
 * @param rttvarNs its variation
 * @param minRttNs the smallest
 * @param backoff expiries of the timer since data was last acknowledged
 * @param unackedBytes sent and not cumulatively acknowledged
 * @param sackedBytes of these, those that SACK says have arrived
 * @param lostBytes of these, those that are taken for lost
 * @param retransmittedBytes of these, those that were repeated and may be on the way
 * @param deliveredBytes all that has arrived
 * @param deliveredSegments how many segments that was, the SYN and the FIN included
 * @param synDataAccepted whether all the data of a SYN, this side's or the peer's, was taken (RFC 7413)
 * @param unsentBytes written and not sent
 * @param recovering whether a loss is being repaired after duplicate acknowledgments
 * @param recoveringFromTimeout whether one is after a timeout
 * @param lastDataReceivedMs when data last came, or the connection was established, in milliseconds of the host's clock
 *     modulo 2^32
 * @param reordering how far segments may be out of order before that looks like a loss: DupThresh, or what was seen
 * @param stack the name of the stack that runs now
 * @param congestionControl the name of the congestion control that runs now
 * @param accurateEcn what was counted with AccECN (RFC 9768), or null if that was not agreed
 * @param softError what ICMP said last about what is in flight, without ending the connection, or null: RFC 9293 §3.9.1.8
 *     (MUST-47)
 */
public record TcpInfo(
        TcpState state,
        boolean timestamps,
        boolean windowScaling,
        boolean sackPermitted,
        boolean ecn,
        boolean ecnSeen,
        int sendMss,
        int announcedMss,
        long cwndBytes,
        long ssthreshBytes,
        long sendWindowBytes,
        long receiveWindowBytes,
        long rtoNs,
        long srttNs,
        long rttvarNs,
        long minRttNs,
        int backoff,
        long unackedBytes,
        long sackedBytes,
        long lostBytes,
        long retransmittedBytes,
        long deliveredBytes,
        int deliveredSegments,
        boolean synDataAccepted,
        long unsentBytes,
        boolean recovering,
        boolean recoveringFromTimeout,
        int lastDataReceivedMs,
        int reordering,
        String stack,
        String congestionControl,
        @Nullable AccurateEcnInfo accurateEcn,
        @Nullable SocketError softError) {

    static TcpInfo of(TcpConnection c) {
        Tcb tcb = c.tcb;
        return new TcpInfo(
                tcb.state(),
                tcb.timestamps,
                tcb.windowScaling,
                tcb.sackPermitted,
                tcb.ecn.negotiated && tcb.state() != TcpState.SYN_SENT,
                tcb.ecn.seen,
                c.effectiveMss(),
                tcb.rcv.mss,
                c.window.cwnd(),
                c.window.ssthresh(),
                tcb.snd.wnd,
                tcb.rcv.wnd,
                c.context.rttEstimator.rtoNs(tcb.rtt),
                tcb.rtt.srttNs,
                tcb.rtt.rttvarNs,
                tcb.rtt.minRttNs,
                tcb.rtt.backoff,
                tcb.flightBytes(),
                c.ledger.sackedBytes(),
                c.ledger.lostBytes(),
                c.ledger.retransmittedBytes(),
                c.deliveredBytes,
                tcb.ack.deliveredSegments,
                FastOpenState.isSynDataAccepted(c),
                c.unsentBytes(),
                tcb.recovery.phase == RecoveryPhase.RECOVERY,
                tcb.recovery.phase == RecoveryPhase.LOSS,
                tcb.rcv.lastDataMs,
                Math.max(c.context.knobs.getInt(Knob.DUPLICATE_THRESHOLD), tcb.snd.reordering),
                c.stack.name(),
                c.congestionControl.name(),
                AccurateEcn.info(c),
                tcb.recovery.softError);
    }
}
