package io.sluice.sim.queue;

import org.jspecify.annotations.Nullable;

/** DualQ Coupled PI2 (RFC 9332 Appendix A): one queue for L4S traffic, one for the rest, marked at coupled rates. */
public final class DualPi2 implements QueueDiscipline {
    /** RFC 9332 Figure 2. */
    private static final double COUPLING = 2;

    private static final long TARGET_NS = 15_000_000;
    private static final long RTT_MAX_NS = 100_000_000;
    private static final long T_UPDATE_NS = Math.min(TARGET_NS, RTT_MAX_NS / 3);
    private static final double ALPHA = 0.1 * T_UPDATE_NS / 1e9 / (RTT_MAX_NS / 1e9 * RTT_MAX_NS / 1e9);
    private static final double BETA = 0.3 / (RTT_MAX_NS / 1e9);
    private static final double CLASSIC_MAX = 1 / (COUPLING * COUPLING);
    private static final long MIN_THRESHOLD_NS = 800_000;
    private static final long RANGE_NS = 400_000;

    /** RFC 9332 Appendix A.1, note on schedulers: how much longer an L4S packet counts as having waited (time-shifted FIFO). */
    private static final long TIME_SHIFT_NS = 2 * TARGET_NS;

    private final Fifo l4s = new Fifo();
    private final Fifo classic = new Fifo();
    private final int maxBytes;
    private double base;
    private double l4sCount;
    private double classicCount;
    private long previousDelayNs;
    private long nextUpdateNs = -1;
    private long marked;

    public DualPi2(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    @Override
    public boolean enqueue(QueuedPacket packet, long nowNs, Drops drops) {
        update(nowNs);
        if (bytes() > 0 && packet.length() > maxBytes - bytes()) {
            return false;
        }
        (packet.ecn() % 2 == 1 ? l4s : classic).add(packet, nowNs);
        return true;
    }

    /** RFC 9332 Figure 4. */
    @Override
    public @Nullable QueuedPacket dequeue(long nowNs, Drops drops) {
        update(nowNs);
        while (bytes() > 0) {
            if (schedulesL4s(nowNs)) {
                double native_ = ramp(l4s.sojournNs(nowNs), l4s.size());
                QueuedPacket packet = l4s.poll();
                l4sCount += Math.min(1, Math.max(native_, COUPLING * base));
                if (l4sCount > 1 && packet != null) {
                    l4sCount -= 1;
                    mark(packet);
                }
                return packet;
            }
            QueuedPacket packet = classic.poll();
            classicCount += base * base;
            if (classicCount <= 1 || packet == null) {
                return packet;
            }
            classicCount -= 1;
            if (packet.isEcnCapable()) {
                mark(packet);
                return packet;
            }
            drops.dropped(packet);
        }
        return null;
    }

    private boolean schedulesL4s(long nowNs) {
        return !l4s.isEmpty()
                && (classic.isEmpty() || l4s.sojournNs(nowNs) + TIME_SHIFT_NS >= classic.sojournNs(nowNs));
    }

    private void mark(QueuedPacket packet) {
        packet.mark();
        marked++;
    }

    /** RFC 9332 Figure 5; a single packet is no queue (Th_len). */
    private static double ramp(long delayNs, int packets) {
        if (packets <= 1) {
            return 0;
        }
        return Math.max(0, Math.min(1, (double) (delayNs - MIN_THRESHOLD_NS) / RANGE_NS));
    }

    /** RFC 9332 Figure 6, every T_UPDATE. */
    private void update(long nowNs) {
        if (nextUpdateNs < 0) {
            nextUpdateNs = nowNs + T_UPDATE_NS;
        }
        while (nextUpdateNs <= nowNs) {
            long delayNs = Math.max(0, classic.sojournNs(nextUpdateNs));
            nextUpdateNs += T_UPDATE_NS;
            if (base == 0 && delayNs == 0 && previousDelayNs == 0) {
                nextUpdateNs += Math.max(0, nowNs - nextUpdateNs) / T_UPDATE_NS * T_UPDATE_NS;
            }
            base += ALPHA * (delayNs - TARGET_NS) / 1e9 + BETA * (delayNs - previousDelayNs) / 1e9;
            base = Math.max(0, Math.min(StrictMath.sqrt(CLASSIC_MAX), base));
            previousDelayNs = delayNs;
        }
    }

    @Override
    public int packets() {
        return l4s.size() + classic.size();
    }

    @Override
    public int bytes() {
        return l4s.bytes() + classic.bytes();
    }

    @Override
    public long marked() {
        return marked;
    }
}
