package io.sluice.sim;

/** How fast a wire sends: what a {@link PipeConfig} names. Immutable; each pipe starts a clock of its own. */
public interface LinkRate {
    /** Sending takes no time. */
    LinkRate UNLIMITED = new ConstantRate(0);

    /** Tells when packets have left. */
    @FunctionalInterface
    interface Clock {
        /** When the last of {@code octets} has left, if their sending starts at {@code startNs}, which never decreases. */
        long departureNs(long startNs, int octets);
    }

    /** A clock for one pipe, which starts sending no earlier than {@code startNs}. */
    Clock start(long startNs);

    /** Bits in a second in the long run; 0 if sending takes no time. */
    long meanBitsPerSecond();

    /** The same rate at all times; 0 for {@link #UNLIMITED}. */
    static LinkRate constant(long bitsPerSecond) {
        return bitsPerSecond == 0 ? UNLIMITED : new ConstantRate(bitsPerSecond);
    }
}
