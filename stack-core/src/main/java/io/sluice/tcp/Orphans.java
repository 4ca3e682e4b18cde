package io.sluice.tcp;

import io.sluice.event.Counter;
import java.util.ArrayDeque;

/**
 * Connections whose users have closed them, and which go on by themselves until the peer has everything and has closed, too.
 * A peer that never does costs memory that nobody watches: their number is bounded ({@link Knob#MAX_ORPHANS}), and where the
 * host is short of memory, they give theirs up. It is the oldest that gives way, since those that get along are soon over.
 */
final class Orphans {
    /** Entries of connections that are over may stay in the queue, up to this many more than of those that are not. */
    private static final int SLACK = 64;

    /** The part of the host's memory that is free again once enough have given way. */
    private static final int FREE_DIVISOR = 8;

    private final TcpContext context;
    private final ArrayDeque<TcpConnection> byAge = new ArrayDeque<>();
    private int count;

    Orphans(TcpContext context) {
        this.context = context;
    }

    int count() {
        return count;
    }

    static boolean isOne(TcpConnection c) {
        return c.occasional != null && c.occasional.orphaned;
    }

    /** The user has closed {@code c}, which is not over with that. */
    void add(TcpConnection c, long nowNs) {
        if (!c.attached || isOne(c)) {
            return;
        }
        c.ownOccasional().orphaned = true;
        byAge.add(c);
        count++;
        if (count > context.knobs.get(Knob.MAX_ORPHANS)) {
            resetOldest(nowNs);
        }
    }

    /** {@code c} is over, or only a TIME-WAIT now. */
    void remove(TcpConnection c) {
        if (!isOne(c)) {
            return;
        }
        c.ownOccasional().orphaned = false;
        count--;
        if (byAge.size() > 2 * count + SLACK) {
            byAge.removeIf(old -> !isOne(old));
        }
    }

    /** The host has no memory left for somebody who would go on: the oldest give theirs up until an eighth of it is free. */
    void relieve(long nowNs) {
        long free = context.memory.limitBytes() / FREE_DIVISOR;
        while (count > 0 && context.memory.availableBytes() < free) {
            resetOldest(nowNs);
        }
    }

    private void resetOldest(long nowNs) {
        for (TcpConnection c = byAge.poll(); c != null; c = byAge.poll()) {
            if (isOne(c)) {
                context.counters.increment(Counter.TCP_ORPHANS_RESET);
                context.ending.abort(c, nowNs); // RFC 9293 §3.10.5: the peer is told, and can ask again
                return;
            }
        }
    }
}
