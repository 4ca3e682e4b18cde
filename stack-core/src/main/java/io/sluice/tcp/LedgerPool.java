package io.sluice.tcp;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Spare entries and ledgers, shared by the connections of a host. */
final class LedgerPool {
    private static final int KEPT = 4096;
    private static final int KEPT_RANGES = SendLedger.MAX_ENTRIES;

    private final ArrayDeque<SendLedger> spareLedgers = new ArrayDeque<>();
    private @Nullable SentRange free;
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

    SentRange take() {
        SentRange e = free;
        if (e == null) {
            return new SentRange();
        }
        free = e.next;
        size--;
        e.next = null;
        return e;
    }

    void give(SentRange e) {
        if (size < KEPT_RANGES) {
            e.previous = null;
            e.next = free;
            free = e;
            size++;
        }
    }
}
