package io.sluice.sim.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Active queue management, number by number as the RFCs and papers have it. */
final class AqmTest {
    private static final long MS = 1_000_000;
    private static final int NOT_ECT = 0;
    private static final int ECT_1 = 1;
    private static final int ECT_0 = 2;
    private static final int CE = 3;

    private static Load load(QueueFactory queue) {
        return new Load(queue.create(new SplittableRandom(3)));
    }

    /** Keeps so many packets waiting, whatever is dropped; the arrivals between one drop and the next. */
    private static List<Integer> gapsAt(Load load, int packets, int arrivals) {
        List<Integer> gaps = new ArrayList<>();
        int gap = 0;
        for (int i = 0; i < arrivals; i++) {
            while (load.queue.packets() > packets) {
                load.serve();
            }
            int before = load.dropped;
            load.offer(0, NOT_ECT);
            gap++;
            if (load.dropped > before) {
                gaps.add(gap);
                gap = 0;
            }
        }
        return gaps;
    }

    /**
     * Floyd and Jacobson 1993, §7: half-way between the thresholds the probability is max_p / 2 = 5 %, and the arrivals between
     * two drops are spread evenly over 1 to 19.
     */
    @Test
    void redSpreadsItsDropsEvenly() {
        Load load = load(Queues.red(300_000, Load.PACKET_NS, false));
        gapsAt(load, 100, 10_000); // 150,000 octets; until the average is there
        List<Integer> gaps = gapsAt(load, 100, 50_000);
        int longest = gaps.stream().mapToInt(Integer::intValue).max().orElseThrow();
        double mean = gaps.stream().mapToInt(Integer::intValue).average().orElseThrow();
        assertTrue(longest <= 21, "longest " + longest);
        assertEquals(10, mean, 0.8);
        for (int third = 0; third < 3; third++) { // a geometric distribution would have half of them in the first third
            int from = third * 6;
            double share = gaps.stream().filter(g -> g > from && g <= from + 6).count() / (double) gaps.size();
            assertEquals(6 / 19.0, share, 0.05, "third " + third);
        }
    }

    @Test
    void redLeavesShortAveragesAloneAndPassesNothingBeyondTwiceTheMaximum() {
        assertEquals(List.of(), gapsAt(load(Queues.red(300_000, Load.PACKET_NS, false)), 45, 20_000));
        // thresholds of 15,000 and 45,000 octets, so that twice the maximum fits
        Red.Parameters small = new Red.Parameters(15_000, 45_000, 300_000, 0.1, 0.002, Load.PACKET_NS, true);
        Load load = new Load(new Red(small, new SplittableRandom(1)));
        for (int i = 0; i < 200; i++) {
            load.offer(0, ECT_0);
        }
        for (int i = 0; i < 3000; i++) {
            load.offer(0, ECT_0);
        }
        int before = load.dropped;
        for (int i = 0; i < 100; i++) {
            load.offer(0, ECT_0);
        }
        assertEquals(before + 100, load.dropped, "not even what could be marked");
    }

    /** RFC 8289 §4.2: a burst that is gone within an interval, and a queue below the target, are no bad queue. */
    @Test
    void codelForgivesBursts() {
        Load load = load(Queues.codel(1 << 30, false));
        for (int burst = 0; burst < 20; burst++) {
            for (int i = 0; i < 90; i++) {
                load.offer(0, NOT_ECT);
            }
            for (int i = 0; i < 100; i++) {
                load.serve();
            }
        }
        for (int i = 0; i < 3; i++) {
            load.offer(0, NOT_ECT); // a queue of less than 5 ms that stands
        }
        for (int ms = 0; ms < 2000; ms++) {
            load.offer(0, NOT_ECT);
            load.serve();
        }
        assertEquals(0, load.dropped);
    }

    /** RFC 8290 §4.1: queues share the wire by octets, and what does not fit is taken from the longest. */
    @Test
    void fqCodelSharesByFlow() {
        Load load = load(Queues.fqCodel(500, false));
        for (int ms = 0; ms < 6000; ms++) {
            for (int i = 0; i < 9; i++) {
                load.offer(i < 5 ? 0 : i < 8 ? 1 : 2, NOT_ECT);
            }
            load.serve();
        }
        for (int flow = 0; flow < 3; flow++) {
            int f = flow;
            assertEquals(
                    2000, (double) load.out.stream().filter(p -> p.flow == f).count(), 20, "flow " + flow);
        }
        load.checkNothingIsLost();
    }

    /** RFC 8033 §4.4: 150 ms of burst are let in after an idle time, whatever the delay. */
    @Test
    void pieLetsBurstsInAndThenControls() {
        Load load = load(Queues.pie(1 << 30, false));
        for (int i = 0; i < 150; i++) {
            load.offer(0, NOT_ECT);
        }
        for (int ms = 0; ms < 140; ms++) {
            load.offer(0, NOT_ECT);
            load.serve();
        }
        assertEquals(0, load.dropped);
        for (int ms = 0; ms < 5000; ms++) {
            load.offer(0, NOT_ECT);
            load.serve();
        }
        assertTrue(load.dropped > 100, "150 ms that stand are ten times QDELAY_REF: " + load.dropped);
    }

    /** RFC 8033 §5.1: below a probability of 10 % what can be marked is marked; beyond, it is dropped like the rest. */
    @Test
    void pieMarksOnlyWhileThereIsLittleToMark() {
        Load mild = load(Queues.pie(1 << 30, true));
        Load flood = load(Queues.pie(1 << 30, true));
        long heeded = 0;
        for (int ms = 0; ms < 4000; ms++) {
            if (mild.queue.marked() > heeded) {
                heeded++; // it leaves one out for each mark
            } else {
                mild.offer(0, ECT_0);
            }
            if (ms % 50 == 0) {
                mild.offer(0, ECT_0);
            }
            mild.serve();
            for (int i = 0; i < 3; i++) {
                flood.offer(0, ECT_0);
            }
            flood.serve();
        }
        assertTrue(mild.queue.marked() > 30, "marked: " + mild.queue.marked());
        assertEquals(0, mild.dropped, "and nothing else");
        assertTrue(flood.dropped > 4000, "two of three have to go: " + flood.dropped);
    }

    /** Sources that send less after a drop or a mark, and slowly more otherwise, as TCP does: the wait is what the RFC wants. */
    @ParameterizedTest
    @ValueSource(strings = {"pie", "dual"})
    void theWaitIsHeldAtTheTarget(String which) {
        Load load = load(which.equals("pie") ? Queues.pie(300_000, false) : Queues.dualPi2(300_000));
        double mean = new ResponsiveSource(load, 0.9).meanWaitMs();
        assertEquals(15, mean, 5, "QDELAY_REF of RFC 8033 §4.2, target of RFC 9332 Appendix A.1");
    }

    /**
     * RFC 9332 Figures 4 and 5: of L4S packets that waited 0.8 ms none is marked, of those that waited a millisecond every other, and
     * beyond 1.2 ms all of them; a packet that is alone is no queue, however long it waited.
     */
    @ParameterizedTest
    @CsvSource({"400, 2, 0", "450, 2, 250", "500, 2, 500", "550, 2, 750", "600, 2, 1000", "400, 3, 1000", "5000, 1, 0"})
    void dualPi2MarksL4sByItsOwnRamp(int packetUs, int standing, int marked) {
        Load load = new Load(Queues.dualPi2(300_000).create(new SplittableRandom(3)), packetUs * 1000L);
        for (int i = 1; i < standing; i++) {
            load.offer(1, ECT_1);
        }
        for (int i = 0; i < standing; i++) {
            load.offer(1, ECT_1);
            load.serve(); // until each has found as many before it
        }
        long before = load.queue.marked();
        for (int i = 0; i < 1000; i++) {
            load.offer(1, ECT_1);
            load.serve();
            assertEquals((long) standing * packetUs * 1000, load.lastWaitNs);
        }
        assertEquals(marked, (double) (load.queue.marked() - before), 1);
        assertEquals(0, load.dropped);
        assertEquals(
                load.queue.marked(), load.out.stream().filter(p -> p.ecn == CE).count());
    }

    /** RFC 9332 §4.1.2: L4S traffic passes a classic queue, and classic traffic is not starved. */
    @Test
    void dualPi2LetsL4sPassAndStarvesNobody() {
        Load load = load(Queues.dualPi2(300_000));
        for (int i = 0; i < 20; i++) {
            load.offer(0, NOT_ECT);
        }
        load.offer(1, ECT_1);
        load.serve();
        assertEquals(1, load.out.get(0).flow, "it came last and leaves first");
        for (int ms = 0; ms < 2000; ms++) {
            load.offer(1, ECT_1); // alone as much as the wire can send
            load.serve();
        }
        assertTrue(load.out.stream().filter(p -> p.flow == 0).count() >= 19, "classic packets left, too");
    }

    /** What the device holds is out of the discipline's reach: it waits longer than the discipline knows. */
    @Test
    void aDevicesRingIsBehindTheDiscipline() {
        Load load = load(Queues.beforeDevice(Queues.stepMark(5 * MS, 1 << 20), 3));
        for (int i = 0; i < 20; i++) {
            load.offer(0, ECT_0);
        }
        for (int i = 0; i < 20; i++) {
            load.serve();
        }
        // the discipline alone marks from the sixth on; three of its packets leave it three milliseconds earlier
        for (int i = 0; i < 20; i++) {
            assertEquals(i < 8 ? ECT_0 : CE, load.out.get(i).ecn, "packet " + i);
        }
        load.checkNothingIsLost();
    }
}
