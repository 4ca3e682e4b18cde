package io.sluice.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.FileRegion;
import io.sluice.buffer.SendRegion;
import io.sluice.event.Counter;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A file that is being sent. What the windows let go is read here if the page cache has it, else on another thread and so far
 * ahead as {@link #aheadBytes} says; {@link #take} hands over the very buffers. One read is under way at a time. Confined to the
 * loop's thread, but for that read.
 */
final class FileSend implements SendRegion {
    /** Where the page cache may have the rest. */
    private static final int MOST_AHEAD_OF_CACHE_BYTES = 8 * FileBuffers.BYTES;

    /** So much is read of it with one call: what was read should still be in the processor's cache when it is sealed. */
    private static final int MOST_OF_CACHE_BYTES = NativeFile.MOST_PIECES * FileBuffers.BYTES;

    /** Where every read is a disk's or another thread's: half of it is read at a time, while the other half leaves. */
    private static final int MOST_AHEAD_BYTES = 16 * FileBuffers.BYTES;

    private static final int WINDOWS_AHEAD = 8;

    /** Of the buffers that there are for all: what one file may have of those that are not in use. */
    private static final int PART = 4;

    private static final int NEWS_BYTES = 4 * FileBuffers.BYTES;

    private final FileRegion region;
    private final HostDriver driver;
    private final Runnable whenNews;
    private final ArrayDeque<ByteBuf> ready = new ArrayDeque<>();

    /** Those of a read that is under way on the loop. */
    private final List<FileBuffer> pieces = new ArrayList<>(NativeFile.MOST_PIECES);

    private Runnable whenReady = () -> {};
    private long taken;
    private long asked;
    private long told;
    private int readyBytes;
    private boolean reading;
    private boolean isCached;
    private boolean closed;
    private @Nullable IOException failure;

    /** @param whenNews runs when {@link #hasNews} */
    FileSend(FileRegion region, HostDriver driver, Runnable whenNews) {
        this.region = region;
        this.driver = driver;
        this.whenNews = whenNews;
        taken = region.transferred();
        asked = taken;
        told = taken;
        region.retain();
    }

    /** Why the rest will not come, or null. */
    @Nullable IOException failure() {
        return readyBytes == 0 ? failure : null;
    }

    /** Much was taken since {@link #progress}, or all, or the rest will never be. */
    boolean hasNews() {
        return isDone() || failure() != null || taken - told >= NEWS_BYTES;
    }

    boolean isDone() {
        return taken == region.count();
    }

    /** Octets that were taken since the last call. */
    long progress() {
        long n = taken - told;
        told = taken;
        return n;
    }

    @Override
    public void start(Runnable newWhenReady) {
        whenReady = newWhenReady;
    }

    @Override
    public long remaining() {
        return closed ? 0 : region.count() - taken;
    }

    @Override
    public int ready(int wanted, long windowBytes) {
        int ahead = aheadBytes(windowBytes);
        // What the page cache has is read when it is wanted: it is still in the processor's cache when it leaves.
        if (canRead() && readyBytes < (isCached ? wanted : Math.max(wanted, ahead / 2))) {
            long most = Math.min(ahead, Math.max(FileBuffers.BYTES, shareBytes()));
            readCached(wanted, Math.min(most, MOST_OF_CACHE_BYTES));
            if (canRead() && !isCached) {
                read(ahead - readyBytes);
            }
        }
        if (failure != null && readyBytes < wanted) { // the rest would be cut short, too
            discard();
            whenNews.run();
            return BROKEN;
        }
        return readyBytes;
    }

    /**
     * How far ahead of what the windows let go is worth reading. A read past the page cache costs the kernel nearly the same
     * whatever its size, and one on another thread costs two wake-ups: so these go far ahead while buffers are not scarce.
     */
    private int aheadBytes(long windowBytes) {
        long ahead = Math.min(MOST_AHEAD_OF_CACHE_BYTES, windowBytes / 2);
        if (!mayBeCached()) {
            ahead = Math.max(ahead, Math.min(Math.min(MOST_AHEAD_BYTES, shareBytes()), WINDOWS_AHEAD * windowBytes));
        }
        return (int) Math.max(FileBuffers.BYTES, ahead);
    }

    private long shareBytes() {
        return driver.files().buffers().spareBytes() / PART;
    }

    /** Whether reads on the loop can be expected to find something. */
    private boolean mayBeCached() {
        return FileReads.knowsCache()
                && region instanceof SluiceFileRegion own
                && own.access() == FileAccess.PAGE_CACHE;
    }

    private boolean canRead() {
        return !closed && !reading && failure == null && asked < region.count();
    }

    /** Reads on the loop as far as that does not wait for a disk; the rest, and the end, are for another thread. */
    private void readCached(int wanted, long most) {
        SluiceFileRegion own = region instanceof SluiceFileRegion r && r.knowsCache() ? r : null;
        isCached = own != null;
        for (boolean first = true;
                own != null && isCached && canRead() && (first || readyBytes < wanted);
                first = false) {
            isCached = readCached(own, Math.min(most, region.count() - asked)) > 0;
        }
    }

    private int readCached(SluiceFileRegion own, long octets) {
        takeBuffers(octets, pieces);
        int n = 0;
        try {
            n = own.readCached(pieces, asked);
        } catch (IOException e) {
            // it will be found once more, where it is told
        }
        for (int i = 0; i < pieces.size(); i++) {
            addOrRelease(pieces.get(i));
        }
        pieces.clear();
        return n;
    }

    private void takeBuffers(long octets, List<FileBuffer> into) {
        for (long room = 0; room < octets; room += FileBuffers.BYTES) {
            into.add(driver.files().buffers().take());
        }
    }

    private void addOrRelease(FileBuffer b) {
        if (closed || !b.isReadable()) {
            b.release();
        } else {
            add(b);
        }
    }

    private void add(FileBuffer b) {
        ready.add(b);
        readyBytes += b.readableBytes();
        asked += b.readableBytes();
    }

    private void read(int octets) {
        long n = Math.min(octets, region.count() - asked);
        List<FileBuffer> into = new ArrayList<>();
        takeBuffers(n, into);
        reading = true;
        region.retain(); // by the read
        if (!driver.files().execute(new Read(into, asked))) {
            region.release();
            into.forEach(ByteBuf::release);
            reading = false;
            fail(new IOException("no file is read any more: the event loop ends"));
        }
    }

    /** One read: what it found is looked at on the loop. */
    private final class Read implements Runnable {
        private final List<FileBuffer> into;
        private final long at;
        private @Nullable Throwable problem;

        Read(List<FileBuffer> into, long at) {
            this.into = into;
            this.at = at;
        }

        @Override
        public void run() {
            try {
                if (region instanceof SluiceFileRegion own) {
                    own.read(into, at);
                } else {
                    copy(region, into, at);
                }
            } catch (Throwable e) { // the region may be the user's, and do anything
                problem = e;
            }
            if (!driver.run(() -> arrived(this))) {
                into.forEach(ByteBuf::release);
                region.release();
            }
        }
    }

    /** What any region can: it writes into what it is given. */
    private static void copy(FileRegion region, List<FileBuffer> into, long at) throws IOException {
        long next = at;
        long n = 1;
        for (FileBuffer b : into) {
            ByteBuffer memory = b.memory();
            WritableByteChannel target = new Target(memory);
            while (n > 0 && memory.hasRemaining() && next < region.count()) {
                n = region.transferTo(target, next);
                next += Math.max(0, n);
            }
            b.setIndex(0, memory.position());
        }
    }

    private void arrived(Read read) {
        reading = false;
        region.release();
        long before = asked;
        for (FileBuffer b : read.into) {
            addOrRelease(b);
        }
        if (!(region instanceof SluiceFileRegion)) {
            driver.host().counters().add(Counter.SEND_BYTES_COPIED, asked - before);
        }
        Throwable problem = read.problem;
        if (problem != null) {
            fail(problem instanceof IOException e ? e : new IOException("not to be read: " + region, problem));
        } else if (asked == read.at) {
            fail(new EOFException("the file ends at octet " + asked + " of the " + region.count()
                    + " that were to be sent: " + region));
        }
        whenReady.run();
    }

    private void fail(IOException why) {
        if (failure == null && !closed) {
            failure = why;
            if (readyBytes == 0) {
                whenNews.run();
            }
        }
    }

    @Override
    public ByteBuf take(int most) {
        ByteBuf first = Objects.requireNonNull(ready.peek());
        int n = Math.min(most, first.readableBytes());
        ByteBuf octets;
        if (n == first.readableBytes()) {
            octets = ready.remove();
        } else {
            octets = first.readRetainedSlice(n);
        }
        onTaken(n);
        return octets;
    }

    @Override
    public void take(byte[] target, int at, int octets) {
        for (int n = 0; n < octets; ) {
            ByteBuf first = Objects.requireNonNull(ready.peek());
            int some = Math.min(octets - n, first.readableBytes());
            first.readBytes(target, at + n, some);
            n += some;
            if (!first.isReadable()) {
                ready.remove().release();
            }
        }
        onTaken(octets);
    }

    private void onTaken(int octets) {
        readyBytes -= octets;
        taken += octets;
        if (region instanceof SluiceFileRegion own) {
            own.taken(octets);
        }
        if (hasNews()) {
            whenNews.run();
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        discard();
        if (!isDone() && failure == null) {
            failure = new EOFException("the connection ended at octet " + taken + " of " + region.count());
            whenNews.run();
        }
        region.release();
    }

    private void discard() {
        for (ByteBuf b = ready.poll(); b != null; b = ready.poll()) {
            b.release();
        }
        readyBytes = 0;
    }

    /** Where a file region is copied to. */
    private record Target(ByteBuffer memory) implements WritableByteChannel {
        @Override
        public int write(ByteBuffer source) {
            int n = Math.min(source.remaining(), memory.remaining());
            memory.put(memory.position(), source, source.position(), n);
            memory.position(memory.position() + n);
            source.position(source.position() + n);
            return n;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
