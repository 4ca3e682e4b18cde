package io.sluice.tcp;

import io.sluice.buffer.SendSource;
import io.sluice.event.Readiness;
import java.util.ArrayDeque;
import java.util.EnumSet;
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
    private final Set<SendNotice.Kind> stamps = EnumSet.noneOf(SendNotice.Kind.class);
    private final ArrayDeque<Long> edges = new ArrayDeque<>();
    private final TcpConnection connection;
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
     */
    private record Write(long octets, long end, long loan) {}

    /**
     * Has {@code kinds} of timestamps taken of the last octet of each write from now on; octets count from here, where
     * none were wanted before.
     */
    public void stamp(Set<SendNotice.Kind> kinds) {
        if (stamps.isEmpty()) {
            firstOctet = octetsInQueue() + StreamLayer.queuedBytes(connection);
        }
        stamps.clear();
        stamps.addAll(kinds);
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
            unpulled.add(new Write(octets, 0, lent ? nextLoan++ : -1));
            placeWrites();
            tellOfThePast();
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
            Write placed = new Write(w.octets, connection.sendQueue.endOffset(), w.loan);
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

    private boolean tell(SendNotice.Kind kind, Write write, long nowNs) {
        if (!stamps.contains(kind)) {
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
