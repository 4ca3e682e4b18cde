package io.sluice.tun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.link.EmitResult;
import io.sluice.link.Path;
import io.sluice.wire.Checksum;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.TcpHeader;
import io.sluice.wire.UdpHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The kernel as a router: what we send to another address behind the same device comes back, and the virtio header that
 * was written is the one that is read.
 */
@NeedsNamespaces
@Timeout(60)
class ForwardedPacketTest {
    private static final int GSO_SIZE = 1000;
    private static final int PAYLOAD = 3500;

    @ParameterizedTest
    @CsvSource({"false, TCP", "true, TCP", "false, TCP_AND_UDP", "true, TCP_AND_UDP"})
    void superSegmentsKeepTheirShape(boolean ipv6, Offload offload) throws IOException {
        try (TunWire wire = TunWire.with(offload)) {
            sendAndReceive(wire, ipv6, IpProtocol.TCP);
            assertEquals(1, wire.link.counters().superSegmentsSent());
        }
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void mergedDatagramsKeepTheirShape(boolean ipv6) throws IOException {
        try (TunWire wire = TunWire.with(Offload.TCP_AND_UDP)) {
            assumeTrue(wire.device.offload() == Offload.TCP_AND_UDP, "UDP offload needs Linux 6.2");
            sendAndReceive(wire, ipv6, IpProtocol.UDP);
        }
    }

    private static void sendAndReceive(TunWire wire, boolean ipv6, int protocol) throws IOException {
        wire.namespace.sysctl("net.ipv4.ip_forward", "1");
        wire.namespace.sysctl("net.ipv6.conf.all.forwarding", "1");
        ByteBuf payload = Unpooled.directBuffer(PAYLOAD);
        for (int i = 0; i < PAYLOAD; i++) {
            payload.writeByte(i);
        }
        ByteBuffer expected = payload.nioBuffer();
        send(wire, ipv6, protocol, payload);
        AtomicInteger seen = new AtomicInteger();
        wire.receiveUntil(() -> seen.get() > 0, (packet, meta, nowNs) -> {
            ByteBuffer bytes = TunWire.bytes(packet);
            int at = TunWire.transport(bytes, protocol);
            if (at < 0) {
                return;
            }
            assertEquals(expected, bytes.slice(bytes.limit() - PAYLOAD, PAYLOAD));
            assertEquals(GSO_SIZE, meta.segmentSize());
            assertEquals(4, meta.segments());
            assertEquals(true, meta.checksumTrusted());
            seen.incrementAndGet();
        });
        assertEquals(1, wire.link.counters().mergedPacketsReceived());
        payload.release();
    }

    private static void send(TunWire wire, boolean ipv6, int protocol, ByteBuf payload) {
        IpAddress from = TunWire.ours(ipv6);
        IpAddress to = IpAddress.parse(ipv6 ? "fd00::3" : "10.0.0.3");
        boolean tcp = protocol == IpProtocol.TCP;
        int length = (tcp ? TcpHeader.MIN_LENGTH : UdpHeader.LENGTH) + PAYLOAD;
        wire.packet.reset();
        ByteBuffer header = wire.packet.header();
        int at = new Path(wire.link, from, to).emitHeader(header, length, protocol, 0);
        int checksumOffset = tcp ? TcpHeader.CHECKSUM_OFFSET : UdpHeader.CHECKSUM_OFFSET;
        if (tcp) {
            new TcpHeader()
                    .emit(header, at, TcpHeader.MIN_LENGTH, TcpHeader.MIN_LENGTH)
                    .flags(TcpHeader.ACK);
        } else {
            header.putShort(at + 4, (short) length);
        }
        header.putShort(at, (short) 1000).putShort(at + 2, (short) 2000);
        long sum = ipv6
                ? Checksum.pseudoHeader6(from.hi(), from.lo(), to.hi(), to.lo(), protocol, length)
                : Checksum.pseudoHeader4(from.v4(), to.v4(), protocol, length);
        header.putShort(at + checksumOffset, (short) Checksum.fold(sum));
        wire.packet
                .header(at + length - PAYLOAD, at, protocol, ipv6)
                .checksumPartial(checksumOffset)
                .gsoSize(GSO_SIZE);
        wire.packet.addSlice(payload, 0, PAYLOAD);
        assertEquals(EmitResult.SENT, wire.link.emit(wire.packet, 0));
    }
}
