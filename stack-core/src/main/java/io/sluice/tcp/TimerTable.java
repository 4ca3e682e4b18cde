package io.sluice.tcp;

import io.sluice.time.Deadline;
import io.sluice.time.TimerNode;
import io.sluice.time.TimerWheel;
import java.util.Arrays;

/**
 * The deadlines of one connection: a table of numbers behind one node of the wheel. A deadline that moves away, as the
 * retransmission timer's does with every ACK, costs one store: the node fires at the old time, finds nothing due, and
 * moves on.
 */
@SuppressWarnings("EnumOrdinal") // an index into a dense array, never stored or sent
final class TimerTable extends TimerNode {
    private static final TcpTimer[] TIMERS = TcpTimer.values();

    private final TimerWheel wheel;
    private final TcpConnection connection;
    private final long[] deadlinesNs = new long[TIMERS.length];

    TimerTable(TimerWheel wheel, TcpConnection connection) {
        this.wheel = wheel;
        this.connection = connection;
        Arrays.fill(deadlinesNs, Deadline.NEVER);
    }

    void arm(TcpTimer timer, long atNs) {
        deadlinesNs[timer.ordinal()] = atNs;
        if (atNs < deadlineNs()) {
            wheel.arm(this, atNs);
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
        wheel.disarm(this);
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
        wheel.arm(this, Math.min(earliest, deadlineNs()));
    }
}
