package io.sluice.sim;

/** A token bucket that drops what comes beyond its rate: no queue, no delay. */
final class Policer {
    private final PolicerConfig config;
    private double tokens;
    private long filledNs;

    Policer(PolicerConfig config, long startNs) {
        this.config = config;
        this.tokens = config.burstBytes();
        this.filledNs = startNs;
    }

    boolean passes(int octets, long nowNs) {
        if (config.bitsPerSecond() == 0) {
            return true;
        }
        tokens = Math.min(config.burstBytes(), tokens + (nowNs - filledNs) / 8e9 * config.bitsPerSecond());
        filledNs = nowNs;
        if (tokens < octets) {
            return false;
        }
        tokens -= octets;
        return true;
    }
}
