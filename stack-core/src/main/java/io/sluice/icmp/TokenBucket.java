package io.sluice.icmp;

/** A rate limit that lets bursts through (RFC 4443 §2.4(f)), in the host's time. */
final class TokenBucket {
    private static final long SECOND_NS = 1_000_000_000L;

    private final long costNs;
    private final long capacityNs;
    private long creditNs;
    private long lastNs;

    /** A full bucket. */
    TokenBucket(int perSecond, int burst, long nowNs) {
        costNs = perSecond == 0 ? Long.MAX_VALUE : SECOND_NS / perSecond;
        capacityNs = perSecond == 0 ? 0 : costNs * burst;
        creditNs = capacityNs;
        lastNs = nowNs;
    }

    /** Takes a token, if there is one. */
    boolean tryTake(long nowNs) {
        creditNs = Math.min(capacityNs, creditNs + Math.max(0, nowNs - lastNs));
        lastNs = nowNs;
        if (creditNs < costNs) {
            return false;
        }
        creditNs -= costNs;
        return true;
    }
}
