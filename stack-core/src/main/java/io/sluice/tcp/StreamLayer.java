package io.sluice.tcp;

import io.netty.buffer.ByteBuf;
import io.sluice.buffer.ReceiveQueue;
import io.sluice.buffer.SendQueue;
import io.sluice.buffer.SendRegion;
import io.sluice.buffer.SendSource;
import io.sluice.buffer.StreamRecord;
import io.sluice.buffer.StreamTransform;
import io.sluice.event.Readiness;
import io.sluice.event.SocketError;
import org.jspecify.annotations.Nullable;

/**
 * What stands between a connection's stream and its user: a source that octets are pulled from, a transform that they
 * pass before they are read. Only connections that have one have this. Confined to the host's thread.
 */
public final class StreamLayer {
    private final TcpConnection connection;
    private @Nullable SendSource source;
    private @Nullable StreamTransform transform;

    StreamLayer(TcpConnection connection) {
        this.connection = connection;
    }

    static @Nullable SendSource sourceOf(TcpConnection c) {
        StreamLayer layer = c.layer;
        return layer == null ? null : layer.source;
    }

    static @Nullable StreamTransform transformOf(TcpConnection c) {
        StreamLayer layer = c.layer;
        return layer == null ? null : layer.transform;
    }

    /** Whether the user may write. */
    static boolean takesWrites(TcpConnection c) {
        SendSource s = sourceOf(c);
        return s == null || s.takesWrites();
    }

    /** Whether what the user writes will never be taken any more, although the sending direction is not closed yet. */
    static boolean refusesWrites(TcpConnection c) {
        SendSource s = sourceOf(c);
        return s != null && s.isEnded();
    }

    /** Whether the source has something that only the peer's closed window, or a promise of the user's, keeps in it. */
    static boolean waits(TcpConnection c) {
        SendSource s = sourceOf(c);
        return s != null && (c.tcb.snd.wnd == 0 ? s.hasMore() : s.isHeldBack());
    }

    /** Octets that were written and are not in the send queue yet. */
    static long queuedBytes(TcpConnection c) {
        SendSource s = sourceOf(c);
        return s == null ? 0 : s.queuedBytes();
    }

    /** Octets of memory that are kept here. */
    static long heldBytes(TcpConnection c) {
        StreamTransform t = transformOf(c);
        return queuedBytes(c) + (t == null ? 0 : t.heldBytes());
    }

    /** Octets that the user may read in one go. */
    static int readLimit(TcpConnection c) {
        StreamTransform t = transformOf(c);
        int limit = Urgent.readLimit(c);
        return t == null ? limit : Math.min(limit, t.readLimit());
    }

    /** The user has read so many octets. */
    static void onRead(TcpConnection c, int octets) {
        StreamTransform t = transformOf(c);
        if (t != null) {
            t.onRead(octets);
        }
    }

    static boolean isRecordNext(TcpConnection c) {
        StreamTransform t = transformOf(c);
        return t != null && t.isRecordNext();
    }

    /**
     * Whether what still comes, although the user has closed, is worth looking at: it may be no data but the peer's way
     * to say that it closes, too, which deserves no reset.
     */
    static boolean listens(TcpConnection c) {
        StreamTransform t = transformOf(c);
        return t != null && !t.isEnded();
    }

    /** Throws away what could be read: nobody wants it any more. */
    static void discardReceived(TcpConnection c) {
        onRead(c, c.receiveQueue.readableBytes());
        c.receiveQueue.clear();
    }

    /** An empty queue with memory of this host's, for a transform that keeps what it cannot make use of yet. */
    public ReceiveQueue newReceiveQueue() {
        return new ReceiveQueue(connection.context.receivePool);
    }

    /** The peer's FIN has arrived. */
    static void onEnd(TcpConnection c, long nowNs) {
        StreamTransform t = transformOf(c);
        SocketError error = t == null || c.receiveClosed ? null : t.onEnd(nowNs);
        if (error != null) {
            c.fail(error);
        }
    }

    /** The source has come to its end. */
    void sourceEnded() {
        SendSource s = source;
        source = null;
        if (s != null) {
            s.close();
        }
    }

    /** The source is used up; the connection goes on without it. */
    void sourceDone() {
        sourceEnded();
        connection.signal(Readiness.WRITABLE);
    }

    /** The connection is gone. */
    void close() {
        sourceEnded();
        StreamTransform t = transform;
        if (t != null) {
            t.close();
            if (connection.released) {
                t.discard();
                transform = null;
            }
        }
    }

    /** The user lets go: nobody will read any more. */
    void released() {
        if (transform != null) {
            transform.readerGone();
        }
        if (connection.tcb.state() == TcpState.CLOSED) {
            close();
        }
    }

    /** Where octets are pulled from, or null. */
    public @Nullable SendSource source() {
        return source;
    }

    /** Replaces the source; what was written before leaves first. A source that takes no writes makes them wait. */
    public void source(@Nullable SendSource newSource) {
        source = newSource;
        sourceReady();
    }

    /**
     * Sends a region behind what was written (sendfile). Without a source, what is written next waits until all of it was
     * taken.
     *
     * @return false if another region, or a source that takes none, is in the way
     */
    public boolean send(SendRegion region) {
        SendSource s = source;
        if (s != null && !s.write(region)) {
            return false;
        }
        RateSampler.checkIfApplicationLimited(connection);
        region.start(this::sourceReady);
        if (s == null) {
            source = new RegionSource(this, region);
        }
        sourceReady();
        return true;
    }

    /** What was begun cannot be finished: the peer must not take it for the whole (an alert of TLS, or a reset). */
    public void breakOff(long nowNs) {
        SendSource s = source;
        if (s == null || !s.breakOff()) {
            connection.context.ending.abort(connection, nowNs);
        }
    }

    /** As {@link #breakOff}, of a source that can say so; without one the stream ends where it was cut off. */
    public void cutOff() {
        SendSource s = source;
        if (s != null) {
            s.breakOff();
        }
    }

    /** The source has something to pull again. */
    public void sourceReady() {
        connection.wantTransmit();
    }

    /** What octets pass before they are read, or null. */
    public @Nullable StreamTransform transform() {
        return transform;
    }

    /**
     * Puts a transform between the stream and its reader: also before what was received and not read yet.
     *
     * @param before octets that were read already and belong before those, or null; its reference is taken over
     */
    public void transform(StreamTransform newTransform, @Nullable ByteBuf before, long nowNs) {
        transform = newTransform;
        connection.context.dataInput.retransform(connection, before, nowNs);
    }

    /** Takes what is next in the stream if that is not data; null if it is, or there is nothing. */
    public @Nullable StreamRecord takeRecord() {
        StreamTransform t = transform;
        StreamRecord r = t == null ? null : t.takeRecord();
        if (r != null) {
            connection.context.userCalls.onRead(connection);
        }
        return r;
    }

    /** An empty queue with memory of this host's, for a source that keeps what was written. */
    public SendQueue newQueue() {
        return new SendQueue(connection.context.sendPool, true);
    }

    /** How much may be in flight as far as congestion control and the peer say: how large a unit is worth making. */
    public long windowBytes() {
        return Math.min(connection.window.cwnd(), connection.tcb.snd.wnd);
    }

    /** Whether the user holds back what fills no segment (TCP_CORK, TCP_NOPUSH), and not for too long already. */
    public boolean isCorked() {
        return connection.options.cork && !connection.tcb.snd.persistDue;
    }

    /** Whether the user has closed the sending direction. */
    public boolean isSendClosed() {
        return connection.sendClosed;
    }

    /** Octets of payload in a full segment. */
    public int segmentBytes() {
        return connection.effectiveMss();
    }
}
