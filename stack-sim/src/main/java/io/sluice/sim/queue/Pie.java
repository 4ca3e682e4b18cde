package io.sluice.sim.queue;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Proportional Integral controller Enhanced (RFC 8033), with time stamps as in its §4.3 and ECN as in its §5.1. */
public final class Pie extends SingleFifo {
    /** QDELAY_REF and T_UPDATE of RFC 8033 §4.2. */
    private static final long QDELAY_REF_NS = 15_000_000;

    private static final long T_UPDATE_NS = 15_000_000;

    /** MAX_BURST of RFC 8033 §4.4. */
    private static final long MAX_BURST_NS = 150_000_000;

    /** RFC 8033 §4.2, in Hz. */
    private static final double ALPHA = 0.125;

    private static final double BETA = 1.25;

    /** mark_ecnth of RFC 8033 §5.1. */
    private static final double MARK_ECNTH = 0.1;

    private static final int MEAN_PACKET = 1500;

    private final boolean ecn;
    private final RandomGenerator random;
    private double probability;
    private double accumulated;
    private long oldDelayNs;

    private long burstAllowanceNs = MAX_BURST_NS;
    private long nextUpdateNs = -1;

    public Pie(int maxBytes, boolean ecn, RandomGenerator random) {
        super(maxBytes);
        this.ecn = ecn;
        this.random = random;
    }

    @Override
    public boolean enqueue(QueuedPacket packet, long nowNs, Drops drops) {
        update(nowNs);
        if (!fits(packet)) {
            accumulated = 0;
            return false;
        }
        if (burstAllowanceNs == 0 && hits()) {
            if (!ecn || !packet.isEcnCapable() || probability >= MARK_ECNTH) {
                return false;
            }
            mark(packet);
        }
        fifo.add(packet, nowNs);
        return true;
    }

    /** RFC 8033 §4.1, with the de-randomization of its §5.4. */
    private boolean hits() {
        boolean safe = (oldDelayNs < QDELAY_REF_NS / 2 && probability < 0.2) || fifo.bytes() <= 2 * MEAN_PACKET;
        if (safe) {
            return false;
        }
        if (probability == 0) {
            accumulated = 0;
        }
        accumulated += probability;
        boolean hit = accumulated >= 0.85 && (accumulated >= 8.5 || random.nextDouble() < probability);
        if (hit) {
            accumulated = 0;
        }
        return hit;
    }

    private void update(long nowNs) {
        if (nextUpdateNs < 0) {
            nextUpdateNs = nowNs + T_UPDATE_NS;
        }
        while (nextUpdateNs <= nowNs) {
            long atNs = nextUpdateNs;
            nextUpdateNs += T_UPDATE_NS;
            boolean idle = probability == 0 && fifo.isEmpty() && oldDelayNs == 0;
            if (idle) {
                burstAllowanceNs = MAX_BURST_NS;
                nextUpdateNs += (nowNs - atNs) / T_UPDATE_NS * T_UPDATE_NS;
            } else {
                calculate(atNs);
            }
        }
    }

    /** RFC 8033 §4.2. */
    private void calculate(long atNs) {
        long currentDelayNs = Math.max(0, fifo.sojournNs(atNs));
        double p = ALPHA * (currentDelayNs - QDELAY_REF_NS) / 1e9 + BETA * (currentDelayNs - oldDelayNs) / 1e9;
        probability += p / scale(probability);
        if (currentDelayNs == 0 && oldDelayNs == 0) {
            probability *= 0.98;
        }
        probability = Math.max(0, Math.min(1, probability));
        burstAllowanceNs = Math.max(0, burstAllowanceNs - T_UPDATE_NS); // RFC 8033 §4.4
        boolean calm = currentDelayNs < QDELAY_REF_NS / 2 && oldDelayNs < QDELAY_REF_NS / 2;
        if (probability == 0 && calm) {
            burstAllowanceNs = MAX_BURST_NS;
        }
        oldDelayNs = currentDelayNs;
    }

    private static double scale(double probability) {
        return probability < 0.000001
                ? 2048
                : probability < 0.00001
                        ? 512
                        : probability < 0.0001
                                ? 128
                                : probability < 0.001 ? 32 : probability < 0.01 ? 8 : probability < 0.1 ? 2 : 1;
    }

    @Override
    public @Nullable QueuedPacket dequeue(long nowNs, Drops drops) {
        update(nowNs);
        return fifo.poll();
    }
}
