package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.sluice.buffer.Payload;
import io.sluice.buffer.ReceiveQueue;
import io.sluice.event.Counters;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Reassembly against one flag for every octet: what arrived first stays, and comes out once, in order. */
class ReassemblyTest {
    private static final int SIZE = 3000;
    private static final int MOST_BLOCKS = 1024;

    private final PooledByteBufAllocator allocator = PooledByteBufAllocator.DEFAULT;
    private final Payload payload = new Payload(allocator, new Counters());

    @Property(tries = 500)
    void deliversEveryOctetOnceInOrder(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        ReceiveQueue.Pool pool = new ReceiveQueue.Pool();
        Reassembly reassembly = new Reassembly(pool);
        ReceiveQueue out = new ReceiveQueue(pool);
        byte[] first = new byte[SIZE];
        boolean[] here = new boolean[SIZE];
        Tcb tcb = new Tcb(new Tcb.Recovery());
        tcb.rcv.nxtOffset = 0;
        long next = 0;
        while (next < SIZE) {
            int start = (int) next + (random.nextInt(3) == 0 ? 0 : random.nextInt(Math.min(400, SIZE - (int) next)));
            int end = Math.min(SIZE, start + random.nextInt(1, 120));
            ByteBuf packet = allocator.directBuffer(end - start);
            int fresh = 0;
            for (int i = start; i < end; i++) {
                byte octet = (byte) random.nextInt();
                packet.writeByte(octet);
                if (!here[i]) {
                    here[i] = true;
                    first[i] = octet;
                    fresh++;
                }
            }
            assertEquals(fresh, reassembly.insert(start, end, start == next, packet, 0, payload, MOST_BLOCKS));
            packet.release();
            next = reassembly.advance(next, out);
            assertTrue(next == SIZE || !here[(int) next], "advanced as far as possible");
            tcb.rcv.nxt = (int) next;
            tcb.rcv.nxtOffset = next;
            checkBlocks(reassembly, tcb, here);
        }
        ByteBuffer all = ByteBuffer.allocate(SIZE);
        assertEquals(SIZE, out.read(all));
        assertEquals(ByteBuffer.wrap(first), all.flip());
        assertEquals(0, out.pinnedBytes());
        assertEquals(0, reassembly.pinnedBytes());
    }

    @Test
    void whatIsNextIsTakenHoweverManyHolesThereAre() {
        ReceiveQueue.Pool pool = new ReceiveQueue.Pool();
        Reassembly reassembly = new Reassembly(pool);
        ByteBuf packet = allocator.directBuffer(1).writeByte(7);
        for (int i = 0; i < MOST_BLOCKS; i++) {
            assertEquals(1, reassembly.insert(2 * i + 2, 2 * i + 3, false, packet, 0, payload, MOST_BLOCKS));
        }
        assertEquals(-1, reassembly.insert(4000, 4001, false, packet, 0, payload, MOST_BLOCKS));
        assertEquals(1, reassembly.insert(0, 1, true, packet, 0, payload, MOST_BLOCKS));
        ReceiveQueue out = new ReceiveQueue(pool);
        assertEquals(1, reassembly.advance(0, out));
        assertEquals(1, out.readableBytes());
        out.clear();
        reassembly.clear();
        assertEquals(1, packet.refCnt());
        packet.release();
    }

    private static void checkBlocks(Reassembly reassembly, Tcb tcb, boolean[] here) {
        int[] blocks = new int[8];
        int n = reassembly.sackBlocks(tcb, blocks, 4, -1);
        for (int b = 0; b < n; b++) {
            for (int i = blocks[2 * b]; i < blocks[2 * b + 1]; i++) {
                assertTrue(here[i], "only what is here is reported");
            }
        }
    }
}
