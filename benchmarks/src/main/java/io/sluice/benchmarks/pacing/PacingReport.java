package io.sluice.benchmarks.pacing;

import io.sluice.benchmarks.pacing.PacketCapture.Captured;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Compares what was captured with the rate at which it should have left. */
final class PacingReport {
    private static final long WINDOW_NS = 10_000_000L;
    private static final double NS_PER_MS = 1e6;
    private static final double TOLERANCE = 0.1;

    /**
     * The pacing rate from a time on.
     *
     * @param atNs of the wall clock
     * @param bytesPerSecond octets of the stream
     * @param measured false where something else than pacing limits what is sent
     */
    record Rate(long atNs, double bytesPerSecond, boolean measured) {}

    private final List<Captured> packets;
    private final List<Rate> rates;
    private final int segment;
    private int longBursts;

    /** @param segment octets of a full segment, which is the least that leaves together */
    PacingReport(List<Captured> packets, List<Rate> rates, int segment) {
        this.packets = packets;
        this.rates = rates;
        this.segment = segment;
    }

    /** What the rate allows between two times, in octets; negative if something else limited what was sent. */
    private double allowed(long fromNs, long toNs) {
        double sum = 0;
        for (int i = indexAt(fromNs); i < rates.size() && rates.get(i).atNs < toNs; i++) {
            Rate rate = rates.get(i);
            long start = Math.max(fromNs, rate.atNs);
            long end = Math.min(toNs, i + 1 < rates.size() ? rates.get(i + 1).atNs : Long.MAX_VALUE);
            if (start < end) {
                if (!rate.measured) {
                    return -1;
                }
                sum += rate.bytesPerSecond * (end - start) / 1e9;
            }
        }
        return sum;
    }

    /** The last rate that holds at a time, or the first one. */
    private int indexAt(long atNs) {
        int low = 0;
        int high = rates.size();
        while (high - low > 1) {
            int middle = (low + high) / 2;
            if (rates.get(middle).atNs <= atNs) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Prints the figures; whether all of them are as wanted. */
    boolean print() {
        List<Double> windows = windows();
        List<Double> gaps = new ArrayList<>();
        double largest = burst(gaps);
        double within = share(windows);
        System.out.printf(
                Locale.ROOT,
                "  mean rate of 10 ms / pacing rate: median %.3f, 1st to 99th percentile %.3f to %.3f, within 10 %%: %.1f %% of %d%n",
                percentile(windows, 50),
                percentile(windows, 1),
                percentile(windows, 99),
                100 * within,
                windows.size());
        System.out.printf(
                Locale.ROOT,
                "  gap / size at the pacing rate:    median %.3f, 10th to 90th percentile %.3f to %.3f, within 10 %%: %.1f %% of %d%n",
                percentile(gaps, 50),
                percentile(gaps, 10),
                percentile(gaps, 90),
                100 * share(gaps),
                gaps.size());
        System.out.printf(
                Locale.ROOT,
                "  largest burst: %.2f ms of data at the pacing rate, or one segment; longer than 1 ms: %d of %d%n",
                largest,
                longBursts,
                gaps.size());
        boolean median =
                Math.abs(percentile(windows, 50) - 1) <= TOLERANCE && Math.abs(percentile(gaps, 50) - 1) <= TOLERANCE;
        return median && largest <= 1;
    }

    private List<Double> windows() {
        List<Double> ratios = new ArrayList<>();
        int next = 0;
        for (long from = packets.get(0).atNs();
                from + WINDOW_NS <= packets.get(packets.size() - 1).atNs();
                from += WINDOW_NS) {
            long bytes = 0;
            for (; packets.get(next).atNs() < from + WINDOW_NS; next++) {
                bytes += packets.get(next).payloadBytes();
            }
            double allowed = allowed(from, from + WINDOW_NS);
            if (allowed > 0) {
                ratios.add(bytes / allowed);
            }
        }
        return ratios;
    }

    /**
     * The largest burst, in milliseconds of the pacing rate: packets closer than a quarter of what the first of them takes at
     * that rate. Collects the time from the beginning of each burst to the next, over the time that the first should take.
     */
    private double burst(List<Double> gaps) {
        double largest = 0;
        int i = 0;
        while (i < packets.size()) {
            long start = packets.get(i).atNs();
            double perNs = allowed(start, start + WINDOW_NS) / WINDOW_NS;
            long bytes = packets.get(i).payloadBytes();
            int j = i + 1;
            while (j < packets.size()
                    && packets.get(j).atNs() - packets.get(j - 1).atNs()
                            < packets.get(j - 1).payloadBytes() / perNs / 4) {
                bytes += packets.get(j++).payloadBytes();
            }
            if (perNs > 0) {
                double burstMs = bytes <= segment ? 0 : bytes / perNs / NS_PER_MS;
                largest = Math.max(largest, burstMs);
                longBursts += burstMs > 1 ? 1 : 0;
                if (j < packets.size()) {
                    gaps.add((packets.get(j).atNs() - start) * perNs / bytes);
                }
            }
            i = j;
        }
        return largest;
    }

    private static double share(List<Double> ratios) {
        return ratios.isEmpty()
                ? 0
                : (double) ratios.stream()
                                .filter(r -> Math.abs(r - 1) <= TOLERANCE)
                                .count()
                        / ratios.size();
    }

    private static double percentile(List<Double> values, int percent) {
        if (values.isEmpty()) {
            return Double.NaN;
        }
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100));
    }
}
