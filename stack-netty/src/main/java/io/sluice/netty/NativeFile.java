package io.sluice.netty;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file of Linux of which can be read what is in the page cache, and nothing else, so that nobody waits for a disk: preadv2(2) with
 * RWF_NOWAIT, which the JDK does not have. Needs JNA, which stack-tun brings. One thread at a time.
 */
final class NativeFile implements AutoCloseable {
    /** What {@link #read} returns when it would have to wait, or cannot know. */
    static final int WOULD_WAIT = -1;

    private static final int O_RDONLY = 0;
    private static final int O_CLOEXEC = 0x80000;
    private static final int RWF_NOWAIT = 8;
    private static final int EINTR = 4;

    /** So many pieces of memory can one call fill. */
    static final int MOST_PIECES = 4;

    /** {@code struct iovec}: address and length. */
    private static final int PIECE_BYTES = 2 * Long.BYTES;

    private final int fd;

    private final ByteBuffer vector =
            ByteBuffer.allocateDirect(MOST_PIECES * PIECE_BYTES).order(ByteOrder.nativeOrder());

    private final long vectorAddress = addressOf(vector);

    private NativeFile(int fd) {
        this.fd = fd;
    }

    static {
        Native.register(NativeFile.class, "c");
    }

    private static native int open(String path, int flags, int mode) throws LastErrorException;

    private static native int close(int fd) throws LastErrorException;

    /** With addresses for pointers: of a buffer JNA would ask the JVM for its own, by calls back, in every call. */
    private static native long preadv2(int fd, long vectors, int count, long position, int flags)
            throws LastErrorException;

    /** Where the octets of a direct buffer are, from its index 0 on; it is to be asked once. */
    static long addressOf(ByteBuffer memory) {
        return Pointer.nativeValue(Native.getDirectBufferPointer(memory));
    }

    /** Whether this works here; throws {@link LinkageError} where there is no JNA, or a C library without preadv2. */
    static boolean isUsable() {
        return Native.POINTER_SIZE == Long.BYTES
                && System.getProperty("os.name", "").equals("Linux");
    }

    /** Opens a file; null if that does not work, for whatever reason: the JDK may find out. */
    static @Nullable NativeFile open(Path path) {
        try {
            return new NativeFile(open(path.toString(), O_RDONLY | O_CLOEXEC, 0));
        } catch (LastErrorException e) {
            return null;
        }
    }

    /**
     * Says where {@link #read(int, long, boolean)} is to put octets.
     *
     * @param piece the first that is filled is 0, the last {@link #MOST_PIECES} - 1
     * @param address of memory that is not let go of until then
     */
    void piece(int piece, long address, int length) {
        vector.putLong(piece * PIECE_BYTES, address).putLong(piece * PIECE_BYTES + Long.BYTES, length);
    }

    /** As {@link #read(int, long, boolean)}, into one piece. */
    int read(long address, int length, long position, boolean waits) throws IOException {
        piece(0, address, length);
        return read(1, position, waits);
    }

    /**
     * Reads octets of the file, with a single call.
     *
     * @param pieces so many of the memory that {@link #piece} has told of
     * @param waits whether it waits for what is not in memory
     * @return octets, 0 at the end, or {@link #WOULD_WAIT}
     */
    int read(int pieces, long position, boolean waits) throws IOException {
        while (true) {
            try {
                return (int) preadv2(fd, vectorAddress, pieces, position, waits ? 0 : RWF_NOWAIT);
            } catch (LastErrorException e) {
                if (!waits) {
                    return WOULD_WAIT; // EAGAIN, or EOPNOTSUPP of the file system
                }
                if (e.getErrorCode() != EINTR) {
                    throw new IOException("cannot be read: " + e.getMessage(), e);
                }
            }
        }
    }

    @Override
    public void close() {
        try {
            close(fd);
        } catch (LastErrorException e) {
            // It was only read, so nothing is lost.
        }
    }
}
