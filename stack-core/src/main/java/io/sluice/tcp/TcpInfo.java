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
 * @param receiveWindowBytes what this side offers now: what it has announced, less what has come since
 * @param sendWindowShift Snd.Wind.Shift of RFC 7323 §2.2
 * @param pathMtuBytes the path MTU (RFC 1191, RFC 8201)
 * @param pacingRate octets a second that may leave, or {@link io.sluice.cc.CongestionWindow#UNPACED}
 * @param maxPacingRate what the user allows of it (SO_MAX_PACING_RATE)
 * @param rtoNs the retransmission timeout, back-off included
 * @param srttNs smoothed round-trip time, 0 before the first measurement
 * @param rttvarNs its variation
 * @param minRttNs the smallest
 * @param backoff expiries of the timer since data was last acknowledged
 * @param timeouts the same, or repetitions of the SYN; not taken back by an acknowledgment of what was repeated alone
 * @param probes zero-window or keepalive probes that were not answered
 * @param unackedBytes sent and not cumulatively acknowledged
 * @param sackedBytes of these, those that SACK says have arrived
 * @param lostBytes of these, those that are taken for lost
 * @param retransmittedBytes of these, those that were repeated and may be on the way
 * @param flight the same in segments
 * @param deliveredBytes all that has arrived
 * @param deliveredSegments how many segments that was, the SYN and the FIN included
 * @param synDataAccepted whether all the data of a SYN, this side's or the peer's, was taken (RFC 7413)
 * @param openedFast whether a cookie has opened it before its handshake was over (RFC 7413)
 * @param fastOpenFailure why not, if this side wanted to
 * @param unsentBytes written and not sent
 * @param recovering whether a loss is being repaired after duplicate acknowledgments
 * @param recoveringFromTimeout whether one is after a timeout
 * @param windowReduced whether the window was reduced for a congestion mark, in the window of data that is in flight (RFC 3168
 *     §6.1.2)
 * @param disordered whether duplicate acknowledgments tell of a hole that is not taken for a loss
 * @param lastDataSentNs when data, or the SYN, last left, in the host's time
 * @param lastDataReceivedMs when data last came, or the connection was established, in milliseconds of the host's clock
 *     modulo 2^32
 * @param reordering how far segments may be out of order before that looks like a loss: DupThresh, or what was seen
 * @param stack the name of the stack that runs now
 * @param congestionControl the name of the congestion control that runs now
 * @param receiver the receiving side
 * @param totals what was counted since the connection began
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
        int sendWindowShift,
        int pathMtuBytes,
        long pacingRate,
        long maxPacingRate,
        long rtoNs,
        long srttNs,
        long rttvarNs,
        long minRttNs,
        int backoff,
        int timeouts,
        int probes,
        long unackedBytes,
        long sackedBytes,
        long lostBytes,
        long retransmittedBytes,
        TcpFlightInfo flight,
        long deliveredBytes,
        int deliveredSegments,
        boolean synDataAccepted,
        boolean openedFast,
        FastOpenFailure fastOpenFailure,
        long unsentBytes,
        boolean recovering,
        boolean recoveringFromTimeout,
        boolean windowReduced,
        boolean disordered,
        long lastDataSentNs,
        int lastDataReceivedMs,
        int reordering,
        String stack,
        String congestionControl,
        TcpReceiverInfo receiver,
        TcpTotals totals,
        @Nullable AccurateEcnInfo accurateEcn,
        @Nullable SocketError softError) {

    /** Pipe (RFC 6675 §4): octets that are taken to be on the way. */
    public long pipeBytes() {
        return unackedBytes - sackedBytes - lostBytes + retransmittedBytes;
    }

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
                tcb.snd.wndShift,
                c.path.mtu(),
                Pacer.rate(c),
                c.options.maxPacingRate,
                c.context.rttEstimator.rtoNs(c),
                tcb.rtt.srttNs,
                tcb.rtt.rttvarNs,
                tcb.rtt.minRttNs,
                tcb.rtt.backoff,
                tcb.state().isSynchronized() ? tcb.rtt.timeouts : tcb.snd.synRetries,
                Math.max(tcb.snd.probes, tcb.snd.keepAliveProbes),
                tcb.flightBytes(),
                c.ledger.sackedBytes(),
                c.ledger.lostBytes(),
                c.ledger.retransmittedBytes(),
                TcpFlightInfo.of(c),
                c.deliveredBytes,
                tcb.ack.deliveredSegments,
                FastOpenState.isSynDataAccepted(c),
                FastOpenState.isPassive(c),
                FastOpenState.failure(c),
                c.unsentBytes(),
                tcb.recovery.phase == RecoveryPhase.RECOVERY,
                tcb.recovery.phase == RecoveryPhase.LOSS,
                Ecn.hasReduced(c),
                c.ledger.sackedBytes() > 0 || tcb.recovery.dupAcks > 0,
                tcb.snd.lastSentNs,
                tcb.rcv.lastDataMs,
                Math.max(c.context.knobs.getInt(Knob.DUPLICATE_THRESHOLD), tcb.snd.reordering),
                c.stack.name(),
                c.congestionControl.name(),
                TcpReceiverInfo.of(c),
                TcpTotals.of(c),
                AccurateEcn.info(c),
                tcb.recovery.softError);
    }
}
