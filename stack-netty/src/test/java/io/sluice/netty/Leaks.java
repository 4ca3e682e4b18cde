package io.sluice.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Finds buffers that nobody released. All memory of a test comes from {@link #allocator}, in which nothing may be left;
 * and Netty's detector, at its most suspicious, must have nothing to report of any other.
 */
final class Leaks implements AutoCloseable {
    private static final int ATTEMPTS = 1000;

    final PooledByteBufAllocator allocator = new PooledByteBufAllocator(true);
    private final List<String> reports = new CopyOnWriteArrayList<>();

    Leaks() {
        assertEquals(ResourceLeakDetector.Level.PARANOID, ResourceLeakDetector.getLevel(), "the build sets this");
        ByteBufUtil.setLeakListener((type, records) -> reports.add(records));
    }

    /** Asserts that nothing leaked. Everything that used buffers must have ended. */
    @Override
    public void close() {
        assertEquals(0, allocator.pinnedDirectMemory(), "octets of direct memory that nobody released");
        assertEquals(0, allocator.pinnedHeapMemory(), "octets of heap memory that nobody released");
        collectGarbage();
        collectGarbage(); // what the first collection found has been told when the second is through
        PooledByteBufAllocator.DEFAULT.directBuffer(16).release(); // the detector looks when it has a new buffer
        assertEquals(List.of(), reports);
    }

    private static void collectGarbage() {
        ReferenceQueue<Object> found = new ReferenceQueue<>();
        WeakReference<Object> bait = new WeakReference<>(new Object(), found);
        int attempts = 0;
        while (found.poll() == null && attempts++ < ATTEMPTS) {
            System.gc();
        }
        assertTrue(bait.refersTo(null), "garbage is not collected");
    }
}
