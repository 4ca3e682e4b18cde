package io.sluice.sim;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledDirectByteBuf;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A pool for one thread that knows exactly how many buffers are out: at the end of a run there must be none. Direct memory
 * is kept in size classes of powers of two and used again, also by the next run. Confined to one thread.
 */
public final class SimAllocator extends AbstractByteBufAllocator {
    private static final int SMALLEST_SHIFT = 6;
    private static final int LARGEST_SHIFT = 17;
    private static final byte POISON = (byte) 0xDB;

    private final List<ArrayDeque<ByteBuffer>> free = new ArrayList<>();
    private final @Nullable Map<ByteBuf, Throwable> origins;
    private final boolean poison;
    private long outstanding;
    private long outstandingBytes;

    /** A pool that checks nothing but the count. */
    public SimAllocator() {
        this(false);
    }

    /**
     * A pool that may help to find mistakes.
     *
     * @param debug remembers where each buffer was allocated, for {@link #origins}, and overwrites what is freed, so that
     *     whoever still reads it gets a checksum error; slow
     */
    public SimAllocator(boolean debug) {
        super(true);
        for (int shift = SMALLEST_SHIFT; shift <= LARGEST_SHIFT; shift++) {
            free.add(new ArrayDeque<>());
        }
        poison = debug;
        origins = debug ? new IdentityHashMap<>() : null;
    }

    /** Buffers that were allocated and not released. */
    public long outstanding() {
        return outstanding;
    }

    /** Octets of memory in them, rounded up to size classes. */
    public long outstandingBytes() {
        return outstandingBytes;
    }

    /** Where the buffers that are out were allocated; empty unless the pool was made for debugging. */
    public List<Throwable> origins() {
        return origins == null ? List.of() : List.copyOf(origins.values());
    }

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
        throw new UnsupportedOperationException("the stack and its simulator use direct memory only");
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
        ByteBuf buffer = new Buffer(take(initialCapacity), initialCapacity, maxCapacity);
        outstanding++;
        if (origins != null) {
            origins.put(buffer, new Throwable("allocated here: " + initialCapacity + " octets"));
        }
        return buffer;
    }

    @Override
    public boolean isDirectBufferPooled() {
        return true;
    }

    private ByteBuffer take(int capacity) {
        int sizeClass = sizeClass(capacity);
        ByteBuffer block = sizeClass < free.size() ? free.get(sizeClass).poll() : null;
        if (block == null) {
            int size = sizeClass < free.size() ? 1 << (SMALLEST_SHIFT + sizeClass) : capacity;
            block = ByteBuffer.allocateDirect(size);
        }
        outstandingBytes += block.capacity();
        return block;
    }

    private void give(ByteBuffer block) {
        outstandingBytes -= block.capacity();
        block.clear();
        if (poison) {
            for (int i = 0; i < block.capacity(); i++) {
                block.put(i, POISON);
            }
        }
        int sizeClass = sizeClass(block.capacity());
        if (sizeClass < free.size()) {
            free.get(sizeClass).push(block);
        }
    }

    private static int sizeClass(int capacity) {
        int shift = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(1, capacity) - 1);
        return Math.max(0, shift - SMALLEST_SHIFT);
    }

    /** A direct buffer over a block of the pool. */
    private final class Buffer extends UnpooledDirectByteBuf {
        private @Nullable ByteBuffer block;

        Buffer(ByteBuffer block, int capacity, int maxCapacity) {
            super(SimAllocator.this, block.clear().limit(capacity), maxCapacity);
            this.block = block;
            clear();
        }

        @Override
        public ByteBuf capacity(int newCapacity) {
            int before = capacity();
            super.capacity(newCapacity); // moves to memory that is not the pool's
            if (newCapacity != before) {
                giveBack();
            }
            return this;
        }

        @Override
        protected void deallocate() {
            if (origins != null) {
                origins.remove(this);
            }
            super.deallocate();
            outstanding--;
            giveBack();
        }

        private void giveBack() {
            ByteBuffer b = block;
            if (b != null) {
                block = null;
                give(b);
            }
        }
    }
}
