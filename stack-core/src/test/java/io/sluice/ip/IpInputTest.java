package io.sluice.ip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.sluice.buffer.MemoryAccount;
import io.sluice.event.Counter;
import io.sluice.event.Counters;
import io.sluice.event.DropReason;
import io.sluice.ip.ErrorReporter.Problem;
import io.sluice.ip.IpDatagram.Destination;
import io.sluice.link.EmitResult;
import io.sluice.link.Link;
import io.sluice.link.OutboundPacket;
import io.sluice.link.PacketMeta;
import io.sluice.time.TimerWheel;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpProtocol;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every packet is delivered as it was sent, or ends in the one drop reason that fits. */
final class IpInputTest {
    private static final IpAddress OWN4 = IpAddress.parse("10.0.0.1");
    private static final IpAddress PEER4 = IpAddress.parse("10.0.0.2");
    private static final IpAddress OWN6 = IpAddress.parse("fd00::1");
    private static final IpAddress PEER6 = IpAddress.parse("fd00::2");
    private static final byte[] PAYLOAD = Packets.payload(40);

    private final Counters counters = new Counters();
    private final RecordingDemux transports = new RecordingDemux(counters);
    private final Interfaces interfaces = new Interfaces();
    private final Link link = new DeadEnd("tun0");
    private final PacketMeta meta = new PacketMeta(link);
    private final MemoryAccount memory = new MemoryAccount(null, 1 << 20);
    private final Reassembly reassembly = new Reassembly(
            ReassemblyLimits.DEFAULT, memory, PooledByteBufAllocator.DEFAULT, new TimerWheel(0), transports, counters);
    private final IpInput input = new IpInput(interfaces, reassembly, transports, transports, counters);
    private final Interface own = interfaces.add(link, false);

    IpInputTest() {
        interfaces.addAddress(own, OWN4, 24);
        interfaces.addAddress(own, OWN6, 64);
    }

    /** A link that nothing leaves by. */
    private record DeadEnd(String name) implements Link {
        @Override
        public int mtu() {
            return 1500;
        }

        @Override
        public EmitResult emit(OutboundPacket packet, long nowNs) {
            return EmitResult.DROPPED;
        }
    }

    private void receive(byte[] packet) {
        ByteBuf b = Packets.direct(packet);
        input.onPacket(b, meta, 0);
        assertEquals(1, b.refCnt(), "borrowed, and given back");
        b.release();
        assertEquals(
                counters.get(Counter.PACKETS_IN),
                counters.get(Counter.PACKETS_DELIVERED) + counters.dropped() + reassembly.heldFragments());
    }

    private void assertDropped(DropReason reason) {
        assertEquals(1, counters.get(reason), counters::toString);
        assertEquals(1, counters.dropped(), counters::toString);
        assertTrue(transports.delivered.isEmpty());
    }

    private void assertDelivered(String transport, Destination kind, byte[] payload) {
        assertEquals(0, counters.dropped(), counters::toString);
        assertEquals(1, transports.delivered.size());
        RecordingDemux.Delivered d = transports.delivered.get(0);
        assertEquals(transport, d.transport());
        assertEquals(kind, d.kind());
        assertEquals(ByteBuffer.wrap(payload), d.payload());
        assertTrue(transports.reports.isEmpty());
    }

    private static byte[] packet4(int protocol) {
        return Packets.ip(PEER4, OWN4, protocol, PAYLOAD);
    }

    private static byte[] packet6(int nextHeader) {
        return Packets.ip(PEER6, OWN6, nextHeader, PAYLOAD);
    }

    @ParameterizedTest
    @CsvSource({"6, tcp", "17, udp", "1, icmp"})
    void deliversIpv4(int protocol, String transport) {
        receive(packet4(protocol));
        assertDelivered(transport, Destination.UNICAST, PAYLOAD);
        assertEquals(60, counters.get(Counter.BYTES_IN));
    }

    @ParameterizedTest
    @CsvSource({"6, tcp", "17, udp", "58, icmp"})
    void deliversIpv6(int protocol, String transport) {
        receive(packet6(protocol));
        assertDelivered(transport, Destination.UNICAST, PAYLOAD);
    }

    @Test
    void paddingOfTheLinkIsNotPayload() {
        byte[] padded = Arrays.copyOf(packet4(IpProtocol.UDP), 100);
        receive(padded);
        assertDelivered("udp", Destination.UNICAST, PAYLOAD);
    }

    @Test
    void aMergedSegmentOf64KiBIsOnePacket() {
        byte[] payload = Packets.payload(65_515);
        meta.merged(1460, 45);
        receive(Packets.ip(PEER4, OWN4, IpProtocol.TCP, payload));
        assertDelivered("tcp", Destination.UNICAST, payload);
        assertEquals(1, counters.get(Counter.PACKETS_IN));
    }

    private static byte[] with(byte[] packet, Consumer<ByteBuffer> change) {
        change.accept(ByteBuffer.wrap(packet));
        return packet;
    }

    @Test
    void nothingIsTruncated() {
        receive(new byte[0]);
        assertDropped(DropReason.IP_TRUNCATED);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x00, 0x15, 0x50, 0x75, 0xF5})
    void otherVersions(int first) {
        receive(with(packet4(IpProtocol.TCP), b -> b.put(0, (byte) first)));
        assertDropped(DropReason.IP_VERSION);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 19, 20, 59})
    void truncatedIpv4(int length) {
        receive(Arrays.copyOf(packet4(IpProtocol.TCP), length));
        assertDropped(DropReason.IP_TRUNCATED);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 39, 40, 79})
    void truncatedIpv6(int length) {
        receive(Arrays.copyOf(packet6(IpProtocol.TCP), length));
        assertDropped(DropReason.IP_TRUNCATED);
    }

    @Test
    void headerShorterThanAHeader() {
        receive(with(packet4(IpProtocol.TCP), b -> b.put(0, (byte) 0x44)));
        assertDropped(DropReason.IP_HEADER_MALFORMED);
    }

    @Test
    void totalLengthShorterThanTheHeader() {
        receive(with(packet4(IpProtocol.TCP), b -> b.putShort(2, (short) 19)));
        assertDropped(DropReason.IP_HEADER_MALFORMED);
    }

    @Test
    void wrongHeaderChecksum() {
        receive(with(packet4(IpProtocol.TCP), b -> b.put(8, (byte) 63)));
        assertDropped(DropReason.IP_CHECKSUM);
    }

    /** RFC 9293 §3.9.2.3 (MUST-63). */
    @ParameterizedTest
    @ValueSource(
            strings = {"0.0.0.0", "0.1.2.3", "127.0.0.1", "224.0.0.1", "255.255.255.255", "10.0.0.255", "10.0.0.1"})
    void martianSources4(String source) {
        receive(Packets.ip(IpAddress.parse(source), OWN4, IpProtocol.UDP, PAYLOAD));
        assertDropped(DropReason.IP_MARTIAN_SOURCE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"::", "::1", "ff02::1", "::ffff:10.0.0.2", "fd00::1"})
    void martianSources6(String source) {
        receive(Packets.ip(IpAddress.parse(source), OWN6, IpProtocol.UDP, PAYLOAD));
        assertDropped(DropReason.IP_MARTIAN_SOURCE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.3", "127.0.0.1", "0.0.0.0", "224.1.1.1", "10.1.0.255"})
    void notForUs4(String destination) {
        receive(Packets.ip(PEER4, IpAddress.parse(destination), IpProtocol.UDP, PAYLOAD));
        assertDropped(DropReason.IP_NOT_LOCAL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fd00::3", "::1", "::", "::ffff:10.0.0.1", "ff02::2", "ff02::1:ff00:2"})
    void notForUs6(String destination) {
        receive(Packets.ip(PEER6, IpAddress.parse(destination), IpProtocol.UDP, PAYLOAD));
        assertDropped(DropReason.IP_NOT_LOCAL);
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.255, BROADCAST", "255.255.255.255, BROADCAST", "224.0.0.1, MULTICAST", "224.9.9.9, MULTICAST"})
    void broadcastsAndGroups4(String destination, Destination kind) {
        interfaces.join(own, IpAddress.parse("224.9.9.9"));
        receive(Packets.ip(PEER4, IpAddress.parse(destination), IpProtocol.UDP, PAYLOAD));
        assertDelivered("udp", kind, PAYLOAD);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ff02::1", "ff01::1", "ff02::1:ff00:1", "ff05::99"})
    void groups6(String destination) {
        interfaces.join(own, IpAddress.parse("ff05::99"));
        receive(Packets.ip(PEER6, IpAddress.parse(destination), IpProtocol.UDP, PAYLOAD));
        assertDelivered("udp", Destination.MULTICAST, PAYLOAD);
    }

    @Test
    void aGroupThatWasLeft() {
        interfaces.join(own, IpAddress.parse("224.9.9.9"));
        assertTrue(interfaces.leave(own, IpAddress.parse("224.9.9.9")));
        receive(Packets.ip(PEER4, IpAddress.parse("224.9.9.9"), IpProtocol.UDP, PAYLOAD));
        assertDropped(DropReason.IP_NOT_LOCAL);
    }

    /** RFC 9293 §3.9.2.3 (MUST-57). */
    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.255", "224.0.0.1"})
    void tcpIsUnicast(String destination) {
        receive(Packets.ip(PEER4, IpAddress.parse(destination), IpProtocol.TCP, PAYLOAD));
        assertDropped(DropReason.MULTICAST_TCP);
    }

    @Test
    void weakHostModel() {
        Interface other = interfaces.add(new DeadEnd("tun1"), false);
        interfaces.addAddress(other, IpAddress.parse("192.0.2.1"), 24);
        receive(Packets.ip(PEER4, IpAddress.parse("192.0.2.1"), IpProtocol.UDP, PAYLOAD));
        assertDelivered("udp", Destination.UNICAST, PAYLOAD);
    }

    @Test
    void linkLocalAddressesStayOnTheirLink() {
        Interface other = interfaces.add(new DeadEnd("tun1"), false);
        interfaces.addAddress(other, IpAddress.parse("fe80::1"), 64);
        receive(Packets.ip(PEER6, IpAddress.parse("fe80::1"), IpProtocol.UDP, PAYLOAD));
        assertDropped(DropReason.IP_NOT_LOCAL);
    }

    /** RFC 9293 §3.9.2 (MUST-50). */
    @Test
    void optionsThatMeanNothingHereAreIgnored() {
        byte[] options = {(byte) 148, 4, 0, 0, 7, 7, 4, 0, 0, 0, 0, 0}; // router alert, record route, end
        receive(Packets.ip4(PEER4, OWN4, IpProtocol.UDP, options, 0, 0, PAYLOAD));
        assertDelivered("udp", Destination.UNICAST, PAYLOAD);
    }

    @ParameterizedTest
    @ValueSource(ints = {131, 137})
    void sourceRoutesAreRefused(int type) {
        byte[] options = {1, (byte) type, 7, 4, 10, 0, 0, 3};
        receive(Packets.ip4(PEER4, OWN4, IpProtocol.UDP, options, 0, 0, PAYLOAD));
        assertDropped(DropReason.IP_SOURCE_ROUTE);
        assertTrue(transports.reports.isEmpty());
    }

    @Test
    void malformedOptionsAreReported() {
        byte[] options = {1, 1, 99, 40};
        receive(Packets.ip4(PEER4, OWN4, IpProtocol.UDP, options, 0, 0, PAYLOAD));
        assertDropped(DropReason.IP_OPTION_MALFORMED);
        assertReported(Problem.HEADER_FIELD, 22);
    }

    private void assertReported(Problem problem, int pointer) {
        assertEquals(1, transports.reports.size());
        assertEquals(problem, transports.reports.get(0).problem());
        assertEquals(pointer, transports.reports.get(0).pointer());
    }

    @ParameterizedTest
    @ValueSource(ints = {58, 99, 132, 255})
    void unknownProtocols4(int protocol) {
        receive(packet4(protocol));
        assertDropped(DropReason.IP_PROTOCOL_UNKNOWN);
        assertReported(Problem.PROTOCOL_UNREACHABLE, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 50, 99, 132, 255})
    void unknownProtocols6(int protocol) {
        receive(packet6(protocol));
        assertDropped(DropReason.IP_PROTOCOL_UNKNOWN);
        assertReported(Problem.NEXT_HEADER, 6);
    }

    @Test
    void nothingFollows() {
        receive(packet6(IpProtocol.NO_NEXT_HEADER));
        assertEquals(1, counters.get(Counter.PACKETS_DELIVERED));
        assertEquals(0, counters.dropped());
    }

    private static byte[] destinationOptions(int next, int optionType) {
        byte[] header = {(byte) next, 0, (byte) optionType, 4, 0, 0, 0, 0};
        byte[] payload = Arrays.copyOf(header, 8 + PAYLOAD.length);
        System.arraycopy(PAYLOAD, 0, payload, 8, PAYLOAD.length);
        return payload;
    }

    @Test
    void extensionHeadersAreWalked() {
        receive(Packets.ip(PEER6, OWN6, IpProtocol.DESTINATION_OPTIONS, destinationOptions(IpProtocol.UDP, 0x1E)));
        assertDelivered("udp", Destination.UNICAST, PAYLOAD);
    }

    @ParameterizedTest
    @CsvSource({
        "fd00::1, 0x5E, ",
        "fd00::1, 0x9E, OPTION_EVEN_IF_MULTICAST",
        "fd00::1, 0xDE, OPTION",
        "ff02::1, 0x9E, OPTION_EVEN_IF_MULTICAST",
        "ff02::1, 0xC2, OPTION"
    })
    void optionsSayWhatToDo(String destination, String type, Problem problem) {
        receive(Packets.ip(
                PEER6,
                IpAddress.parse(destination),
                IpProtocol.HOP_BY_HOP,
                destinationOptions(IpProtocol.UDP, Integer.decode(type))));
        assertDropped(DropReason.IP_EXTENSION_UNKNOWN);
        if (problem == null) {
            assertTrue(transports.reports.isEmpty());
        } else {
            assertReported(problem, 42);
        }
    }

    @Test
    void hopByHopOptionsComeFirst() {
        byte[] payload = destinationOptions(IpProtocol.HOP_BY_HOP, 1);
        receive(Packets.ip(PEER6, OWN6, IpProtocol.DESTINATION_OPTIONS, payload));
        assertDropped(DropReason.IP_EXTENSION_UNKNOWN);
        assertReported(Problem.NEXT_HEADER, 40);
    }

    @Test
    void sourceRoutesAreRefused6() {
        byte[] payload = Arrays.copyOf(new byte[] {IpProtocol.UDP, 2, 0, 1}, 64);
        receive(Packets.ip(PEER6, OWN6, IpProtocol.ROUTING, payload));
        assertDropped(DropReason.IP_EXTENSION_UNKNOWN);
        assertReported(Problem.HEADER_FIELD, 42);
    }

    @Test
    void extensionHeaderThatIsCutOff() {
        receive(Packets.ip(
                PEER6, OWN6, IpProtocol.DESTINATION_OPTIONS, new byte[] {IpProtocol.UDP, 1, 1, 4, 0, 0, 0, 0}));
        assertDropped(DropReason.IP_EXTENSION_MALFORMED);
    }
}
