package io.sluice.buffer;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** In-order bytes that wait for the reader: a queue of buffers, each read from its reader index on. Owns them. */
public final class ReceiveQueue {
    /** What a buffer costs beside its bytes, so that a stream of tiny segments is not free. */
    private static final int OVERHEAD_BYTES = 256;

    /** What is at most that long joins its neighbour, so that tiny segments do not each pin a buffer of their own. */
    private static final int SMALL_BYTES = 512;

    /** Where small pieces are gathered. */
    private static final int GATHERED_BYTES = 2048;

    private final Pool pool;
    private @Nullable ArrayDeque<ByteBuf> buffers;
    private @Nullable ByteBuf only;
    private int readableBytes;
    private int pinnedBytes;

    /** Spare tables, shared by the queues of a host. */
    public static final class Pool {
        private static final int KEPT = 256;

        private final ArrayDeque<ArrayDeque<ByteBuf>> spare = new ArrayDeque<>();

        private ArrayDeque<ByteBuf> take() {
            ArrayDeque<ByteBuf> d = spare.poll();
            return d == null ? new ArrayDeque<>() : d;
        }

        private void give(ArrayDeque<ByteBuf> empty) {
            if (spare.size() < KEPT) {
                spare.add(empty);
            }
        }
    }

    public ReceiveQueue(Pool pool) {
        this.pool = pool;
    }

    /** Bytes that can be read. */
    public int readableBytes() {
        return readableBytes;
    }

    /** Octets of memory that this queue keeps from being reused. */
    public long pinnedBytes() {
        return pinnedBytes;
    }

    /** Appends the readable bytes of {@code data} and takes over its reference. */
    public void append(ByteBuf data) {
        if (!data.isReadable()) {
            data.release();
            return;
        }
        readableBytes += data.readableBytes();
        if (data.readableBytes() <= SMALL_BYTES && gather(data)) {
            return;
        }
        pinnedBytes += cost(data);
        add(data);
    }

    /** Moves {@code data} behind the octets of the last buffer, if that has room or is small itself. */
    private boolean gather(ByteBuf data) {
        ByteBuf tail = only != null ? only : buffers == null ? null : buffers.peekLast();
        if (tail == null) {
            return false;
        }
        if (tail.maxWritableBytes() >= data.readableBytes() && Payload.isHeldOnce(tail)) {
            tail.writeBytes(data);
        } else if (tail.readableBytes() <= SMALL_BYTES) {
            ByteBuf gathered = data.alloc().directBuffer(GATHERED_BYTES, GATHERED_BYTES);
            gathered.writeBytes(tail).writeBytes(data);
            pinnedBytes += cost(gathered) - cost(tail);
            tail.release();
            if (buffers != null && only == null) {
                buffers.removeLast();
            }
            only = null;
            add(gathered);
        } else {
            return false;
        }
        data.release();
        return true;
    }

    private void add(ByteBuf data) {
        if (only == null && (buffers == null || buffers.isEmpty())) {
            only = data;
            return;
        }
        if (buffers == null) {
            buffers = pool.take();
        }
        if (only != null) {
            buffers.add(only);
            only = null;
        }
        buffers.add(data);
    }

    private static int cost(ByteBuf buffer) {
        return Payload.pinnedBy(buffer) + OVERHEAD_BYTES;
    }

    /** Takes over all of {@code other}, which is then empty. */
    public void appendAll(ReceiveQueue other) {
        for (ByteBuf b = other.peek(); b != null; b = other.peek()) {
            other.removeHead();
            append(b);
        }
        other.readableBytes = 0;
        other.pinnedBytes = 0;
    }

    private @Nullable ByteBuf peek() {
        return only != null ? only : buffers == null ? null : buffers.peek();
    }

    private void removeHead() {
        if (only != null) {
            only = null;
        } else if (buffers != null) {
            buffers.remove();
            if (buffers.isEmpty()) {
                pool.give(buffers);
                buffers = null;
            }
        }
    }

    /** The next buffer, whose reference goes to the caller; null if there is none. At most {@code maxBytes} octets. */
    public @Nullable ByteBuf poll(int maxBytes) {
        ByteBuf head = peek();
        if (head == null || maxBytes <= 0) {
            return null;
        }
        if (head.readableBytes() > maxBytes) {
            readableBytes -= maxBytes;
            return head.readRetainedSlice(maxBytes);
        }
        removeHead();
        readableBytes -= head.readableBytes();
        pinnedBytes -= cost(head);
        return head;
    }

    /** Copies into {@code target} as much as fits; returns the octets copied. */
    public int read(ByteBuffer target) {
        int copied = 0;
        for (ByteBuf head = peek(); head != null && target.hasRemaining(); head = peek()) {
            int n = Math.min(head.readableBytes(), target.remaining());
            int limit = target.limit();
            target.limit(target.position() + n);
            head.readBytes(target);
            target.limit(limit);
            copied += n;
            if (!head.isReadable()) {
                removeHead();
                pinnedBytes -= cost(head);
                head.release();
            }
        }
        readableBytes -= copied;
        return copied;
    }

    /** Copies up to the room in {@code target} from {@code skip} bytes on, and leaves everything here (MSG_PEEK). */
    public int peek(ByteBuffer target, int skip) {
        if (only != null) {
            return peekAt(only, target, skip);
        }
        int copied = 0;
        int toSkip = skip;
        if (buffers != null) {
            for (ByteBuf b : buffers) {
                if (toSkip >= b.readableBytes()) {
                    toSkip -= b.readableBytes();
                    continue;
                }
                copied += peekAt(b, target, toSkip);
                toSkip = 0;
            }
        }
        return copied;
    }

    private static int peekAt(ByteBuf b, ByteBuffer target, int skip) {
        int n = Math.min(b.readableBytes() - skip, target.remaining());
        if (n <= 0) {
            return 0;
        }
        int limit = target.limit();
        target.limit(target.position() + n);
        b.getBytes(b.readerIndex() + skip, target);
        target.limit(limit);
        return n;
    }

    /** Throws away up to {@code bytes} octets; returns how many. */
    public int skip(int bytes) {
        int skipped = 0;
        for (ByteBuf head = peek(); head != null && skipped < bytes; head = peek()) {
            int n = Math.min(head.readableBytes(), bytes - skipped);
            head.skipBytes(n);
            skipped += n;
            if (!head.isReadable()) {
                removeHead();
                pinnedBytes -= cost(head);
                head.release();
            }
        }
        readableBytes -= skipped;
        return skipped;
    }

    /** Lets go of everything. */
    public void clear() {
        for (ByteBuf head = peek(); head != null; head = peek()) {
            removeHead();
            head.release();
        }
        readableBytes = 0;
        pinnedBytes = 0;
    }
}
