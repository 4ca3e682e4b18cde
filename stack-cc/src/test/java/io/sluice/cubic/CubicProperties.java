package io.sluice.cubic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.cc.CongestionSettings;
import io.sluice.cc.CongestionSettings.InitialSlowStart;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** What holds for CUBIC whatever happens to it. */
final class CubicProperties {
    @Property(tries = 200)
    void windowStaysWithinItsBounds(
            @ForAll long seed,
            @ForAll InitialSlowStart slowStart,
            @ForAll @LongRange(max = 40_000_000) long intervalNs) {
        SplittableRandom random = new SplittableRandom(seed);
        CongestionSettings settings =
                new CongestionSettings(slowStart, random.nextInt(10), random.nextBoolean(), intervalNs, true);
        Bulk path = new Bulk(new Cubic(settings), 10);
        for (int i = 0; i < 2000; i++) {
            path.rttNs = 1 + random.nextLong(400 * Bulk.MS);
            path.nowNs += random.nextLong(100) == 0 ? random.nextLong(1L << 42) : random.nextLong(10 * Bulk.MS);
            long before = path.window.cwnd();
            switch (random.nextInt(60)) {
                case 0 -> path.lose();
                case 1 -> path.mark();
                case 2 -> path.timeout(random.nextBoolean());
                case 3 -> path.ackOfLittle(1);
                case 4 -> path.control.onUndo(path.window, before, path.window.ssthresh(), path.nowNs);
                case 5 -> path.idle(random.nextLong(1L << 40));
                default -> acknowledge(path, random.nextInt(1, 50), before);
            }
            path.fill();
            assertTrue(path.window.cwnd() >= Bulk.MSS, () -> "cwnd " + path.window.cwnd());
            assertTrue(path.window.ssthresh() >= 2 * Bulk.MSS, () -> "ssthresh " + path.window.ssthresh());
            assertTrue(path.window.cwnd() < 1L << 50, () -> "cwnd " + path.window.cwnd());
        }
    }

    /** An acknowledgment never closes the window, and never opens it by more than slow start would. */
    private static void acknowledge(Bulk path, int segments, long before) {
        path.ack(segments);
        long acked = path.ack.newlyAckedBytes;
        assertTrue(path.window.cwnd() >= before, () -> "from " + before + " to " + path.window.cwnd());
        assertTrue(path.window.cwnd() <= before + acked + 1, () -> "from " + before + " to " + path.window.cwnd());
    }

    /** The window never decreases in a stage, whatever the round-trip time does. */
    @Property(tries = 50)
    void stageIsMonotonic(@ForAll @IntRange(min = 2, max = 10_000) int segments, @ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Bulk path = new Bulk(new Cubic(new CongestionSettings(InitialSlowStart.STANDARD, 0, false, 0, true)), segments);
        path.lose();
        long last = path.window.cwnd();
        for (int i = 0; i < 1000; i++) {
            path.rttNs = 1 + random.nextLong(200 * Bulk.MS);
            path.nowNs += random.nextLong(20 * Bulk.MS);
            path.ack(random.nextInt(1, 4));
            assertTrue(path.window.cwnd() >= last);
            last = path.window.cwnd();
        }
    }

    /** How often acknowledgments come makes no difference to the window after a while, only what they acknowledge. */
    @Property(tries = 20)
    void stretchedAcknowledgmentsGrowTheWindowAlike(@ForAll @IntRange(min = 50, max = 500) int segments) {
        Bulk each = new Bulk(new Cubic(new CongestionSettings(InitialSlowStart.STANDARD, 0, false, 0, true)), segments);
        Bulk tenth =
                new Bulk(new Cubic(new CongestionSettings(InitialSlowStart.STANDARD, 0, false, 0, true)), segments);
        each.lose();
        tenth.lose();
        for (int i = 0; i < 2000; i++) {
            each.nowNs += Bulk.MS;
            each.ack(1);
            tenth.nowNs += Bulk.MS;
            if (i % 10 == 9) {
                tenth.ack(10);
            }
        }
        assertEquals(each.cwnd(), tenth.cwnd(), 0.02 * each.cwnd());
    }
}
