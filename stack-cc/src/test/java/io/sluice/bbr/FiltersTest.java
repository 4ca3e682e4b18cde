package io.sluice.bbr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.cc.RateSample;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The filters and estimators of BBR by themselves. */
class FiltersTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MS = 1_000_000L;

    /** The windowed maximum is never less than the true one of its newest samples, and never older than the window. */
    @Test
    void windowedMaximumIsTheMaximumOfTheWindow() {
        SplittableRandom random = new SplittableRandom(5);
        for (int run = 0; run < 200; run++) {
            WindowedMaxFilter filter = new WindowedMaxFilter();
            double[] samples = new double[200];
            int length = 1 + random.nextInt(20);
            for (int t = 0; t < samples.length; t++) {
                samples[t] = random.nextInt(1000);
                double max = filter.update(samples[t], t, length);
                double ofWindow = 0;
                boolean inWindow = false;
                for (int i = Math.max(0, t - length); i <= t; i++) {
                    ofWindow = Math.max(ofWindow, samples[i]);
                    inWindow |= samples[i] == max;
                }
                assertTrue(inWindow, "a sample of the window");
                assertTrue(max <= ofWindow && max >= samples[t]);
            }
        }
    }

    @Test
    void windowedMaximumOfAWindowThatFallsIsExactAtItsTop() {
        WindowedMaxFilter filter = new WindowedMaxFilter();
        filter.update(100, 0, 10);
        for (int t = 1; t <= 10; t++) {
            assertEquals(100, filter.update(50 - t, t, 10));
        }
        assertTrue(filter.update(10, 11, 10) < 50);
    }

    /** §5.5.6: the bandwidth of this ProbeBW cycle and of the one before. */
    @Test
    void maxBandwidthIsOfTwoCycles() {
        MaxBwFilter filter = new MaxBwFilter();
        filter.update(100);
        filter.advance();
        filter.update(60);
        assertEquals(100, filter.max());
        filter.advance();
        assertEquals(60, filter.max());
        filter.advance(); // nothing measured in this cycle
        filter.advance();
        assertEquals(60, filter.max());
        filter.update(10);
        filter.advance();
        assertEquals(10, filter.max());
    }

    /** §5.3.4.3: ProbeRTT is due after 5 seconds without a lower delay, and min_rtt is of 10 seconds. */
    @Test
    void minRttIsOfTenSecondsAndProbesAreDueAfterFive() {
        MinRtt rtt = new MinRtt();
        rtt.init(MinRtt.NONE, 0);
        assertFalse(rtt.isKnown());
        rtt.update(50 * MS, 1);
        assertEquals(50 * MS, rtt.minRttNs);
        rtt.update(60 * MS, 5 * SECOND);
        assertFalse(rtt.probeRttExpired);
        rtt.update(60 * MS, 5 * SECOND + 2);
        assertTrue(rtt.probeRttExpired);
        assertEquals(60 * MS, rtt.probeRttMinDelayNs());
        assertEquals(50 * MS, rtt.minRttNs);
        rtt.update(70 * MS, 9 * SECOND);
        rtt.update(70 * MS, 10 * SECOND + 2);
        assertEquals(60 * MS, rtt.minRttNs); // the lowest since the last ProbeRTT was due
        rtt.update(RateSample.NO_RTT, 30 * SECOND);
        assertEquals(60 * MS, rtt.minRttNs);
    }

    /** §5.3.1.2: three rounds in a row without a quarter more. */
    @Test
    void thePipeIsFullAfterThreeRoundsWithoutGrowth() {
        FullBandwidth full = new FullBandwidth();
        RateSample rs = new RateSample();
        long[] rates = {100, 130, 150, 162, 161, 160, 160};
        int[] counts = {0, 0, 1, 2, 3, 3, 3};
        for (int i = 0; i < rates.length; i++) {
            rs.deliveryRate = rates[i];
            rs.isAppLimited = true;
            full.check(rs, true);
            rs.isAppLimited = false;
            full.check(rs, false);
            full.check(rs, true);
            if (i == 3) {
                assertEquals(2, full.count());
                assertFalse(full.now || full.reached);
            }
        }
        assertEquals(counts[counts.length - 1], full.count());
        assertTrue(full.now && full.reached);
        full.reset(200);
        assertFalse(full.now);
        assertTrue(full.reached);
        assertEquals(200, full.fullBw());
    }

    /** §5.5.1: a round ends with the first delivery of what was sent after it had begun. */
    @Test
    void roundsEndWithWhatWasSentAfterTheyBegan() {
        Rounds rounds = new Rounds();
        rounds.start(0);
        rounds.update(0, 1000);
        assertTrue(rounds.start);
        assertEquals(1, rounds.count);
        rounds.update(500, 2000);
        assertFalse(rounds.start);
        rounds.update(1000, 3000);
        assertTrue(rounds.start);
        assertEquals(2, rounds.count);
    }
}
