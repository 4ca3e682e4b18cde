package io.sluice.cubic;

import static io.sluice.cubic.Bulk.MS;
import static io.sluice.cubic.Bulk.MSS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.cc.CongestionSettings;
import io.sluice.cc.CongestionSettings.InitialSlowStart;
import io.sluice.cc.CongestionWindow;
import org.junit.jupiter.api.Test;

/** The window of RFC 9438 at moments that can be computed by hand. Segments are 1000 octets. */
final class CubicTest {
    private static final CongestionSettings PLAIN =
            new CongestionSettings(InitialSlowStart.STANDARD, 0, false, 0, true);

    /** A stage that follows a loss at {@code before} segments. */
    private static Bulk afterLoss(long rttNs, int before) {
        Bulk path = new Bulk(new Cubic(PLAIN), before);
        path.rttNs = rttNs;
        path.lose();
        return path;
    }

    @Test
    void lossReducesToSevenTenths() { // §4.6
        Bulk path = afterLoss(100 * MS, 100);
        assertEquals(70, path.cwnd());
        assertEquals(70, path.ssthresh());
    }

    @Test
    void lossLeavesTwoSegments() { // §4.6, Figure 5
        Bulk path = afterLoss(100 * MS, 2);
        assertEquals(2, path.cwnd());
        assertEquals(2, path.ssthresh());
    }

    @Test
    void marksReduceDownToOneSegment() { // §4.6, Figure 5
        Bulk path = new Bulk(new Cubic(PLAIN), 10);
        path.mark();
        assertEquals(7, path.cwnd());
        for (int i = 0; i < 10; i++) {
            path.mark();
        }
        assertEquals(1, path.cwnd());
        assertEquals(2, path.ssthresh());
    }

    @Test
    void alternativeBackoffReducesLessAfterMarksOnly() { // RFC 8511 §3.1
        Bulk path = new Bulk(new Cubic(new CongestionSettings(InitialSlowStart.STANDARD, 0, true, 0, true)), 100);
        path.mark();
        assertEquals(85, path.cwnd());
        path.lose();
        assertEquals(59.5, path.cwnd());
    }

    /** §4.2: W_max = 500, cwnd_epoch = 350, so K = (150 / 0.4)^(1/3) = 7.2112 s. */
    @Test
    void windowFollowsTheCurveAndIsWmaxAtK() {
        Bulk path = afterLoss(100 * MS, 500);
        long start = path.nowNs;
        path.ack(1); // the stage begins with this acknowledgment
        double k = 7.211247851537042;
        while (path.nowNs - start < 3_000 * MS) {
            path.round();
        }
        double t = (path.nowNs - start) / 1e9;
        assertEquals(curve(t, k), path.cwnd(), 0.1); // always on the way to where the curve is a round trip ahead
        while (path.nowNs - start < k * 1e9) {
            path.round();
        }
        assertEquals(500, path.cwnd(), 0.2); // the plateau
        while (path.nowNs - start < 12_000 * MS) {
            path.round();
        }
        t = (path.nowNs - start) / 1e9;
        assertEquals(curve(t, k), path.cwnd(), 0.5);
        assertTrue(path.cwnd() > 540, "beyond the plateau the window grows ever faster: " + path.cwnd());
    }

    private static double curve(double t, double k) {
        return 0.4 * Math.pow(t - k, 3) + 500;
    }

    private static void assertBetween(double low, double actual, double high) {
        assertTrue(low <= actual && actual <= high, low + " <= " + actual + " <= " + high);
    }

    /** §4.4: each acknowledged segment adds (target - cwnd) / cwnd. */
    @Test
    void firstAcknowledgmentOfAStageAddsItsPartOfTheDistanceToTheTarget() {
        Bulk path = afterLoss(500 * MS, 500);
        path.nowNs += 500 * MS;
        path.ack(1);
        // W_est = 350 + (9/17)/350 is more than W_cubic(0) = 350, so Reno's window counts here ...
        assertEquals(350.0015, path.cwnd(), 0.001);
        path.nowNs += 100 * MS;
        path.ack(1);
        double target = 0.4 * Math.pow(0.6 - 7.211247851537042, 3) + 500;
        // ... and the curve from then on: t = 0.1, RTT = 0.5.
        assertEquals(350.0015 + (target - 350.0015) / 350.0015, path.cwnd(), 0.002);
    }

    @Test
    void windowGrowsByHalfInARoundTripAtMost() { // §4.2
        Bulk path = afterLoss(100 * MS, 20);
        path.round();
        path.nowNs += 60_000 * MS; // W_cubic is 86 000 by now
        double before = path.cwnd();
        path.ack(1);
        assertEquals(before + 0.5, path.cwnd(), 0.001);
    }

    @Test
    void shortRoundTripsAreInTheRenoFriendlyRegion() { // §4.3
        Bulk path = afterLoss(MS, 100);
        path.round();
        assertEquals(70 + 9.0 / 17, path.cwnd(), 0.02);
        path.rounds(10);
        assertEquals(70 + 11 * 9.0 / 17, path.cwnd(), 0.2);
        path.rounds(46); // W_est reaches cwnd_prior = 100 after 30 * 17 / 9 = 56.7 round trips
        assertBetween(99.5, path.cwnd(), 100.5);
        double before = path.cwnd();
        path.rounds(10); // and grows by one segment in a round trip from there
        assertEquals(before + 10, path.cwnd(), 0.6);
    }

    @Test
    void laterLossesAtSmallerWindowsConvergeFaster() { // §4.7
        Bulk path = afterLoss(100 * MS, 500); // W_max = 500, cwnd = 350
        path.ack(1);
        path.lose(); // W_max = 350 * 0.85 = 297.5, cwnd = 245
        long start = path.nowNs;
        path.ack(1);
        double k = Math.cbrt((297.5 - 245) / 0.4); // 5.0825 s
        while (path.nowNs - start < k * 1e9) {
            path.round();
        }
        assertEquals(297.5, path.cwnd(), 0.3);
    }

    @Test
    void timeoutBeginsAtOneSegmentAndSlowStartsToSevenTenths() { // §4.8
        Bulk path = new Bulk(new Cubic(PLAIN), 100);
        path.window.ssthresh(90 * MSS);
        path.timeout(true);
        assertEquals(1, path.cwnd());
        assertEquals(70, path.ssthresh());
        path.timeout(false);
        assertEquals(70, path.ssthresh(), "the same data timed out before");
        path.rounds(7);
        assertTrue(path.cwnd() >= 70);
    }

    @Test
    void stageAfterATimeoutIsConvexFromItsBeginning() { // §4.8: K = 0, W_max = cwnd
        Bulk path = new Bulk(new Cubic(PLAIN), 1000);
        path.rttNs = 1000 * MS;
        path.timeout(true);
        while (path.window.inSlowStart()) {
            path.round();
        }
        double wMax = path.cwnd();
        assertEquals(700, wMax, 1);
        long start = path.nowNs;
        path.rounds(10);
        double t = (path.nowNs - start) / 1e9;
        assertBetween(wMax + 0.4 * Math.pow(t - 1, 3), path.cwnd(), wMax + 0.4 * Math.pow(t + 1, 3));
    }

    @Test
    void idleTimeIsNotPartOfTheStage() { // §4.2, §5.8
        Bulk path = afterLoss(100 * MS, 500);
        Bulk other = afterLoss(100 * MS, 500);
        path.rounds(20);
        other.rounds(20);
        other.idle(30_000 * MS);
        other.fill();
        path.rounds(20);
        other.rounds(20);
        assertEquals(path.cwnd(), other.cwnd(), 1.5); // the round trip in which it was idle
    }

    @Test
    void timeLimitedByTheApplicationIsNotPartOfTheStage() { // §4.2, §5.8
        Bulk path = afterLoss(100 * MS, 500);
        path.rounds(20);
        double before = path.cwnd();
        for (int i = 0; i < 300; i++) {
            path.nowNs += 100 * MS;
            path.ackOfLittle(1);
        }
        assertEquals(before, path.cwnd());
        path.fill();
        path.round();
        assertTrue(path.cwnd() - before < 10, "one round trip's growth, not half a minute's: " + path.cwnd());
    }

    @Test
    void spuriousLossBringsBackWindowAndCurve() { // §4.9.2
        Bulk path = afterLoss(100 * MS, 500);
        Bulk other = afterLoss(100 * MS, 500);
        path.rounds(20);
        other.rounds(20);
        double before = other.cwnd();
        other.lose();
        assertEquals(before * 0.7, other.cwnd(), 0.001);
        other.control.onUndo(other.window, 0, other.window.ssthresh(), other.nowNs);
        assertEquals(before, other.cwnd(), 0.001);
        assertEquals(350, other.ssthresh());
        other.fill();
        path.rounds(50);
        other.rounds(50);
        assertEquals(path.cwnd(), other.cwnd(), 0.5);
    }

    @Test
    void spuriousLossOfLongAgoChangesNothing() { // §4.9.2
        Bulk path = afterLoss(100 * MS, 20);
        path.rounds(200);
        double cwnd = path.cwnd();
        assertTrue(cwnd > 20);
        path.control.onUndo(path.window, 0, path.window.ssthresh(), path.nowNs);
        assertEquals(cwnd, path.cwnd());
        assertEquals(14, path.ssthresh());
    }

    @Test
    void slowStartThatEndsWithoutLossBeginsAtThePlateau() { // §4.10
        Bulk path = new Bulk(new Cubic(PLAIN), 100);
        path.rttNs = 1000 * MS;
        path.window.ssthresh(100 * MSS);
        long start = path.nowNs;
        path.ack(1);
        path.rounds(10);
        double t = (path.nowNs - start) / 1e9;
        assertBetween(100 + 0.4 * Math.pow(t - 1, 3), path.cwnd(), 100 + 0.4 * Math.pow(t + 1, 3));
    }

    @Test
    void largerSegmentsKeepTheCurve() {
        Bulk path = afterLoss(100 * MS, 500);
        path.rounds(20);
        long before = path.window.cwnd();
        path.window.smss(2 * MSS);
        path.control.onMss(path.window, MSS, path.nowNs);
        path.ack(2);
        assertEquals((double) before / MSS, path.cwnd(), 4);
    }

    /** §4.3, and what the curve alone is: where windows are small it grows slower than Reno's. */
    @Test
    void windowIsAtLeastThatOfRenoUnlessToldOtherwise() {
        double[] cwnd = new double[2];
        for (int friendly = 0; friendly <= 1; friendly++) {
            CongestionSettings settings = new CongestionSettings(InitialSlowStart.STANDARD, 0, false, 0, friendly == 1);
            Bulk path = new Bulk(new Cubic(settings), 20);
            path.lose();
            path.rounds(20);
            cwnd[friendly] = path.cwnd();
        }
        assertEquals(20 + (20 - 6 * 17 / 9.0), cwnd[1], 1); // by alpha_cubic to cwnd_prior, and by 1 from there on
        assertBetween(14, cwnd[0], 20); // the plateau
    }

    /** The interval between looks at the curve: Reno's window is taken over with the first acknowledgment after it. */
    @Test
    void windowFollowsTheLastSlopeInBetween() {
        CongestionSettings settings = new CongestionSettings(InitialSlowStart.STANDARD, 0, false, 30 * MS, true);
        Bulk path = new Bulk(new Cubic(settings), 10);
        path.lose();
        path.ack(1);
        double first = path.cwnd();
        for (int i = 0; i < 6; i++) {
            path.nowNs += 5 * MS;
            path.ack(1);
            assertEquals(first, path.cwnd(), 0.2);
        }
        path.nowNs += 5 * MS;
        path.ack(1);
        assertEquals(7 + 8 * (9.0 / 17) / 7, path.cwnd(), 0.01);
    }

    /** Where the window is thought of in segments, half a segment counts neither before nor after a reduction. */
    @Test
    void reductionsAreOfWholeSegments() {
        CongestionSettings octets = new CongestionSettings(InitialSlowStart.STANDARD, 0, false, 0, true, false);
        CongestionSettings segments = new CongestionSettings(InitialSlowStart.STANDARD, 0, false, 0, true, true);
        CongestionWindow window = new CongestionWindow(1000, 8600);
        assertEquals(6020, octets.share(window, 70));
        assertEquals(5000, segments.share(window, 70));
        assertEquals(4000, segments.share(window, 50));
    }
}
