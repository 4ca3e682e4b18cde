package io.sluice.benchmarks.tls;

import java.util.Locale;

/** What one transfer took. */
record Sample(double cpuSecondsPerGb, double gigabitsPerSecond) {
    /** As {@link #toString} writes it. */
    static Sample parse(String line) {
        int space = line.indexOf(' ');
        return new Sample(Double.parseDouble(line.substring(0, space)), Double.parseDouble(line.substring(space)));
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.6f %.6f", cpuSecondsPerGb, gigabitsPerSecond);
    }
}
