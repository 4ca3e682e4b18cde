package io.sluice.netty;

import static io.sluice.netty.FileSendTest.needs;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The buffers that files are read into, and how they are filled. */
class FileBuffersTest {
    private static final int OCTETS = 1_000_003;

    private final FileBuffers buffers = new FileBuffers();

    /** Where many files are under way, each has less. */
    @Test
    void whatIsSpareGetsLessAndComesBack() {
        long all = buffers.spareBytes();
        FileBuffer one = buffers.take();
        assertEquals(all - FileBuffers.BYTES, buffers.spareBytes());
        one.release();
        assertEquals(all, buffers.spareBytes());
    }

    /** What the page cache has comes by several buffers a call, up to the end of the part. */
    @Test
    void oneCallFillsSeveralBuffers(@TempDir Path directory) throws IOException {
        byte[] content = new byte[OCTETS];
        new SplittableRandom(5).nextBytes(content);
        Path file = Files.write(directory.resolve("file"), content);
        int skip = 7;
        int rest = 2 * FileBuffers.BYTES + 100;
        SluiceFileRegion region = new SluiceFileRegion(file, skip, OCTETS - skip, FileAccess.PAGE_CACHE);
        FileBuffer first = buffers.take();
        region.read(List.of(first), 0);
        needs(region.knowsCache(), "no preadv2 here");
        List<FileBuffer> pieces =
                Stream.generate(buffers::take).limit(NativeFile.MOST_PIECES).toList();
        int n = region.readCached(pieces, OCTETS - skip - rest);
        needs(n > 0, "no page cache that tells");
        assertEquals(rest, n);
        ByteBuf octets = Unpooled.buffer(rest);
        for (FileBuffer piece : pieces) {
            octets.writeBytes(piece);
            piece.release();
        }
        assertEquals(Unpooled.wrappedBuffer(content, OCTETS - rest, rest), octets);
        first.release();
        region.release();
    }
}
