package io.sluice.posix;

import io.sluice.tcp.Knobs;
import io.sluice.tcp.SocketOptions;
import io.sluice.tcp.TimerBounds;
import org.jspecify.annotations.Nullable;

/** TCP_RTO_MAX_MS, TCP_RTO_MIN_US and TCP_DELACK_MAX_US (tcp(7)). */
final class TimerOptions {
    private static final long NS_PER_MS = 1_000_000L;
    private static final long NS_PER_MICROSECOND = 1_000L;
    private static final long LEAST_RTO_MAX_MS = 1_000;
    private static final long GREATEST_RTO_MAX_MS = 120_000;

    /** Linux refuses less than two ticks of its clock. */
    private static final long TICK_US = 4_000;

    private static final long GREATEST_US = 200_000;

    private final Knobs knobs;

    TimerOptions(Knobs knobs) {
        this.knobs = knobs;
    }

    static boolean has(SocketOption option) {
        return switch (option) {
            case TCP_RTO_MAX_MS, TCP_RTO_MIN_US, TCP_DELACK_MAX_US -> true;
            default -> false;
        };
    }

    /** The value; the host's where the user has set none. */
    long get(SocketOptions o, SocketOption option) {
        TimerBounds bounds = o.rare.timers();
        return switch (option) {
            case TCP_RTO_MAX_MS -> bounds.greatestRtoNs(knobs) / NS_PER_MS;
            case TCP_RTO_MIN_US -> bounds.leastRtoNs(knobs) / NS_PER_MICROSECOND;
            default -> bounds.longestAckDelayNs() > 0 ? bounds.longestAckDelayNs() / NS_PER_MICROSECOND : GREATEST_US;
        };
    }

    /** Sets one; null, or why not. */
    static @Nullable Errno set(SocketOptions o, SocketOption option, long value) {
        boolean ofMost = option == SocketOption.TCP_RTO_MAX_MS;
        boolean within = ofMost
                ? value >= LEAST_RTO_MAX_MS && value <= GREATEST_RTO_MAX_MS
                : value > TICK_US && value <= GREATEST_US;
        if (!within) {
            return Errno.EINVAL;
        }
        TimerBounds bounds = o.rare.timers();
        o.rare = o.rare.timers(
                switch (option) {
                    case TCP_RTO_MAX_MS -> bounds.greatestRto(value * NS_PER_MS);
                    case TCP_RTO_MIN_US -> bounds.leastRto(value * NS_PER_MICROSECOND);
                    default -> bounds.longestAckDelay(value * NS_PER_MICROSECOND);
                });
        return null;
    }
}
