package io.sluice.cli.demo;

import java.util.Locale;

/** Octets, times and rates as people write them, always three digits or so. */
final class Amounts {
    private static final double NS_PER_MS = 1e6;
    private static final double NS_PER_S = 1e9;
    private static final int BITS = 8;

    private Amounts() {}

    /** {@code 14 B}, {@code 1.4 KiB}, {@code 256 MiB}. */
    static String bytes(long octets) {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
        double value = (double) octets;
        int unit = 0;
        while (value >= 1023.5 && unit < units.length - 1) {
            value /= 1024;
            unit++;
        }
        return (unit == 0 ? String.format(Locale.ROOT, "%.0f", value) : threeDigits(value)) + " " + units[unit];
    }

    /** {@code 0.42 ms}, {@code 12.3 ms}, {@code 1.25 s}. */
    static String time(long ns) {
        return ns < 0.9995 * NS_PER_S ? threeDigits(ns / NS_PER_MS) + " ms" : threeDigits(ns / NS_PER_S) + " s";
    }

    /** {@code 941 Mbit/s}, {@code 12.6 Gbit/s}; nothing for no time. */
    static String rate(long octets, long ns) {
        if (ns <= 0) {
            return "";
        }
        double bitsPerSecond = (double) octets * BITS * NS_PER_S / ns;
        return bitsPerSecond < 0.9995e9
                ? threeDigits(bitsPerSecond / 1e6) + " Mbit/s"
                : threeDigits(bitsPerSecond / 1e9) + " Gbit/s";
    }

    /** {@code 1,234,567}. */
    static String count(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    private static String threeDigits(double value) {
        String format = value < 9.995 ? "%.2f" : value < 99.95 ? "%.1f" : "%.0f";
        return String.format(Locale.ROOT, format, value);
    }
}
