package io.sluice.benchmarks.jmh;

import io.sluice.time.TimerNode;
import io.sluice.time.TimerWheel;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The timer wheel with many timers pending. Nodes are visited at random, as packets of many connections would. */
@State(Scope.Thread)
public class TimerWheelBenchmark {
    private static final long SPREAD_NS = 1_000_000_000;
    private static final long STEP_NS = 1_000;
    private static final int TURN_MASK = 63;

    /** Armed timers. */
    @Param({"100", "10000", "1000000"})
    public int pending;

    private final SplittableRandom random = new SplittableRandom(1);
    private TimerWheel wheel = new TimerWheel(0);
    private Node[] nodes = {};
    private long nowNs;
    private long expired;
    private int calls;

    /** Arms itself again. */
    private final class Node extends TimerNode {
        @Override
        protected void onExpired(long atNs) {
            expired++;
            wheel.arm(this, atNs + SPREAD_NS);
        }
    }

    @Setup
    public void armAll() {
        wheel = new TimerWheel(0);
        nowNs = 0;
        nodes = new Node[pending];
        for (int i = 0; i < pending; i++) {
            nodes[i] = new Node();
            wheel.arm(nodes[i], random.nextLong(SPREAD_NS));
        }
    }

    /** A node, at a time a little later; 64 calls share a turn of the host, which advances the wheel. */
    private Node next() {
        nowNs += STEP_NS;
        if ((++calls & TURN_MASK) == 0) {
            wheel.advance(nowNs);
        }
        return nodes[random.nextInt(pending)];
    }

    /** What every acknowledgment does to the retransmission timer: the deadline moves. */
    @Benchmark
    public void rearm() {
        wheel.arm(next(), nowNs + SPREAD_NS);
    }

    /** A timer that is set and taken back, as of a delayed acknowledgment. */
    @Benchmark
    public void disarmAndArm() {
        Node node = next();
        wheel.disarm(node);
        wheel.arm(node, nowNs + SPREAD_NS / 25);
    }

    /** From one expiry to the next: advancing, expiring at least one timer, arming it again, finding the next deadline. */
    @Benchmark
    public long expireNext() {
        nowNs = Math.max(nowNs, wheel.nextDeadlineNs());
        wheel.advance(nowNs);
        return expired;
    }
}
