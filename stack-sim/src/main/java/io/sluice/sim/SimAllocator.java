package io.sluice.sim;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledDirectByteBuf;
import io.netty.buffer.UnpooledHeapByteBuf;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A pool for one thread that knows exactly how many buffers are out: at the end of a run there must be none. Buffers are
 * kept in size classes of powers of two and used again, also by the next run. Confined to one thread.
 */
public final class SimAllocator extends AbstractByteBufAllocator {
    private static final int SMALLEST_SHIFT = 6;
    private static final int LARGEST_SHIFT = 17;
    private static final byte POISON = (byte) 0xDB;

    private final List<ArrayDeque<Buffer>> spare = new ArrayList<>();
    private final @Nullable Map<ByteBuf, Throwable> origins;
    private long outstanding;

    /** A pool that checks nothing but the count. */
    public SimAllocator() {
        this(false);
    }

    /**
     * A pool that may help to find mistakes.
     *
     * @param debug remembers where each buffer was allocated, for {@link #origins}, overwrites what is freed, and uses no
     *     buffer again, so that whoever still reads one is found; slow
     */
    public SimAllocator(boolean debug) {
        super(true);
        for (int shift = SMALLEST_SHIFT; shift <= LARGEST_SHIFT; shift++) {
            spare.add(new ArrayDeque<>());
        }
        origins = debug ? new IdentityHashMap<>() : null;
    }

    /** Buffers that were allocated and not released. */
    public long outstanding() {
        return outstanding;
    }

    /** Where the buffers that are out were allocated; empty unless the pool was made for debugging. */
    public List<Throwable> origins() {
        return origins == null ? List.of() : List.copyOf(origins.values());
    }

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
        Heap buffer = new Heap(initialCapacity, maxCapacity);
        outstanding++;
        if (origins != null) {
            origins.put(buffer, new Throwable("allocated here: " + initialCapacity + " octets of heap"));
        }
        return buffer;
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
        int sizeClass = sizeClass(initialCapacity);
        Buffer buffer = sizeClass < spare.size() ? spare.get(sizeClass).poll() : null;
        if (buffer == null) {
            int size = sizeClass < spare.size() ? 1 << (SMALLEST_SHIFT + sizeClass) : initialCapacity;
            buffer = new Buffer(ByteBuffer.allocateDirect(size));
        }
        outstanding++;
        if (origins != null) {
            origins.put(buffer, new Throwable("allocated here: " + initialCapacity + " octets"));
        }
        return buffer.reuse(initialCapacity, maxCapacity);
    }

    @Override
    public boolean isDirectBufferPooled() {
        return true;
    }

    private static int sizeClass(int capacity) {
        int shift = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(1, capacity) - 1);
        return Math.max(0, shift - SMALLEST_SHIFT);
    }

    /** An array, for what ciphers work on: counted, and not pooled. */
    private final class Heap extends UnpooledHeapByteBuf {
        Heap(int capacity, int maxCapacity) {
            super(SimAllocator.this, capacity, maxCapacity);
        }

        @Override
        protected void deallocate() {
            outstanding--;
            if (origins != null) {
                origins.remove(this);
                for (int i = 0; i < capacity(); i++) {
                    _setByte(i, POISON);
                }
            }
            super.deallocate();
        }
    }

    /** Memory of a size class, of which a part is used. */
    private final class Buffer extends UnpooledDirectByteBuf {
        private int room;
        private int used;
        private boolean moved;

        Buffer(ByteBuffer memory) {
            super(SimAllocator.this, memory, Integer.MAX_VALUE);
            room = memory.capacity();
        }

        ByteBuf reuse(int capacity, int maxCapacity) {
            resetRefCnt();
            used = capacity;
            maxCapacity(maxCapacity);
            clear();
            return this;
        }

        @Override
        public int capacity() {
            return room == 0 ? super.capacity() : used; // the constructor above asks, too
        }

        @Override
        public ByteBuf capacity(int newCapacity) {
            checkNewCapacity(newCapacity);
            trimIndicesToCapacity(newCapacity);
            if (newCapacity > room) {
                super.capacity(newCapacity); // to memory that is not the pool's
                room = newCapacity;
                moved = true;
            }
            used = newCapacity;
            return this;
        }

        @Override
        protected void deallocate() {
            outstanding--;
            if (origins != null) {
                origins.remove(this);
                used = room;
                for (int i = 0; i < room; i++) {
                    _setByte(i, POISON);
                }
                return;
            }
            int sizeClass = sizeClass(room);
            if (moved) {
                super.deallocate();
            } else if (sizeClass < spare.size()) {
                spare.get(sizeClass).push(this);
            }
        }
    }
}
