package io.sluice.netty;

import io.netty.channel.FileRegion;
import io.netty.util.AbstractReferenceCounted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A part of a file that a channel sends: read into buffers of 64 KiB, as acknowledgments make room for them, and with TLS
 * sealed from there. It is read on another thread, but for what is in the page cache where the system tells (Linux, with JNA on
 * the class path). Any {@link FileRegion} may be written to a channel; this one spares a copy and small reads, and can go past the
 * page cache. The file is opened when it is its turn. On channels that are not the stack's it is a {@code FileRegion} as others are.
 */
public final class SluiceFileRegion extends AbstractReferenceCounted implements FileRegion {
    private final Path path;
    private final long position;
    private final long count;
    private final FileAccess access;
    private @Nullable FileChannel channel;
    private @Nullable NativeFile cached;
    private long transferred;

    /**
     * A part of a file.
     *
     * @param position of its first octet in the file
     * @param count octets; if the file turns out to be shorter, the write fails when its end is reached
     */
    public SluiceFileRegion(Path path, long position, long count, FileAccess access) {
        if (position < 0 || count < 0) {
            throw new IllegalArgumentException("no part of a file: " + position + ", " + count);
        }
        this.path = path;
        this.position = position;
        this.count = count;
        this.access = access;
    }

    /** How it is read. */
    public FileAccess access() {
        return access;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public long count() {
        return count;
    }

    @Override
    public long transferred() {
        return transferred;
    }

    /** @deprecated as the interface says */
    @Override
    @Deprecated
    public long transfered() {
        return transferred;
    }

    /** On the stack's channels: octets of which the send queue has its own reference now. */
    void taken(long octets) {
        transferred += octets;
    }

    private FileChannel open(FileAccess how) throws IOException {
        FileChannel c = channel;
        if (c == null) {
            c = FileChannel.open(path, how.with(StandardOpenOption.READ));
            channel = c;
        }
        return c;
    }

    /**
     * Fills buffers from {@code at} in this part, one after the other, on a reader's thread: with fewer octets than they have room for only
     * at the end.
     */
    void read(List<FileBuffer> into, long at) throws IOException {
        if (access == FileAccess.DIRECT) {
            readDirect(into, at);
            return;
        }
        long next = at;
        for (FileBuffer b : into) {
            int n = read(b, next);
            if (n == 0) {
                return;
            }
            next += n;
        }
    }

    private int read(FileBuffer into, long at) throws IOException {
        if (cached == null && channel == null) {
            cached = FileReads.openCached(path);
        }
        ByteBuffer memory = into.memory().limit((int) Math.min(FileBuffers.BYTES, count - at));
        NativeFile file = cached;
        int n = 1;
        while (memory.hasRemaining() && n > 0) {
            if (file == null) {
                n = open(access).read(memory, position + at + memory.position());
            } else {
                int there = memory.position();
                n = file.read(into.address() + there, memory.remaining(), position + at + there, true);
                memory.position(there + n);
            }
        }
        into.setIndex(0, memory.position());
        return memory.position();
    }

    /** With the position, the length and the memory that O_DIRECT wants, in one call if the disk likes: each waits for it. */
    private void readDirect(List<FileBuffer> into, long at) throws IOException {
        FileChannel c = open(access);
        int skip = (int) ((position + at) % FileBuffers.ALIGNMENT);
        long units = (skip + count - at + FileBuffers.ALIGNMENT - 1) / FileBuffers.ALIGNMENT;
        long room = Math.min(units * FileBuffers.ALIGNMENT, (long) into.size() * FileBuffers.BYTES);
        ByteBuffer[] memory = new ByteBuffer[into.size()];
        for (int i = 0; i < memory.length; i++) {
            long rest = Math.max(0, room - (long) i * FileBuffers.BYTES);
            memory[i] = into.get(i).memory().limit((int) Math.min(FileBuffers.BYTES, rest));
        }
        c.position(position + at - skip);
        long read = 0;
        // What does not end where O_DIRECT may go on is the end of the file.
        for (long n = 1; n > 0 && read < room && read % FileBuffers.ALIGNMENT == 0; read += Math.max(0, n)) {
            n = c.read(memory);
        }
        long octets = Math.min(read - skip, count - at);
        int from = skip;
        for (FileBuffer b : into) {
            int n = (int) Math.max(0, Math.min(FileBuffers.BYTES - from, octets));
            b.setIndex(from, from + n);
            octets -= n;
            from = 0;
        }
    }

    /** Whether {@link #readCached} can find something: not before a {@link #read} has opened the file. */
    boolean knowsCache() {
        return cached != null;
    }

    /**
     * Fills buffers, one after the other, with what is in the page cache, without waiting and with one call.
     *
     * @param into at most {@link NativeFile#MOST_PIECES}
     * @return the octets that are readable in them now; none at the end, too
     */
    int readCached(List<FileBuffer> into, long at) throws IOException {
        NativeFile file = Objects.requireNonNull(cached);
        long rest = count - at;
        int pieces = into.size();
        for (int i = 0; i < pieces; i++) {
            int length = (int) Math.min(FileBuffers.BYTES, rest);
            file.piece(i, into.get(i).address(), length);
            rest -= length;
        }
        int octets = Math.max(0, file.read(pieces, position + at, false));
        int n = octets;
        for (int i = 0; i < pieces; i++) {
            int there = Math.min(FileBuffers.BYTES, n);
            into.get(i).setIndex(0, there);
            n -= there;
        }
        return octets;
    }

    @Override
    public long transferTo(WritableByteChannel target, long at) throws IOException {
        if (at < 0 || at > count) {
            throw new IllegalArgumentException("not in this part of a file: " + at);
        }
        long n = at == count ? 0 : open(FileAccess.PAGE_CACHE).transferTo(position + at, count - at, target);
        if (n > 0) {
            transferred += n;
        }
        return n;
    }

    @Override
    protected void deallocate() {
        if (cached != null) {
            cached.close();
            cached = null;
        }
        FileChannel c = channel;
        channel = null;
        if (c != null) {
            try {
                c.close();
            } catch (IOException e) {
                // It was only read, so nothing is lost.
            }
        }
    }

    @Override
    public FileRegion retain() {
        super.retain();
        return this;
    }

    @Override
    public FileRegion retain(int increment) {
        super.retain(increment);
        return this;
    }

    @Override
    public FileRegion touch() {
        return this;
    }

    @Override
    public FileRegion touch(Object hint) {
        return this;
    }

    @Override
    public String toString() {
        return path + " from " + position + ", " + count + " octets, " + access;
    }
}
