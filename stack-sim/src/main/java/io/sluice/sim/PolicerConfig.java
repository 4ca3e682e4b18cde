package io.sluice.sim;

/**
 * What a policer lets pass: packets beyond it are dropped, not queued.
 *
 * @param bitsPerSecond in the long run; 0 for everything
 * @param burstBytes at once
 */
public record PolicerConfig(long bitsPerSecond, int burstBytes) {
    /** Everything passes. */
    public static final PolicerConfig NONE = new PolicerConfig(0, 0);

    @Override
    public String toString() {
        return "policed to " + bitsPerSecond / 1e6 + " Mbit/s with bursts of " + burstBytes + " octets";
    }
}
