package io.sluice.tcp;

import org.jspecify.annotations.Nullable;

/**
 * A second order of some entries of a {@link SendLedger}, through links in the entries themselves: that in which they last
 * left, or that of the stream among those that are to be repeated. An entry is in one such list at most.
 */
final class RangeList {
    private final boolean byTime;
    private @Nullable SentRange first;
    private @Nullable SentRange last;

    /** Where an entry was last put by {@link #insert}: what is put in next is usually a neighbour. */
    private @Nullable SentRange hint;

    /** What {@link #lastBefore} found last. */
    private @Nullable SentRange cursor;

    /** @param byTime whether the order is that of sending, else that of the stream */
    RangeList(boolean byTime) {
        this.byTime = byTime;
    }

    @Nullable SentRange first() {
        return first;
    }

    /** Whether {@code a} comes before {@code b}. */
    private boolean precedes(SentRange a, SentRange b) {
        return byTime ? a.wasSentBefore(b.sentNs, b.end) : a.start < b.start;
    }

    /** Puts {@code e}, which has just left, at the end, or before what left at the same moment and ends later. */
    void append(SentRange e) {
        SentRange at = last;
        while (at != null && !precedes(at, e)) {
            at = at.listPrevious;
        }
        insertAfter(at, e);
    }

    /** Puts {@code e} in its place, which is sought from where the last one was put. */
    void insert(SentRange e) {
        SentRange at = hint == null ? last : hint;
        while (at != null && !precedes(at, e)) {
            at = at.listPrevious;
        }
        SentRange behind = at == null ? first : at.listNext;
        while (behind != null && precedes(behind, e)) {
            at = behind;
            behind = behind.listNext;
        }
        insertAfter(at, e);
        hint = e;
    }

    /** Puts {@code e} behind {@code at}; null stands for the beginning. */
    void insertAfter(@Nullable SentRange at, SentRange e) {
        SentRange behind = at == null ? first : at.listNext;
        e.list = this;
        e.listPrevious = at;
        e.listNext = behind;
        if (at == null) {
            first = e;
        } else {
            at.listNext = e;
        }
        if (behind == null) {
            last = e;
        } else {
            behind.listPrevious = e;
        }
    }

    void remove(SentRange e) {
        SentRange before = e.listPrevious;
        SentRange behind = e.listNext;
        if (before == null) {
            first = behind;
        } else {
            before.listNext = behind;
        }
        if (behind == null) {
            last = before;
        } else {
            behind.listPrevious = before;
        }
        hint = hint == e ? before : hint;
        cursor = cursor == e ? before : cursor;
        e.list = null;
        e.listPrevious = null;
        e.listNext = null;
    }

    /** For simulators: what is wrong with this list, whose entries are in flight, or null. Goes over all of it. */
    @Nullable String fault() {
        for (SentRange e = first; e != null; e = e.listNext) {
            SentRange next = e.listNext;
            if (e.sacked || (e.lost && !e.retransmitted)) {
                return "has " + e.start + " to " + e.end + " in flight, which has arrived or is lost";
            }
            if (next != null && !precedes(e, next)) {
                return "has " + e.start + " to " + e.end + " before what left earlier";
            }
        }
        return null;
    }

    /**
     * The last entry that left before that moment, or null. Sought from what was found last: as the moment moves on, each
     * entry is passed once.
     */
    @Nullable SentRange lastBefore(long sentNs, long end) {
        SentRange e = cursor;
        while (e != null && !e.wasSentBefore(sentNs, end)) {
            e = e.listPrevious;
        }
        SentRange behind = e == null ? first : e.listNext;
        while (behind != null && behind.wasSentBefore(sentNs, end)) {
            e = behind;
            behind = behind.listNext;
        }
        cursor = e;
        return e;
    }
}
