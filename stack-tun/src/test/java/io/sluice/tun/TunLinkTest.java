package io.sluice.tun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.IllegalReferenceCountException;
import io.sluice.link.EmitResult;
import io.sluice.link.PacketMeta;
import io.sluice.link.PacketReceiver;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.Ipv4Header;
import io.sluice.wire.TcpHeader;
import io.sluice.wire.UdpHeader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Single packets between the kernel and a link: what crosses, what is said about it, and what is counted. */
@NeedsNamespaces
@Timeout(60)
class TunLinkTest {
    private static final int PORT = 4000;

    private static ByteBuf direct(String text) {
        return Unpooled.directBuffer().writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static DatagramChannel udpSocket(TunWire wire, boolean ipv6) throws IOException {
        return wire.namespace.call(() -> DatagramChannel.open().bind(TunWire.kernel(ipv6, 0)));
    }

    private static int port(DatagramChannel socket) throws IOException {
        return ((java.net.InetSocketAddress) socket.getLocalAddress()).getPort();
    }

    private static String receiveText(DatagramChannel socket) throws IOException {
        ByteBuffer in = ByteBuffer.allocate(70_000);
        socket.receive(in);
        return new String(in.array(), 0, in.position(), StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @CsvSource({"false, TCP", "false, NONE", "true, TCP", "true, NONE"})
    void theKernelsPingIsAnswered(boolean ipv6, Offload offload) throws Exception {
        try (TunWire wire = TunWire.with(offload)) {
            EchoResponder responder = new EchoResponder(wire);
            Future<Boolean> ping = wire.namespace.submit(
                    () -> TunWire.ours(ipv6).toInetAddress().isReachable(30_000));
            wire.receiveUntil(ping::isDone, responder);
            assertTrue(ping.get());
            assertTrue(responder.answered >= 1); // once, unless that takes a second
            TunCounters counters = wire.link.counters();
            assertEquals(responder.answered, counters.packetsSent());
            assertEquals(counters.packetsReceived(), counters.segmentsReceived());
            assertTrue(counters.emptyReads() > 0);
            assertEquals(0, counters.writeErrors() + counters.readErrors() + counters.payloadBytesCopied());
        }
    }

    @ParameterizedTest
    @CsvSource({"false, true", "true, true", "false, false", "true, false"})
    void datagramsFromTheKernelHaveOpenChecksumsOnlyWithOffload(boolean ipv6, boolean offload) throws IOException {
        try (TunWire wire = TunWire.with(offload ? Offload.CHECKSUM : Offload.NONE);
                DatagramChannel socket = udpSocket(wire, ipv6)) {
            socket.send(ByteBuffer.wrap("from the kernel".getBytes(StandardCharsets.US_ASCII)), TunWire.ours(ipv6, 7));
            List<String> seen = new ArrayList<>();
            wire.receiveUntil(() -> !seen.isEmpty(), (packet, meta, nowNs) -> {
                ByteBuffer bytes = TunWire.bytes(packet);
                int at = TunWire.transport(bytes, IpProtocol.UDP);
                UdpHeader udp = new UdpHeader();
                if (at >= 0 && udp.wrap(bytes, at, bytes.limit() - at)) {
                    long pseudoHeader = TunWire.pseudoHeader(ipv6, IpProtocol.UDP, udp.datagramLength());
                    assertEquals(offload, meta.checksumTrusted());
                    assertEquals(!offload, udp.isChecksumValid(pseudoHeader));
                    assertEquals(1, meta.segments());
                    seen.add(packet.toString(
                            packet.readerIndex() + udp.payloadOffset(),
                            udp.payloadLength(),
                            StandardCharsets.US_ASCII));
                }
            });
            assertEquals(List.of("from the kernel"), seen);
        }
    }

    @ParameterizedTest
    @CsvSource({"false, TCP", "true, TCP", "false, NONE", "true, NONE"})
    void datagramsToTheKernelAreFinishedByIt(boolean ipv6, Offload offload) throws IOException {
        ByteBuf payload = direct("to the kernel");
        try (TunWire wire = TunWire.with(offload);
                DatagramChannel socket = udpSocket(wire, ipv6)) {
            assertEquals(EmitResult.SENT, wire.sendUdp(ipv6, PORT, port(socket), payload));
            assertEquals("to the kernel", receiveText(socket));
            assertEquals(1, wire.link.counters().packetsSent());
            assertEquals(wire.packet.totalLength(), wire.link.counters().bytesSent());
            assertEquals(0, wire.link.counters().payloadBytesCopied());
        } finally {
            payload.release();
        }
    }

    @Test
    void payloadInManyPlacesIsGatheredAndInTooManyCopied() throws IOException {
        ByteBuf letters = direct("abcdefghij");
        try (TunWire wire = TunWire.with(Offload.TCP);
                DatagramChannel socket = udpSocket(wire, false)) {
            assertEquals(EmitResult.SENT, sendLetters(wire, port(socket), letters, 100));
            assertEquals("abcdefghij".repeat(10), receiveText(socket));
            assertEquals(0, wire.link.counters().payloadBytesCopied());
            assertEquals(EmitResult.SENT, sendLetters(wire, port(socket), letters, 1000));
            assertEquals("abcdefghij".repeat(100), receiveText(socket));
            assertEquals(1000, wire.link.counters().payloadBytesCopied());
        } finally {
            letters.release();
        }
    }

    /** One slice for each letter. */
    private static EmitResult sendLetters(TunWire wire, int toPort, ByteBuf letters, int count) {
        int length = UdpHeader.LENGTH + count;
        int at = wire.begin(false, IpProtocol.UDP, length);
        ByteBuffer header = wire.packet.header();
        header.putShort(at, (short) PORT).putShort(at + 2, (short) toPort).putShort(at + 4, (short) length);
        header.putShort(at + UdpHeader.CHECKSUM_OFFSET, (short) 0); // RFC 768: none
        wire.packet.header(at + UdpHeader.LENGTH, at, IpProtocol.UDP, false);
        for (int i = 0; i < count; i++) {
            wire.packet.addSlice(letters, i % 10, 1);
        }
        return wire.link.emit(wire.packet, 0);
    }

    @Test
    void payloadOnTheHeapIsCopied() throws IOException {
        try (TunWire wire = TunWire.with(Offload.TCP);
                DatagramChannel socket = udpSocket(wire, false)) {
            ByteBuf heap = Unpooled.copiedBuffer("on the heap", StandardCharsets.US_ASCII);
            assertEquals(EmitResult.SENT, wire.sendUdp(false, PORT, port(socket), heap));
            assertEquals("on the heap", receiveText(socket));
            assertEquals(11, wire.link.counters().payloadBytesCopied());
        }
    }

    @Test
    void aBufferThatTheHostKeepsIsNotReused() throws IOException {
        try (TunWire wire = TunWire.with(Offload.TCP);
                DatagramChannel socket = udpSocket(wire, false)) {
            List<ByteBuf> kept = new ArrayList<>();
            for (String text : List.of("first", "second")) {
                socket.send(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), TunWire.ours(false, 7));
                int already = kept.size();
                wire.receiveUntil(() -> kept.size() > already, (packet, meta, nowNs) -> {
                    if (TunWire.transport(TunWire.bytes(packet), IpProtocol.UDP) >= 0) {
                        kept.add(packet.retainedSlice(
                                packet.readerIndex() + Ipv4Header.MIN_LENGTH + UdpHeader.LENGTH, text.length()));
                    }
                });
            }
            assertEquals("first", kept.get(0).toString(StandardCharsets.US_ASCII));
            assertEquals("second", kept.get(1).toString(StandardCharsets.US_ASCII));
            assertEquals(2, wire.link.counters().buffersKept());
            kept.forEach(slice -> assertTrue(slice.release(), "the slice was the last to hold its buffer"));
        }
    }

    @Test
    void onlyAsManyPacketsAreReadAsAskedFor() throws IOException {
        try (TunWire wire = TunWire.with(Offload.TCP);
                DatagramChannel socket = udpSocket(wire, false)) {
            for (int i = 0; i < 5; i++) {
                socket.send(ByteBuffer.allocate(1), TunWire.ours(false, 7));
            }
            List<Integer> lengths = new ArrayList<>();
            PacketReceiver host = (packet, meta, nowNs) -> lengths.add(packet.readableBytes());
            assertEquals(3, wire.link.receive(host, 3, 0));
            assertEquals(3, lengths.size());
            // The kernel may have something to say of its own: that it listens to groups of IPv6.
            assertTrue(wire.link.receive(host, 100, 0) >= 2);
            assertEquals(5, Collections.frequency(lengths, Ipv4Header.MIN_LENGTH + UdpHeader.LENGTH + 1));
            assertTrue(wire.link.counters().emptyReads() > 0, "there was no more");
        }
    }

    @ParameterizedTest
    @EnumSource
    void offloadThatWasNotGrantedIsRefused(Offload offload) throws IOException {
        ByteBuf payload = Unpooled.directBuffer().writeZero(4000);
        try (TunWire wire = TunWire.with(offload)) {
            int at = wire.begin(false, IpProtocol.TCP, TcpHeader.MIN_LENGTH + 4000);
            wire.packet.header(at + TcpHeader.MIN_LENGTH, at, IpProtocol.TCP, false);
            wire.packet.header().put(at + 12, (byte) 0x50);
            wire.packet.addSlice(payload, 0, 4000);
            wire.packet.checksumPartial(TcpHeader.CHECKSUM_OFFSET);
            boolean checksum = wire.link.checksumOffload();
            assertEquals(offload != Offload.NONE, checksum);
            assertEquals(checksum ? EmitResult.SENT : EmitResult.DROPPED, wire.link.emit(wire.packet, 0));
            wire.packet.gsoSize(1000);
            boolean segmentation = wire.link.maxSegmentationBytes(false) > 0;
            assertEquals(offload.includes(Offload.TCP), segmentation);
            assertEquals(segmentation ? EmitResult.SENT : EmitResult.DROPPED, wire.link.emit(wire.packet, 0));
            assertEquals(
                    (checksum ? 0 : 1) + (segmentation ? 0 : 1),
                    wire.link.counters().packetsRefused());
            assertEquals(segmentation ? 1 : 0, wire.link.counters().superSegmentsSent());
        } finally {
            payload.release();
        }
    }

    @Test
    void whatTheKernelRefusesIsDroppedAndCounted() throws IOException {
        ByteBuf payload = direct("lost");
        try (TunWire wire = TunWire.with(Offload.TCP)) {
            wire.device.setUp(false);
            assertEquals(EmitResult.DROPPED, wire.sendUdp(false, PORT, PORT, payload));
            assertEquals(1, wire.link.counters().writeErrors());
            assertEquals(0, wire.link.counters().packetsSent());
        } finally {
            payload.release();
        }
    }

    @Test
    void aDeviceThatIsDeletedIsReported() throws IOException {
        try (TunWire wire = TunWire.with(Offload.TCP)) {
            wire.link.receive((packet, meta, nowNs) -> {}, 100, 0);
            assertEquals(null, wire.link.failure());
            wire.namespace.exec("ip", "link", "delete", wire.device.name());
            assertEquals(0, wire.link.receive((packet, meta, nowNs) -> {}, 100, 0));
            assertNotNull(wire.link.failure());
            assertEquals(1, wire.link.counters().readErrors());
        }
    }

    @Test
    void aClosedLinkDropsAndReadsNothing() throws IOException {
        ByteBuf payload = direct("late");
        try (TunWire wire = TunWire.with(Offload.TCP)) {
            wire.link.close();
            wire.link.close();
            assertEquals(EmitResult.DROPPED, wire.sendUdp(false, PORT, PORT, payload));
            assertEquals(0, wire.link.receive((packet, meta, nowNs) -> {}, 100, 0));
        } finally {
            payload.release();
        }
    }

    @Test
    void aHostMayCloseTheLinkWhileItReceives() throws IOException {
        try (TunWire wire = TunWire.with(Offload.TCP);
                DatagramChannel socket = udpSocket(wire, false)) {
            socket.send(ByteBuffer.allocate(1), TunWire.ours(false, 7));
            socket.send(ByteBuffer.allocate(1), TunWire.ours(false, 7));
            List<ByteBuf> seen = new ArrayList<>();
            assertEquals(
                    1,
                    wire.link.receive(
                            (packet, meta, nowNs) -> {
                                seen.add(packet);
                                wire.link.close();
                            },
                            100,
                            0));
            assertEquals(0, seen.get(0).refCnt());
        } catch (IllegalReferenceCountException e) {
            throw new AssertionError("the buffer was touched after it was released", e);
        }
    }

    @Test
    void eachQueueIsALinkAndAFlowComesBackOnTheQueueItWasSentOn() throws IOException {
        ByteBuf payload = direct("x");
        try (TunWire wire = new TunWire(TunDevice.builder().queues(3));
                DatagramChannel socket = udpSocket(wire, false)) {
            for (int i = 0; i < 3; i++) {
                TunLink link = new TunLink(wire.device.queues().get(i));
                int ourPort = PORT + i;
                assertEquals(EmitResult.SENT, wire.sendUdp(link, false, ourPort, port(socket), payload));
                assertEquals("x", receiveText(socket));
                socket.send(ByteBuffer.wrap(new byte[] {'y'}), TunWire.ours(false, ourPort));
                boolean[] seen = new boolean[1];
                TunWire.receiveUntil(link, () -> seen[0], (packet, meta, nowNs) -> {
                    int at = TunWire.transport(TunWire.bytes(packet), IpProtocol.UDP);
                    seen[0] |= at >= 0 && packet.getUnsignedShort(packet.readerIndex() + at + 2) == ourPort;
                    assertTrue(sameLink(link, meta));
                });
                link.close();
            }
        } finally {
            payload.release();
        }
    }

    private static boolean sameLink(TunLink link, PacketMeta meta) {
        return meta.link().equals(link);
    }

    @Test
    void theSteadyStateAllocatesNothing() throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (TunWire wire = TunWire.with(Offload.TCP);
                EchoRequests requests = new EchoRequests(wire)) {
            requests.exchange(20_000);
            long before = threads.getCurrentThreadAllocatedBytes();
            requests.exchange(20_000);
            long bytes = threads.getCurrentThreadAllocatedBytes() - before;
            assertEquals(40_000, requests.replies);
            assertTrue(bytes < 20_000, "20000 packets each way allocated " + bytes + " bytes");
        }
    }
}
