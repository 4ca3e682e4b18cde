package io.sluice.benchmarks.bulk;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/**
 * What is transferred: random octets that repeat after 33,554,393 of them. The period is a prime and longer than any
 * window, so an octet that is lost, doubled, or in another's place shows. Immutable; any thread may read.
 */
final class Content {
    /** The largest prime below 2^25. */
    static final int PERIOD = 33_554_393;

    /** Octets that lie together. */
    private static final int CHUNK_BYTES = 64 * 1024;

    /** All is right. */
    static final long SAME = -1;

    private final ByteBuf[] chunks = new ByteBuf[(PERIOD + CHUNK_BYTES - 1) / CHUNK_BYTES];
    private final ByteBuffer[] views = new ByteBuffer[chunks.length];

    Content(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] octets = new byte[CHUNK_BYTES];
        for (int i = 0; i < chunks.length; i++) {
            int length = Math.min(CHUNK_BYTES, PERIOD - i * CHUNK_BYTES);
            random.nextBytes(octets);
            ByteBuf chunk = Unpooled.directBuffer(length, length).writeBytes(octets, 0, length);
            chunks[i] = chunk.asReadOnly();
            views[i] = chunk.nioBuffer(0, length);
        }
    }

    /** At most {@code maxBytes} octets from stream offset {@code offset} on, without a copy; the caller releases them. */
    ByteBuf slice(long offset, long maxBytes) {
        int at = (int) (offset % PERIOD);
        ByteBuf chunk = chunks[at / CHUNK_BYTES];
        int index = at % CHUNK_BYTES;
        return chunk.retainedSlice(index, (int) Math.min(maxBytes, chunk.capacity() - index));
    }

    /** As {@link #slice}, for the JDK's channels. */
    ByteBuffer view(long offset, long maxBytes) {
        int at = (int) (offset % PERIOD);
        ByteBuffer chunk = views[at / CHUNK_BYTES];
        int index = at % CHUNK_BYTES;
        return chunk.slice(index, (int) Math.min(maxBytes, chunk.capacity() - index));
    }

    /**
     * Compares the remaining octets of {@code data}, which it consumes, with those from stream offset {@code offset} on.
     *
     * @return the stream offset of the first that differs, or {@link #SAME}
     */
    long compare(ByteBuffer data, long offset) {
        long at = offset;
        while (data.hasRemaining()) {
            ByteBuffer expected = view(at, data.remaining());
            int n = expected.remaining();
            int differs = data.slice(data.position(), n).mismatch(expected);
            if (differs >= 0) {
                return at + differs;
            }
            data.position(data.position() + n);
            at += n;
        }
        return SAME;
    }

    /** Lets go of the memory. */
    void release() {
        for (ByteBuf chunk : chunks) {
            chunk.release();
        }
    }
}
