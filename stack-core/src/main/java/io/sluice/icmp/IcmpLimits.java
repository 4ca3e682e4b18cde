package io.sluice.icmp;

/**
 * How fast ICMP errors may leave (RFC 1812 §4.3.2.8, RFC 4443 §2.4(f)): a token bucket for the whole host.
 *
 * @param errorsPerSecond in the long run; 0 sends none
 * @param burst at once
 */
public record IcmpLimits(int errorsPerSecond, int burst) {
    /** 1000 a second, 50 at once: a host that is probed can answer, one that is flooded does not join in. */
    public static final IcmpLimits DEFAULT = new IcmpLimits(1000, 50);

    /** Throws {@link IllegalArgumentException} for less than nothing. */
    public IcmpLimits {
        if (errorsPerSecond < 0 || burst < 0) {
            throw new IllegalArgumentException("ICMP limits");
        }
    }
}
