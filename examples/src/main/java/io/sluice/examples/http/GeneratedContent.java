package io.sluice.examples.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.stream.ChunkedInput;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * As many octets as one likes, always the same ones: octet {@code i} is octet {@code i mod PERIOD} of one block of
 * noise. The period is a prime, so that no segment, window or buffer size hides a shifted or repeated piece.
 *
 * <p>Bodies are slices of the one block, which is never written again: whoever sends them has nothing to copy.
 * Thread-safe.
 */
final class GeneratedContent implements AutoCloseable {
    static final int PERIOD = 1_048_573;

    private static final int CHUNK_BYTES = 256 * 1024;
    private static final long SEED = 0x51_01_CE;

    private final ByteBuf block;

    GeneratedContent() {
        ByteBuf memory = Unpooled.directBuffer(PERIOD, PERIOD);
        ByteBuffer octets = memory.nioBuffer(0, PERIOD);
        long state = SEED;
        while (octets.remaining() >= Long.BYTES) {
            state += 0x9E3779B97F4A7C15L;
            octets.putLong(mix(state));
        }
        while (octets.hasRemaining()) {
            octets.put((byte) octets.position());
        }
        block = memory.writerIndex(PERIOD).asReadOnly();
    }

    /** The finalizer of SplitMix64 (Steele, Lea, Flood 2014). */
    private static long mix(long state) {
        long z = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** The first {@code lengthBytes} octets. */
    ChunkedInput<ByteBuf> body(long lengthBytes) {
        return new Body(lengthBytes);
    }

    /** What {@code sha256sum} says of the first {@code lengthBytes} octets. */
    String sha256(long lengthBytes) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
        for (long done = 0; done < lengthBytes; ) {
            int n = (int) Math.min(PERIOD, lengthBytes - done);
            digest.update(block.nioBuffer(0, n));
            done += n;
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Lets go of the block; bodies that are still being sent keep it until they are done. */
    @Override
    public void close() {
        block.release();
    }

    /** One response's body. */
    private final class Body implements ChunkedInput<ByteBuf> {
        private final long lengthBytes;
        private long sentBytes;

        Body(long lengthBytes) {
            this.lengthBytes = lengthBytes;
        }

        @Override
        public ByteBuf readChunk(ByteBufAllocator allocator) {
            int at = (int) (sentBytes % PERIOD);
            int n = (int) Math.min(Math.min(CHUNK_BYTES, PERIOD - at), lengthBytes - sentBytes);
            sentBytes += n;
            return block.retainedSlice(at, n);
        }

        @Override
        @Deprecated
        @SuppressWarnings("InlineMeSuggester") // Netty's interface has it, and nobody calls it
        public ByteBuf readChunk(ChannelHandlerContext ctx) {
            return readChunk(ctx.alloc());
        }

        @Override
        public boolean isEndOfInput() {
            return sentBytes == lengthBytes;
        }

        @Override
        public long length() {
            return lengthBytes;
        }

        @Override
        public long progress() {
            return sentBytes;
        }

        @Override
        public void close() {}
    }
}
