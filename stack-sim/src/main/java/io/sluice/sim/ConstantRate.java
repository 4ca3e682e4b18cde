package io.sluice.sim;

/** The same rate at all times. */
record ConstantRate(long meanBitsPerSecond) implements LinkRate {
    @Override
    public Clock start(long startNs) {
        if (meanBitsPerSecond == 0) {
            return (atNs, octets) -> atNs;
        }
        return (atNs, octets) -> atNs + octets * 8_000_000_000L / meanBitsPerSecond;
    }

    @Override
    public String toString() {
        return meanBitsPerSecond == 0 ? "no rate" : meanBitsPerSecond / 1e6 + " Mbit/s";
    }
}
