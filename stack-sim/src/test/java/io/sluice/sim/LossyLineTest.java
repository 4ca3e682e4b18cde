package io.sluice.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.link.DeviceLink;
import io.sluice.link.EmitResult;
import io.sluice.link.OutboundPacket;
import io.sluice.link.PacketMeta;
import io.sluice.link.PacketReceiver;
import io.sluice.time.Deadline;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The line behind a device: when packets come out of it, and which do not. The test is its clock. */
final class LossyLineTest {
    private static final long MS = 1_000_000;

    private final SimAllocator allocator = new SimAllocator();
    private final Device device = new Device();
    private final OutboundPacket packet = new OutboundPacket();

    /** Notes what it is given, and has what the test puts in. */
    private static final class Device implements DeviceLink {
        final List<Long> emittedNs = new ArrayList<>();
        final List<Byte> emitted = new ArrayList<>();
        final ArrayDeque<ByteBuf> arriving = new ArrayDeque<>();
        boolean closed;

        @Override
        public String name() {
            return "test";
        }

        @Override
        public int mtu() {
            return 1500;
        }

        @Override
        public int fd() {
            return 7;
        }

        @Override
        public EmitResult emit(OutboundPacket p, long nowNs) {
            ByteBuf copy = Unpooled.buffer();
            p.copyTo(copy);
            emittedNs.add(nowNs);
            emitted.add(copy.getByte(0));
            return EmitResult.SENT;
        }

        @Override
        public int receive(PacketReceiver host, int maxPackets, long nowNs) {
            int n = 0;
            for (; !arriving.isEmpty() && n < maxPackets; n++) {
                host.onPacket(arriving.remove(), new PacketMeta(this), nowNs);
            }
            return n;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private void send(LossyLine line, int number, int octets, long nowNs) {
        ByteBuf bytes = Unpooled.buffer(octets).writeByte(number).writeZero(octets - 1);
        packet.reset().addSlice(bytes, 0, octets);
        assertEquals(EmitResult.SENT, line.emit(packet, nowNs));
    }

    /** Runs the line as a driver does: whenever it says. */
    private static void drive(LossyLine line, PacketReceiver host) {
        for (long at = line.nextDeadlineNs(); at != Deadline.NEVER; at = line.nextDeadlineNs()) {
            line.receive(host, 64, at);
        }
    }

    @Test
    void packetsLeaveAtTheRateAndArriveLater() {
        LossyLine line = new LossyLine(device, allocator, 1, 0, 10 * MS, 8_000_000); // an octet a microsecond
        send(line, 1, 1000, 0);
        send(line, 2, 500, 0);
        send(line, 3, 100, 5 * MS);
        drive(line, (p, meta, now) -> {});
        assertEquals(List.of(11 * MS, 11 * MS + 500_000, 15 * MS + 100_000), device.emittedNs);
        assertEquals(List.of((byte) 1, (byte) 2, (byte) 3), device.emitted);
        assertEquals(0, allocator.outstanding());
    }

    @Test
    void theQueueHoldsFiftyMilliseconds() {
        LossyLine line = new LossyLine(device, allocator, 1, 0, 0, 8_000_000);
        for (int i = 0; i < 70; i++) {
            send(line, i, 1000, 0);
        }
        assertEquals(70 - 51, line.refused(), "one that is being sent, and fifty that wait");
        drive(line, (p, meta, now) -> {});
        assertEquals(51, device.emittedNs.size());
        assertEquals(0, allocator.outstanding());
    }

    @Test
    void itsShareIsLostBothWaysAndTheSeedSaysWhich() {
        LossyLine line = new LossyLine(device, allocator, 5, 0.1, MS, 0);
        for (int i = 0; i < 5000; i++) {
            send(line, i, 40, i);
            device.arriving.add(Unpooled.buffer(40).writeZero(40));
        }
        long[] arrived = new long[1];
        PacketReceiver host = (p, meta, now) -> {
            arrived[0]++;
            assertTrue(now >= MS, "delayed");
        };
        line.receive(host, 10_000, 0);
        drive(line, host);
        assertEquals(1000, (double) line.lost(), 100);
        assertEquals(10_000, device.emitted.size() + arrived[0] + line.lost());
        List<Byte> first = List.copyOf(device.emitted);
        device.emitted.clear();
        LossyLine again = new LossyLine(device, allocator, 5, 0.1, MS, 0);
        for (int i = 0; i < 5000; i++) {
            send(again, i, 40, i);
        }
        drive(again, host);
        assertEquals(first.subList(0, 100), device.emitted.subList(0, 100));
        assertEquals(0, allocator.outstanding());
    }

    @Test
    void jitterLetsSomeOvertakeOthers() {
        LossyLine line = new LossyLine(device, allocator, 1, 0, 10 * MS, 0, 3 * MS);
        for (int i = 0; i < 100; i++) {
            send(line, i, 40, i * MS);
        }
        drive(line, (p, meta, now) -> {});
        long overtaken = 0;
        int newest = -1;
        for (int i = 0; i < 100; i++) {
            int number = device.emitted.get(i);
            long delayNs = device.emittedNs.get(i) - number * MS;
            assertTrue(delayNs >= 10 * MS && delayNs <= 13 * MS, "delayed by " + delayNs);
            overtaken += number < newest ? 1 : 0;
            newest = Math.max(newest, number);
        }
        assertEquals(100, device.emitted.stream().distinct().count());
        assertTrue(overtaken > 10, "overtaken: " + overtaken);
        assertEquals(overtaken, line.overtaken());
        assertEquals(0, allocator.outstanding());
    }

    @Test
    void whatIsOnTheWayEndsWithIt() {
        LossyLine line = new LossyLine(device, allocator, 1, 0, MS, 0);
        send(line, 1, 100, 0);
        line.close();
        assertTrue(device.closed);
        assertEquals(0, allocator.outstanding());
    }
}
