package io.sluice.cubic;

import static io.sluice.cubic.Bulk.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.cc.CongestionControl;
import io.sluice.cc.CongestionSettings;
import io.sluice.cc.CongestionSettings.InitialSlowStart;
import io.sluice.cc.CongestionWindow;
import io.sluice.cc.NewReno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How slow start ends before a loss: HyStart++ (RFC 9406) and its predecessor. Segments are 1000 octets. */
final class SlowStartTest {
    /** RFC 9406 §4.3: L where nothing paces. */
    private static final int RFC_LIMIT = 8;

    /** Those that have HyStart++. */
    enum Algorithm {
        NEWRENO,
        CUBIC;

        CongestionControl create(int limit) {
            CongestionSettings s = new CongestionSettings(InitialSlowStart.HYSTART_PLUS_PLUS, limit, false, 0, true);
            return this == CUBIC ? new Cubic(s) : new NewReno(s);
        }
    }

    private static void round(Bulk path, long rttNs, int acks) {
        path.rttNs = rttNs;
        for (int i = 0; i < acks; i++) {
            path.nowNs += MS / 10;
            path.ack(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void windowDoublesWhileTheDelayStays(Algorithm algorithm) { // §4.2
        Bulk path = new Bulk(algorithm.create(0), 10);
        path.rounds(5);
        assertEquals(320, path.cwnd());
        assertEquals(CongestionWindow.UNLIMITED, path.window.ssthresh());
    }

    /** 100 ms, then 112.5 ms: the threshold is clamp(4 ms, 100 ms / 8, 16 ms) = 12.5 ms. */
    @ParameterizedTest
    @EnumSource
    void risenDelaySlowsTheGrowthToAQuarter(Algorithm algorithm) { // §4.2
        Bulk path = new Bulk(algorithm.create(0), 20);
        round(path, 100 * MS, 1); // the first acknowledgment begins the first round
        round(path, 100 * MS, 19); // and the last of what was in flight then ends it
        assertEquals(40, path.cwnd());
        round(path, 112_500_000, 8); // eight samples, and the eighth ends slow start
        assertEquals(47.25, path.cwnd());
        round(path, 112_500_000, 12);
        assertEquals(50.25, path.cwnd());
    }

    @Test
    void lessThanTheThresholdChangesNothing() {
        Bulk path = new Bulk(Algorithm.CUBIC.create(0), 20);
        round(path, 100 * MS, 20);
        round(path, 112_499_999, 30);
        assertEquals(70, path.cwnd());
    }

    @Test
    void sevenSamplesAreTooFew() { // N_RTT_SAMPLE
        Bulk path = new Bulk(Algorithm.CUBIC.create(0), 20);
        round(path, 100 * MS, 20);
        round(path, 200 * MS, 7);
        assertEquals(47, path.cwnd());
    }

    /** RttThresh is at least 4 ms and at most 16 ms. */
    @Test
    void thresholdIsClamped() {
        Bulk near = new Bulk(Algorithm.CUBIC.create(0), 20);
        round(near, MS, 20);
        round(near, 4 * MS, 20);
        assertEquals(60, near.cwnd(), "3 ms are less than 4 ms");
        Bulk far = new Bulk(Algorithm.CUBIC.create(0), 20);
        round(far, 1000 * MS, 20);
        round(far, 1016 * MS, 8);
        assertEquals(47.25, far.cwnd(), "16 ms are enough of 1000 ms");
    }

    @ParameterizedTest
    @EnumSource
    void jitterBringsSlowStartBack(Algorithm algorithm) { // §4.2: CSS round whose minimum is below the baseline
        Bulk path = new Bulk(algorithm.create(0), 20);
        round(path, 100 * MS, 20);
        round(path, 120 * MS, 20);
        double inCss = path.cwnd();
        round(path, 105 * MS, 40); // the rest of the round, and the next
        assertTrue(path.cwnd() > inCss + 30, "one segment for each again: " + path.cwnd());
        assertEquals(CongestionWindow.UNLIMITED, path.window.ssthresh());
    }

    /** CSS_ROUNDS = 5, and the round in which it began counts. */
    @ParameterizedTest
    @EnumSource
    void lastingDelayEndsSlowStartAfterFiveRounds(Algorithm algorithm) {
        Bulk path = new Bulk(algorithm.create(0), 20);
        round(path, 100 * MS, 20);
        path.rttNs = 150 * MS;
        int rounds = 0;
        while (path.window.inSlowStart()) {
            path.round();
            rounds++;
            assertTrue(rounds <= 6);
        }
        assertTrue(rounds == 5 || rounds == 6, "five rounds, which are not quite those of the test: " + rounds);
        double ssthresh = path.ssthresh();
        assertEquals(ssthresh, path.cwnd(), 1);
        path.round();
        assertTrue(path.cwnd() < ssthresh + 3, "congestion avoidance: " + path.cwnd());
    }

    @Test
    void limitCountsWhereNothingPaces() { // §4.2 and §4.3: L
        Bulk path = new Bulk(Algorithm.CUBIC.create(RFC_LIMIT), 20);
        path.ack(20);
        assertEquals(28, path.cwnd());
        Bulk paced = new Bulk(Algorithm.CUBIC.create(RFC_LIMIT), 20);
        paced.window.pacingRate(1_000_000);
        paced.ack(20);
        assertEquals(40, paced.cwnd());
    }

    @Test
    void laterSlowStartsKnowWhereToEnd() { // §4.3: only for the initial one
        Bulk path = new Bulk(Algorithm.CUBIC.create(0), 100);
        path.timeout(true);
        round(path, 100 * MS, 20);
        round(path, 500 * MS, 20);
        assertEquals(41, path.cwnd(), "a segment for each");
    }

    private static Bulk classic(int segments) {
        return new Bulk(new Cubic(new CongestionSettings(InitialSlowStart.HYSTART, 0, false, 0, true)), segments);
    }

    @Test
    void classicEndsSlowStartWhereNineSamplesOfARoundAreLate() {
        Bulk path = classic(20);
        round(path, 100 * MS, 20);
        path.nowNs += 5 * MS; // another train
        assertTrue(path.window.inSlowStart());
        for (int i = 0; i < 8; i++) {
            path.nowNs += 3 * MS;
            path.rttNs = 113 * MS;
            path.ack(1);
        }
        assertTrue(path.window.inSlowStart());
        path.ack(1);
        assertFalse(path.window.inSlowStart());
        assertEquals(path.ssthresh(), path.cwnd(), 0.5);
    }

    @Test
    void classicEndsSlowStartWhereATrainIsHalfARoundTripLong() {
        Bulk path = classic(100);
        path.rttNs = 20 * MS;
        for (int i = 0; i < 10; i++) {
            path.nowNs += MS;
            path.ack(1);
        }
        assertTrue(path.window.inSlowStart(), "9 ms after the first of the train");
        for (int i = 0; i < 2; i++) {
            path.nowNs += MS;
            path.ack(1);
        }
        assertFalse(path.window.inSlowStart(), "11 ms after it: more than half of 20 ms and what may be aggregated");
    }

    @Test
    void classicLetsATrainBeLongWherePacingDrawsItOut() {
        Bulk path = classic(100);
        path.window.pacingRate(10_000_000);
        path.rttNs = 20 * MS;
        for (int i = 0; i < 20; i++) {
            path.nowNs += MS;
            path.ack(1);
        }
        assertTrue(path.window.inSlowStart());
        for (int i = 0; i < 4; i++) {
            path.nowNs += MS;
            path.ack(1);
        }
        assertFalse(path.window.inSlowStart());
    }

    @Test
    void classicDoesNotJudgeSmallWindows() {
        Bulk path = classic(4);
        path.rttNs = 20 * MS;
        for (int i = 0; i < 8; i++) {
            path.rttNs += 20 * MS;
            path.nowNs += MS;
            path.ack(1);
        }
        assertEquals(12, path.cwnd());
        assertTrue(path.window.inSlowStart());
    }

    @Test
    void classicJudgesAgainAfterATimeout() {
        Bulk path = classic(100);
        path.timeout(true);
        path.rounds(4);
        assertEquals(16, path.cwnd());
        round(path, 130 * MS, 20);
        assertFalse(path.window.inSlowStart());
        assertEquals(path.ssthresh(), path.cwnd(), 0.5);
        assertTrue(path.ssthresh() < 30, "less than what the timeout had set: " + path.ssthresh());
    }
}
