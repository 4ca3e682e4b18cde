package io.sluice.buffer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.sluice.link.OutboundPacket;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** The send queue against a plain byte array. */
class SendQueueTest {
    private static final PooledByteBufAllocator ALLOCATOR = PooledByteBufAllocator.DEFAULT;
    private static final int CHUNK = 16 * 1024;

    @Property(tries = 300)
    void holdsWhatWasAppended(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        SendQueue.Pool pool = new SendQueue.Pool(ALLOCATOR);
        SendQueue queue = new SendQueue(pool);
        ByteArrayOutputStream model = new ByteArrayOutputStream();
        for (int step = 0; step < 60; step++) {
            switch (random.nextInt(4)) {
                case 0 -> append(queue, model, random);
                case 1 -> appendCopy(queue, model, random);
                case 2 -> checkSlice(queue, model.toByteArray(), random);
                default -> {
                    long to = queue.startOffset() + (queue.size() == 0 ? 0 : random.nextLong(queue.size() + 1));
                    queue.releaseTo(to);
                    assertEquals(to, queue.startOffset());
                }
            }
            assertEquals(model.size(), queue.endOffset());
        }
        queue.clear();
        assertEquals(0, queue.pinnedBytes());
        assertEquals(0, queue.size());
        pool.close();
    }

    private static void append(SendQueue queue, ByteArrayOutputStream model, SplittableRandom random) {
        byte[] octets = octets(random, random.nextInt(1, 5000));
        boolean direct = random.nextBoolean();
        ByteBuf buffer = direct ? ALLOCATOR.directBuffer(octets.length) : ALLOCATOR.heapBuffer(octets.length);
        buffer.writeBytes(octets);
        boolean shared = random.nextInt(3) == 0;
        if (shared) {
            buffer.retain();
        }
        queue.append(buffer, false);
        if (shared) { // somebody else may write to it: what was appended must not change
            buffer.setZero(0, octets.length);
            buffer.release();
        }
        model.writeBytes(octets);
    }

    private static void appendCopy(SendQueue queue, ByteArrayOutputStream model, SplittableRandom random) {
        byte[] octets = octets(random, random.nextInt(1, 40_000));
        ByteBuffer buffer = ByteBuffer.wrap(octets);
        queue.append(buffer);
        assertEquals(0, buffer.remaining());
        model.writeBytes(octets);
    }

    private static void checkSlice(SendQueue queue, byte[] model, SplittableRandom random) {
        if (queue.size() == 0) {
            return;
        }
        long offset = queue.startOffset() + random.nextLong(queue.size());
        int length = random.nextInt(1, (int) Math.min(70_000, queue.endOffset() - offset) + 1);
        int maxSlices = random.nextInt(1, 65);
        OutboundPacket packet = new OutboundPacket().reset();
        int added = queue.slice(offset, length, maxSlices, packet);
        assertEquals(added, packet.payloadLength());
        assertEquals(true, added == length || packet.sliceCount() == maxSlices);
        byte[] found = new byte[added];
        int at = 0;
        for (int i = 0; i < packet.sliceCount(); i++) {
            packet.slice(i).getBytes(packet.sliceOffset(i), found, at, packet.sliceLength(i));
            at += packet.sliceLength(i);
        }
        assertEquals(
                0,
                Arrays.compare(found, 0, added, model, (int) offset, (int) offset + added),
                () -> "at " + offset + " length " + length);
    }

    private static byte[] octets(SplittableRandom random, int length) {
        byte[] octets = new byte[length];
        random.nextBytes(octets);
        return octets;
    }

    @Test
    void largeBuffersOfOneOwnerAreNotCopied() {
        SendQueue queue = new SendQueue(new SendQueue.Pool(ALLOCATOR));
        ByteBuf buffer = ALLOCATOR.directBuffer(64 * 1024).writeZero(64 * 1024);
        assertEquals(0, queue.append(buffer, false));
        assertEquals(1, buffer.refCnt());
        queue.releaseTo(64 * 1024);
        assertEquals(0, buffer.refCnt());
    }

    @Test
    void smallBuffersShareChunks() {
        SendQueue.Pool pool = new SendQueue.Pool(ALLOCATOR);
        SendQueue queue = new SendQueue(pool);
        for (int i = 0; i < 100; i++) {
            assertEquals(16, queue.append(ALLOCATOR.directBuffer(16).writeZero(16), false));
        }
        assertEquals(2, slicesOf(queue)); // a small one for the first, a full one for the rest
        queue.clear();
        pool.close();
    }

    /** The chunk that came back last is used next; one that somebody still reads is not. */
    @Test
    void chunksAreUsedAgain() {
        SendQueue.Pool pool = new SendQueue.Pool(ALLOCATOR);
        SendQueue queue = new SendQueue(pool);
        queue.append(ByteBuffer.allocate(3 * CHUNK));
        ByteBuf last = sliceAt(queue, 2 * CHUNK);
        queue.releaseTo(2 * CHUNK);
        assertEquals(2, pool.spareChunks());
        queue.clear();
        assertEquals(3, pool.spareChunks());

        queue.append(ByteBuffer.allocate(CHUNK));
        ByteBuf again = sliceAt(queue, 3 * CHUNK);
        assertEquals(System.identityHashCode(last), System.identityHashCode(again));
        again.retain();
        queue.clear();
        assertEquals(2, pool.spareChunks(), "the third is still read");
        again.release();
        assertEquals(0, again.refCnt());

        queue.append(ByteBuffer.allocate(100 * CHUNK));
        queue.clear();
        assertEquals(64, pool.spareChunks(), "no more than 1 MiB is kept");
        queue.append(ByteBuffer.allocate(CHUNK));
        ByteBuf late = sliceAt(queue, queue.startOffset());
        pool.close();
        queue.clear();
        assertEquals(0, late.refCnt());
        assertEquals(0, pool.spareChunks());
    }

    /** Buffers of the user are nobody's but the user's. */
    @Test
    void whatWasWrittenIsNoChunk() {
        SendQueue.Pool pool = new SendQueue.Pool(ALLOCATOR);
        SendQueue queue = new SendQueue(pool);
        ByteBuf buffer = ALLOCATOR.directBuffer(CHUNK, CHUNK).writeZero(CHUNK);
        queue.append(buffer, false);
        queue.clear();
        assertEquals(0, buffer.refCnt());
        assertEquals(0, pool.spareChunks());
    }

    private static ByteBuf sliceAt(SendQueue queue, long offset) {
        OutboundPacket packet = new OutboundPacket().reset();
        queue.slice(offset, 1, 1, packet);
        return packet.slice(0);
    }

    private static int slicesOf(SendQueue queue) {
        OutboundPacket packet = new OutboundPacket().reset();
        queue.slice(0, (int) queue.size(), 64, packet);
        return packet.sliceCount();
    }
}
