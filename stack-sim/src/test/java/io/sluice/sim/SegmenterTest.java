package io.sluice.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.link.OutboundPacket;
import io.sluice.link.Path;
import io.sluice.sim.workload.Pattern;
import io.sluice.wire.Checksum;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.Ipv4Header;
import io.sluice.wire.Ipv6Header;
import io.sluice.wire.TcpHeader;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Super-segments become segments that anybody would take for sent one by one. */
final class SegmenterTest {
    private static final int HEADER = TcpHeader.MIN_LENGTH + 12;
    private static final int SEQ = 0xFFFF_FF00; // wraps on the way
    private static final int FLAGS = TcpHeader.ACK | TcpHeader.PSH | TcpHeader.FIN | TcpHeader.CWR;

    private final Pattern pattern = new Pattern(5);
    private final OutboundPacket packet = new OutboundPacket();
    private final Path v4;
    private final Path v6;

    SegmenterTest() {
        SimAllocator allocator = new SimAllocator();
        DirectLink link = new DirectLink(
                "a",
                LinkConfig.OFFLOAD,
                new Pipe(
                        "a",
                        "b",
                        0,
                        PipeConfig.of(0, 0),
                        new SimContext(
                                new EventQueue(),
                                new Captures(),
                                new RandomStreams(0),
                                allocator,
                                new PacketPool(allocator)),
                        0),
                new PacketPool(allocator));
        v4 = new Path(link, IpAddress.parse("10.0.0.1"), IpAddress.parse("10.0.0.2"));
        v6 = new Path(link, IpAddress.parse("fd00::1"), IpAddress.parse("fd00::2"));
    }

    /** As the stack builds it: the checksum field holds the sum of the pseudo-header. */
    private void build(Path path, int payload, int gsoSize, int sliceBytes) {
        packet.reset();
        int ip = path.headerLength();
        ByteBuffer h = packet.header();
        int left = payload;
        for (int offset = 0; left > 0; offset += sliceBytes) {
            int n = Math.min(left, sliceBytes);
            ByteBuffer data = ByteBuffer.allocate(n + 3);
            pattern.fill(data.position(3), offset);
            packet.addSlice(Unpooled.wrappedBuffer(data.array()), 3, n);
            left -= n;
        }
        path.emitHeader(h, HEADER + payload, IpProtocol.TCP, 0);
        new TcpHeader()
                .emit(h, ip, HEADER, HEADER + payload)
                .sourcePort(1)
                .destinationPort(2)
                .sequenceNumber(SEQ)
                .acknowledgmentNumber(7)
                .flags(FLAGS)
                .window(500)
                .checksum(Checksum.fold(path.pseudoHeaderSum(IpProtocol.TCP, HEADER + payload)));
        for (int i = 0; i < 12; i++) {
            h.put(ip + TcpHeader.MIN_LENGTH + i, (byte) 1); // NOPs
        }
        packet.header(ip + HEADER, ip, IpProtocol.TCP, path.ipv6())
                .checksumPartial(TcpHeader.CHECKSUM_OFFSET)
                .gsoSize(gsoSize);
    }

    @ParameterizedTest
    @CsvSource({
        "4, 5000, 1000, 5000",
        "4, 5001, 1000, 700",
        "4, 999, 1000, 10",
        "6, 65000, 1428, 1000",
        "6, 3, 1, 2",
        "4, 4097, 536, 1"
    })
    void segmentsAreWhole(int version, int payload, int gsoSize, int sliceBytes) {
        Path path = version == 4 ? v4 : v6;
        build(path, payload, gsoSize, sliceBytes);
        int count = packet.segments();
        int at = 0;
        for (int i = 0; i < count; i++) {
            ByteBuf segment = Unpooled.directBuffer(Segmenter.length(packet, i));
            Segmenter.cut(packet, i, segment);
            int n = Math.min(gsoSize, payload - at);
            assertEquals(path.headerLength() + HEADER + n, segment.readableBytes());
            TcpHeader tcp = checkHeaders(path, segment, i);
            assertEquals(SEQ + at, tcp.sequenceNumber());
            int flags =
                    TcpHeader.ACK | (i == 0 ? TcpHeader.CWR : 0) | (i == count - 1 ? TcpHeader.PSH | TcpHeader.FIN : 0);
            assertEquals(flags, tcp.flags());
            ByteBuffer data = segment.nioBuffer(path.headerLength() + HEADER, n);
            assertEquals(-1, pattern.mismatch(data, at), "payload of segment " + i);
            at += n;
            segment.release();
        }
        assertEquals(payload, at);
    }

    /** Checks lengths and checksums. */
    private static TcpHeader checkHeaders(Path path, ByteBuf segment, int index) {
        ByteBuffer b = segment.nioBuffer();
        int length = segment.readableBytes();
        if (path.ipv6()) {
            Ipv6Header ip = new Ipv6Header();
            assertTrue(ip.wrap(b, 0, length));
            assertEquals(length - 40, ip.payloadLength());
        } else {
            Ipv4Header ip = new Ipv4Header();
            assertTrue(ip.wrap(b, 0, length));
            assertEquals(length, ip.totalLength());
            assertEquals(index, ip.identification());
            assertTrue(Checksum.isValid(Checksum.sum(b, 0, 20, 0)), "IP checksum");
        }
        TcpHeader tcp = new TcpHeader();
        assertTrue(tcp.wrap(b, path.headerLength(), length - path.headerLength()));
        assertTrue(tcp.isChecksumValid(path.pseudoHeaderSum(IpProtocol.TCP, length - path.headerLength())), "checksum");
        return tcp;
    }

    @Test
    void singleSegmentIsCompleted() {
        build(v4, 100, 0, 33);
        ByteBuf segment = Unpooled.directBuffer(200);
        Segmenter.cut(packet, 0, segment);
        assertEquals(FLAGS, checkHeaders(v4, segment, 0).flags());
        segment.release();
    }
}
