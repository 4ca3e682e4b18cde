package io.sluice.benchmarks.tls;

import io.netty.handler.stream.ChunkedFile;
import io.netty.handler.stream.ChunkedNioFile;
import io.sluice.netty.FileAccess;
import io.sluice.netty.SluiceFileRegion;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a server sends to each connection.
 *
 * @param octets so many in all
 * @param file what is sent, again and again; null for arrays
 * @param access how the file is read
 * @param chunk octets of the chunks that Netty reads
 */
record Load(long octets, @Nullable Path file, FileAccess access, int chunk) {
    /** The first {@code n} octets of the file, as a message to write. */
    Object message(Way way, long n) throws IOException {
        Path from = Objects.requireNonNull(file);
        if (way == Way.OFFLOAD) {
            return new SluiceFileRegion(from, 0, n, access);
        }
        if (access == FileAccess.DIRECT) {
            return new ChunkedNioFile(FileChannel.open(from, access.with(StandardOpenOption.READ)), 0, n, chunk);
        }
        return new ChunkedFile(new RandomAccessFile(from.toFile(), "r"), 0, n, chunk);
    }
}
