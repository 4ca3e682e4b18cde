package io.sluice.benchmarks.tls;

import io.sluice.netty.FileAccess;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a server sends to each connection.
 *
 * @param octets so many in all
 * @param file what is sent, again and again; null for arrays
 * @param access how the stack reads the file
 * @param chunk octets of a {@link io.netty.handler.stream.ChunkedFile}'s chunks
 */
record Load(long octets, @Nullable Path file, FileAccess access, int chunk) {}
