package io.sluice.tcp;

import io.sluice.time.Deadline;
import io.sluice.time.TimerNode;
import io.sluice.time.TimerWheel;
import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * The deadlines of one connection: a table of numbers behind one node of the wheel. A deadline that moves away, as the
 * retransmission timer's does with every ACK, costs one store: the node fires at the old time, finds nothing due, and
 * moves on. The table is borrowed while anything is armed.
 */
@SuppressWarnings("EnumOrdinal") // an index into a dense array, never stored or sent
final class TimerTable extends TimerNode {
    private static final TcpTimer[] TIMERS = TcpTimer.values();

    private final TcpConnection connection;
    private long[] deadlinesNs;

    /** Spare tables, shared by the connections of a host. */
    static final class Pool {
        private static final int KEPT = 4096;

        private final ArrayDeque<long[]> spare = new ArrayDeque<>();

        /** Nothing is armed in it, nor ever will be. */
        private final long[] unarmed = make();

        private static long[] make() {
            long[] table = new long[TIMERS.length];
            Arrays.fill(table, Deadline.NEVER);
            return table;
        }

        private long[] take() {
            long[] table = spare.poll();
            return table == null ? make() : table;
        }

        /** @param table in which nothing is armed */
        private void give(long[] table) {
            if (spare.size() < KEPT) {
                spare.add(table);
            }
        }
    }

    TimerTable(TcpConnection connection) {
        this.connection = connection;
        this.deadlinesNs = pool().unarmed;
    }

    private TimerWheel wheel() {
        return connection.context.wheel;
    }

    private Pool pool() {
        return connection.context.timerPool;
    }

    void arm(TcpTimer timer, long atNs) {
        if (deadlinesNs == pool().unarmed) {
            deadlinesNs = pool().take();
        }
        deadlinesNs[timer.ordinal()] = atNs;
        if (atNs < deadlineNs()) {
            wheel().arm(this, atNs);
        }
    }

    void disarm(TcpTimer timer) {
        deadlinesNs[timer.ordinal()] = Deadline.NEVER;
    }

    boolean isArmed(TcpTimer timer) {
        return deadlinesNs[timer.ordinal()] != Deadline.NEVER;
    }

    long deadlineNs(TcpTimer timer) {
        return deadlinesNs[timer.ordinal()];
    }

    /** Disarms everything and leaves the wheel. */
    void clear() {
        Arrays.fill(deadlinesNs, Deadline.NEVER);
        giveBack();
        wheel().disarm(this);
    }

    private void giveBack() {
        if (deadlinesNs != pool().unarmed) {
            pool().give(deadlinesNs);
            deadlinesNs = pool().unarmed;
        }
    }

    @Override
    protected void onExpired(long nowNs) {
        for (TcpTimer timer : TIMERS) {
            if (deadlinesNs[timer.ordinal()] <= nowNs) {
                deadlinesNs[timer.ordinal()] = Deadline.NEVER;
                connection.onTimer(timer, nowNs);
            }
        }
        long earliest = Deadline.NEVER;
        for (long at : deadlinesNs) {
            earliest = Math.min(earliest, at);
        }
        if (earliest == Deadline.NEVER) {
            giveBack();
        }
        wheel().arm(this, Math.min(earliest, deadlineNs()));
    }
}
