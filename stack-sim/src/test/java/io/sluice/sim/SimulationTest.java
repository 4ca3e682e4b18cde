package io.sluice.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** A transfer in virtual time takes the time that its wire takes, and follows from its seed. */
final class SimulationTest {
    private static final PipeConfig LOSSY = PipeConfig.builder()
            .rate(20_000_000)
            .delayNs(10 * Pair.MS)
            .jitterNs(2 * Pair.MS)
            .queue(100, 200_000)
            .loss(0.02)
            .duplication(0.01)
            .reordering(0.02, 5 * Pair.MS)
            .corruption(0.01)
            .build();

    @Test
    void bulkFlowFillsItsWire() {
        try (Pair pair = new Pair(1, PipeConfig.of(10_000_000, 50 * Pair.MS))) {
            pair.transfer(10_000_000, 0);
            double seconds = pair.finish() / 1e9;
            double least = 10_000_000 * 8 / 10e6; // without any header
            assertTrue(seconds > least && seconds < least * 1.15 + 1, () -> seconds + " s");
        }
    }

    @Test
    void sameSeedSamePackets() {
        TraceHash first = run(7);
        TraceHash again = run(7);
        TraceHash other = run(8);
        assertTrue(first.packets() > 500, first::toString);
        assertEquals(first.value(), again.value());
        assertEquals(first.packets(), again.packets());
        assertNotEquals(first.value(), other.value());
    }

    private static TraceHash run(long seed) {
        try (Pair pair = new Pair(seed, LOSSY)) {
            pair.transfer(500_000, 300_000);
            pair.finish();
            return pair.simulation.hash();
        }
    }
}
