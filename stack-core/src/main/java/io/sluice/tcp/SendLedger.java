package io.sluice.tcp;

import io.sluice.event.RetransmitCause;
import io.sluice.time.Deadline;
import org.jspecify.annotations.Nullable;

/**
 * What has been sent and not yet acknowledged, as ranges of stream offsets: the scoreboard of RFC 6675 §3. Holds no
 * buffers. One entry for each transmitted super-segment; a SACK that covers part of it splits it at segment boundaries,
 * and neighbours that are both sacked merge. All sums are kept up to date, and what is in flight is also linked in the order
 * in which it last left, what is to be repeated in that of the stream, so that no acknowledgment walks the window.
 *
 * <p>Loss recovery reads it; only the stack changes it.
 */
public final class SendLedger {
    /** More entries than this only come from an attack by tiny SACK blocks: further ones are not split. */
    static final int MAX_ENTRIES = 16_384;

    /** What repairing losses remembers; of the connection, not of one algorithm. */
    final Tcb.Recovery recovery = new Tcb.Recovery();

    /** When {@link LossTimer} is due for each of its reasons. */
    long rtoAtNs = Deadline.NEVER;

    long lookAgainNs = Deadline.NEVER;
    long probeAtNs = Deadline.NEVER;

    /** The tail loss probe of what is in flight. */
    TailLossProbe.State probe = TailLossProbe.State.NONE;

    /** TLP.end_seq of RFC 8985 §5.3 as a stream offset. */
    long probeEnd = TailLossProbe.NONE;

    /** TLP.is_retrans of RFC 8985 §5.3. */
    boolean probeRepeats;

    /** C.delivered_time and C.first_send_time of {@link RateSampler}: they only mean something while data is in flight. */
    long deliveredNs;

    long firstSentNs;

    /** C.app_limited of {@link RateSampler}. */
    long appLimitedUntil;

    private final LedgerPool pool;
    private @Nullable SentRange head;
    private @Nullable SentRange tail;

    /** The highest range that is sacked. */
    private @Nullable SentRange highest;

    /** Where below that something was last sacked. */
    private @Nullable SentRange sackHint;

    private final RangeList inFlight = new RangeList(true);
    private final RangeList toRepeat = new RangeList(false);
    private final KnownBlocks blocks = new KnownBlocks();
    private int entries;
    private int sackedSegments;
    private long padding;
    private long sackedBytes;
    private long lostBytes;
    private long retransmittedBytes;
    private long highestSacked = -1;

    SendLedger(LedgerPool pool) {
        this.pool = pool;
    }

    /** Whether this is what connections have that have nothing in flight: nothing may be changed in it. */
    boolean isShared() {
        return this == pool.empty;
    }

    public boolean isEmpty() {
        return head == null;
    }

    public @Nullable SentRange head() {
        return head;
    }

    public @Nullable SentRange tail() {
        return tail;
    }

    public int entries() {
        return entries;
    }

    /** What is counted for the ranges beyond their octets, see {@link SentRange#counted}: less than nothing where segments are larger than the unit. */
    long padding() {
        return padding;
    }

    /** Octets that SACK says have arrived, as they are counted. */
    public long sackedBytes() {
        return sackedBytes;
    }

    /** Octets taken for lost, as they are counted. */
    public long lostBytes() {
        return lostBytes;
    }

    /** Octets of repetitions under way, as they are counted. */
    public long retransmittedBytes() {
        return retransmittedBytes;
    }

    /** The end of the highest range that was sacked (HighData's counterpart in RFC 6675 §2), or -1. */
    public long highestSacked() {
        return highestSacked;
    }

    /** Segments that SACK says have arrived: RACK.segs_sacked of RFC 8985 §5.3. */
    public int sackedSegments() {
        return sackedSegments;
    }

    /** The highest range that is sacked, or null. */
    public @Nullable SentRange highestSackedRange() {
        return highest;
    }

    /** Of what is in flight, neither sacked nor known to be lost, what left longest ago; or null. */
    public @Nullable SentRange oldestInFlight() {
        return inFlight.first();
    }

    /** Of what is in flight, the last that left before a moment ({@link SentRange#wasSentBefore}), or null. */
    public @Nullable SentRange lastInFlightBefore(long sentNs, long end) {
        return inFlight.lastBefore(sentNs, end);
    }

    /**
     * Notes that {@code [start, end)} left for the first time.
     *
     * @param unit what each of its segments counts for, 0 for its octets
     */
    SentRange append(long start, long end, int mss, int unit, long nowNs) {
        SentRange e = pool.take();
        e.start = start;
        e.end = end;
        e.mss = mss;
        e.unit = (char) unit; // a segment is no larger
        e.sentNs = nowNs;
        e.sentBefore = end;
        e.transmissions = 1;
        e.pushed = false;
        e.sacked = false;
        e.lost = false;
        e.retransmitted = false;
        e.cause = RetransmitCause.NONE;
        e.countSegments();
        count(e, 1);
        inFlight.append(e);
        e.previous = tail;
        e.next = null;
        if (tail == null) {
            head = e;
        } else {
            tail.next = e;
        }
        tail = e;
        entries++;
        return e;
    }

    /** An entry is repeated in segments of {@code mss}; the last one perhaps with what follows it, up to {@code end}. */
    void resize(SentRange e, long end, int mss) {
        count(e, -1);
        e.end = end;
        e.mss = mss;
        e.countSegments();
        count(e, 1);
    }

    /**
     * Notes that an entry left again.
     *
     * @param counts whether it is in flight once more for that; what is lost always is
     */
    void retransmitted(SentRange e, RetransmitCause cause, boolean counts, long nowNs) {
        e.sentNs = nowNs;
        e.sentBefore = tail == null ? e.end : tail.end;
        e.transmissions++;
        e.cause = cause;
        if (!e.retransmitted && (counts || e.lost)) {
            e.retransmitted = true;
            retransmittedBytes += e.counted();
        }
        unlist(e);
        inFlight.append(e);
    }

    private static void unlist(SentRange e) {
        RangeList list = e.list;
        if (list != null) {
            list.remove(e);
        }
    }

    /** Puts an entry, whose state has changed, where it now belongs. */
    private void relist(SentRange e) {
        unlist(e);
        if (e.sacked) {
            return;
        }
        if (e.lost && !e.retransmitted) {
            toRepeat.insert(e);
        } else {
            inFlight.insert(e);
        }
    }

    /**
     * Makes {@code e} end at {@code at} and puts the rest into an entry of its own behind it.
     *
     * @return false if there are too many entries
     */
    boolean split(SentRange e, long at) {
        boolean may = entries < MAX_ENTRIES;
        if (may) {
            cut(e, at);
        }
        return may;
    }

    /** As {@link #split}, however many entries there are: only a part of {@code e} leaves. */
    void cut(SentRange e, long at) {
        SentRange rest = pool.take();
        rest.start = at;
        rest.end = e.end;
        rest.takeTransmission(e);
        count(e, -1);
        e.end = at;
        e.countSegments();
        rest.countSegments();
        count(e, 1);
        count(rest, 1);
        RangeList list = e.list;
        if (list != null) {
            list.insertAfter(e, rest);
        }
        rest.previous = e;
        rest.next = e.next;
        if (e.next == null) {
            tail = rest;
        } else {
            e.next.previous = rest;
        }
        e.next = rest;
        entries++;
    }

    /** Everything before {@code offset} is acknowledged: the oldest entries go, a part of one is cut off. */
    void acknowledge(long offset, AckOutcome outcome) {
        for (SentRange e = head; e != null && e.start < offset; e = head) {
            long upTo = Math.min(e.end, offset);
            outcome.onAcknowledged(e, upTo);
            if (upTo < e.end) {
                count(e, -1);
                e.start = upTo;
                e.countSegments();
                count(e, 1);
                return;
            }
            remove(e);
        }
    }

    /** Marks what lies in {@code [left, right)} as received. */
    void sack(long left, long right, AckOutcome outcome) {
        if (blocks.has(left, right)) {
            return;
        }
        long at = left;
        for (SentRange e = reaching(at); e != null && e.start < right; e = reaching(at)) {
            at = e.end;
            if (!e.sacked) {
                sackPart(e, left, right, outcome);
            }
        }
        if (right > highestSacked) {
            highestSacked = right;
        }
    }

    private void sackPart(SentRange e, long left, long right, AckOutcome outcome) {
        long from = Math.max(left, e.start);
        long to = Math.min(right, e.end);
        if (from > e.start) { // inwards to a segment boundary: what the peer has is whole segments
            from = e.start + (from - e.start + e.mss - 1) / e.mss * e.mss;
        }
        if (to < e.end) {
            to = e.start + (to - e.start) / e.mss * e.mss;
        }
        if (from >= to) {
            return;
        }
        SentRange part = e;
        if (from > e.start) {
            if (!split(e, from)) {
                return;
            }
            part = e.next == null ? e : e.next;
        }
        if (to < part.end && !split(part, to)) {
            return;
        }
        outcome.onDelivered(part, part.end);
        count(part, -1);
        part.sacked = true;
        part.lost = false;
        part.retransmitted = false;
        count(part, 1);
        unlist(part);
        merge(part);
    }

    /** Unites a sacked entry with its sacked neighbours. */
    private void merge(SentRange e) {
        SentRange kept = e;
        SentRange previous = e.previous;
        if (previous != null && previous.sacked) {
            swallow(previous, e);
            kept = previous;
        }
        SentRange next = kept.next;
        if (next != null && next.sacked) {
            swallow(kept, next);
        }
        if (highest == null || kept.end >= highest.end) {
            highest = kept;
        } else {
            sackHint = kept;
        }
    }

    private void swallow(SentRange kept, SentRange next) {
        int segments = kept.segments + next.segments;
        boolean wasHighest = highest == next;
        count(kept, -1);
        kept.end = next.end;
        kept.transmissions = Math.max(kept.transmissions, next.transmissions);
        kept.segments = segments;
        count(kept, 1);
        remove(next);
        if (wasHighest) {
            highest = kept;
        }
    }

    /** The first entry that ends behind {@code offset}, or null; sought from the nearest of the places where SACKs were. */
    @Nullable SentRange reaching(long offset) {
        SentRange e = nearer(nearer(nearer(head, tail, offset), highest, offset), sackHint, offset);
        while (e != null && e.end <= offset) {
            e = e.next;
        }
        if (e == null) {
            return null;
        }
        while (e.previous != null && e.previous.end > offset) {
            e = e.previous;
        }
        return e;
    }

    private static @Nullable SentRange nearer(@Nullable SentRange a, @Nullable SentRange b, long offset) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        return Math.abs(b.start - offset) < Math.abs(a.start - offset) ? b : a;
    }

    /** Takes an entry for lost, so that it will be repeated; whether that is news. {@link Losses} tells who has to know. */
    boolean markLost(SentRange e) {
        if (e.sacked || (e.lost && !e.retransmitted)) {
            return false;
        }
        count(e, -1);
        e.lost = true;
        e.retransmitted = false;
        count(e, 1);
        relist(e);
        return true;
    }

    /**
     * The original of {@code e} is lost, after all: it was repeated before that was certain (RFC 6675 §4, NextSeg rules 3 and
     * 4), so that from now on only the repetition is in the pipe. Whether that is news.
     */
    boolean confirmLost(SentRange e) {
        if (e.sacked || e.lost || !e.retransmitted) {
            return false;
        }
        e.lost = true;
        lostBytes += e.counted();
        return true;
    }

    /** Takes everything that is not sacked for lost. Walks the window. */
    void markAllLost(RetransmitCause cause) {
        for (SentRange e = head; e != null; e = e.next) {
            if (markLost(e)) {
                e.cause = cause;
            }
        }
    }

    /** Forgets all SACK information (RFC 2018 §8: a receiver may renege). Walks the window. */
    void forgetSacks() {
        for (SentRange e = head; e != null; e = e.next) {
            if (e.sacked) {
                count(e, -1);
                e.sacked = false;
                count(e, 1);
                relist(e);
            }
        }
        recovery.judgedOffset = 0;
        highestSacked = -1;
        highest = null;
        sackHint = null;
        blocks.clear();
    }

    /** Nothing is lost after all. Walks the window. */
    void clearLost() {
        for (SentRange e = head; e != null; e = e.next) {
            if (e.lost) {
                count(e, -1);
                e.lost = false;
                count(e, 1);
                relist(e);
            }
        }
    }

    /** The lowest entry that is lost and has not been repeated since, or null. */
    public @Nullable SentRange nextLost() {
        return toRepeat.first();
    }

    /** Adds an entry to all sums, or takes it out of them. */
    private void count(SentRange e, int sign) {
        long octets = sign * e.counted();
        padding += octets - sign * e.length();
        if (e.sacked) {
            sackedBytes += octets;
            sackedSegments += sign * e.segments;
        }
        if (e.lost) {
            lostBytes += octets;
        }
        if (e.retransmitted) {
            retransmittedBytes += octets;
        }
    }

    private void remove(SentRange e) {
        if (e.previous == null) {
            head = e.next;
        } else {
            e.previous.next = e.next;
        }
        if (e.next == null) {
            tail = e.previous;
        } else {
            e.next.previous = e.previous;
        }
        sackHint = sackHint == e ? e.previous : sackHint;
        highest = highest == e ? null : highest;
        count(e, -1);
        unlist(e);
        entries--;
        pool.give(e);
    }

    /** For simulators: what is wrong with the order of what is in flight, or null. Walks it. */
    @Nullable String fault() {
        return inFlight.fault();
    }

    /** Lets go of everything. */
    void clear() {
        for (SentRange e = head; e != null; e = head) {
            remove(e);
        }
        probe = TailLossProbe.State.NONE;
        probeEnd = TailLossProbe.NONE;
        rtoAtNs = Deadline.NEVER;
        lookAgainNs = Deadline.NEVER;
        highestSacked = -1;
        blocks.clear();
        appLimitedUntil = 0;
        recovery.reset();
    }
}
