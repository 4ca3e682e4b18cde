package io.sluice.packetdrill.tun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What a script's time is when the machine is late. */
final class PacedClockTest {
    private static final long MOST_BEHIND_NS = 4_000;

    private long trueNs = 77;
    private final PacedClock clock = new PacedClock(() -> trueNs, MOST_BEHIND_NS);

    @Test
    void itStandsWhereSomethingIsDueAndCatchesUpAfterwards() {
        clock.resume();
        trueNs += 10_300;
        clock.follow(10_000);
        assertEquals(10_000, clock.nowNs());
        assertEquals(-300, clock.leftNs(10_000));
        clock.follow(10_000);
        assertEquals(10_000, clock.nowNs());
        assertEquals(9_700, clock.leftNs(20_000), "nothing later because of it");
        trueNs += 100;
        clock.follow(20_000);
        assertEquals(10_400, clock.nowNs());
        assertEquals(300, clock.latestNs());
    }

    @Test
    void whatTheScriptDoesTakesNoTime() {
        trueNs += 50_000_000;
        clock.resume();
        trueNs += 10_000;
        clock.follow(10_000);
        clock.stop();
        trueNs += 50_000_000;
        assertEquals(10_000, clock.nowNs());
        clock.resume();
        clock.follow(11_000);
        assertEquals(10_000, clock.nowNs());
        assertEquals(0, clock.latestNs());
    }

    @Test
    void itDoesNotStandForever() {
        clock.resume();
        trueNs += 14_000;
        clock.follow(10_000);
        assertEquals(10_000, clock.nowNs());
        assertFalse(clock.isLate());
        trueNs++;
        assertTrue(clock.isLate());
        clock.follow(10_000);
        assertEquals(10_001, clock.nowNs());
        assertEquals(4_001, clock.latestNs());
    }

    @Test
    void itNeverGoesBack() {
        clock.resume();
        trueNs += 10_000;
        clock.follow(10_000);
        clock.follow(5_000);
        assertEquals(10_000, clock.nowNs());
    }
}
