package io.sluice.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.FileRegion;
import io.netty.util.ReferenceCounted;
import io.sluice.event.Counter;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every kind of message arrives octet by octet, and only those are copied that have to be. */
@Timeout(60)
@SuppressWarnings("FutureReturnValueIgnored") // what a write led to is seen elsewhere
class WriteTest {
    private static final int SEND_BUFFER = 256 * 1024;
    private static final int SIZE = 1 << 20;

    private final TwoHosts net = new TwoHosts();
    private final VerifyStream verify = new VerifyStream();
    private final Channel client;
    private long written;

    WriteTest() throws InterruptedException {
        Channel server = net.serve(verify);
        client = net.client(new Collector())
                .option(ChannelOption.SO_SNDBUF, SEND_BUFFER)
                .connect(server.localAddress())
                .sync()
                .channel();
    }

    @AfterEach
    void end() {
        net.close();
    }

    /** The next octets of the stream in a buffer of the pool. */
    private ByteBuf next(int length, boolean direct) {
        ByteBuf buffer = direct ? net.leaks.allocator.directBuffer(length) : net.leaks.allocator.heapBuffer(length);
        buffer.writeBytes(nextArray(length));
        return buffer;
    }

    private byte[] nextArray(int length) {
        byte[] octets = new byte[length];
        Stream.fill(ByteBuffer.wrap(octets), written);
        written += length;
        return octets;
    }

    private void assertArrives() throws InterruptedException {
        client.close().sync();
        assertEquals(written, Collector.get(verify.received));
    }

    /** From now on there is room for all that a test writes. */
    private void takeWhole() {
        client.config().setOption(ChannelOption.SO_SNDBUF, 4 * SIZE);
    }

    private long copied() {
        return net.clientHost().counters().get(Counter.SEND_BYTES_COPIED);
    }

    @Test
    void directBuffersAreNotCopiedEvenWhereTheSendBufferTakesThemInParts() throws InterruptedException {
        List<ChannelFuture> writes = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            writes.add(client.writeAndFlush(next(SIZE, true))); // four times SO_SNDBUF each
        }
        for (ChannelFuture write : writes) {
            write.sync();
        }
        assertArrives();
        // But for ends of less than 1 KiB, where that was what there happened to be room for.
        assertTrue(copied() < SIZE / 16, () -> "copied " + copied());
    }

    @Test
    void heapBuffersAreCopiedOnce() throws InterruptedException {
        client.writeAndFlush(next(SIZE, false)).sync();
        assertArrives();
        assertEquals(SIZE, copied());
    }

    @Test
    void theComponentsOfACompositeChangeHands() throws InterruptedException {
        takeWhole();
        int headerLength = 100;
        CompositeByteBuf composite = net.leaks.allocator.compositeBuffer();
        composite.addComponent(true, next(headerLength, false));
        composite.addComponent(true, next(SIZE, true));
        composite.addComponent(true, next(headerLength, true));
        composite.addComponent(true, next(SIZE, true));
        composite.skipBytes(10);
        client.write(next(0, true));
        written -= composite.readableBytes() + 10;
        // What was skipped has to come from elsewhere.
        client.write(next(10, true));
        written += composite.readableBytes();
        client.writeAndFlush(composite).sync();
        assertArrives();
        assertTrue(copied() <= 10 + 2 * headerLength, () -> "copied " + copied());
    }

    @Test
    void whatOthersHoldIsCopiedUnlessTheyPromiseNotToChangeIt() throws InterruptedException {
        takeWhole();
        ByteBuf shared = next(SIZE, true);
        client.writeAndFlush(shared.retainedDuplicate()).sync();
        assertEquals(SIZE, copied());
        shared.release();

        client.config().setOption(SluiceChannelOption.STABLE_WRITES, true);
        ByteBuf promised = next(SIZE, true);
        client.writeAndFlush(promised.retainedDuplicate()).sync();
        assertArrives();
        assertEquals(SIZE, copied());
        promised.release();
    }

    @Test
    void aBufferChangesHandsAndIsReleasedWhenItWasAcknowledged() throws InterruptedException {
        ByteBuf buffer = next(SEND_BUFFER / 2, true);
        client.writeAndFlush(buffer).sync();
        assertArrives();
        TwoHosts.await(client, () -> buffer.refCnt() == 0);
    }

    @Test
    void emptyBuffersAreDoneAtOnce() throws InterruptedException {
        ChannelFuture empty = client.write(Unpooled.EMPTY_BUFFER);
        client.writeAndFlush(next(1, true)).sync();
        assertTrue(empty.isSuccess());
        assertArrives();
    }

    @Test
    void aFileIsSent(@TempDir Path directory) throws IOException, InterruptedException {
        Path file = directory.resolve("file");
        byte[] before = new byte[1000];
        byte[] content = nextArray(3 * SIZE);
        Files.write(file, before);
        Files.write(file, content, StandardOpenOption.APPEND);
        FileRegion region = new DefaultFileRegion(file.toFile(), before.length, content.length);
        client.writeAndFlush(region).sync();
        client.writeAndFlush(next(1, true)).sync();
        assertEquals(content.length, region.transferred());
        assertEquals(0, region.refCnt());
        assertArrives();
    }

    @Test
    void aFileThatIsTooShortIsAnError(@TempDir Path directory) throws IOException, InterruptedException {
        File file = Files.write(directory.resolve("file"), new byte[10]).toFile();
        Throwable failure = Collector.failure(client.writeAndFlush(new DefaultFileRegion(file, 0, 11)));
        assertInstanceOf(IOException.class, failure);
        Collector.get(client.closeFuture());
    }

    /** A region of a kind of its own, that gives away a little at a time. */
    private static final class Drops extends io.netty.util.AbstractReferenceCounted implements FileRegion {
        private final byte[] octets;
        private int transferred;

        Drops(byte[] octets) {
            this.octets = octets;
        }

        @Override
        public long position() {
            return 0;
        }

        @Override
        @Deprecated
        public long transfered() {
            return transferred;
        }

        @Override
        public long transferred() {
            return transferred;
        }

        @Override
        public long count() {
            return octets.length;
        }

        @Override
        public long transferTo(WritableByteChannel target, long position) throws IOException {
            int n = target.write(
                    ByteBuffer.wrap(octets, (int) position, Math.min(777, octets.length - (int) position)));
            transferred += n;
            return n;
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
        protected void deallocate() {}
    }

    @Test
    void anyOtherRegionIsSentToo() throws InterruptedException {
        ReferenceCounted region = new Drops(nextArray(SIZE));
        client.writeAndFlush(region).sync();
        assertEquals(0, region.refCnt());
        assertArrives();
    }
}
