package io.sluice.sim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.sluice.sim.lab.LabFlow;
import io.sluice.sim.lab.LabResult;
import io.sluice.sim.lab.LabRun;
import io.sluice.sim.lab.LabScenario;
import io.sluice.tcp.TcpStack;
import io.sluice.wire.Checksum;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a wire can do to packets beside losing single ones: bursts, policers, thinned and aggregated packets, marks, hops. */
class WireFaultsTest {
    private static final long MS = 1_000_000;

    private final SimAllocator allocator = new SimAllocator();
    private final SimContext context = new SimContext(
            new EventQueue(), new Captures(), new RandomStreams(3), allocator, new PacketPool(allocator));
    private final List<Long> arrivals = new ArrayList<>();

    private Pipe pipe(PipeConfig config) {
        Pipe pipe = new Pipe("a", "b", 0, config, context, 0);
        pipe.destination(
                (packet, nowNs) -> {
                    arrivals.add(nowNs);
                    packet.release();
                },
                Integer.MAX_VALUE);
        return pipe;
    }

    private void send(Pipe pipe, byte[] bytes, long nowNs) {
        pipe.accept(
                context.packets().packet(allocator.directBuffer(bytes.length).writeBytes(bytes)), nowNs);
    }

    private void drain() {
        for (Event e = context.events().poll(); e != null; e = context.events().poll()) {
            e.fire(e.atNs);
        }
    }

    /** An IPv4 packet with a TCP header that acknowledges, and so much payload. */
    private static byte[] tcp(int payload) {
        ByteBuf b = Unpooled.buffer(40 + payload);
        b.writeShort(0x4500)
                .writeShort(40 + payload)
                .writeInt(0)
                .writeByte(64)
                .writeByte(6)
                .writeShort(0);
        b.writeInt(0x0A010001).writeInt(0x0A020001);
        b.writeShort(1000)
                .writeShort(80)
                .writeInt(1)
                .writeInt(2)
                .writeShort(0x5010)
                .writeShort(9)
                .writeInt(0);
        b.writeZero(payload);
        b.setShort(10, Checksum.finish(Checksum.sum(b.nioBuffer(), 0, 20, 0)));
        return ByteBufUtil.getBytes(b);
    }

    @Test
    void lossesComeInBursts() {
        GilbertElliott model = new GilbertElliott(0.01, 0.25, 0, 1);
        Pipe pipe = pipe(PipeConfig.builder().burstLoss(model).build());
        int runs = 0;
        long before = 0;
        boolean losing = false;
        for (int i = 0; i < 100_000; i++) {
            send(pipe, tcp(0), i);
            boolean lost = pipe.dropped(Fate.LOST) > before;
            before = pipe.dropped(Fate.LOST);
            runs += lost && !losing ? 1 : 0;
            losing = lost;
        }
        assertEquals(model.meanLoss(), before / 1e5, 0.006);
        assertEquals(4, (double) before / runs, 0.5, "a burst is 1 / 0.25 packets long");
        drain();
        assertEquals(0, allocator.outstanding());
    }

    @Test
    void aPolicerDropsWhatIsBeyondItsRate() {
        // 1500 octets a millisecond pass, and ten packets at once
        Pipe pipe = pipe(PipeConfig.builder().policer(12_000_000, 15_000).build());
        byte[] packet = tcp(1460);
        for (int i = 0; i < 20; i++) {
            send(pipe, packet, 0);
        }
        assertEquals(10, pipe.dropped(Fate.POLICED));
        send(pipe, packet, 2 * MS);
        send(pipe, packet, 2 * MS);
        send(pipe, packet, 2 * MS);
        assertEquals(11, pipe.dropped(Fate.POLICED));
        drain();
    }

    @Test
    void acknowledgmentsAreThinnedAndDataIsNot() {
        Pipe pipe = pipe(PipeConfig.builder().keepOneAckOf(4).build());
        for (int i = 0; i < 12; i++) {
            send(pipe, tcp(0), i);
        }
        assertEquals(9, pipe.dropped(Fate.THINNED));
        for (int i = 0; i < 5; i++) {
            send(pipe, tcp(100), i);
        }
        assertEquals(9, pipe.dropped(Fate.THINNED));
        drain();
    }

    @Test
    void aggregatedPacketsArriveTogether() {
        Pipe pipe = pipe(PipeConfig.builder().delayNs(MS).aggregationNs(5 * MS).build());
        for (long at : new long[] {0, 1, 3 * MS, 4 * MS, 4 * MS + 1}) {
            send(pipe, tcp(0), at);
        }
        drain();
        assertEquals(List.of(5 * MS, 5 * MS, 5 * MS, 5 * MS, 10 * MS), arrivals);
    }

    @Test
    void marksAndHopsKeepTheChecksum() {
        byte[] bytes = tcp(0);
        bytes[1] |= 2;
        ByteBuf packet = Unpooled.wrappedBuffer(bytes);
        packet.setShort(10, 0);
        packet.setShort(10, Checksum.finish(Checksum.sum(packet.nioBuffer(), 0, 20, 0)));
        IpFields.mark(packet);
        assertEquals(3, IpFields.ecn(packet));
        assertEquals(0, Checksum.finish(Checksum.sum(packet.nioBuffer(), 0, 20, 0)) & 0xFFFF);
        assertTrue(IpFields.decrementHopLimit(packet));
        assertEquals(63, packet.getByte(8));
        assertEquals(0, Checksum.finish(Checksum.sum(packet.nioBuffer(), 0, 20, 0)) & 0xFFFF);
        packet.setByte(8, 1);
        assertFalse(IpFields.decrementHopLimit(packet));
    }

    @Test
    void ipv6IsMarkedWhereItsTrafficClassIs() {
        byte[] header = new byte[60];
        header[0] = 0x6A;
        header[1] = 0x10 | 5;
        ByteBuf packet = Unpooled.wrappedBuffer(header);
        assertEquals(1, IpFields.ecn(packet));
        IpFields.mark(packet);
        byte[] expected = header.clone();
        expected[1] = 0x30 | 5;
        assertArrayEquals(expected, ByteBufUtil.getBytes(packet));
        assertEquals(3, IpFields.ecn(packet));
    }

    /** A stream survives every one of them. */
    @Test
    void tcpGetsThrough() {
        List<PipeConfig> wires = List.of(
                PipeConfig.builder()
                        .rate(10_000_000)
                        .delayNs(5 * MS)
                        .policer(5_000_000, 30_000)
                        .build(),
                PipeConfig.builder()
                        .rate(10_000_000)
                        .burstLoss(new GilbertElliott(0.001, 0.3, 0, 0.8))
                        .build(),
                PipeConfig.builder().rate(10_000_000).aggregationNs(8 * MS).build(),
                PipeConfig.builder()
                        .rate(TraceRate.parse("t", List.of("1", "2", "3", "9", "10", "30")))
                        .delayNs(MS)
                        .queue(50, 75_000)
                        .build(),
                PipeConfig.builder()
                        .rate(new ChangingRate(List.of(
                                new ChangingRate.Step(0, 20_000_000), new ChangingRate.Step(1000 * MS, 2_000_000))))
                        .queue(50, 75_000)
                        .build());
        for (PipeConfig wire : wires) {
            LabScenario scenario = LabScenario.builder("" + wire)
                    .seconds(3)
                    .hop(
                            wire,
                            PipeConfig.builder().delayNs(5 * MS).keepOneAckOf(3).build())
                    .flow(LabFlow.bulk("a", TcpStack.DEFAULT))
                    .build();
            LabResult result = LabRun.run(scenario, share -> {}, allocator);
            assertTrue(result.goodputBps() > 500_000, () -> wire + ": " + result.flows());
        }
        assertEquals(0, allocator.outstanding());
    }
}
