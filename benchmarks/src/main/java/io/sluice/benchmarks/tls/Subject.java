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

    private Subject(String name, boolean onStack, Way way, @Nullable Path file, FileAccess access) {
        this(name, onStack, way, file, access, TlsServer.PIECE);
    }

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
        boolean tcnative = OpenSsl.isAvailable();
        List<Subject> all = new ArrayList<>();
        FileAccess any = FileAccess.PAGE_CACHE;
        all.add(new Subject("arrays, offload", true, Way.OFFLOAD, null, any));
        all.add(new Subject("arrays, SslHandler (JDK)", true, Way.SSL_HANDLER_JDK, null, any));
        if (tcnative) {
            all.add(new Subject("arrays, SslHandler (tcnative)", true, Way.SSL_HANDLER_TCNATIVE, null, any));
            all.add(new Subject("arrays, SslHandler (tcnative), kernel", false, Way.SSL_HANDLER_TCNATIVE, null, any));
        }
        all.add(new Subject("file, offload", true, Way.OFFLOAD, file, any));
        addChunked(all, "file, ChunkedFile", file, any, USUAL_CHUNK_BYTES);
        addChunked(all, "file, ChunkedFile of 64 KiB", file, any, TlsServer.PIECE);
        FileAccess direct = FileAccess.DIRECT;
        all.add(new Subject("O_DIRECT, offload", true, Way.OFFLOAD, file, direct));
        addChunked(all, "O_DIRECT, ChunkedNioFile of 64 KiB", file, direct, TlsServer.PIECE);
        return all;
    }

    private static void addChunked(List<Subject> all, String what, Path file, FileAccess access, int chunk) {
        all.add(new Subject(what + ", SslHandler (JDK)", true, Way.SSL_HANDLER_JDK, file, access, chunk));
        if (OpenSsl.isAvailable()) {
            all.add(new Subject(what + ", SslHandler (tcnative)", true, Way.SSL_HANDLER_TCNATIVE, file, access, chunk));
        }
    }
}
