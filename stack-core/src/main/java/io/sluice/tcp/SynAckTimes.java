package io.sluice.tcp;

/** When a SYN-ACK that nobody answers is repeated (RFC 6298 §5.5), and how many repetitions TCP_DEFER_ACCEPT is. */
public final class SynAckTimes {
    /** As many as are counted. */
    private static final int MOST = Byte.MAX_VALUE;

    private SynAckTimes() {}

    /** How long the answer is awaited after {@code timeouts} of that kind: each time twice as long, up to the longest RTO. */
    static long waitNs(Knobs knobs, int timeouts) {
        long first = knobs.ns(Knob.INITIAL_RTO_MS);
        long most = Math.max(first, knobs.ns(Knob.MAX_RTO_MS));
        return timeouts >= Long.numberOfLeadingZeros(first) - 1 ? most : Math.min(most, first << timeouts);
    }

    /** Repetitions after which a half-open connection is given up. */
    static int limit(Knobs knobs) {
        return (int) Math.min(MOST, knobs.get(Knob.SYN_ACK_RETRIES));
    }

    /** The fewest repetitions that take {@code limitNs} altogether, as far as that can be. */
    public static int repetitions(Knobs knobs, long limitNs) {
        int n = 0;
        for (long left = limitNs; left > 0 && n < MOST; n++) {
            left -= waitNs(knobs, n);
        }
        return n;
    }

    /** The time that so many repetitions take. */
    public static long totalNs(Knobs knobs, int repetitions) {
        long sum = 0;
        for (int i = 0; i < repetitions; i++) {
            sum += waitNs(knobs, i);
        }
        return sum;
    }
}
