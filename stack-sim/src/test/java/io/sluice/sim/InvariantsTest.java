package io.sluice.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.sluice.event.Counter;
import io.sluice.sim.workload.PeerPlan;
import io.sluice.sim.workload.StreamPeer;
import org.junit.jupiter.api.Test;

/** The checks themselves: each finds what it is there for. */
final class InvariantsTest {
    private static final PipeConfig WIRE = PipeConfig.of(10_000_000, Pair.MS);

    private static String violation(Pair pair) {
        String message =
                assertThrows(AssertionError.class, pair.invariants::checkEnded).getMessage();
        return message == null ? "" : message;
    }

    @Test
    void openConnectionIsFound() {
        try (Pair pair = new Pair(1, WIRE)) {
            pair.transfer(10_000, 10_000);
            pair.simulation.run(pair.simulation.nowNs() + 5 * Pair.MS);
            assertTrue(violation(pair).contains("flows are left"));
            pair.finish();
        }
    }

    @Test
    void timeWaitIsFound() {
        try (Pair pair = new Pair(1, WIRE)) {
            pair.transfer(10_000, 10_000);
            pair.simulation.run(pair.simulation.nowNs() + 10 * Pair.SECOND);
            assertTrue(pair.peers().stream().allMatch(StreamPeer::isFinished));
            assertTrue(violation(pair).contains("1 flows are left"));
            pair.finish();
        }
    }

    @Test
    void lostBufferIsFoundWithItsOrigin() {
        Simulation simulation = new Simulation(1, Simulation.DEFAULT_START_NS, new SimAllocator(true));
        ByteBuf lost = simulation.allocator().directBuffer(100);
        AssertionError found = assertThrows(AssertionError.class, new Invariants(simulation)::checkEnded);
        assertEquals("1 buffers leaked", found.getMessage());
        assertEquals(1, found.getSuppressed().length);
        lost.release();
        new Invariants(simulation).checkEnded();
        simulation.close();
    }

    @Test
    void miscountedPacketIsFound() {
        try (Pair pair = new Pair(1, WIRE)) {
            pair.client.stack().counters().increment(Counter.PACKETS_IN);
            assertThrows(AssertionError.class, () -> pair.simulation.run(pair.simulation.nowNs() + Pair.MS));
        }
    }

    @Test
    void wrongStreamIsFound() {
        try (Pair pair = new Pair(1, WIRE)) {
            pair.converse(PeerPlan.of(1, 10_000, 2, 10_000), PeerPlan.of(3, 10_000, 1, 10_000));
            pair.simulation.run(pair.simulation.nowNs() + Pair.SECOND);
            assertTrue(pair.peers().stream().anyMatch(peer -> "octet 0 is wrong".equals(peer.failure())));
        }
    }

    @Test
    void shortStreamIsFound() {
        try (Pair pair = new Pair(1, WIRE)) {
            pair.converse(PeerPlan.of(1, 10_000, 2, 10_001), PeerPlan.of(2, 10_000, 1, 10_000));
            pair.simulation.run(pair.simulation.nowNs() + Pair.SECOND);
            assertEquals(
                    "the stream ended after 10000 of 10001 octets",
                    pair.peers().get(0).failure());
        }
    }

    /** What is freed is overwritten, so that whoever still sends it is found by the checksum. */
    @Test
    void freedMemoryIsPoisoned() {
        SimAllocator allocator = new SimAllocator(true);
        ByteBuf buffer = allocator.directBuffer(8);
        buffer.writeLong(1);
        var view = buffer.nioBuffer(0, 8);
        buffer.release();
        assertEquals(0xDBDBDBDBDBDBDBDBL, view.getLong(0));
        assertEquals(0, allocator.outstanding());
    }
}
