package io.sluice.tcp;

import org.jspecify.annotations.Nullable;

/** What only some connections ever need, so that the others do without. */
final class Occasional {
    @Nullable PathMtuState pathMtu;

    @Nullable UrgentState urgent;

    @Nullable FastOpenState fastOpen;

    /** What of RFC 5482 there is to remember. */
    @Nullable UserTimeoutState userTimeout;

    /** What its segments are signed with (RFC 5925, RFC 2385). */
    @Nullable Signature signature;

    /** When the while began whose challenge ACKs are counted (RFC 5961 §7). */
    long challengedSinceNs;

    /** Challenge ACKs in that while. */
    int challenges;

    /** What AccECN has counted (RFC 9768), or that it was asked for. */
    AccurateEcn.@Nullable State accurateEcn;

    /** What is counted of few connections. */
    @Nullable RareTotals totals;
}
