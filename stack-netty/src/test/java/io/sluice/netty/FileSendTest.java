package io.sluice.netty;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelProgressiveFuture;
import io.netty.channel.ChannelProgressiveFutureListener;
import io.netty.channel.ChannelProgressivePromise;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.FileRegion;
import io.sluice.event.Counter;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that channels send: what is read, when, into what, and how it ends. */
@Timeout(60)
@SuppressWarnings({"FutureReturnValueIgnored", "NullAway"}) // what arrives is looked at; JUnit fills the field
final class FileSendTest {
    private static final int OCTETS = 5_000_000;
    private static final int WINDOW = 256 * 1024;

    private final TwoHosts net = new TwoHosts();
    private final Collector received = new Collector();
    private final BlockingQueue<Channel> accepted = new LinkedBlockingQueue<>();
    private final byte[] content = new byte[OCTETS];
    private Channel client;

    @TempDir
    Path directory;

    @AfterEach
    void end() {
        net.close();
    }

    private Channel connected() throws InterruptedException {
        return connected(true);
    }

    /** @param reads whether the client reads from the start on */
    private Channel connected(boolean reads) throws InterruptedException {
        Channel server = net.serve(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelActive(io.netty.channel.ChannelHandlerContext ctx) {
                accepted.add(ctx.channel());
            }

            @Override
            public void exceptionCaught(io.netty.channel.ChannelHandlerContext ctx, Throwable cause) {
                // the future of the write has it
            }
        });
        client = net.client(received)
                .option(ChannelOption.AUTO_READ, reads)
                .connect(server.localAddress())
                .sync()
                .channel();
        return accepted.take();
    }

    private Path file() throws IOException {
        new SplittableRandom(5).nextBytes(content);
        return Files.write(directory.resolve("file"), content);
    }

    private byte[] all() throws InterruptedException {
        return received.atEnd().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Parts that begin and end wherever they like, in both ways of reading, without a copy of ours. */
    @ParameterizedTest
    @CsvSource({
        "PAGE_CACHE, 0, 5000000",
        "PAGE_CACHE, 1, 4999998",
        "DIRECT, 0, 5000000",
        "DIRECT, 4097, 4000001",
        "DIRECT, 100, 0"
    })
    void aPartOfAFileArrives(FileAccess access, int position, int count) throws Exception {
        Path file = file();
        Channel channel = connected();
        SluiceFileRegion region = new SluiceFileRegion(file, position, count, access);
        channel.write(Unpooled.copiedBuffer("<", StandardCharsets.US_ASCII));
        ChannelFuture sent = channel.write(region);
        channel.writeAndFlush(Unpooled.copiedBuffer(">", StandardCharsets.US_ASCII))
                .sync();
        assertTrue(sent.isSuccess());
        channel.close();
        byte[] all = all();
        assertEquals('<', all[0]);
        assertArrayEquals(
                Arrays.copyOfRange(content, position, position + count), Arrays.copyOfRange(all, 1, all.length - 1));
        assertEquals('>', all[all.length - 1]);
        assertEquals(count, region.transferred());
        assertEquals(0, region.refCnt());
        assertEquals(2, net.serverHost().counters().get(Counter.SEND_BYTES_COPIED), "only what is around it");
    }

    /** RFC 9293 §3.10.5: the peer must not take a part for the whole. */
    @ParameterizedTest
    @EnumSource(FileAccess.class)
    void aFileThatIsCutOffUnderWayIsAnErrorOnBothSides(FileAccess access) throws Exception {
        Path file = file();
        Channel channel = connected(false); // so that the part that is cut off is not read yet
        long more = 1L << 30;
        ChannelFuture sent = channel.writeAndFlush(new SluiceFileRegion(file, 0, OCTETS + more, access));
        try (FileChannel f = FileChannel.open(file, StandardOpenOption.WRITE)) {
            f.truncate(OCTETS / 2 + 1);
        }
        client.config().setAutoRead(true);
        Throwable failure = Collector.failure(sent);
        assertInstanceOf(EOFException.class, failure);
        assertTrue(failure.getMessage().startsWith("the file ends at octet "), failure.getMessage());
        channel.closeFuture().sync();
        byte[] all = all();
        assertTrue(all.length <= OCTETS / 2 + 1, "more came than there was: " + all.length);
        assertTrue(Arrays.equals(all, Arrays.copyOf(content, all.length)), "what came was right");
        Object last = null;
        while (received.hasNext()) {
            Object event = received.next();
            last = "inactive".equals(event) ? last : event;
        }
        assertInstanceOf(SocketException.class, last, "and the end was a reset");
    }

    @Test
    void aFileThatIsNotThere() throws Exception {
        Channel channel = connected();
        Path none = directory.resolve("none");
        Throwable failure =
                Collector.failure(channel.writeAndFlush(new SluiceFileRegion(none, 0, 1, FileAccess.PAGE_CACHE)));
        assertInstanceOf(java.nio.file.NoSuchFileException.class, failure);
        channel.closeFuture().sync();
        assertEquals(0, all().length, "nothing that the file could have held");
    }

    /** A close does not wait for the rest of a file, and lets go of it. */
    @Test
    void aCloseWhileAFileIsUnderWay() throws Exception {
        Path file = file();
        Channel channel = connected();
        FileRegion region = new DefaultFileRegion(file.toFile(), 0, OCTETS);
        ChannelFuture sent = channel.write(region);
        channel.eventLoop().submit(() -> {
            channel.flush();
            channel.close();
        });
        channel.closeFuture().sync();
        assertInstanceOf(ClosedChannelException.class, Collector.failure(sent));
        TwoHosts.await(channel, () -> region.refCnt() == 0);
        byte[] all = all();
        assertTrue(all.length < OCTETS, "it was under way");
        assertTrue(Arrays.equals(all, Arrays.copyOf(content, all.length)));
    }

    /** A region may be anybody's: what it throws is told, and not that it ends. */
    @Test
    void aRegionThatThrows() throws Exception {
        IllegalStateException why = new IllegalStateException("of the region");
        Channel channel = connected();
        ChannelFuture sent = channel.writeAndFlush(new DefaultFileRegion(file().toFile(), 0, OCTETS) {
            @Override
            public long transferTo(WritableByteChannel target, long position) {
                throw why;
            }
        });
        Throwable failure = Collector.failure(sent);
        assertInstanceOf(IOException.class, failure);
        assertEquals(why, failure.getCause());
    }

    /** What another channel was sent already is not sent again. */
    @Test
    void aRegionOfWhichAPartIsTransferred() throws Exception {
        Channel channel = connected();
        SluiceFileRegion region = new SluiceFileRegion(file(), 0, OCTETS, FileAccess.PAGE_CACHE);
        region.taken(OCTETS / 2);
        channel.writeAndFlush(region).sync();
        channel.close();
        assertTrue(Arrays.equals(all(), Arrays.copyOfRange(content, OCTETS / 2, OCTETS)));
        assertEquals(OCTETS, region.transferred());
    }

    /** As Netty's other channels: a file's promise tells how far it is. */
    @Test
    void progressIsTold() throws Exception {
        Channel channel = connected();
        List<Long> progress = new CopyOnWriteArrayList<>();
        ChannelProgressivePromise promise = channel.newProgressivePromise();
        promise.addListener(new ChannelProgressiveFutureListener() {
            @Override
            public void operationProgressed(ChannelProgressiveFuture future, long at, long total) {
                progress.add(at);
            }

            @Override
            public void operationComplete(ChannelProgressiveFuture future) {
                // the test waits for it
            }
        });
        channel.writeAndFlush(new SluiceFileRegion(file(), 0, OCTETS, FileAccess.PAGE_CACHE), promise)
                .sync();
        channel.close();
        assertEquals(OCTETS, all().length);
        assertTrue(progress.stream().filter(n -> n > 0 && n < OCTETS).count() > 2, progress::toString);
        assertEquals(OCTETS, progress.get(progress.size() - 1));
    }

    @ParameterizedTest
    @CsvSource({"PAGE_CACHE, 10", "DIRECT, 4096"})
    void noMoreIsReadThanThereIsToSend(FileAccess access, int read) throws Exception {
        Path file = file();
        FileBuffer buffer = new FileBuffers().take();
        SluiceFileRegion region = new SluiceFileRegion(file, 0, 10, access);
        region.read(List.of(buffer), 0);
        assertEquals(10, buffer.readableBytes());
        byte[] memory = new byte[FileBuffers.BYTES];
        buffer.memory().get(memory);
        assertTrue(Arrays.equals(memory, 0, read, content, 0, read));
        assertTrue(Arrays.equals(memory, read, memory.length, new byte[FileBuffers.BYTES], read, memory.length));
        region.release();
        buffer.release();
    }

    /** Two hosts of their own, the first of which has its files read by {@code readers}. */
    private final class OwnReaders implements AutoCloseable {
        final SluiceEventLoopGroup group;
        final SluiceEventLoopGroup other;
        final Channel channel;

        OwnReaders(Executor readers) throws InterruptedException {
            PipeLink pipe = PipeLink.create(TwoHosts.MTU, net.leaks.allocator);
            other = new SluiceEventLoopGroup(SluiceNetwork.of(pipe.otherEnd(), "10.8.0.2/24"));
            group = new SluiceEventLoopGroup(SluiceNetwork.builder()
                    .link(pipe, "10.8.0.1/24")
                    .fileReaders(readers)
                    .build());
            Channel server = new ServerBootstrap()
                    .group(other)
                    .channel(SluiceServerSocketChannel.class)
                    .childHandler(received)
                    .childOption(ChannelOption.SO_RCVBUF, WINDOW / 2)
                    .bind(new InetSocketAddress("10.8.0.2", 0))
                    .sync()
                    .channel();
            channel = new Bootstrap()
                    .group(group)
                    .channel(SluiceSocketChannel.class)
                    .handler(new ChannelInboundHandlerAdapter())
                    .connect(server.localAddress())
                    .sync()
                    .channel();
        }

        void end(SluiceEventLoopGroup ended) {
            assertTrue(ended.shutdownGracefully(0, TwoHosts.PATIENCE_S, TimeUnit.SECONDS)
                    .awaitUninterruptibly(TwoHosts.PATIENCE_S, TimeUnit.SECONDS));
        }

        @Override
        public void close() {
            end(group);
            end(other);
        }
    }

    /** What is in the page cache is read on the event loop, when a read on another thread has opened the file. */
    @Test
    void thePageCacheNeedsNoOtherThread() throws Exception {
        Path file = file();
        NativeFile cached = FileReads.openCached(file);
        needs(cached != null, "no preadv2 here");
        FileBuffer buffer = new FileBuffers().take();
        boolean tells = cached.read(buffer.address(), FileBuffers.BYTES, 0, false) == FileBuffers.BYTES;
        cached.close();
        buffer.release();
        needs(tells, "the file system does not say what is in the page cache: " + file);
        assertEquals(1, readsElsewhere(new SluiceFileRegion(file, 0, OCTETS, FileAccess.PAGE_CACHE)));
        assertFalse(isOpen(file), "nobody needs it any more");
    }

    /** What each read on another thread costs does not depend on its size, so these read more than the window at a time. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsReadOnAnotherThreadIsReadFarAhead(boolean direct) throws Exception {
        Path file = file();
        FileRegion region = direct
                ? new SluiceFileRegion(file, 0, OCTETS, FileAccess.DIRECT)
                : new DefaultFileRegion(file.toFile(), 0, OCTETS);
        int reads = readsElsewhere(region);
        assertTrue(reads < OCTETS / WINDOW, () -> reads + " reads");
    }

    /** Sends a file, and tells how often that was read on another thread. */
    private int readsElsewhere(FileRegion region) throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        AtomicInteger reads = new AtomicInteger();
        try (OwnReaders own = new OwnReaders(read -> {
            reads.incrementAndGet();
            thread.execute(read);
        })) {
            own.channel.writeAndFlush(region).sync();
            own.channel.close();
            assertTrue(Arrays.equals(all(), content));
        } finally {
            thread.shutdown();
        }
        return reads.get();
    }

    /** What is called as a file of the system is not another file system's. */
    @Test
    void aFileWithinAnotherFile() throws Exception {
        Path host = Files.write(directory.resolve("host"), new byte[] {1, 2, 3});
        Path zip = directory.resolve("files.zip");
        try (FileSystem files = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
            Path within = files.getPath(host.toString());
            Files.createDirectories(within.getParent());
            Files.write(within, new byte[] {7, 8, 9});
            SluiceFileRegion region = new SluiceFileRegion(within, 0, 3, FileAccess.PAGE_CACHE);
            FileBuffer buffer = new FileBuffers().take();
            region.read(List.of(buffer), 0);
            assertEquals(3, buffer.readableBytes());
            assertEquals(7, buffer.getByte(0));
            buffer.release();
            region.release();
        }
    }

    /** Leaves the test out, aloud, where the system cannot do what it is about. */
    static void needs(boolean there, String why) {
        if (!there) {
            System.err.println("NOT RUN: a test of files in the page cache: " + why);
            Assumptions.abort(why);
        }
    }

    private static boolean isOpen(Path file) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.anyMatch(fd -> {
                try {
                    return Files.readSymbolicLink(fd).equals(file.toRealPath());
                } catch (IOException e) {
                    return false; // the one that lists them
                }
            });
        }
    }

    /** Nothing waits for a disk on the event loop: what is not in the page cache, or may not be, is read elsewhere. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsNotInThePageCacheIsReadOnAnotherThread(boolean onDisk) throws Exception {
        Path file = onDisk ? directory.resolve("cold") : Files.createTempFile(Path.of("/dev/shm"), "sluice", "");
        try {
            if (onDisk) {
                writePastTheCache(file);
            } else {
                Files.write(file, content);
            }
            NativeFile cached = FileReads.openCached(file);
            needs(cached != null, "no preadv2 here");
            FileBuffer buffer = new FileBuffers().take();
            int there = cached.read(buffer.address(), FileBuffers.BYTES, OCTETS / 2, false);
            assertTrue(there == NativeFile.WOULD_WAIT || !onDisk, "it was written past the page cache");
            cached.close();
            buffer.release();
            boolean never = there == NativeFile.WOULD_WAIT && !onDisk; // what is on a disk the kernel may read ahead
            assertTrue(readsElsewhere(new SluiceFileRegion(file, 0, OCTETS, FileAccess.PAGE_CACHE)) > (never ? 1 : 0));
        } finally {
            Files.delete(file);
        }
    }

    private void writePastTheCache(Path file) throws IOException {
        FileBuffer buffer = new FileBuffers().take();
        try (FileChannel out =
                FileChannel.open(file, FileAccess.DIRECT.with(StandardOpenOption.CREATE, StandardOpenOption.WRITE))) {
            for (int at = 0; at < OCTETS; at += FileBuffers.BYTES) {
                out.write(
                        buffer.memory()
                                .put(content, at, Math.min(FileBuffers.BYTES, OCTETS - at))
                                .clear(),
                        at);
            }
        }
        buffer.release();
    }

    /** A read that ends after the event loop lets go of the file and of what it has read. */
    @Test
    void aReadThatIsLateClosesTheFile() throws Exception {
        BlockingQueue<Runnable> reads = new LinkedBlockingQueue<>();
        try (OwnReaders own = new OwnReaders(reads::add)) {
            SluiceFileRegion region = new SluiceFileRegion(file(), 0, OCTETS, FileAccess.PAGE_CACHE);
            own.channel.writeAndFlush(region);
            Runnable read = Objects.requireNonNull(reads.poll(TwoHosts.PATIENCE_S, TimeUnit.SECONDS));
            HostDriver driver = ((SluiceSocketChannel) own.channel).driver();
            own.end(own.group);
            assertEquals(1, region.refCnt(), "the read's");
            read.run();
            assertEquals(0, region.refCnt());
            assertTrue(driver.files().buffers().freeCount() > 0);
        }
    }

    /** Buffers come back when they are acknowledged, the last one is used first, so a file needs no more than its window. */
    @Test
    void buffersAreFewAndUsedAgain() throws Exception {
        FileBuffers buffers = new FileBuffers();
        FileBuffer first = buffers.take();
        FileBuffer second = buffers.take();
        first.release();
        second.release();
        assertEquals(2, buffers.freeCount());
        FileBuffer again = buffers.take();
        assertEquals(System.identityHashCode(second), System.identityHashCode(again), "the one that came back last");
        assertEquals(0, again.memory().alignedSlice(FileBuffers.ALIGNMENT).position());
        again.release();

        Path file = file();
        Channel channel = connected();
        channel.config().setOption(ChannelOption.SO_SNDBUF, WINDOW);
        for (int i = 0; i < 3; i++) {
            channel.writeAndFlush(new SluiceFileRegion(file, 0, OCTETS, FileAccess.PAGE_CACHE))
                    .sync();
        }
        FileBuffers used = ((SluiceSocketChannel) channel).driver().files().buffers();
        channel.close();
        assertEquals(3 * OCTETS, all().length);
        TwoHosts.await(channel, () -> used.freeCount() == used.madeCount());
        // What is in flight, what was read ahead by the first read, and the one that is being taken.
        int most = WINDOW / FileBuffers.BYTES + 8 + 1;
        assertTrue(used.madeCount() <= most, () -> used.madeCount() + " buffers for " + 3 * OCTETS + " octets");
    }
}
