package io.sluice.sim.workload;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sluice.api.TcpSocket;
import io.sluice.event.SocketError;
import io.sluice.tcp.TcpState;
import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection that follows a {@link PeerPlan}: sends a stream, compares what it receives with what it expects,
 * and ends. Writes buffers, unless a {@link RegionSender} sends their octets, and reads with and without a copy, in
 * turn. Make it the attachment of its socket; confined to the socket's thread.
 */
public final class StreamPeer implements SocketHandler {
    private final TcpSocket socket;
    private final PeerPlan plan;
    private final Timing timing;
    private final RandomGenerator random;
    private final ByteBufAllocator allocator;
    private final Pattern out;
    private final Pattern in;
    private @Nullable ByteBuf piece;
    private @Nullable ByteBuffer scratch;
    private @Nullable RegionSender regions;
    private long filled;
    private long sent;
    private long received;
    private long writePauseEndNs;
    private long readPauseEndNs;
    private long firstReadPauseNs;
    private boolean outputShut;
    private boolean endOfStream;
    private boolean finished;
    private long finishedNs;
    private @Nullable SocketError error;
    private @Nullable String failure;

    /**
     * An end that starts with the next {@link #onReady}.
     *
     * @param random where sizes and pauses come from
     * @param allocator where what is written comes from
     */
    public StreamPeer(
            TcpSocket socket, PeerPlan plan, Timing timing, RandomGenerator random, ByteBufAllocator allocator) {
        this.socket = socket;
        this.plan = plan;
        this.timing = timing;
        this.random = random;
        this.allocator = allocator;
        this.out = new Pattern(plan.outKey());
        this.in = new Pattern(plan.inKey());
        socket.attachment(this);
    }

    /** From now on this sends some parts of the stream, which are not written. */
    public void sendRegions(RegionSender newRegions) {
        regions = newRegions;
    }

    /** Waits so long before it reads anything: the sender's window may close meanwhile. */
    public void pauseBeforeReading(long ns) {
        firstReadPauseNs = ns;
    }

    public TcpSocket socket() {
        return socket;
    }

    public PeerPlan plan() {
        return plan;
    }

    /** Octets that the socket has taken. */
    public long sent() {
        return sent;
    }

    /** Octets that were received, and were right. */
    public long received() {
        return received;
    }

    /** Whether this end has closed or aborted, or the connection has failed. */
    public boolean isFinished() {
        return finished;
    }

    /** When it did. */
    public long finishedNs() {
        return finishedNs;
    }

    /** The error that ended the connection, or null. */
    public @Nullable SocketError error() {
        return error;
    }

    /** What went against the plan, or null. */
    public @Nullable String failure() {
        return failure;
    }

    @Override
    public void onReady(long nowNs) {
        if (!finished) {
            write(nowNs);
        }
        if (!finished) {
            read(nowNs);
        }
        if (!finished) {
            write(nowNs); // what was read may allow more
        }
        if (!finished) {
            finishIfDone(nowNs);
        }
    }

    private void write(long nowNs) {
        if (nowNs < writePauseEndNs) {
            return;
        }
        while (sent < plan.outBytes() && !waitsForConnection()) {
            if (piece == null && sendRegion()) {
                continue;
            }
            ByteBuf p = piece == null ? nextPiece() : piece;
            if (p == null) {
                return;
            }
            int n = socket.write(p, false);
            if (n < 0) {
                fail(nowNs);
                return;
            }
            sent += n;
            if (p.isReadable()) {
                return; // the socket tells when there is room
            }
            releasePiece();
            long pause = plan.writing().pauseNs(random);
            if (pause > 0) {
                writePauseEndNs = nowNs + pause;
                timing.wakeAt(writePauseEndNs, this);
                return;
            }
        }
    }

    /** What is written before could be no region's; the first piece may be what opens the connection. */
    private boolean waitsForConnection() {
        return regions != null && filled > 0 && socket.state() == TcpState.SYN_SENT;
    }

    /** How far ahead of what was filled the dialogue allows to go: 0 or less for not at all. */
    private long allowed() {
        return Math.min(plan.outBytes(), plan.allowance().applyAsLong(received)) - filled;
    }

    /** Sends the next octets of the stream by a region: whether it has. */
    private boolean sendRegion() {
        RegionSender r = regions;
        long allowed = allowed();
        if (r == null || allowed <= 0) {
            return false;
        }
        long n = r.send(socket, out, filled, allowed);
        filled += n;
        sent += n;
        return n > 0;
    }

    /** The next piece of the stream; null while the dialogue does not allow one. */
    private @Nullable ByteBuf nextPiece() {
        long allowed = allowed();
        if (allowed <= 0) {
            return null;
        }
        int n = (int) Math.min(allowed, plan.writing().piece(random));
        ByteBuf p = allocator.directBuffer(n);
        out.fill(p.internalNioBuffer(0, n), filled);
        p.writerIndex(n);
        filled += n;
        piece = p;
        return p;
    }

    private void releasePiece() {
        if (piece != null) {
            piece.release();
            piece = null;
        }
    }

    private void read(long nowNs) {
        if (firstReadPauseNs > 0) {
            readPauseEndNs = nowNs + firstReadPauseNs;
            firstReadPauseNs = 0;
            timing.wakeAt(readPauseEndNs, this);
        }
        while (!endOfStream && nowNs >= readPauseEndNs) {
            int max = plan.reading().piece(random);
            int n = random.nextBoolean() ? readBuffer(max) : readCopy(max);
            if (failure != null) {
                finish(nowNs, true);
                return;
            }
            if (n <= 0) {
                checkEnd(nowNs);
                return;
            }
            if (plan.finish() == Finish.ABORT && received >= plan.abortAfterBytes()) {
                finish(nowNs, true);
                return;
            }
            long pause = plan.reading().pauseNs(random);
            if (pause > 0) {
                readPauseEndNs = nowNs + pause;
                timing.wakeAt(readPauseEndNs, this);
            }
        }
    }

    private int readBuffer(int max) {
        ByteBuf data = socket.read(max);
        if (data == null) {
            return 0;
        }
        int n = data.readableBytes();
        verify(data.nioBuffer(), n);
        data.release();
        return n;
    }

    private int readCopy(int max) {
        ByteBuffer target = scratch;
        if (target == null || target.capacity() < max) {
            target = ByteBuffer.allocate(max);
            scratch = target;
        }
        target.clear().limit(max);
        int n = socket.read(target);
        if (n > 0) {
            verify(target.flip(), n);
        }
        return n;
    }

    private void verify(ByteBuffer data, int n) {
        int wrong = in.mismatch(data, received);
        if (wrong >= 0) {
            failure = "octet " + (received + wrong) + " is wrong";
        } else if (received + n > plan.inBytes()) {
            failure = "more than the " + plan.inBytes() + " octets that were sent";
        } else {
            received += n;
        }
    }

    /** Nothing can be read now: because there is nothing yet, or because the stream or the connection has ended. */
    private void checkEnd(long nowNs) {
        TcpSocket s = socket;
        SocketError pending = s.takeError();
        if (pending != null) {
            error = pending;
            fail(nowNs);
        } else if (s.isEndOfStream()) {
            endOfStream = true;
            if (received != plan.inBytes()) {
                failure = "the stream ended after " + received + " of " + plan.inBytes() + " octets";
                finish(nowNs, true);
            }
        }
    }

    /** The connection has failed. */
    private void fail(long nowNs) {
        if (error == null) {
            error = socket.takeError();
        }
        if (!plan.mayFail()) {
            failure = "the connection failed: " + error;
        }
        finish(nowNs, true);
    }

    private void finishIfDone(long nowNs) {
        boolean written = sent == plan.outBytes();
        boolean shuts =
                plan.finish() == Finish.SHUTDOWN_AFTER_PEER ? endOfStream : plan.finish() != Finish.CLOSE_WHEN_DONE;
        if (written && shuts && !outputShut) {
            outputShut = true;
            SocketError refused = socket.shutdownOutput(nowNs);
            if (refused != null) {
                error = refused;
                fail(nowNs);
                return;
            }
        }
        boolean done = plan.finish() == Finish.CLOSE_WHEN_DONE ? received == plan.inBytes() : endOfStream;
        if (written && done) {
            finish(nowNs, false);
        }
    }

    /** Ends before the plan does: aborts the connection. */
    public void stop(long nowNs) {
        if (!finished) {
            finish(nowNs, true);
        }
    }

    private void finish(long nowNs, boolean abort) {
        finished = true;
        finishedNs = nowNs;
        releasePiece();
        if (abort) {
            socket.abort(nowNs);
        } else {
            socket.close(nowNs);
        }
    }

    @Override
    public String toString() {
        return socket + " sent " + sent + " of " + plan.outBytes() + ", received " + received + " of " + plan.inBytes()
                + ", " + plan.finish() + (finished ? ", finished" : endOfStream ? ", end of stream" : "")
                + (error == null ? "" : ", " + error) + (failure == null ? "" : ": " + failure);
    }
}
