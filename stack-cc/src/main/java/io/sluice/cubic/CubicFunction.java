package io.sluice.cubic;

/**
 * The window increase function of RFC 9438 §4.2. Windows are in segments and times in seconds, as in the RFC. Results are the
 * same on every machine ({@link StrictMath}).
 */
final class CubicFunction {
    /** RFC 9438 §5: C, in segments per second cubed. */
    static final double C = 0.4;

    private CubicFunction() {}

    /** Figure 2 of RFC 9438 §4.2: the seconds K that a window of {@code cwndEpoch} takes to grow to {@code wMax}. */
    static double k(double wMax, double cwndEpoch) {
        return StrictMath.cbrt((wMax - cwndEpoch) / C);
    }

    /** Figure 1 of RFC 9438 §4.2: W_cubic({@code t}), {@code t} seconds into the epoch. */
    static double window(double t, double k, double wMax) {
        double sinceK = t - k;
        return C * sinceK * sinceK * sinceK + wMax;
    }
}
