package io.sluice.tcp;

import io.sluice.cc.AckSample;
import io.sluice.cc.RateSample;
import io.sluice.wire.Seq;
import org.jspecify.annotations.Nullable;

/** What one acknowledgment changed in the {@link SendLedger}, collected while it is applied. One a host, reused. */
public final class AckOutcome {
    private static final long NONE = Long.MAX_VALUE;

    /** Octets acknowledged for the first time, cumulatively or by SACK. */
    long deliveredBytes;

    /** The segments that these were. */
    int deliveredSegments;

    /** Octets sacked for the first time: such an ACK is a duplicate in the sense of RFC 6675 §2. */
    boolean newlySacked;

    /** A D-SACK block was there (RFC 2883 §4), and it reported these stream offsets. */
    boolean dsack;

    /** So much was repeated that this may be of it, rather than of what the network did. */
    boolean dsackCredible;

    /** What it reported had been repeated, and is among what SACK says has arrived. */
    boolean dsackOfRepeated;

    long dsackLeft;
    long dsackRight;

    /** What it reported was the repetition that a tail loss probe was. */
    boolean dsackOfProbe;

    /** It had SACK blocks. */
    boolean hadSack;

    /** It was a duplicate acknowledgment (RFC 5681 §2; with SACK, RFC 6675 §2). */
    boolean duplicate;

    /** It echoed a timestamp: TSecr. */
    boolean echoes;

    int tsEcr;

    /** It echoed a congestion mark. */
    boolean ece;

    /** The end of the highest range that was sacked before this acknowledgment came, or -1. */
    long highestSackedBefore;

    private long lowestOriginal = NONE;

    /** Octets newly taken for lost. */
    long lostBytes;

    private final RateSample rate;
    private @Nullable SenderView view;
    private long nowNs;
    private long firstSentNs = NONE;
    private long firstRepeatedNs = NONE;

    /** What was acknowledged cumulatively had been repeated. */
    boolean repeatedAcknowledged;

    /** Where the lowest of all ends that was sent once and is acknowledged. */
    private long lowestOriginalEnd = NONE;

    AckOutcome(RateSample rate) {
        this.rate = rate;
    }

    /** @param newView whose loss recovery hears of what is delivered; null if nobody does */
    void begin(@Nullable SenderView newView, long now) {
        view = newView;
        nowNs = now;
        deliveredBytes = 0;
        deliveredSegments = 0;
        newlySacked = false;
        dsack = false;
        dsackOfProbe = false;
        dsackCredible = false;
        dsackOfRepeated = false;
        hadSack = false;
        duplicate = false;
        echoes = false;
        lostBytes = 0;
        highestSackedBefore = -1;
        lowestOriginal = NONE;
        firstSentNs = NONE;
        firstRepeatedNs = NONE;
        repeatedAcknowledged = false;
        lowestOriginalEnd = NONE;
    }

    /** {@code e} is acknowledged cumulatively, up to {@code end}. */
    void onAcknowledged(SentRange e, long end) {
        repeatedAcknowledged |= e.transmissions > 1;
        if (!e.sacked) {
            onDelivered(e, end);
        }
    }

    /** {@code e} is acknowledged up to {@code end}. */
    void onDelivered(SentRange e, long end) {
        deliveredBytes += e.countedUpTo(end);
        deliveredSegments += (int) ((end - e.start + e.mss - 1) / Math.max(1, e.mss));
        RateSampler.onDelivered(rate, e);
        if (e.transmissions == 1) { // Karn's algorithm: RFC 6298 §3
            firstSentNs = Math.min(firstSentNs, e.sentNs);
            lowestOriginal = Math.min(lowestOriginal, e.start);
            lowestOriginalEnd = Math.min(lowestOriginalEnd, Math.min(end, e.start + e.mss));
        } else {
            firstRepeatedNs = Math.min(firstRepeatedNs, e.sentNs);
        }
        SenderView v = view;
        if (v != null) {
            v.c().lossRecovery.onDelivered(v, e, end, this, nowNs);
        }
    }

    /** Where the lowest range begins that was sent only once and is acknowledged since this was last asked; or far away. */
    long takeLowestOriginal() {
        long lowest = lowestOriginal;
        lowestOriginal = NONE;
        return lowest;
    }

    /** Octets acknowledged for the first time, cumulatively or by SACK. */
    public long deliveredBytes() {
        return deliveredBytes;
    }

    /**
     * Whether it reported that something came twice (D-SACK, RFC 2883 §4) which may be what was repeated, and was not sent as a
     * tail loss probe.
     */
    public boolean reportsDuplicate() {
        return dsack && dsackCredible && !dsackOfProbe;
    }

    /**
     * Where that begins which came twice, having been repeated, before what is below it, so that its original had been overtaken; in
     * stream offsets, or far away if nothing did.
     */
    public long overtakenRepetition() {
        return reportsDuplicate() && dsackOfRepeated ? dsackLeft : NONE;
    }

    /** Whether it echoed a timestamp older than {@code ts}. */
    boolean echoesBefore(int ts) {
        return echoes && Seq.lt(tsEcr, ts);
    }

    /** When the first of what was sent once was sent that this acknowledgment covers; in the far future if there is none. */
    long firstSentNs() {
        return firstSentNs;
    }

    /** When the first of the repetitions that this acknowledgment covers was sent; in the far future if there is none. */
    long firstRepeatedNs() {
        return firstRepeatedNs;
    }

    /**
     * The round-trip time of the oldest segment that this acknowledgment covers unambiguously: RFC 6298 §3 (M4). Where it covers a
     * repetition, too, what followed that may have waited for it at the receiver: such an acknowledgment measures how long the
     * repair took.
     */
    long rttNs(long now) {
        return firstSentNs == NONE || firstRepeatedNs != NONE ? AckSample.NO_RTT : now - firstSentNs;
    }

    /** Whether a segment before {@code offset} is acknowledged that was sent only once. */
    boolean hasOriginalBefore(long offset) {
        return lowestOriginalEnd <= offset;
    }
}
