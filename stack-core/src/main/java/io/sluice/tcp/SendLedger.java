package io.sluice.tcp;

import io.sluice.event.RetransmitCause;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What has been sent and not yet acknowledged, as ranges of stream offsets: the scoreboard of RFC 6675 §3. Holds no
 * buffers. One entry for each transmitted super-segment; a SACK that covers part of it splits it at segment boundaries,
 * and neighbours that are both sacked merge. All sums are kept up to date, so that no acknowledgment walks the window.
 */
final class SendLedger {
    /** More entries than this only come from an attack by tiny SACK blocks: further ones are not split. */
    static final int MAX_ENTRIES = 16_384;

    /** A range that was sent in one go. */
    static final class Entry {
        long start;
        long end;

        /** Payload octets of each segment it was cut into. */
        int mss;

        /** When it last left. */
        long sentNs;

        /** The end of all that had been sent for the first time when it last left. */
        long sentBefore;

        /** P.delivered, P.delivered_time, P.first_send_time, P.lost and P.tx_in_flight of {@link RateSampler}. */
        long delivered;

        long deliveredNs;
        long firstSentNs;
        long lostAtSend;
        long txInFlight;

        /** P.is_app_limited. */
        boolean appLimited;

        /** How often it was sent. */
        int transmissions;

        /** The peer has it (RFC 2018). */
        boolean sacked;

        /** It is taken for lost. */
        boolean lost;

        /** A repetition of it is under way. */
        boolean retransmitted;

        RetransmitCause cause = RetransmitCause.NONE;

        @Nullable Entry next;

        @Nullable Entry previous;

        long length() {
            return end - start;
        }
    }

    /** Spare entries and ledgers, shared by the connections of a host. */
    static final class Pool {
        private static final int KEPT = 4096;

        private final ArrayDeque<SendLedger> spareLedgers = new ArrayDeque<>();
        private @Nullable Entry free;
        private int size;

        /** What a connection has in the place of a ledger while nothing is in flight. */
        final SendLedger empty = new SendLedger(this);

        /** An empty ledger. */
        SendLedger takeLedger() {
            SendLedger l = spareLedgers.poll();
            return l == null ? new SendLedger(this) : l;
        }

        /** Takes an empty ledger back. */
        void giveLedger(SendLedger empty) {
            if (spareLedgers.size() < KEPT) {
                empty.clear();
                spareLedgers.add(empty);
            }
        }

        Entry take() {
            Entry e = free;
            if (e == null) {
                return new Entry();
            }
            free = e.next;
            size--;
            e.next = null;
            return e;
        }

        void give(Entry e) {
            if (size < KEPT) {
                e.previous = null;
                e.next = free;
                free = e;
                size++;
            }
        }
    }

    /** What repairing losses remembers; of the connection, not of one algorithm. */
    final Tcb.Recovery recovery = new Tcb.Recovery();

    /** The tail loss probe of what is in flight. */
    TailLossProbe.State probe = TailLossProbe.State.NONE;

    /** C.delivered_time and C.first_send_time of {@link RateSampler}: they only mean something while data is in flight. */
    long deliveredNs;

    long firstSentNs;

    /** C.app_limited of {@link RateSampler}. */
    long appLimitedUntil;

    private final Pool pool;
    private @Nullable Entry head;
    private @Nullable Entry tail;
    private @Nullable Entry sackHint;
    private @Nullable Entry retransmitHint;
    private int entries;
    private long sackedBytes;
    private long lostBytes;
    private long retransmittedBytes;
    private long highestSacked = -1;

    SendLedger(Pool pool) {
        this.pool = pool;
    }

    /** Whether this is what connections have that have nothing in flight: nothing may be changed in it. */
    boolean isShared() {
        return this == pool.empty;
    }

    boolean isEmpty() {
        return head == null;
    }

    @Nullable Entry head() {
        return head;
    }

    @Nullable Entry tail() {
        return tail;
    }

    int entries() {
        return entries;
    }

    /** Octets that SACK says have arrived. */
    long sackedBytes() {
        return sackedBytes;
    }

    /** Octets taken for lost. */
    long lostBytes() {
        return lostBytes;
    }

    /** Octets of repetitions under way. */
    long retransmittedBytes() {
        return retransmittedBytes;
    }

    /** The end of the highest range that was sacked (HighData's counterpart in RFC 6675 §2), or -1. */
    long highestSacked() {
        return highestSacked;
    }

    /** The highest entry that is sacked, or null. Usually where the last SACK was. */
    @Nullable Entry highestSackedEntry() {
        Entry e = sackHint;
        if (e == null || !e.sacked || e.end < highestSacked) {
            e = tail;
            while (e != null && !e.sacked) {
                e = e.previous;
            }
        }
        return e;
    }

    /** Notes that {@code [start, end)} left for the first time. */
    Entry append(long start, long end, int mss, long nowNs) {
        Entry e = pool.take();
        e.start = start;
        e.end = end;
        e.mss = mss;
        e.sentNs = nowNs;
        e.sentBefore = end;
        e.transmissions = 1;
        e.sacked = false;
        e.lost = false;
        e.retransmitted = false;
        e.cause = RetransmitCause.NONE;
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

    /** The last entry, which is taken for lost, will be repeated with what follows it, up to {@code end}. */
    void extend(Entry e, long end, int mss) {
        account(e, end - e.end);
        e.end = end;
        e.mss = mss;
    }

    /** Notes that an entry left again. */
    void retransmitted(Entry e, RetransmitCause cause, long nowNs) {
        e.sentNs = nowNs;
        e.sentBefore = tail == null ? e.end : tail.end;
        e.transmissions++;
        e.cause = cause;
        if (!e.retransmitted) {
            e.retransmitted = true;
            retransmittedBytes += e.length();
        }
    }

    /**
     * Makes {@code e} end at {@code at} and puts the rest into an entry of its own behind it.
     *
     * @return false if there are too many entries
     */
    boolean split(Entry e, long at) {
        if (entries >= MAX_ENTRIES) {
            return false;
        }
        Entry rest = pool.take();
        rest.start = at;
        rest.end = e.end;
        rest.mss = e.mss;
        rest.sentNs = e.sentNs;
        rest.sentBefore = e.sentBefore;
        rest.transmissions = e.transmissions;
        rest.sacked = e.sacked;
        rest.lost = e.lost;
        rest.retransmitted = e.retransmitted;
        rest.cause = e.cause;
        rest.delivered = e.delivered;
        rest.deliveredNs = e.deliveredNs;
        rest.firstSentNs = e.firstSentNs;
        rest.lostAtSend = e.lostAtSend;
        rest.txInFlight = e.txInFlight;
        rest.appLimited = e.appLimited;
        e.end = at;
        rest.previous = e;
        rest.next = e.next;
        if (e.next == null) {
            tail = rest;
        } else {
            e.next.previous = rest;
        }
        e.next = rest;
        entries++;
        return true;
    }

    /** Everything before {@code offset} is acknowledged: the oldest entries go, a part of one is cut off. */
    void acknowledge(long offset, AckOutcome outcome) {
        for (Entry e = head; e != null && e.start < offset; e = head) {
            long upTo = Math.min(e.end, offset);
            long octets = upTo - e.start;
            account(e, -octets);
            if (!e.sacked) {
                outcome.onDelivered(e, octets);
            }
            if (upTo < e.end) {
                e.start = upTo;
                return;
            }
            remove(e);
        }
    }

    /** Marks what lies in {@code [left, right)} as received. */
    void sack(long left, long right, AckOutcome outcome) {
        long at = left;
        for (Entry e = firstReaching(at); e != null && e.start < right; e = firstReaching(at)) {
            at = e.end;
            sackHint = e;
            if (!e.sacked) {
                sackPart(e, left, right, outcome);
            }
        }
        if (right > highestSacked) {
            highestSacked = right;
        }
    }

    private void sackPart(Entry e, long left, long right, AckOutcome outcome) {
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
        Entry part = e;
        if (from > e.start) {
            if (!split(e, from)) {
                return;
            }
            part = e.next == null ? e : e.next;
        }
        if (to < part.end && !split(part, to)) {
            return;
        }
        account(part, -part.length());
        part.sacked = true;
        part.lost = false;
        part.retransmitted = false;
        account(part, part.length());
        outcome.onDelivered(part, part.length());
        merge(part);
    }

    /** Unites a sacked entry with its sacked neighbours. */
    private void merge(Entry e) {
        Entry kept = e;
        Entry previous = e.previous;
        if (previous != null && previous.sacked) {
            previous.end = e.end;
            remove(e);
            kept = previous;
        }
        Entry next = kept.next;
        if (next != null && next.sacked) {
            kept.end = next.end;
            remove(next);
        }
        sackHint = kept;
    }

    /** The first entry that ends behind {@code offset}, or null. */
    @Nullable Entry reaching(long offset) {
        return firstReaching(offset);
    }

    /** The first entry that ends behind {@code offset}, sought from where the last SACK was. */
    private @Nullable Entry firstReaching(long offset) {
        Entry e = sackHint == null ? head : sackHint;
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

    /** Takes an entry for lost, so that it will be repeated; whether that is news. {@link Losses} tells who has to know. */
    boolean markLost(Entry e) {
        if (e.sacked || (e.lost && !e.retransmitted)) {
            return false;
        }
        account(e, -e.length());
        e.lost = true;
        e.retransmitted = false;
        account(e, e.length());
        if (retransmitHint == null || e.start < retransmitHint.start) {
            retransmitHint = e;
        }
        return true;
    }

    /** Takes everything that is not sacked for lost (RFC 6298 §5.4, RFC 6675 §5.1). Walks the window: only for timeouts. */
    void markAllLost() {
        for (Entry e = head; e != null; e = e.next) {
            markLost(e);
        }
        retransmitHint = head;
    }

    /** Forgets all SACK information (RFC 2018 §8: a receiver may renege). */
    void forgetSacks() {
        for (Entry e = head; e != null; e = e.next) {
            if (e.sacked) {
                account(e, -e.length());
                e.sacked = false;
                account(e, e.length());
            }
        }
        highestSacked = -1;
    }

    /** Nothing is lost after all. */
    void clearLost() {
        for (Entry e = head; e != null; e = e.next) {
            account(e, -e.length());
            e.lost = false;
            account(e, e.length());
        }
        retransmitHint = null;
    }

    /** The lowest entry that is lost and has not been repeated since, or null. */
    @Nullable Entry nextLost() {
        if (lostBytes == 0) {
            return null;
        }
        Entry e = retransmitHint == null ? head : retransmitHint;
        while (e != null && (!e.lost || e.retransmitted)) {
            e = e.next;
        }
        retransmitHint = e;
        return e;
    }

    private void account(Entry e, long octets) {
        if (e.sacked) {
            sackedBytes += octets;
        }
        if (e.lost) {
            lostBytes += octets;
        }
        if (e.retransmitted) {
            retransmittedBytes += octets;
        }
    }

    private void remove(Entry e) {
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
        if (sackHint == e) {
            sackHint = e.previous;
        }
        if (retransmitHint == e) {
            retransmitHint = e.next;
        }
        entries--;
        pool.give(e);
    }

    /** Lets go of everything. */
    void clear() {
        for (Entry e = head; e != null; e = head) {
            remove(e);
        }
        probe = TailLossProbe.State.NONE;
        sackedBytes = 0;
        lostBytes = 0;
        retransmittedBytes = 0;
        highestSacked = -1;
        appLimitedUntil = 0;
        recovery.reset();
    }
}
