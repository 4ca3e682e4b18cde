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

    /** The ledger of {@code c}: one of its own from now on. */
    SendLedger lend(TcpConnection c) {
        if (c.ledger != empty) {
            return c.ledger;
        }
        SendLedger l = spareLedgers.poll();
        SendLedger own = l == null ? new SendLedger(this) : l;
        own.appLimitedUntil = c.appLimitedUntil();
        c.ledger = own;
        c.tcb.recovery = own.recovery;
        return own;
    }

    /** Takes the ledger of {@code c} back, unless something is in flight, or the peer may still tell of what was. */
    void takeBack(TcpConnection c) {
        SendLedger ledger = c.ledger;
        if (!ledger.isEmpty() || ledger == empty || Undo.isPending(c.tcb) || TailLossProbe.isPending(c)) {
            return;
        }
        c.appLimited = ledger.appLimitedUntil != 0;
        c.ledger = empty;
        c.tcb.recovery = empty.recovery;
        if (spareLedgers.size() < KEPT) {
            ledger.clear();
            spareLedgers.add(ledger);
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
