package io.sluice.icmp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.sluice.buffer.MemoryAccount;
import io.sluice.event.Counter;
import io.sluice.event.Counters;
import io.sluice.event.DropReason;
import io.sluice.event.SocketError;
import io.sluice.host.OneHost;
import io.sluice.host.TestLink;
import io.sluice.ip.Interface;
import io.sluice.ip.IpDatagram;
import io.sluice.ip.IpInput;
import io.sluice.ip.IpLayer;
import io.sluice.ip.Packets;
import io.sluice.ip.Reassembly;
import io.sluice.ip.ReassemblyLimits;
import io.sluice.ip.TransportDemux;
import io.sluice.link.PacketMeta;
import io.sluice.link.TransmitRing;
import io.sluice.time.TimerWheel;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpProtocol;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What received errors say, about which packet, and whose word is taken for the path MTU. */
final class IcmpErrorInputTest {
    private static final IpAddress ROUTER4 = IpAddress.parse("192.0.2.99");
    private static final IpAddress ROUTER6 = IpAddress.parse("2001:db8::99");

    private final Counters counters = new Counters();
    private final TestLink link = new TestLink("test0", 9000, false);
    private final List<String> told = new ArrayList<>();
    private boolean believed = true;
    private final IpLayer ip = new IpLayer(
            counters, PooledByteBufAllocator.DEFAULT, new TransmitRing(counters, 10), new SplittableRandom(1), 10);
    private final Icmp icmp = new Icmp(ip, new Transports(), IcmpLimits.DEFAULT, 0);
    private final Reassembly reassembly = new Reassembly(
            ReassemblyLimits.DEFAULT,
            new MemoryAccount(null, 1 << 20),
            PooledByteBufAllocator.DEFAULT,
            new TimerWheel(0),
            icmp.reporter(),
            counters);
    private final IpInput input = new IpInput(ip.interfaces(), reassembly, new OnlyIcmp(), icmp.reporter(), counters);

    IcmpErrorInputTest() {
        Interface on = ip.interfaces().add(link, false);
        ip.interfaces().addAddress(on, OneHost.OWN4, 24);
        ip.interfaces().addAddress(on, OneHost.OWN6, 64);
    }

    private final class Transports implements IcmpErrors {
        @Override
        public boolean onTcpError(IcmpError error, long nowNs) {
            return note("tcp", error);
        }

        @Override
        public boolean onUdpError(IcmpError error, long nowNs) {
            return note("udp", error);
        }

        private boolean note(String transport, IcmpError e) {
            told.add(transport + " " + e.kind() + " " + e.mtu() + " " + e.localPort() + ">" + e.remote() + ":"
                    + e.remotePort() + " from " + e.reporter());
            return believed;
        }
    }

    private final class OnlyIcmp implements TransportDemux {
        @Override
        public void onTcp(IpDatagram datagram, long nowNs) {
            throw new AssertionError("no TCP here");
        }

        @Override
        public void onUdp(IpDatagram datagram, long nowNs) {
            throw new AssertionError("no UDP here");
        }

        @Override
        public void onIcmp(IpDatagram datagram, long nowNs) {
            icmp.onIcmp(datagram, nowNs);
        }
    }

    private void receive(byte[] packet) {
        ByteBuf b = Packets.direct(packet);
        input.onPacket(b, new PacketMeta(link), 0);
        b.release();
    }

    /** An error about {@code packet}, of which {@code quoted} octets come back. */
    private void error(int type, int code, int rest, byte[] packet, int quoted) {
        boolean v6 = packet[0] >>> 4 == 6;
        IpAddress from = v6 ? ROUTER6 : ROUTER4;
        byte[] quote = Arrays.copyOf(packet, Math.min(quoted, packet.length));
        byte[] message = Packets.icmp(from, OneHost.own(v6), type, code, rest, quote);
        receive(Packets.ip(from, OneHost.own(v6), v6 ? IpProtocol.ICMPV6 : IpProtocol.ICMP, message));
        assertEquals(counters.get(Counter.PACKETS_IN), counters.get(Counter.PACKETS_DELIVERED) + counters.dropped());
    }

    private static byte[] udp(boolean v6) {
        IpAddress own = OneHost.own(v6);
        IpAddress peer = OneHost.peer(v6);
        return Packets.ip(own, peer, IpProtocol.UDP, Packets.udp(own, 4000, peer, 53, new byte[3000]));
    }

    private static byte[] tcp(boolean v6) {
        IpAddress own = OneHost.own(v6);
        IpAddress peer = OneHost.peer(v6);
        return Packets.ip(own, peer, IpProtocol.TCP, Packets.tcp(own, 4000, peer, 80, 2));
    }

    private void assertTold(String expected) {
        assertEquals(List.of(expected), told, counters::toString);
        assertEquals(0, counters.dropped());
    }

    private void assertDropped(DropReason reason) {
        assertTrue(told.isEmpty(), told::toString);
        assertEquals(1, counters.get(reason), counters::toString);
    }

    @ParameterizedTest
    @CsvSource({
        "3, 0, NETWORK_UNREACHABLE, NETWORK_UNREACHABLE", "3, 1, HOST_UNREACHABLE, HOST_UNREACHABLE",
        "3, 2, PROTOCOL_UNREACHABLE, PROTOCOL_UNREACHABLE", "3, 3, PORT_UNREACHABLE, CONNECTION_REFUSED",
        "3, 5, SOURCE_ROUTE_FAILED, HOST_UNREACHABLE", "3, 6, NETWORK_UNREACHABLE, NETWORK_UNREACHABLE",
        "3, 7, HOST_UNREACHABLE, HOST_UNREACHABLE", "3, 9, PROHIBITED, PERMISSION_DENIED",
        "3, 10, PROHIBITED, PERMISSION_DENIED", "3, 11, NETWORK_UNREACHABLE, NETWORK_UNREACHABLE",
        "3, 12, HOST_UNREACHABLE, HOST_UNREACHABLE", "3, 13, PROHIBITED, PERMISSION_DENIED",
        "3, 14, PRECEDENCE, HOST_UNREACHABLE", "3, 15, PRECEDENCE, HOST_UNREACHABLE",
        "3, 99, UNKNOWN, HOST_UNREACHABLE", "11, 0, HOP_LIMIT_EXCEEDED, HOST_UNREACHABLE",
        "11, 1, REASSEMBLY_TIMEOUT, HOST_UNREACHABLE", "12, 0, PARAMETER_PROBLEM, PROTOCOL_UNREACHABLE"
    })
    void kindsOfIpv4(int type, int code, IcmpErrorKind kind, SocketError socketError) {
        error(type, code, 0, udp(false), 28);
        assertTold("udp " + kind + " 0 4000>10.0.0.2:53 from 192.0.2.99");
        assertEquals(socketError, kind.socketError());
    }

    @ParameterizedTest
    @CsvSource({
        "1, 0, NETWORK_UNREACHABLE",
        "1, 1, PROHIBITED",
        "1, 2, HOST_UNREACHABLE",
        "1, 3, HOST_UNREACHABLE",
        "1, 4, PORT_UNREACHABLE",
        "1, 5, PROHIBITED",
        "1, 6, PROHIBITED",
        "1, 77, UNKNOWN",
        "3, 0, HOP_LIMIT_EXCEEDED",
        "3, 1, REASSEMBLY_TIMEOUT",
        "4, 0, PARAMETER_PROBLEM",
        "4, 1, PROTOCOL_UNREACHABLE",
        "4, 2, PARAMETER_PROBLEM",
        "100, 0, UNKNOWN"
    })
    void kindsOfIpv6(int type, int code, IcmpErrorKind kind) {
        error(type, code, 0, tcp(true), 1232);
        assertTold("tcp " + kind + " 0 4000>fd00::2:80 from 2001:db8::99");
    }

    /** RFC 1191 §4 and §7.1: old routers do not say what would pass. */
    @ParameterizedTest
    @CsvSource({"1400, 1400", "0, 2002", "68, 68"})
    void tooBig4(int mtu, int expected) {
        error(3, 4, mtu, udp(false), 576);
        assertTold("udp PACKET_TOO_BIG " + expected + " 4000>10.0.0.2:53 from 192.0.2.99");
        assertEquals(Math.max(expected, 552), ip.mtus().mtu(OneHost.PEER4, 9000, 0));
    }

    @Test
    void tooBig6() {
        error(2, 0, 1400, tcp(true), 1232);
        assertTold("tcp PACKET_TOO_BIG 1400 4000>fd00::2:80 from 2001:db8::99");
        assertEquals(1400, ip.mtus().mtu(OneHost.PEER6, 9000, 0));
    }

    @Test
    void whatNoTransportBelievesChangesNothing() {
        believed = false;
        error(2, 0, 1400, tcp(true), 1232);
        assertEquals(1, told.size());
        assertEquals(1, counters.get(DropReason.ICMP_NO_MATCH));
        assertEquals(9000, ip.mtus().mtu(OneHost.PEER6, 9000, 0));
    }

    @ParameterizedTest
    @CsvSource({"false, 67", "false, 1", "true, 1279", "true, 0"})
    void lessThanEveryLinkCarries(boolean v6, int mtu) {
        error(v6 ? 2 : 3, v6 ? 0 : 4, mtu, udp(v6), 1232);
        assertDropped(DropReason.ICMP_IGNORED);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 19, 27})
    void quotesThatSayTooLittle4(int length) {
        error(3, 3, 0, udp(false), length);
        assertDropped(DropReason.ICMP_MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 39, 47})
    void quotesThatSayTooLittle6(int length) {
        error(1, 4, 0, udp(true), length);
        assertDropped(DropReason.ICMP_MALFORMED);
    }

    @Test
    void packetsThatWereNotOurs() {
        byte[] packet = Packets.ip(
                OneHost.PEER4, ROUTER4, IpProtocol.UDP, Packets.udp(OneHost.PEER4, 1, ROUTER4, 2, new byte[0]));
        error(3, 3, 0, packet, 28);
        assertDropped(DropReason.ICMP_NO_MATCH);
    }

    @Test
    void protocolsThatNobodySpeaks() {
        error(3, 2, 0, Packets.ip(OneHost.OWN4, OneHost.PEER4, 99, new byte[8]), 28);
        assertDropped(DropReason.ICMP_NO_MATCH);
    }

    @Test
    void laterFragmentsSayNothing() {
        byte[] packet = Packets.ip4(OneHost.OWN4, OneHost.PEER4, IpProtocol.UDP, new byte[0], 1, 10, new byte[100]);
        error(11, 1, 0, packet, 60);
        assertDropped(DropReason.ICMP_MALFORMED);
    }

    @Test
    void firstFragmentsAndExtensionHeadersAreLookedThrough() {
        byte[] datagram = Packets.udp(OneHost.OWN6, 4000, OneHost.PEER6, 53, new byte[100]);
        byte[] fragment = Packets.fragment6(IpProtocol.UDP, 0, true, 1, Arrays.copyOf(datagram, 64));
        ByteBuffer payload = ByteBuffer.allocate(8 + fragment.length)
                .put(new byte[] {IpProtocol.FRAGMENT, 0, 1, 4, 0, 0, 0, 0})
                .put(fragment);
        byte[] packet = Packets.ip6(OneHost.OWN6, OneHost.PEER6, IpProtocol.HOP_BY_HOP, payload.array());
        error(3, 1, 0, packet, 1232);
        assertTold("udp REASSEMBLY_TIMEOUT 0 4000>fd00::2:53 from 2001:db8::99");
    }

    @Test
    void errorsToGroupsAreIgnored() {
        byte[] message = Packets.icmp(ROUTER4, IpAddress.parse("224.0.0.1"), 3, 3, 0, Arrays.copyOf(udp(false), 28));
        receive(Packets.ip(ROUTER4, IpAddress.parse("224.0.0.1"), IpProtocol.ICMP, message));
        assertDropped(DropReason.ICMP_IGNORED);
    }
}
