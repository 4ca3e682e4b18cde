package io.sluice.tcp;

import io.sluice.link.PacketMeta;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** When the data of a connection arrived that nobody has read yet; only of connections whose user asked (SO_TIMESTAMP). */
public final class ReceiveStamps {
    /** Arrivals that are told apart at most; what comes after that shares the last. A peer decides how small its segments are. */
    static final int MOST = 1024;

    /** Memory of one: the record, its time and its place in the queue. */
    private static final int EACH_BYTES = 80;

    private final ArrayDeque<Arrival> unread = new ArrayDeque<>();
    private @Nullable ReceiveTime last;

    /**
     * What one packet brought.
     *
     * @param end the stream offset behind it
     */
    private record Arrival(long end, ReceiveTime time) {}

    ReceiveStamps() {}

    /** Those of {@code c}, which exist from the first call on. */
    static ReceiveStamps of(TcpConnection c) {
        Occasional o = c.ownOccasional();
        ReceiveStamps s = o.receiveStamps == null ? new ReceiveStamps() : o.receiveStamps;
        o.receiveStamps = s;
        return s;
    }

    /** When the last octet arrived that was read; null if nobody wanted to know. */
    public static @Nullable ReceiveTime last(TcpConnection c) {
        Occasional o = c.occasional;
        return o == null || o.receiveStamps == null ? null : o.receiveStamps.last;
    }

    /** Memory that is charged for those of {@code c}, which are forgotten where there is nothing to read. */
    static long chargedBytes(TcpConnection c) {
        Occasional o = c.occasional;
        if (o == null || o.receiveStamps == null) {
            return 0;
        }
        if (c.receiveQueue.readableBytes() == 0) {
            o.receiveStamps.unread.clear();
        }
        return (long) EACH_BYTES * o.receiveStamps.unread.size();
    }

    /** What {@code seg} has brought, or made complete, ends at {@code end}. */
    void onData(long end, Segment seg, long nowNs) {
        long software = seg.receiveTimestampNs == PacketMeta.NO_TIMESTAMP ? nowNs : seg.receiveTimestampNs;
        if (unread.size() == MOST) {
            unread.removeLast();
        }
        unread.add(new Arrival(end, new ReceiveTime(software, seg.hardwareTimestampNs)));
    }

    /** The reader has everything before {@code taken}: what counts is when the last of it came. */
    void onRead(long taken) {
        for (Arrival a = unread.peek(); a != null && a.end <= taken; a = unread.peek()) {
            last = a.time;
            unread.remove();
            if (a.end == taken) {
                return;
            }
        }
        Arrival begun = unread.peek();
        last = begun == null ? last : begun.time;
    }
}
