package io.sluice.buffer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sluice.link.OutboundPacket;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a stream between "written" and "acknowledged", by 64-bit stream offset. Owns them: buffers are kept by
 * reference when nobody else can change them, and copied into pooled direct chunks otherwise. Bytes never change or
 * move while they are here, so a retransmission sends the same memory. An empty queue holds nothing but its offsets.
 */
public final class SendQueue {
    /** Buffers below this many octets are copied: an iovec entry and a reference cost more than the copy. */
    static final int COPY_BELOW_BYTES = 1024;

    private static final int CHUNK_BYTES = 16 * 1024;
    private static final int SMALLEST_CHUNK_BYTES = 512;

    private final Pool pool;
    private final boolean onHeap;
    private @Nullable Slots slots;
    private long startOffset;
    private long endOffset;

    /** What the queues of a host share: spare chunks and tables, the ones used last first, since the cache still has them. */
    public static final class Pool {
        /** The places that spare tables have in all: a megabyte and a half. */
        private static final int KEPT_SLOTS = 64 * 1024;

        /** Spare chunks, of each kind: 1 MiB, what the second level of a processor's cache has. */
        private static final int KEPT_CHUNKS = 64;

        private final ByteBufAllocator allocator;
        private final ArrayDeque<Slots> spare = new ArrayDeque<>();
        private final ArrayDeque<ByteBuf> spareDirect = new ArrayDeque<>();
        private final ArrayDeque<ByteBuf> spareHeap = new ArrayDeque<>();
        private boolean closed;
        private int spareSlots;

        public Pool(ByteBufAllocator allocator) {
            this.allocator = allocator;
        }

        /** The host ends: no chunk is kept any more. */
        public void close() {
            closed = true;
            releaseSpare();
        }

        /** Gives back the chunks that wait for their next use. */
        public void releaseSpare() {
            spareDirect.forEach(ByteBuf::release);
            spareDirect.clear();
            spareHeap.forEach(ByteBuf::release);
            spareHeap.clear();
        }

        /** Chunks that wait for their next use. */
        int spareChunks() {
            return spareDirect.size() + spareHeap.size();
        }

        private ByteBuf take(int capacity, boolean onHeap) {
            ByteBuf b = capacity == CHUNK_BYTES ? (onHeap ? spareHeap : spareDirect).pollLast() : null;
            if (b != null) {
                return b;
            }
            return onHeap ? allocator.heapBuffer(capacity, capacity) : allocator.directBuffer(capacity, capacity);
        }

        private void give(ByteBuf chunk) {
            ArrayDeque<ByteBuf> kept = chunk.isDirect() ? spareDirect : spareHeap;
            boolean keep = chunk.capacity() == CHUNK_BYTES && kept.size() < KEPT_CHUNKS && !closed;
            if (keep && chunk.refCnt() == 1) { // else somebody still reads it
                kept.addLast(chunk.clear());
            } else {
                chunk.release();
            }
        }

        private Slots take() {
            Slots s = spare.poll();
            if (s == null) {
                return new Slots();
            }
            spareSlots -= s.buffers.length;
            return s;
        }

        private void give(Slots s) {
            if (spareSlots + s.buffers.length <= KEPT_SLOTS) {
                s.tailOpen = false;
                s.cursor = 0;
                s.first = 0;
                spareSlots += s.buffers.length;
                spare.push(s); // the last one first: it is as large as was needed
            }
        }
    }

    /** The buffers of a queue that is not empty: a ring of them, each with its offset in the stream. */
    private static final class Slots {
        private static final int INITIAL = 8;

        private @Nullable ByteBuf[] buffers = new ByteBuf[INITIAL];
        private long[] starts = new long[INITIAL];
        private int[] indexes = new int[INITIAL];
        private int[] charges = new int[INITIAL];
        private boolean[] ours = new boolean[INITIAL];
        private long charged;
        private int first;
        private int count;
        private int cursor;
        private boolean tailOpen;

        private int slot(int i) {
            return (first + i) & (buffers.length - 1);
        }

        private ByteBuf buffer(int i) {
            return Objects.requireNonNull(buffers[slot(i)]);
        }

        /**
         * Adds a buffer at the end.
         *
         * @param charge octets that this counts for while it is held
         * @param chunk whether it came from the pool
         */
        private void add(ByteBuf buffer, int index, long start, int charge, boolean chunk) {
            if (count == buffers.length) {
                grow();
            }
            int slot = slot(count++);
            buffers[slot] = buffer;
            starts[slot] = start;
            indexes[slot] = index;
            charges[slot] = charge;
            ours[slot] = chunk;
            charged += charge;
        }

        private void grow() {
            int n = buffers.length;
            @Nullable ByteBuf[] newBuffers = new ByteBuf[n * 2];
            long[] newStarts = new long[n * 2];
            int[] newIndexes = new int[n * 2];
            int[] newCharges = new int[n * 2];
            boolean[] newOurs = new boolean[n * 2];
            for (int i = 0; i < count; i++) {
                newBuffers[i] = buffers[slot(i)];
                newStarts[i] = starts[slot(i)];
                newIndexes[i] = indexes[slot(i)];
                newCharges[i] = charges[slot(i)];
                newOurs[i] = ours[slot(i)];
            }
            buffers = newBuffers;
            starts = newStarts;
            indexes = newIndexes;
            charges = newCharges;
            ours = newOurs;
            first = 0;
        }

        private void removeFirst(Pool pool) {
            ByteBuf b = buffer(0);
            boolean chunk = ours[first];
            buffers[first] = null;
            charged -= charges[first];
            first = slot(1);
            count--;
            cursor = Math.max(0, cursor - 1);
            if (chunk) {
                pool.give(b);
            } else {
                b.release();
            }
        }
    }

    public SendQueue(Pool pool) {
        this(pool, false);
    }

    /** @param onHeap what is here goes to a cipher, not to a link: arrays are kept as they are, and copies are arrays */
    public SendQueue(Pool pool, boolean onHeap) {
        this.pool = pool;
        this.onHeap = onHeap;
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

    /**
     * What this queue counts for: the capacity of its own memory, and of what it holds by reference, whose memory is the
     * writer's and may be shared, the octets.
     */
    public long chargedBytes() {
        Slots s = slots;
        return s == null ? 0 : s.charged;
    }

    /** Octets of memory that this queue keeps from being reused. */
    public long pinnedBytes() {
        long pinned = 0;
        Slots s = slots;
        for (int i = 0; s != null && i < s.count; i++) {
            pinned += Payload.pinnedBy(s.buffer(i));
        }
        return pinned;
    }

    /**
     * Appends the readable bytes of {@code data} and takes over its reference.
     *
     * @param stable nobody changes these bytes any more
     * @return the octets that were copied
     */
    public int append(ByteBuf data, boolean stable) {
        int copied = append(data, data.readerIndex(), data.readableBytes(), stable || Payload.isHeldOnce(data));
        data.release();
        return copied;
    }

    /**
     * Appends octets of {@code data}, which is borrowed: retained if it is kept.
     *
     * @param stable nobody changes these bytes any more; otherwise they are copied, as small and heap buffers are
     * @return the octets that were copied
     */
    public int append(ByteBuf data, int index, int length, boolean stable) {
        boolean keep = length >= COPY_BELOW_BYTES
                && (data.isDirect() || (onHeap && data.hasArray()))
                && data.nioBufferCount() == 1
                && (stable || data.isReadOnly());
        if (keep) {
            Slots s = slots();
            s.add(data.retain(), index, endOffset, length, false);
            s.tailOpen = false;
            endOffset += length;
            return 0;
        }
        int at = index;
        while (at < index + length) {
            ByteBuf tail = writableTail(index + length - at);
            int n = Math.min(tail.writableBytes(), index + length - at);
            tail.writeBytes(data, at, n);
            at += n;
            endOffset += n;
        }
        return length;
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
        }
    }

    private Slots slots() {
        Slots s = slots;
        if (s == null) {
            s = pool.take();
            slots = s;
        }
        return s;
    }

    private ByteBuf writableTail(int wanted) {
        Slots s = slots();
        if (s.tailOpen && s.count > 0) {
            ByteBuf tail = s.buffer(s.count - 1);
            if (tail.isWritable()) {
                return tail;
            }
        }
        // The first chunk fits what is written, so that few octets in flight pin little.
        int capacity = s.count == 0 && wanted < CHUNK_BYTES / 2
                ? Math.max(SMALLEST_CHUNK_BYTES, Integer.highestOneBit(wanted) * 2)
                : CHUNK_BYTES;
        ByteBuf chunk = pool.take(capacity, onHeap);
        s.add(chunk, 0, endOffset, capacity, true);
        s.tailOpen = true;
        return chunk;
    }

    /**
     * Adds the bytes {@code [offset, offset + length)} to a packet as slices; they must be held.
     *
     * @return how many octets were added: fewer than asked for where {@code maxSlices} would be passed
     */
    public int slice(long offset, int length, int maxSlices, OutboundPacket packet) {
        Slots s = slots();
        int i = find(s, offset);
        int added = 0;
        long at = offset;
        while (added < length && packet.sliceCount() < maxSlices) {
            int skip = (int) (at - s.starts[s.slot(i)]);
            int n = (int) Math.min(length - added, endOf(s, i) - at);
            packet.addSlice(s.buffer(i), s.indexes[s.slot(i)] + skip, n);
            added += n;
            at += n;
            i++;
        }
        s.cursor = Math.max(0, i - 1);
        return added;
    }

    /** Copies the bytes {@code [offset, offset + length)}, which must be held. */
    public void copyTo(long offset, byte[] target, int at, int length) {
        Slots s = slots();
        int i = find(s, offset);
        for (int copied = 0; copied < length; i++) {
            int skip = (int) (offset + copied - s.starts[s.slot(i)]);
            int n = (int) Math.min(length - copied, endOf(s, i) - offset - copied);
            s.buffer(i).getBytes(s.indexes[s.slot(i)] + skip, target, at + copied, n);
            copied += n;
        }
        s.cursor = Math.max(0, i - 1);
    }

    /**
     * The buffer with the bytes {@code [offset, offset + length)}, which must be held, if all of them are in one array.
     * What it has at {@link #indexOf} stays until they are released.
     */
    public @Nullable ByteBuf arrayOf(long offset, int length) {
        Slots s = slots();
        int i = find(s, offset);
        ByteBuf b = s.buffer(i);
        return b.hasArray() && endOf(s, i) - offset >= length ? b : null;
    }

    /** Where {@code offset} is in the buffer that has it. */
    public int indexOf(long offset) {
        Slots s = slots();
        int i = find(s, offset);
        return s.indexes[s.slot(i)] + (int) (offset - s.starts[s.slot(i)]);
    }

    /** The index of the buffer that holds {@code offset}: where the last search ended, or by bisection. */
    private int find(Slots s, long offset) {
        int i = Math.min(s.cursor, s.count - 1);
        if (holds(s, i, offset)) {
            return i;
        }
        if (i + 1 < s.count && holds(s, i + 1, offset)) {
            return i + 1;
        }
        int low = 0;
        int high = s.count - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (s.starts[s.slot(middle)] <= offset) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private boolean holds(Slots s, int i, long offset) {
        return s.starts[s.slot(i)] <= offset && offset < endOf(s, i);
    }

    private long endOf(Slots s, int i) {
        return i + 1 < s.count ? s.starts[s.slot(i + 1)] : endOffset;
    }

    /** Lets go of everything before {@code offset}. */
    public void releaseTo(long offset) {
        startOffset = Math.max(startOffset, Math.min(offset, endOffset));
        Slots s = slots;
        if (s == null) {
            return;
        }
        while (s.count > 0 && endOf(s, 0) <= startOffset) {
            s.removeFirst(pool);
        }
        if (s.count == 0) {
            slots = null;
            pool.give(s);
        }
    }

    /** Lets go of everything. */
    public void clear() {
        releaseTo(endOffset);
    }
}
