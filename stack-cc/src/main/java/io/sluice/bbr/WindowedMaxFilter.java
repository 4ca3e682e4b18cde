package io.sluice.bbr;

/**
 * The largest value of a window of time, in constant space: keeps the best sample and the best of what followed it, and of
 * what followed that, so that one is at hand when the best is too old (UpdateWindowedMaxFilter() of draft-ietf-ccwg-bbr-06
 * §5.5.5, which names the algorithm of Kathleen Nichols). Time is any number that never falls.
 */
final class WindowedMaxFilter {
    private static final int KEPT = 3;

    /** Best first; each one later, and at most as large, as the one before it. */
    private final double[] values = new double[KEPT];

    private final long[] times = new long[KEPT];

    /** Forgets everything for this one sample. */
    void reset(double value, long time) {
        for (int i = 0; i < KEPT; i++) {
            set(i, value, time);
        }
    }

    /** A sample; returns the maximum of those not older than {@code length}. */
    double update(double value, long time, long length) {
        if (value >= values[0] || time - times[KEPT - 1] > length) {
            reset(value, time);
            return value;
        }
        for (int i = 1; i < KEPT; i++) {
            if (value >= values[i]) {
                for (int j = i; j < KEPT; j++) {
                    set(j, value, time);
                }
                break;
            }
        }
        expire(value, time, length);
        refreshRunnersUp(value, time, length);
        return values[0];
    }

    private void expire(double value, long time, long length) {
        for (int passed = 0; passed < KEPT - 1 && time - times[0] > length; passed++) {
            for (int i = 1; i < KEPT; i++) {
                set(i - 1, values[i], times[i]);
            }
            set(KEPT - 1, value, time);
        }
    }

    /** Spreads the runners-up over the window: one as old as the best would go with it. */
    private void refreshRunnersUp(double value, long time, long length) {
        if (times[1] == times[0] && time - times[1] > length / 4) {
            set(1, value, time);
            set(2, value, time);
        } else if (times[2] == times[1] && time - times[2] > length / 2) {
            set(2, value, time);
        }
    }

    private void set(int i, double value, long time) {
        values[i] = value;
        times[i] = time;
    }
}
