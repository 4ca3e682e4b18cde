package io.sluice.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.event.Counter;
import io.sluice.sim.workload.StreamPeer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The asynchronous link: busy when its ring is full, and nothing is lost or dropped by that. */
final class RingLinkTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 16})
    void busyLinkSlowsTheSenderDown(int ring) {
        PipeConfig path = PipeConfig.of(20_000_000, 5 * Pair.MS);
        try (Pair pair = new Pair(3, path, LinkConfig.PLAIN.withRing(ring), LinkConfig.PLAIN.withRing(ring))) {
            pair.transfer(2_000_000, 300_000);
            double seconds = pair.finish() / 1e9;
            assertTrue(seconds < 2_000_000 * 8 / 20e6 * 1.2 + 0.5, () -> seconds + " s");
            assertTrue(pair.client.stack().counters().get(Counter.LINK_BUSY) > 0, "never busy");
            assertEquals(0, pair.client.stack().counters().get(Counter.TCP_SEGMENTS_RETRANSMITTED));
            assertEquals(0, pair.cable.ab().dropped());
            // The ring is the queue: what was fed to the wire left at once.
            assertEquals(0, pair.server.stack().counters().dropped());
        }
    }

    @Test
    void connectionsShareALinkThatIsAlwaysBusy() {
        try (Pair pair =
                new Pair(3, PipeConfig.of(10_000_000, Pair.MS), LinkConfig.PLAIN.withRing(1), LinkConfig.PLAIN)) {
            for (int i = 0; i < 4; i++) {
                pair.transfer(1_000_000, 0);
            }
            pair.simulation.run(pair.simulation.nowNs() + 2 * Pair.SECOND); // time for 2.5 MB
            for (StreamPeer peer : pair.peers()) {
                long octets = peer.received() + peer.sent();
                assertTrue(octets > 400_000, () -> "no fair share: " + pair.peers());
            }
            pair.finish();
        }
    }

    @Test
    void superSegmentsAreCutOnTheirWayOut() {
        LinkConfig link = LinkConfig.OFFLOAD.withRing(2);
        try (Pair pair = new Pair(4, PipeConfig.of(50_000_000, 5 * Pair.MS), link, link)) {
            pair.transfer(5_000_000, 5_000_000);
            pair.finish();
            assertTrue(pair.cable.ab().delivered() > 5_000_000 / 1460);
            assertEquals(0, pair.server.stack().counters().dropped());
            assertTrue(
                    pair.client.stack().counters().get(Counter.PACKETS_OUT)
                            == pair.cable.ab().sent(),
                    "every segment is counted");
        }
    }

    @Test
    void whatIsRetainedIsReleasedWhenEverythingEnds() {
        Pair pair =
                new Pair(5, PipeConfig.of(1_000_000, 5 * Pair.MS), LinkConfig.OFFLOAD.withRing(8), LinkConfig.PLAIN);
        pair.transfer(1_000_000, 0);
        pair.simulation.run(pair.simulation.nowNs() + Pair.SECOND);
        pair.stop();
        pair.close(); // in the middle: the ring, the queue and the wire hold packets
    }
}
