package io.sluice.netty;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/** The buffers that one event loop's files are read into: the one that came back last, which is still in the cache, is used next. */
final class FileBuffers {
    /** Octets of a buffer. */
    static final int BYTES = 64 * 1024;

    /** What O_DIRECT may want positions, lengths and memory to be multiples of. */
    static final int ALIGNMENT = 4096;

    /** So many wait for their next use at the most; while no more are out, readers may read far ahead. */
    private static final int KEPT = 512;

    private final ArrayDeque<FileBuffer> free = new ArrayDeque<>();

    private int made;
    private int out;

    FileBuffer take() {
        FileBuffer b;
        synchronized (free) {
            b = free.pollLast();
            made += b == null ? 1 : 0;
            out++;
        }
        return b != null
                ? b.again()
                : new FileBuffer(
                        this,
                        ByteBuffer.allocateDirect(BYTES + ALIGNMENT)
                                .alignedSlice(ALIGNMENT)
                                .slice(0, BYTES));
    }

    /** From whatever thread let go of it last. */
    void give(FileBuffer b) {
        synchronized (free) {
            out--;
            if (free.size() < KEPT) {
                free.addLast(b);
            }
        }
    }

    /** Octets that can be taken before more is out than is kept. */
    long spareBytes() {
        synchronized (free) {
            return (long) Math.max(0, KEPT - out) * BYTES;
        }
    }

    /** Buffers that wait for their next use. */
    int freeCount() {
        synchronized (free) {
            return free.size();
        }
    }

    /** Buffers that there were ever. */
    int madeCount() {
        synchronized (free) {
            return made;
        }
    }
}
