package io.sluice.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** The wheel against a sorted list of deadlines: exact, complete, and never late. */
final class TimerWheelTest {
    private static final int NODES = 12;
    /** The width of a slot of the lowest level. */
    private static final long TICK_NS = 1L << 17;

    /** What is done next: arm or disarm a node, or let time pass. */
    record Step(int kind, int node, long ns) {
        @Override
        public String toString() {
            return switch (kind) {
                case 0 -> "arm " + node + " in " + ns;
                case 1 -> "disarm " + node;
                default -> "advance " + ns;
            };
        }
    }

    /** Delays of every magnitude, with many at the edges of slots and levels. */
    private static Arbitrary<Long> delays() {
        Arbitrary<Long> magnitudes = Arbitraries.integers().between(0, 52).flatMap(bits -> Arbitraries.longs()
                .between(0, 1L << bits));
        Arbitrary<Long> edges = Combinators.combine(
                        Arbitraries.of(0L, 1L, 2L, 255L, 256L, 257L, 511L, 65_535L, 65_536L, 1L << 24, 1L << 32),
                        Arbitraries.longs().between(-2, 2))
                .as((ticks, off) -> Math.max(0, ticks * TICK_NS + off));
        return Arbitraries.oneOf(magnitudes, edges);
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        return Combinators.combine(
                        Arbitraries.frequency(
                                net.jqwik.api.Tuple.of(4, 0),
                                net.jqwik.api.Tuple.of(1, 1),
                                net.jqwik.api.Tuple.of(3, 2)),
                        Arbitraries.integers().between(0, NODES - 1),
                        delays())
                .as(Step::new)
                .list()
                .ofMaxSize(60);
    }

    /** The wheel and what it should do. */
    private static final class Model {
        final TimerWheel wheel;
        final Map<Node, Long> armed = new TreeMap<>((a, b) -> Integer.compare(a.id, b.id));
        final Node[] nodes = new Node[NODES];
        long nowNs;
        long lastTick;

        Model(long startNs) {
            nowNs = startNs;
            wheel = new TimerWheel(startNs);
            for (int i = 0; i < NODES; i++) {
                nodes[i] = new Node(this, i);
            }
        }

        void arm(Node node, long atNs) {
            wheel.arm(node, atNs);
            armed.put(node, atNs);
        }

        long earliest() {
            return armed.values().stream().mapToLong(Long::longValue).min().orElse(Deadline.NEVER);
        }

        void advance(long ns) {
            nowNs += ns;
            lastTick = 0;
            wheel.advance(nowNs);
            assertTrue(earliest() > nowNs, () -> "left behind: " + armed + " at " + nowNs);
        }

        void check() {
            assertEquals(armed.size(), wheel.size());
            long next = wheel.nextDeadlineNs();
            assertTrue(next <= earliest(), () -> "would be late: " + next + ", " + armed);
            assertEquals(armed.isEmpty(), next == Deadline.NEVER);
            for (Node node : nodes) {
                assertEquals(armed.getOrDefault(node, Deadline.NEVER), node.deadlineNs());
            }
        }
    }

    private static final class Node extends TimerNode {
        private final Model model;
        private final int id;
        /** What is armed anew, once, when this node expires. */
        private long rearmNs;

        Node(Model model, int id) {
            this.model = model;
            this.id = id;
        }

        @Override
        protected void onExpired(long nowNs) {
            Long deadline = model.armed.remove(this);
            assertEquals(model.nowNs, nowNs);
            assertTrue(deadline != null && deadline <= nowNs, "expired early or twice");
            assertEquals(Deadline.NEVER, deadlineNs());
            assertTrue(deadline >> 17 >= model.lastTick, "slots out of order");
            model.lastTick = deadline >> 17;
            if (rearmNs != 0) {
                long at = nowNs + rearmNs;
                rearmNs = 0;
                model.arm(this, at);
            }
        }
    }

    @Property(tries = 2000)
    void doesWhatASortedListWouldDo(@ForAll("steps") List<Step> steps, @ForAll("starts") long startNs) {
        Model m = new Model(startNs);
        for (Step s : steps) {
            switch (s.kind()) {
                case 0 -> {
                    m.nodes[s.node()].rearmNs = s.ns() / 3;
                    m.arm(m.nodes[s.node()], m.nowNs + s.ns());
                }
                case 1 -> {
                    m.wheel.disarm(m.nodes[s.node()]);
                    m.armed.remove(m.nodes[s.node()]);
                }
                default -> m.advance(s.ns());
            }
            m.check();
        }
        while (!m.armed.isEmpty()) {
            m.advance(Math.max(0, m.wheel.nextDeadlineNs() - m.nowNs));
            m.check();
        }
    }

    @Provide
    Arbitrary<Long> starts() {
        return Arbitraries.oneOf(Arbitraries.just(0L), Arbitraries.longs().between(0, 1L << 60));
    }

    /** What a driver does: it sleeps until the wheel says so, and then something is due or is brought closer. */
    @Property(tries = 200)
    void sleepingFromDeadlineToDeadlineExpiresAllOnTime(@ForAll("steps") List<Step> steps) {
        Model m = new Model(0);
        for (Step s : steps) {
            m.arm(m.nodes[s.node()], s.ns());
        }
        int wakeUps = 0;
        while (!m.armed.isEmpty()) {
            long next = m.wheel.nextDeadlineNs();
            assertTrue(next >= m.nowNs);
            m.advance(next - m.nowNs);
            wakeUps++;
        }
        // A node comes down at most three levels, beside expiring; and the farthest may have to wait for another turn.
        assertTrue(wakeUps <= NODES * 5, "woken " + wakeUps + " times");
    }

    @Test
    void deadlinesOfThePastAreDueAtOnce() {
        Model m = new Model(5_000_000_000L);
        m.arm(m.nodes[0], 1);
        m.arm(m.nodes[1], -5);
        assertTrue(m.wheel.nextDeadlineNs() <= 1);
        m.lastTick = Long.MIN_VALUE;
        m.wheel.advance(m.nowNs);
        assertEquals(0, m.wheel.size());
    }

    @Test
    void clearDisarmsEverything() {
        Model m = new Model(0);
        for (int i = 0; i < NODES; i++) {
            m.arm(m.nodes[i], 1L << (4 * i));
        }
        m.wheel.clear();
        m.armed.clear();
        m.check();
        m.arm(m.nodes[3], 77);
        m.check();
        m.advance(77);
        assertEquals(0, m.wheel.size());
    }

    /** A wheel of a hundred thousand nodes, as a host with that many connections has. */
    @Test
    void manyNodes() {
        Model m = new Model(0);
        List<Node> many = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            Node n = new Node(m, NODES + i);
            many.add(n);
            m.arm(n, (i * 7_919L) % 60_000 * 1_000_000L);
        }
        long expiredAt = 0;
        while (m.wheel.size() > 0) {
            expiredAt = m.wheel.nextDeadlineNs();
            m.nowNs = Math.max(m.nowNs, expiredAt);
            m.lastTick = 0;
            m.wheel.advance(m.nowNs);
        }
        assertEquals(59_999_000_000L, expiredAt);
        assertTrue(m.armed.isEmpty());
        assertTrue(many.stream().allMatch(n -> n.deadlineNs() == Deadline.NEVER));
    }
}
