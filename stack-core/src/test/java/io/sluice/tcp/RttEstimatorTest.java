package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** The retransmission timeout from measurements: RFC 6298 §2, with numbers worked out by hand. */
class RttEstimatorTest {
    private static final long MS = 1_000_000;

    private final RttEstimator estimator = new RttEstimator(new Knobs(TcpProfile.STANDARD));
    private final Tcb.RoundTrip rtt = new Tcb.RoundTrip();

    RttEstimatorTest() {
        estimator.start(rtt);
    }

    private void assertTimes(long srttMs, long rttvarUs, long rtoUs) {
        assertEquals(srttMs * MS, rtt.srttNs);
        assertEquals(rttvarUs * 1000, rtt.rttvarNs);
        assertEquals(rtoUs * 1000, estimator.rtoNs(rtt, TimerBounds.OF_HOST));
    }

    /** RFC 6298 §2.2 (M2), RFC 6298 §2.3 (M3): the deviation from the average before the measurement. */
    @Test
    void theFirstMeasurementCountsWholeAndOthersAnEighth() {
        estimator.sample(rtt, TimerBounds.OF_HOST, 400 * MS, 1);
        assertTimes(400, 200_000, 1_200_000);
        estimator.sample(rtt, TimerBounds.OF_HOST, 800 * MS, 1);
        assertTimes(450, 250_000, 1_450_000);
        estimator.sample(rtt, TimerBounds.OF_HOST, 450 * MS, 1);
        assertTimes(450, 187_500, 1_200_000);
    }

    /** RFC 6298 §4 (M6): no deviation at all is one tick of the clock. */
    @Test
    void noDeviationIsATick() {
        estimator.sample(rtt, TimerBounds.OF_HOST, 400 * MS, 1);
        for (int i = 0; i < 200; i++) {
            estimator.sample(rtt, TimerBounds.OF_HOST, 400 * MS, 1);
        }
        assertEquals(401 * MS, estimator.rtoNs(rtt, TimerBounds.OF_HOST));
    }

    /** RFC 6298 §5.5 (M8), within the bound of RFC 6298 §2.5. */
    @Test
    void eachExpiryDoublesUpToTheMaximum() {
        estimator.sample(rtt, TimerBounds.OF_HOST, 400 * MS, 1);
        long[] expected = {2_400, 4_800, 9_600, 19_200, 38_400, 76_800, 120_000, 120_000};
        for (long ms : expected) {
            estimator.backOff(rtt);
            assertEquals(ms * MS, estimator.rtoNs(rtt, TimerBounds.OF_HOST));
        }
        estimator.sample(rtt, TimerBounds.OF_HOST, 400 * MS, 1);
        assertEquals(1_000 * MS, estimator.rtoNs(rtt, TimerBounds.OF_HOST));
    }
}
