package io.sluice.benchmarks.bulk;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is wrong with a stream is found, wherever it is; what is right passes in pieces of any size. */
class VerifierTest {
    private static final int LENGTH = Content.PERIOD + 100_000;

    private final Content content = new Content(7);
    private final ByteBuffer stream = stream();

    @AfterEach
    void release() {
        content.release();
    }

    /** The content from offset 0 on, past the end of a period. */
    private ByteBuffer stream() {
        ByteBuffer all = ByteBuffer.allocate(LENGTH);
        while (all.hasRemaining()) {
            ByteBuf slice = content.slice(all.position(), all.remaining());
            all.put(slice.nioBuffer());
            slice.release();
        }
        return all.flip();
    }

    private String verify(ByteBuffer received, int pieceBytes) {
        Verifier verifier = new Verifier(content, LENGTH);
        while (received.hasRemaining()) {
            int n = Math.min(pieceBytes, received.remaining());
            verifier.onData(received.slice(received.position(), n));
            received.position(received.position() + n);
        }
        return verifier.complaint();
    }

    @Test
    void rightOctetsPass() {
        assertEquals("", verify(stream.duplicate(), 64 * 1024));
        assertEquals("", verify(stream.duplicate(), 1448));
        assertEquals("", verify(stream.duplicate(), LENGTH));
    }

    @Test
    void oneBitIsFound() {
        for (int at : new int[] {0, 65_535, 65_536, Content.PERIOD - 1, Content.PERIOD, LENGTH - 1}) {
            stream.put(at, (byte) (stream.get(at) ^ 0x10));
            assertEquals("octet " + at + " is wrong", verify(stream.duplicate(), 10_000));
            stream.put(at, (byte) (stream.get(at) ^ 0x10));
        }
    }

    @Test
    void lostAndDoubledOctetsAreFound() {
        assertEquals("octet 0 is wrong", verify(stream.duplicate().position(1448), 1448));
        ByteBuffer doubled =
                ByteBuffer.allocate(2 * 65_536).put(stream.slice(0, 65_536)).put(stream.slice(0, 65_536));
        assertEquals("octet 65536 is wrong", verify(doubled.flip(), 1448));
        assertEquals("ended after 99 octets instead of " + LENGTH, verify(stream.slice(0, 99), 50));
    }
}
