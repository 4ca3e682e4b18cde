package io.sluice.benchmarks.tls;

import io.netty.handler.ssl.OpenSsl;
import io.sluice.netty.FileAccess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A server that is measured.
 *
 * @param file what it sends, or null for arrays
 * @param chunk octets of the chunks that Netty reads
 */
record Subject(String name, boolean onStack, Way way, @Nullable Path file, FileAccess access, int chunk) {
    /** What {@code ChunkedFile} reads at once where nobody says how much. */
    private static final int USUAL_CHUNK_BYTES = 8192;

    /** Whether both send arrays, or both files that they read in the same manner. */
    boolean isLike(Subject other) {
        return (file == null) == (other.file == null) && access == other.access;
    }

    /** Whether this is the stack's TLS, and there are aims for it beside the other. */
    boolean shouldBeat(Subject other) {
        return way == Way.OFFLOAD && other.way != Way.OFFLOAD && other.onStack && isLike(other);
    }

    /** Every server, in the order in which they are measured. */
    static List<Subject> all(Path file) {
        List<Subject> all = new ArrayList<>();
        FileAccess cached = FileAccess.PAGE_CACHE;
        FileAccess direct = FileAccess.DIRECT;
        all.add(new Subject("arrays, offload", true, Way.OFFLOAD, null, cached, TlsServer.PIECE));
        addSslHandlers(all, "arrays", null, cached, TlsServer.PIECE);
        if (OpenSsl.isAvailable()) {
            Way way = Way.SSL_HANDLER_TCNATIVE;
            all.add(new Subject("arrays, SslHandler (tcnative), kernel", false, way, null, cached, TlsServer.PIECE));
        }
        all.add(new Subject("file, offload", true, Way.OFFLOAD, file, cached, TlsServer.PIECE));
        addSslHandlers(all, "file, ChunkedFile", file, cached, USUAL_CHUNK_BYTES);
        addSslHandlers(all, "file, ChunkedFile of 64 KiB", file, cached, TlsServer.PIECE);
        all.add(new Subject("O_DIRECT, offload", true, Way.OFFLOAD, file, direct, TlsServer.PIECE));
        addSslHandlers(all, "O_DIRECT, ChunkedNioFile of 64 KiB", file, direct, TlsServer.PIECE);
        return all;
    }

    private static void addSslHandlers(
            List<Subject> all, String what, @Nullable Path file, FileAccess access, int chunk) {
        all.add(new Subject(what + ", SslHandler (JDK)", true, Way.SSL_HANDLER_JDK, file, access, chunk));
        if (OpenSsl.isAvailable()) {
            all.add(new Subject(what + ", SslHandler (tcnative)", true, Way.SSL_HANDLER_TCNATIVE, file, access, chunk));
        }
    }
}
