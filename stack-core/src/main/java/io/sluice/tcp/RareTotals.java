package io.sluice.tcp;

/** What a connection has counted since it began that most have nothing of: see {@link TcpTotals}. */
final class RareTotals {
    long retransmittedBytes;
    int retransmittedSegments;
    int duplicatesReported;
    int reorderings;
    int outOfOrderSegments;
    int deliveredCeSegments;
    long windowLimitedNs;
    long bufferLimitedNs;
    int timeouts;
    int timeoutRecoveries;
    long timeoutNs;

    /** Nothing was acknowledged since a timeout. */
    boolean silent;

    /** When the timeouts began that nothing was acknowledged since. */
    long timeoutSinceNs;

    /** Those of {@code c}, which exist from the first call on. */
    static RareTotals of(TcpConnection c) {
        Occasional o = c.ownOccasional();
        RareTotals t = o.totals;
        if (t == null) {
            t = new RareTotals();
            o.totals = t;
        }
        return t;
    }

    void onTimeout(long nowNs) {
        timeouts++;
        if (!silent) {
            silent = true;
            timeoutRecoveries++;
            timeoutSinceNs = nowNs;
        }
    }

    /** What was outstanding is acknowledged, or the first of it. */
    void onProgress(long nowNs) {
        if (silent) {
            silent = false;
            timeoutNs += nowNs - timeoutSinceNs;
        }
    }
}
