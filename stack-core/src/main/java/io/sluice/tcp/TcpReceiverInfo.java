package io.sluice.tcp;

import io.sluice.wire.Seq;

/**
 * What the receiving side of a connection is doing, at one moment: a part of {@link TcpInfo}.
 *
 * @param mss the payload of the peer's full segments as far as they were seen; before, a careful estimate
 * @param windowShift Rcv.Wind.Shift of RFC 7323 §2.2
 * @param announcedWindowBytes the window as it was last announced
 * @param thresholdBytes the largest window that will be announced before the receive buffer grows
 * @param spaceBytes the most that the reader has taken in a round trip, or at the beginning, what it may take: the receive buffer
 *     grows by it
 * @param roundTripNs the round-trip time as the receiver measures it, in nanoseconds; 0 before data comes in bulk
 * @param delayedAckNs how long an acknowledgment of data waits at most, in nanoseconds; 0 before the first data
 * @param interactive whether what is sent seems to answer what is received, so that acknowledgments go with it
 * @param lastSegmentNs when the last segment came, in the host's time
 */
public record TcpReceiverInfo(
        int mss,
        int windowShift,
        long announcedWindowBytes,
        long thresholdBytes,
        long spaceBytes,
        long roundTripNs,
        long delayedAckNs,
        boolean interactive,
        long lastSegmentNs) {
    /** RFC 6928 §2: what a peer may send at first, in segments. */
    private static final int INITIAL_SEGMENTS = 10;

    /** RFC 9293 §3.7.1 (MUST-15): what a peer's segments hold that nothing is known of. */
    private static final int DEFAULT_MSS = 536;

    static TcpReceiverInfo of(TcpConnection c) {
        Tcb.ReceiveSpace rcv = c.tcb.rcv;
        long announced = Math.max(0, Seq.diff(rcv.advertisedEdge, rcv.lastAckSent));
        ReceiveTuning.Measurement m = rcv.measurement;
        long first = Math.min(announced, (long) INITIAL_SEGMENTS * rcv.mss);
        return new TcpReceiverInfo(
                rcv.seenMss > 0 ? rcv.seenMss : firstMss(c),
                rcv.wndShift,
                announced,
                Math.min(c.options.largestWindow(), 0xFFFFL << rcv.wndShift),
                m == null ? first : Math.max(first, m.mostBytes()),
                m == null ? 0 : m.roundTripNs(),
                rcv.seenMss > 0 ? c.context.ackPolicy.delayNs(c) : 0,
                c.tcb.ack.interactive,
                rcv.lastReceivedNs);
    }

    /** What the peer's full segments are taken for before any has come: a careful estimate. */
    static int firstMss(TcpConnection c) {
        Tcb.ReceiveSpace rcv = c.tcb.rcv;
        long announced = Math.max(0, Seq.diff(rcv.advertisedEdge, rcv.lastAckSent));
        return (int) Math.min(Math.min(rcv.mss, c.tcb.snd.mss), Math.min(announced / 2, DEFAULT_MSS));
    }
}
