package io.sluice.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.event.Counter;
import io.sluice.event.Counters;
import io.sluice.sim.workload.Pace;
import io.sluice.sim.workload.PeerPlan;
import io.sluice.tcp.Knob;
import io.sluice.tcp.TcpProfile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows smaller than a segment: nobody waits for ever (RFC 9293 §3.8.6.2). */
final class SmallWindowTest {
    private static final TcpProfile UNSCALED = TcpProfile.STANDARD.with(Knob.WINDOW_SCALING, 0);
    private static final TcpProfile SMALL = UNSCALED.with(Knob.RECEIVE_BUFFER, 65_535);
    private static final PipeConfig WIRE = PipeConfig.of(1_000_000, Pair.MS);
    /** Reads once, and then not for a long time. */
    private static final Pace STOPS = new Pace(1, 1, 1, 1000 * Pair.HOUR);

    /** The receiver announces an MSS as large as its largest window, of which no update can ever be a part. */
    @Test
    void readerTellsOfRoomThoughItsMssIsLarger() {
        LinkConfig jumbo = LinkConfig.PLAIN.withMtu(65_535);
        try (Pair pair = new Pair(1, PipeConfig.of(100_000_000, Pair.MS), LinkConfig.PLAIN, jumbo, UNSCALED)) {
            pair.transfer(3_000_000, 0);
            long took = pair.finish();
            assertTrue(took < Pair.SECOND, () -> took / 1e9 + " s");
        }
    }

    /** The persist timer fires while another connection keeps the link busy. */
    @Test
    void smallWindowIsFilledThoughTheLinkIsBusy() {
        try (Pair pair = new Pair(1, WIRE, LinkConfig.PLAIN.withRing(1), LinkConfig.PLAIN, SMALL)) {
            pair.converse(
                    PeerPlan.of(1, 200_000, 2, 0), PeerPlan.of(2, 0, 1, 200_000).withPace(Pace.FULL, STOPS));
            pair.converse(PeerPlan.of(3, 5_000_000, 4, 0), PeerPlan.of(4, 0, 3, 5_000_000));
            pair.simulation.run(pair.simulation.nowNs() + 5 * Pair.SECOND);
            int unread = pair.peers().stream()
                    .mapToInt(peer -> peer.socket().readableBytes())
                    .max()
                    .orElse(0);
            assertTrue(pair.client.stack().counters().get(Counter.LINK_BUSY) > 0);
            assertEquals(65_535, unread + 1, "all of the window, of which one octet was read");
            pair.stop();
        }
    }

    /** RFC 9293 §3.8.6.1: what has gone into a closed window is the persist timer's, whichever stack takes over, and no lost tail. */
    @ParameterizedTest
    @ValueSource(strings = {"rack", "bbr"})
    void closedWindowIsProbedAfterASwap(String stack) {
        try (Pair pair = new Pair(1, WIRE, LinkConfig.PLAIN, LinkConfig.PLAIN, SMALL)) {
            pair.converse(
                    PeerPlan.of(1, 200_000, 2, 0), PeerPlan.of(2, 0, 1, 200_000).withPace(Pace.FULL, STOPS));
            pair.simulation.run(pair.simulation.nowNs() + 3 * Pair.SECOND);
            Counters counters = pair.client.stack().counters();
            long before = counters.get(Counter.TCP_ZERO_WINDOW_PROBES);
            assertTrue(before > 0, "the window is closed");
            assertNull(pair.peers().get(0).socket().stack(stack, pair.simulation.nowNs()));
            pair.client.wantTurn();
            pair.simulation.run(pair.simulation.nowNs() + 300 * Pair.SECOND);
            long probes = counters.get(Counter.TCP_ZERO_WINDOW_PROBES) - before;
            assertTrue(probes >= 6, () -> probes + " probes in five minutes");
            assertEquals(0, counters.get(Counter.TCP_RTO));
            pair.stop();
        }
    }
}
