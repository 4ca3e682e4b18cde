package io.sluice.sim.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each discipline under a load that it is made for: how long packets wait, and who pays. */
class QueuesTest {
    private static final long MS = 1_000_000;
    private static final long PACKET_NS = Load.PACKET_NS;

    @Test
    void dropTailKeepsWhatFits() {
        Load load = new Load(Queues.dropTail(10, 1 << 20).create(new SplittableRandom(1)));
        for (int i = 0; i < 25; i++) {
            load.offer(0, 2);
        }
        assertEquals(10, load.queue.packets());
        assertEquals(15, load.dropped);
        load.serve();
        assertEquals(2, load.out.get(0).ecn);
        load.checkNothingIsLost();
    }

    @Test
    void aStepMarksEverythingThatWaitedLonger() {
        Load load = new Load(Queues.stepMark(5 * MS, 1 << 20).create(new SplittableRandom(1)));
        for (int i = 0; i < 20; i++) {
            load.offer(0, i == 19 ? 0 : 2);
        }
        for (int i = 0; i < 20; i++) {
            load.serve();
        }
        for (int i = 0; i < 20; i++) {
            assertEquals(i == 19 ? 0 : i < 5 ? 2 : 3, load.out.get(i).ecn, "packet " + i);
        }
        assertEquals(14, load.queue.marked());
        assertEquals(0, load.dropped);
    }

    /** Twice what the wire can send, from a source that does not care: RFC 8289 §4.2, drops come ever faster. */
    @Test
    void codelDropsFasterAndFaster() {
        Load load = new Load(Queues.codel(1 << 30, false).create(new SplittableRandom(1)));
        List<Integer> drops = new ArrayList<>();
        for (int ms = 0; ms < 5000; ms++) {
            int before = load.dropped;
            load.offer(0, 0);
            load.offer(0, 0);
            load.serve();
            if (load.dropped > before) {
                drops.add(ms);
            }
        }
        assertTrue(drops.get(0) >= 105 && drops.get(0) <= 115, "after one interval above the target: " + drops.get(0));
        // the control law: the n-th drop follows the one before by interval / sqrt(n)
        assertEquals(100, drops.get(1) - drops.get(0), 2);
        assertEquals(100 / Math.sqrt(2), drops.get(2) - drops.get(1), 2);
        assertEquals(100 / Math.sqrt(3), drops.get(3) - drops.get(2), 2);
        load.checkNothingIsLost();
    }

    @Test
    void codelMarksWhatCanBeMarked() {
        Load load = new Load(Queues.codel(1 << 30, true).create(new SplittableRandom(1)));
        for (int ms = 0; ms < 1000; ms++) {
            load.offer(0, 2);
            load.offer(0, 2);
            load.serve();
        }
        assertEquals(0, load.dropped);
        assertTrue(load.queue.marked() > 10);
        assertEquals(
                load.queue.marked(), load.out.stream().filter(p -> p.ecn == 3).count());
    }

    /** A short queue is left alone. */
    @ParameterizedTest
    @ValueSource(strings = {"red", "codel", "fq", "pie", "dual"})
    void nothingIsDroppedWithoutCongestion(String which) {
        Load load = new Load(queue(which));
        for (int ms = 0; ms < 3000; ms++) {
            load.offer(ms % 2, 0);
            load.serve();
        }
        assertEquals(0, load.dropped);
        assertEquals(3000, load.out.size());
    }

    private static QueueDiscipline queue(String which) {
        QueueFactory factory =
                switch (which) {
                    case "red" -> Queues.red(300_000, PACKET_NS, false);
                    case "codel" -> Queues.codel(300_000, false);
                    case "fq" -> Queues.fqCodel(1000, false);
                    case "pie" -> Queues.pie(300_000, false);
                    case "dual" -> Queues.dualPi2(300_000);
                    default -> throw new IllegalArgumentException(which);
                };
        return factory.create(new SplittableRandom(7));
    }

    /**
     * A source that sends less after a drop, and slowly more otherwise, as TCP does: RED, PIE and DualPI2 hold the queue
     * where they want it, far below what fits (200 ms).
     */
    @ParameterizedTest
    @ValueSource(strings = {"red", "pie", "dual"})
    void aResponsiveSourceIsHeldNearTheTarget(String which) {
        Load load = new Load(queue(which));
        double mean = new ResponsiveSource(load, 0.7).meanWaitMs();
        double most = which.equals("red") ? 150 : 40;
        assertTrue(mean > 1 && mean < most, "waited " + mean + " ms on average");
        assertTrue(load.out.size() > 45_000, "the wire was busy: " + load.out.size());
        load.checkNothingIsLost();
    }

    /** RFC 8290 §6.2: a flow that sends little waits little, whatever another one does. */
    @Test
    void fqCodelIsolatesFlows() {
        Load load = new Load(Queues.fqCodel(1000, false).create(new SplittableRandom(1)));
        long worst = 0;
        for (int ms = 0; ms < 5000; ms++) {
            for (int i = 0; i < 5; i++) {
                load.offer(0, 0);
            }
            if (ms % 10 == 0) {
                load.offer(1, 0);
            }
            load.serve();
            Load.Packet last = load.out.get(load.out.size() - 1);
            worst = last.flow == 1 ? Math.max(worst, load.lastWaitNs) : worst;
        }
        assertEquals(0, load.gone[1]);
        assertTrue(load.gone[0] > 10_000, "the aggressor pays: " + load.gone[0]);
        assertTrue(worst <= 3 * MS, "waited " + worst);
        assertTrue(load.queue.packets() <= 1000);
        load.checkNothingIsLost();
    }

    /** RFC 9332 §2.1: what is marked of L4S traffic is about k times the square root of what is dropped of the rest. */
    @Test
    void dualPi2CouplesItsQueues() {
        Load load = new Load(Queues.dualPi2(300_000).create(new SplittableRandom(1)));
        ResponsiveSource classic = new ResponsiveSource(load, 0.7).halfLoad();
        int l4s = 0;
        for (int ms = 0; ms < 60_000; ms++) {
            classic.send();
            if (ms % 4 == 0) {
                load.offer(1, 1);
                l4s++;
            }
            load.serve();
            classic.adapt();
        }
        double dropShare = (double) load.gone[0] / load.sent[0];
        double markShare = (double) load.queue.marked() / l4s;
        assertEquals(0, load.gone[1]);
        assertTrue(dropShare > 0.0005 && markShare > dropShare, "dropped " + dropShare + ", marked " + markShare);
        assertEquals(2 * Math.sqrt(dropShare), markShare, 0.6 * markShare);
    }

    @Test
    void anEmptyQueueTakesAPacketOfAnySize() {
        for (String which : List.of("codel", "pie", "dual", "red")) {
            QueueFactory factory =
                    switch (which) {
                        case "codel" -> Queues.codel(100, false);
                        case "pie" -> Queues.pie(100, false);
                        case "red" -> Queues.red(100, PACKET_NS, false);
                        default -> Queues.dualPi2(100);
                    };
            QueueDiscipline queue = factory.create(new SplittableRandom(1));
            assertTrue(queue.enqueue(new Load.Packet(0, 0), 0, p -> {}), which);
            assertFalse(queue.enqueue(new Load.Packet(0, 0), 0, p -> {}), which);
        }
    }
}
