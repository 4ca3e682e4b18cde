package io.sluice.buffer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sluice.link.OutboundPacket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a stream between "written" and "acknowledged", by 64-bit stream offset. Owns them: buffers are kept by
 * reference when nobody else can change them, and copied into pooled direct chunks otherwise. Bytes never change or
 * move while they are here, so a retransmission sends the same memory.
 */
public final class SendQueue {
    /** Buffers below this many octets are copied: an iovec entry and a reference cost more than the copy. */
    static final int COPY_BELOW_BYTES = 1024;

    private static final int CHUNK_BYTES = 16 * 1024;
    private static final int SMALLEST_CHUNK_BYTES = 512;
    private static final int INITIAL_SLOTS = 4;
    private static final int KEPT_SLOTS = 8;

    private final ByteBufAllocator allocator;
    private @Nullable ByteBuf[] buffers = new ByteBuf[INITIAL_SLOTS];
    private long[] starts = new long[INITIAL_SLOTS];
    private int[] indexes = new int[INITIAL_SLOTS];
    private int first;
    private int count;
    private long startOffset;
    private long endOffset;
    private boolean tailOpen;
    private long pinnedBytes;
    private long copiedBytes;
    private int cursor;

    public SendQueue(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /** The offset of the first byte held. */
    public long startOffset() {
        return startOffset;
    }

    /** The offset behind the last byte held. */
    public long endOffset() {
        return endOffset;
    }

    /** Bytes held. */
    public long size() {
        return endOffset - startOffset;
    }

    /** Octets of memory that this queue keeps from being reused. */
    public long pinnedBytes() {
        return pinnedBytes;
    }

    /** Payload octets copied on their way in, since the beginning. */
    public long copiedBytes() {
        return copiedBytes;
    }

    /**
     * Appends the readable bytes of {@code data} and takes over its reference.
     *
     * @param stable nobody changes these bytes any more
     */
    public void append(ByteBuf data, boolean stable) {
        append(data, data.readerIndex(), data.readableBytes(), stable || data.refCnt() == 1);
        data.release();
    }

    /**
     * Appends octets of {@code data}, which is borrowed: retained if it is kept.
     *
     * @param stable nobody changes these bytes any more; otherwise they are copied, as small and heap buffers are
     */
    public void append(ByteBuf data, int index, int length, boolean stable) {
        boolean keep = length >= COPY_BELOW_BYTES
                && data.isDirect()
                && data.nioBufferCount() == 1
                && (stable || data.isReadOnly());
        if (keep) {
            add(data.retain(), index);
            endOffset += length;
            tailOpen = false;
            return;
        }
        int at = index;
        while (at < index + length) {
            ByteBuf tail = writableTail(index + length - at);
            int n = Math.min(tail.writableBytes(), index + length - at);
            tail.writeBytes(data, at, n);
            at += n;
            endOffset += n;
        }
        copiedBytes += length;
    }

    /** Appends a copy of the remaining bytes of {@code data}. */
    public void append(ByteBuffer data) {
        while (data.hasRemaining()) {
            ByteBuf tail = writableTail(data.remaining());
            int n = Math.min(tail.writableBytes(), data.remaining());
            int limit = data.limit();
            data.limit(data.position() + n);
            tail.writeBytes(data);
            data.limit(limit);
            endOffset += n;
            copiedBytes += n;
        }
    }

    private ByteBuf writableTail(int wanted) {
        if (tailOpen && count > 0) {
            ByteBuf tail = buffer(count - 1);
            if (tail.isWritable()) {
                return tail;
            }
        }
        // The first chunk fits what is written, so that an idle connection's last octets pin little.
        int capacity = count == 0 && wanted < CHUNK_BYTES / 2
                ? Math.max(SMALLEST_CHUNK_BYTES, Integer.highestOneBit(wanted) * 2)
                : CHUNK_BYTES;
        ByteBuf chunk = allocator.directBuffer(capacity, capacity);
        add(chunk, 0);
        tailOpen = true;
        return chunk;
    }

    private void add(ByteBuf buffer, int index) {
        if (count == buffers.length) {
            grow();
        }
        int slot = slot(count++);
        buffers[slot] = buffer;
        starts[slot] = endOffset;
        indexes[slot] = index;
        pinnedBytes += Payload.pinnedBy(buffer);
    }

    private void grow() {
        int n = buffers.length;
        @Nullable ByteBuf[] newBuffers = new ByteBuf[n * 2];
        long[] newStarts = new long[n * 2];
        int[] newIndexes = new int[n * 2];
        for (int i = 0; i < count; i++) {
            newBuffers[i] = buffers[slot(i)];
            newStarts[i] = starts[slot(i)];
            newIndexes[i] = indexes[slot(i)];
        }
        buffers = newBuffers;
        starts = newStarts;
        indexes = newIndexes;
        first = 0;
    }

    private int slot(int i) {
        return (first + i) & (buffers.length - 1);
    }

    private ByteBuf buffer(int i) {
        ByteBuf b = buffers[slot(i)];
        if (b == null) {
            throw new IllegalStateException("no buffer at " + i + " of " + count);
        }
        return b;
    }

    /**
     * Adds the bytes {@code [offset, offset + length)} to a packet as slices; they must be held.
     *
     * @return how many octets were added: fewer than asked for where {@code maxSlices} would be passed
     */
    public int slice(long offset, int length, int maxSlices, OutboundPacket packet) {
        int i = find(offset);
        int added = 0;
        long at = offset;
        while (added < length && packet.sliceCount() < maxSlices) {
            ByteBuf b = buffer(i);
            int skip = (int) (at - starts[slot(i)]);
            int n = (int) Math.min(length - added, endOf(i) - at);
            packet.addSlice(b, indexes[slot(i)] + skip, n);
            added += n;
            at += n;
            i++;
        }
        cursor = Math.max(0, i - 1);
        return added;
    }

    /** The index of the buffer that holds {@code offset}: where the last search ended, or by bisection. */
    private int find(long offset) {
        int i = Math.min(cursor, count - 1);
        if (holds(i, offset)) {
            return i;
        }
        if (i + 1 < count && holds(i + 1, offset)) {
            return i + 1;
        }
        int low = 0;
        int high = count - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (starts[slot(middle)] <= offset) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private boolean holds(int i, long offset) {
        return starts[slot(i)] <= offset && offset < endOf(i);
    }

    private long endOf(int i) {
        return i + 1 < count ? starts[slot(i + 1)] : endOffset;
    }

    /** Lets go of everything before {@code offset}. */
    public void releaseTo(long offset) {
        startOffset = Math.max(startOffset, Math.min(offset, endOffset));
        while (count > 0 && endOf(0) <= startOffset) {
            if (count == 1 && tailOpen && buffer(0).isWritable() && buffer(0).capacity() == CHUNK_BYTES) {
                break; // the tail chunk still has room: keep filling it
            }
            removeFirst();
        }
        if (count == 0) {
            tailOpen = false;
            if (buffers.length > KEPT_SLOTS) {
                buffers = new ByteBuf[INITIAL_SLOTS];
                starts = new long[INITIAL_SLOTS];
                indexes = new int[INITIAL_SLOTS];
                first = 0;
            }
        }
    }

    private void removeFirst() {
        ByteBuf b = buffer(0);
        pinnedBytes -= Payload.pinnedBy(b);
        buffers[first] = null;
        first = slot(1);
        count--;
        cursor = Math.max(0, cursor - 1);
        b.release();
    }

    /** Lets go of everything. */
    public void clear() {
        while (count > 0) {
            removeFirst();
        }
        Arrays.fill(buffers, null);
        startOffset = endOffset;
        tailOpen = false;
    }
}
