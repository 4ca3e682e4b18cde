package io.sluice.examples.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file as a response's body: what happens between its reads. */
final class FileBodyTest {
    private static final PooledByteBufAllocator ALLOCATOR = PooledByteBufAllocator.DEFAULT;

    private final BlockingQueue<Runnable> loop = new LinkedBlockingQueue<>();
    private int resumed;
    private Path file;

    @BeforeEach
    void write(@TempDir Path folder) throws IOException {
        file = Files.write(folder.resolve("f"), new byte[300_000]);
    }

    private FileBody open(long length) throws IOException {
        return new FileBody(file, length, loop::add, () -> resumed++);
    }

    @Test
    void hasNothingUntilTheDiskAnswersAndThenResumes() throws Exception {
        FileBody body = open(300_000);
        assertNull(body.readChunk(ALLOCATOR));
        assertEquals(0, resumed);
        loop.take().run();
        assertEquals(1, resumed);
        long total = 0;
        while (!body.isEndOfInput()) {
            ByteBuf chunk = body.readChunk(ALLOCATOR);
            if (chunk == null) {
                loop.take().run();
            } else {
                total += chunk.readableBytes();
                chunk.release();
            }
        }
        assertEquals(300_000, total);
        assertEquals(300_000, body.progress());
        body.close();
    }

    @Test
    void failsWhenTheFileHasBecomeShorter() throws Exception {
        FileBody body = open(300_001);
        long total = 0;
        while (total < 300_000) {
            ByteBuf chunk = body.readChunk(ALLOCATOR);
            if (chunk == null) {
                loop.take().run();
            } else {
                total += chunk.readableBytes();
                chunk.release();
            }
        }
        int before = resumed;
        loop.take().run();
        assertEquals(before + 1, resumed);
        assertFalse(body.isEndOfInput());
        assertThrows(IOException.class, () -> body.readChunk(ALLOCATOR));
        body.close();
    }

    @Test
    void aReadThatEndsAfterCloseTellsNobody() throws Exception {
        FileBody body = open(300_000);
        assertNull(body.readChunk(ALLOCATOR));
        body.close();
        loop.take().run();
        assertEquals(0, resumed);
        assertTrue(loop.isEmpty());
    }
}
