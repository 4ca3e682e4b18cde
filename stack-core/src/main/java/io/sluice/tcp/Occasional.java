package io.sluice.tcp;

import org.jspecify.annotations.Nullable;

/** What only some connections ever need, so that the others do without. */
final class Occasional {
    @Nullable PathMtuState pathMtu;

    @Nullable UrgentState urgent;

    @Nullable FastOpenState fastOpen;

    /** What RFC 7661 has measured. */
    CwndValidation.@Nullable State validation;

    /** What of RFC 5482 there is to remember. */
    @Nullable UserTimeoutState userTimeout;

    /** What its segments are signed with (RFC 5925, RFC 2385). */
    @Nullable Signature signature;

    /** The user has closed, and nobody watches what is still to be sent: it is one of {@link Orphans}. */
    boolean orphaned;

    /** See {@link EndOfReading}. */
    boolean readsNoMore;

    /** When the while began whose challenge ACKs are counted (RFC 5961 §7). */
    long challengedSinceNs;

    /** Challenge ACKs in that while. */
    short challenges;

    /** What AccECN has counted (RFC 9768), or that it was asked for. */
    AccurateEcn.@Nullable State accurateEcn;

    /** What is counted of few connections. */
    @Nullable RareTotals totals;

    /** With IP_RECVERR, what ICMP said while it was opening, until the user takes it. */
    @Nullable IcmpNotice icmp;

    /** The headers of the SYN ({@link SavedSyn}). */
    byte @Nullable [] savedSyn;

    /** When received data arrived, if the user wants to know. */
    @Nullable ReceiveStamps receiveStamps;
}
