package io.sluice.tcp;

import io.sluice.buffer.SendSource;
import io.sluice.event.Readiness;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The error queue of a connection, as far as sending goes: timestamps of the last octet of writes, and completions of
 * writes whose memory was lent (RFC 9293 says nothing of either; Linux's SO_TIMESTAMPING and MSG_ZEROCOPY do). Exists
 * only for connections whose user asked. Confined to the host's thread.
 */
public final class SendNotices {
    private final ArrayDeque<Write> unpulled = new ArrayDeque<>();
    private final ArrayDeque<Write> unscheduled = new ArrayDeque<>();
    private final ArrayDeque<Write> unsent = new ArrayDeque<>();
    private final ArrayDeque<Write> unacknowledged = new ArrayDeque<>();
    private final ArrayDeque<SendNotice> queue = new ArrayDeque<>();
    private final ArrayDeque<Long> edges = new ArrayDeque<>();
    private final TcpConnection connection;
    private Set<SendNotice.Kind> stamps = Set.of();
    private boolean ofPackets;
    private long firstOctet;
    private long nextLoan;

    SendNotices(TcpConnection connection) {
        this.connection = connection;
    }

    /** New data was sent up to {@code sentTo}, or everything up to {@code acknowledgedTo} was acknowledged. */
    static void onProgress(TcpConnection c, long sentTo, long acknowledgedTo, long nowNs) {
        SendNotices n = c.sendNotices;
        if (n != null) {
            boolean told = n.onSent(sentTo, nowNs);
            told |= n.onAcknowledged(acknowledgedTo, nowNs);
            if (told) {
                c.signal(Readiness.ERROR_QUEUE);
            }
        }
    }

    /** New data up to {@code end} leaves next: only its link, or the rate at which the connection is paced, may hold it. */
    static void onScheduled(TcpConnection c, long end, long nowNs) {
        SendNotices n = c.sendNotices;
        if (n != null && n.onScheduled(end, nowNs)) {
            c.signal(Readiness.ERROR_QUEUE);
        }
    }

    /** The first edge behind {@code offset} that a packet must not cross; {@link Long#MAX_VALUE} if there is none. */
    static long packetEdge(TcpConnection c, long offset) {
        SendNotices n = c.sendNotices;
        return n == null ? Long.MAX_VALUE : n.edgeBehind(offset);
    }

    /** {@code [start, end)} was sent again. */
    static void onRepeated(TcpConnection c, long start, long end, long nowNs) {
        SendNotices n = c.sendNotices;
        if (n != null && n.ofPackets && n.onRepeated(start, end, nowNs)) {
            c.signal(Readiness.ERROR_QUEUE);
        }
    }

    /** The connection is over: what is lent is its writers' again. */
    static void onOver(TcpConnection c, long nowNs) {
        SendNotices n = c.sendNotices;
        if (n != null && n.completeAll(nowNs)) {
            c.signal(Readiness.ERROR_QUEUE);
        }
    }

    static boolean isWaiting(TcpConnection c) {
        SendNotices n = c.sendNotices;
        return n != null && !n.isEmpty();
    }

    /** The source has put something into the send queue: the writes that it is the end of leave with it. */
    static void onPulled(TcpConnection c) {
        SendNotices n = c.sendNotices;
        if (n != null && !n.unpulled.isEmpty()) {
            n.placeWrites();
        }
    }

    /**
     * A write that somebody wants to hear of.
     *
     * @param octets what the user had written at its end
     * @param end the offset in the stream behind it: with TLS, behind the record that its last octet is in
     * @param loan the number of its loan, or -1 if its memory was not lent
     * @param stamps what is told of its last octet
     */
    private record Write(long octets, long end, long loan, Set<SendNotice.Kind> stamps) {
        Write unstamped() {
            return new Write(octets, end, loan, Set.of());
        }
    }

    /** Whether timestamps are taken of what is written now. */
    public boolean isStamping() {
        return !stamps.isEmpty();
    }

    /** Has {@code kinds} of timestamps taken of the last octet of each write from now on. */
    public void stamp(Set<SendNotice.Kind> kinds) {
        stamps = Set.copyOf(kinds);
    }

    /**
     * Whether packets are told of rather than writes, as by a kernel that keeps its notes with its buffers: of writes that are
     * queued into one of those only the last, and of that each time when it is sent again.
     */
    public void ofPackets(boolean on) {
        ofPackets = on;
    }

    /** Octets count from here, or from the first that is {@code unacknowledged}. */
    public void countOctets(boolean unacknowledged) {
        firstOctet =
                unacknowledged ? connection.tcb.snd.unaOffset : octetsInQueue() + StreamLayer.queuedBytes(connection);
    }

    /** A packet ends {@code octets} behind what was written so far: what is lent has more pieces than one may have. */
    public void endPacketAfter(long octets) {
        if (StreamLayer.sourceOf(connection) == null) {
            edges.add(connection.sendQueue.endOffset() + octets);
        }
    }

    /** The first edge behind {@code offset}, or {@link Long#MAX_VALUE}. */
    long edgeBehind(long offset) {
        for (long edge : edges) {
            if (edge > offset) {
                return edge;
            }
        }
        return Long.MAX_VALUE;
    }

    /** A write ends with what was written so far; {@code lent} its memory, so that a notice tells when it is free. */
    public void endWrite(boolean lent) {
        if (lent || !stamps.isEmpty()) {
            long octets = octetsInQueue() + StreamLayer.queuedBytes(connection);
            if (ofPackets && !stamps.isEmpty()) {
                joinWith(octets);
            }
            unpulled.add(new Write(octets, 0, lent ? nextLoan++ : -1, stamps));
            placeWrites();
            tellOfThePast();
        }
    }

    /** What has not left, and is in the same buffer as a write that ends behind {@code octets}, is not told of any more. */
    private void joinWith(long octets) {
        long last = octets - 1;
        Write previous = unsent.peekLast();
        if (previous != null
                && edgeBehind(previous.end - 1) > previous.end
                && connection.context.sizing.isOneUnit(connection, previous.end - 1, last)) {
            forgetLast(unscheduled, previous);
            forgetLast(unsent, previous);
            forgetLast(unacknowledged, previous);
        }
    }

    private static void forgetLast(ArrayDeque<Write> writes, Write write) {
        if (write.equals(writes.peekLast())) {
            writes.removeLast();
            writes.add(write.unstamped());
        }
    }

    /** A region's octets may have left, and even be acknowledged, before it is known to be a write that has ended. */
    private void tellOfThePast() {
        Tcb tcb = connection.tcb;
        boolean told = onSent(tcb.snd.nxtOffset, tcb.snd.lastSentNs);
        told |= onAcknowledged(tcb.snd.unaOffset, tcb.rcv.lastReceivedNs);
        if (told) {
            connection.signal(Readiness.ERROR_QUEUE);
        }
    }

    /** The writes whose last octet is in the send queue end there; those that a source still has do not yet. */
    private void placeWrites() {
        long inQueue = octetsInQueue();
        for (Write w = unpulled.peek(); w != null && w.octets <= inQueue; w = unpulled.peek()) {
            unpulled.remove();
            Write placed = new Write(w.octets, connection.sendQueue.endOffset(), w.loan, w.stamps);
            unscheduled.add(placed);
            unsent.add(placed);
            unacknowledged.add(placed);
        }
    }

    /** Octets of the user's that were put into the send queue so far, without what a source has put around them. */
    private long octetsInQueue() {
        SendSource source = StreamLayer.sourceOf(connection);
        return connection.sendQueue.endOffset() - (source == null ? 0 : source.framingBytes());
    }

    private boolean onScheduled(long end, long nowNs) {
        boolean told = false;
        for (Write w = unscheduled.peek(); w != null && w.end <= end; w = unscheduled.peek()) {
            unscheduled.remove();
            told |= tell(SendNotice.Kind.SCHEDULED, w, nowNs);
        }
        return told;
    }

    /** Everything before {@code end} has been sent at least once. Whether something is to be told. */
    boolean onSent(long end, long nowNs) {
        boolean told = onScheduled(end, nowNs);
        for (Write w = unsent.peek(); w != null && w.end <= end; w = unsent.peek()) {
            unsent.remove();
            told |= tell(SendNotice.Kind.SENT, w, nowNs);
        }
        return told;
    }

    /** The peer has everything before {@code end}. Whether something is to be told. */
    boolean onAcknowledged(long end, long nowNs) {
        while (!edges.isEmpty() && edges.element() <= end) {
            edges.remove();
        }
        boolean told = false;
        for (Write w = unacknowledged.peek(); w != null && w.end <= end; w = unacknowledged.peek()) {
            unacknowledged.remove();
            told |= tell(SendNotice.Kind.ACKNOWLEDGED, w, nowNs);
            if (w.loan >= 0) {
                complete(w.loan, nowNs);
                told = true;
            }
        }
        return told;
    }

    private boolean onRepeated(long start, long end, long nowNs) {
        Write last = null;
        for (Write w : unacknowledged) {
            if (w.end > end) {
                break;
            }
            last = w.end > start && !w.stamps.isEmpty() ? w : last;
        }
        if (last == null) {
            return false;
        }
        boolean told = tell(SendNotice.Kind.SCHEDULED, last, nowNs);
        return tell(SendNotice.Kind.SENT, last, nowNs) || told;
    }

    private boolean completeAll(long nowNs) {
        boolean told = false;
        for (ArrayDeque<Write> writes : List.of(unacknowledged, unpulled)) {
            for (Write w = writes.poll(); w != null; w = writes.poll()) {
                if (w.loan >= 0) {
                    complete(w.loan, nowNs);
                    told = true;
                }
            }
        }
        unscheduled.clear();
        unsent.clear();
        return told;
    }

    private boolean tell(SendNotice.Kind kind, Write write, long nowNs) {
        if (!write.stamps.contains(kind)) {
            return false;
        }
        long id = write.octets - 1 - firstOctet;
        queue.add(new SendNotice(kind, nowNs, id, id));
        return true;
    }

    /** Loans that are over one after the other share a notice, as long as nobody has taken it. */
    private void complete(long loan, long nowNs) {
        SendNotice last = queue.peekLast();
        boolean joins = last != null && last.kind() == SendNotice.Kind.COMPLETED && last.lastId() + 1 == loan;
        if (joins) {
            queue.removeLast();
        }
        long first = joins && last != null ? last.firstId() : loan;
        queue.add(new SendNotice(SendNotice.Kind.COMPLETED, nowNs, first, loan));
    }

    /** Takes the oldest notice; null if there is none. */
    public @Nullable SendNotice poll() {
        return queue.poll();
    }

    /** Whether there is nothing to take. */
    public boolean isEmpty() {
        return queue.isEmpty();
    }
}
