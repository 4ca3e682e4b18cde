package io.sluice.sim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What one direction of a wire does to packets, exactly. */
final class PipeTest {
    private static final long MS = 1_000_000L;

    private final EventQueue events = new EventQueue();
    private final SimAllocator allocator = new SimAllocator();
    private final PacketPool packets = new PacketPool(allocator);
    private final List<Long> arrivedNs = new ArrayList<>();
    private final List<Integer> arrived = new ArrayList<>();
    private long nowNs;

    private Pipe pipe(PipeConfig config) {
        SimContext context = new SimContext(events, new Captures(), new RandomStreams(1), allocator, packets);
        Pipe pipe = new Pipe("a", "b", 0, config, context, 0);
        pipe.destination(
                (packet, at) -> {
                    arrivedNs.add(at);
                    arrived.add(packet.bytes().getInt(0));
                    packet.release();
                },
                1500);
        return pipe;
    }

    /** A packet that knows its number. */
    private void send(Pipe pipe, int number, int length) {
        SimPacket packet = packets.packet(length);
        packet.bytes().writeInt(number).writeZero(length - 4);
        pipe.accept(packet, nowNs);
    }

    private void run() {
        for (Event event = events.poll(); event != null; event = events.poll()) {
            nowNs = event.atNs;
            event.fire(nowNs);
        }
    }

    private void assertNothingLeft(Pipe pipe) {
        assertEquals(0, pipe.inside());
        assertEquals(pipe.sent() + pipe.duplicated(), pipe.delivered() + pipe.dropped());
        assertEquals(0, packets.underWay());
        assertEquals(0, allocator.outstanding());
    }

    private static void assertNear(long expected, long actual, long tolerance) {
        assertTrue(Math.abs(actual - expected) <= tolerance, () -> actual + " is not about " + expected);
    }

    @Test
    void packetsLeaveOneAfterTheOtherAndTravel() {
        Pipe pipe = pipe(PipeConfig.of(8_000_000, 10 * MS)); // an octet a microsecond
        send(pipe, 0, 1000);
        send(pipe, 1, 500);
        send(pipe, 2, 100);
        assertEquals(1_600_000, pipe.idleAtNs());
        run();
        assertEquals(List.of(11 * MS, 11 * MS + 500_000, 11 * MS + 600_000), arrivedNs);
        assertEquals(List.of(0, 1, 2), arrived);
        assertNothingLeft(pipe);
    }

    @Test
    void queueDropsWhatDoesNotFit() {
        Pipe pipe = pipe(PipeConfig.builder().rate(8_000_000).queue(3, 2000).build());
        for (int i = 0; i < 4; i++) {
            send(pipe, i, 1000); // one on the wire, two in the queue, one too many
        }
        assertEquals(2, pipe.queuedPackets());
        assertEquals(2000, pipe.queuedBytes());
        run();
        assertEquals(List.of(0, 1, 2), arrived);
        assertEquals(1, pipe.dropped(Fate.QUEUE_FULL));
        for (int i = 0; i < 5; i++) {
            send(pipe, i, 10); // three in the queue by number
        }
        run();
        assertEquals(2, pipe.dropped(Fate.QUEUE_FULL));
        assertNothingLeft(pipe);
    }

    @Test
    void lossTakesItsShare() {
        Pipe pipe = pipe(PipeConfig.builder().loss(0.1).build());
        for (int i = 0; i < 10_000; i++) {
            send(pipe, i, 20);
        }
        run();
        assertNear(1000, pipe.dropped(Fate.LOST), 100);
        assertEquals(10_000 - pipe.dropped(Fate.LOST), arrived.size());
        assertNothingLeft(pipe);
    }

    @Test
    void jitterKeepsTheOrder() {
        Pipe pipe = pipe(PipeConfig.builder().delayNs(MS).jitterNs(5 * MS).build());
        for (int i = 0; i < 1000; i++) {
            nowNs = i * MS / 10;
            send(pipe, i, 20);
        }
        run();
        for (int i = 0; i < 1000; i++) {
            long delay = arrivedNs.get(i) - i * MS / 10;
            assertEquals(i, arrived.get(i));
            assertTrue(delay >= MS && delay <= 6 * MS, () -> "delay " + delay);
        }
        assertTrue(arrivedNs.stream().distinct().count() > 100, "no jitter");
        assertNothingLeft(pipe);
    }

    @Test
    void reorderedPacketsAreOvertaken() {
        Pipe pipe =
                pipe(PipeConfig.builder().delayNs(MS).reordering(0.1, 3 * MS).build());
        for (int i = 0; i < 1000; i++) {
            nowNs = i * MS / 10;
            send(pipe, i, 20);
        }
        run();
        int overtaken = 0;
        for (int i = 1; i < 1000; i++) {
            overtaken += arrived.get(i) < arrived.get(i - 1) ? 1 : 0;
        }
        assertNear(100, pipe.reordered(), 40);
        assertTrue(overtaken > 50, "reordered " + pipe.reordered() + " but overtaken " + overtaken);
        assertEquals(1000, arrived.stream().distinct().count());
        assertNothingLeft(pipe);
    }

    @Test
    void duplicatesArriveTwice() {
        Pipe pipe = pipe(PipeConfig.builder().duplication(0.2).build());
        for (int i = 0; i < 1000; i++) {
            send(pipe, i, 20);
        }
        run();
        assertNear(200, pipe.duplicated(), 60);
        assertEquals(1000 + pipe.duplicated(), arrived.size());
        assertEquals(1000, arrived.stream().distinct().count());
        assertNothingLeft(pipe);
    }

    @Test
    void corruptionFlipsAFewBitsOfSomePackets() {
        Pipe pipe = pipe(PipeConfig.builder().corruption(0.3).build());
        List<Integer> flipped = new ArrayList<>();
        pipe.destination(
                (packet, at) -> {
                    int bits = 0;
                    for (int i = 4; i < packet.length(); i++) {
                        bits += Integer.bitCount(packet.bytes().getByte(i) & 0xFF);
                    }
                    bits += Integer.bitCount(packet.bytes().getInt(0));
                    flipped.add(bits);
                    packet.release();
                },
                1500);
        for (int i = 0; i < 1000; i++) {
            send(pipe, 0, 60);
        }
        run();
        assertNear(300, pipe.corrupted(), 60);
        assertEquals(pipe.corrupted(), flipped.stream().filter(bits -> bits > 0).count());
        assertTrue(flipped.stream().allMatch(bits -> bits <= 8));
        assertNothingLeft(pipe);
    }

    @Test
    void filterTakesAwayAndTooBigDoesNotArrive() {
        Pipe pipe = pipe(PipeConfig.of(0, MS));
        pipe.filter((bytes, at) -> bytes.getInt(0) != 1);
        send(pipe, 0, 1501);
        send(pipe, 1, 20);
        send(pipe, 2, 1500);
        run();
        assertEquals(List.of(2), arrived);
        assertEquals(1, pipe.dropped(Fate.FILTERED));
        assertEquals(1, pipe.dropped(Fate.TOO_BIG));
        assertNothingLeft(pipe);
    }

    @Test
    void whatWaitsCanBeCleared() {
        Pipe pipe = pipe(PipeConfig.of(8_000_000, 0));
        send(pipe, 0, 1000);
        send(pipe, 1, 1000);
        pipe.clear();
        assertFalse(events.size() > 0);
        assertEquals(0, packets.underWay());
        assertEquals(0, allocator.outstanding());
    }

    @Test
    void oneKindOfFaultDoesNotChangeAnother() {
        int[] alone = lostOf(PipeConfig.builder().loss(0.1).build());
        int[] amongOthers = lostOf(PipeConfig.builder()
                .loss(0.1)
                .duplication(0.3)
                .corruption(0.3)
                .reordering(0.3, MS)
                .jitterNs(MS)
                .build());
        assertArrayEquals(alone, amongOthers);
    }

    private int[] lostOf(PipeConfig config) {
        Pipe pipe = pipe(config);
        long[] before = {0};
        List<Integer> lost = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            send(pipe, i, 20);
            if (pipe.dropped(Fate.LOST) > before[0]) {
                lost.add(i);
                before[0]++;
            }
        }
        run();
        return lost.stream().mapToInt(Integer::intValue).toArray();
    }
}
