package io.sluice.ip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.PooledByteBufAllocator;
import io.sluice.api.Endpoint;
import io.sluice.api.Sockets;
import io.sluice.api.UdpSocket;
import io.sluice.event.DropReason;
import io.sluice.event.SocketError;
import io.sluice.host.EthernetWire;
import io.sluice.host.EthernetWire.Station;
import io.sluice.udp.UdpDatagram;
import io.sluice.wire.Checksum;
import io.sluice.wire.EthernetHeader;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpProtocol;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Groups that are listened to from some sources only, or from all but some: RFC 3376 §3, §5 and RFC 3810 §4, §6. */
class SourceFilterTest {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final int PORT = 9;

    private final EthernetWire wire = new EthernetWire();
    private final Station host = station(1);
    private final Station one = station(2);
    private final Station two = station(3);
    private final UdpDatagram received = new UdpDatagram();

    private Station station(int n) {
        return wire.station(0x0200_0000_0000L + n).with("10.0.0." + n, 24).with("fe80::" + n, 64);
    }

    @BeforeEach
    void settle() {
        run(10);
        told();
    }

    @AfterEach
    void close() {
        received.release();
        wire.close();
    }

    private void run(double seconds) {
        wire.run(wire.nowNs + (long) (seconds * SECOND_NS));
    }

    private List<String> told() {
        return GroupReports.told(wire);
    }

    private static IpAddress group(boolean ipv6) {
        return IpAddress.parse(ipv6 ? "ff05::77" : "239.1.2.3");
    }

    private static IpAddress source(int n, boolean ipv6) {
        return IpAddress.parse((ipv6 ? "fe80::" : "10.0.0.") + n);
    }

    private UdpSocket socket(int port, boolean ipv6) {
        UdpSocket s = new Sockets(host.host).udp(ipv6);
        assertNull(s.bind(new Endpoint(ipv6 ? IpAddress.ANY6 : IpAddress.ANY4, port)));
        return s;
    }

    /** A change as it is told, twice. */
    private void assertTold(boolean ipv6, int type, int... sources) {
        run(5);
        String report = report(ipv6, type, sources);
        assertEquals(List.of(report, report), told());
    }

    private static String report(boolean ipv6, int type, int... sources) {
        List<String> names = new ArrayList<>();
        for (int s : sources) {
            names.add(source(s, ipv6).toString());
        }
        String of = names.isEmpty() ? "" : "[" + String.join(",", names) + "]";
        return (ipv6 ? "143 to ff02::16 " : "22 to 224.0.0.22 ") + type + ":" + group(ipv6) + of;
    }

    /** Whether the socket hears what the station sends to the group. */
    private boolean hears(UdpSocket s, Station from, boolean ipv6) {
        UdpSocket sender = new Sockets(from.host).udp(ipv6);
        var payload = PooledByteBufAllocator.DEFAULT.directBuffer().writeByte(1);
        assertNull(sender.send(payload, new Endpoint(group(ipv6), PORT), wire.nowNs));
        wire.run();
        sender.close();
        boolean heard = s.receive(received);
        told();
        return heard;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void someSourcesOnly(boolean ipv6) {
        UdpSocket s = socket(PORT, ipv6);
        assertFalse(hears(s, one, ipv6));
        assertNull(s.join(host.on, group(ipv6), source(2, ipv6)));
        assertTold(ipv6, 5, 2);
        assertTrue(hears(s, one, ipv6));
        assertFalse(hears(s, two, ipv6));
        assertNull(s.join(host.on, group(ipv6), source(3, ipv6)));
        assertTold(ipv6, 5, 3);
        assertTrue(hears(s, two, ipv6));
        assertNull(s.leave(host.on, group(ipv6), source(2, ipv6)));
        assertTold(ipv6, 6, 2);
        assertFalse(hears(s, one, ipv6));
        assertTrue(hears(s, two, ipv6));
        assertNull(s.leave(host.on, group(ipv6), source(3, ipv6)));
        assertTold(ipv6, 6, 3);
        assertFalse(hears(s, two, ipv6));
        assertEquals(SocketError.ADDRESS_NOT_AVAILABLE, s.leave(host.on, group(ipv6)));
        s.close();
        run(5);
        assertEquals(List.of(), told());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void allButSome(boolean ipv6) {
        UdpSocket s = socket(PORT, ipv6);
        assertNull(s.join(host.on, group(ipv6)));
        assertTold(ipv6, 4);
        assertNull(s.block(host.on, group(ipv6), source(2, ipv6)));
        assertTold(ipv6, 6, 2);
        assertFalse(hears(s, one, ipv6));
        assertTrue(hears(s, two, ipv6));
        assertNull(s.unblock(host.on, group(ipv6), source(2, ipv6)));
        assertTold(ipv6, 5, 2);
        assertTrue(hears(s, one, ipv6));
        assertNull(s.block(host.on, group(ipv6), source(3, ipv6)));
        run(5);
        told();
        s.close();
        assertTold(ipv6, 3);
    }

    /** RFC 3376 §3.2: the interface listens to all that any socket does, and each socket has what it wants. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void severalSockets(boolean ipv6) {
        UdpSocket s = socket(PORT, ipv6);
        assertNull(s.join(host.on, group(ipv6), source(2, ipv6)));
        run(5);
        told();
        UdpSocket all = socket(PORT + 1, ipv6);
        assertNull(all.join(host.on, group(ipv6)));
        assertTold(ipv6, 4);
        assertTrue(hears(s, one, ipv6));
        assertFalse(hears(s, two, ipv6));
        assertNull(all.block(host.on, group(ipv6), source(2, ipv6)));
        run(5);
        assertEquals(List.of(), told(), "the other wants it");
        assertNull(all.block(host.on, group(ipv6), source(3, ipv6)));
        assertTold(ipv6, 6, 3);
        all.close();
        assertTold(ipv6, 3, 2);
        s.close();
        assertTold(ipv6, 6, 2);
    }

    /** RFC 3376 §5.2, RFC 3810 §6.3: the answer to who asks about sources names those that are listened to. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void routersAskAboutSources(boolean ipv6) {
        UdpSocket s = socket(PORT, ipv6);
        assertNull(s.join(host.on, group(ipv6), source(2, ipv6)));
        run(5);
        told();
        query(ipv6, 2, 3);
        run(1.5);
        assertEquals(List.of(report(ipv6, 1, 2)), told());
        query(ipv6, 3);
        run(1.5);
        assertEquals(List.of(), told());
        query(ipv6);
        run(1.5);
        assertEquals(List.of(report(ipv6, 1, 2)), told());
        s.close();
        run(5);
        UdpSocket all = socket(PORT, ipv6);
        assertNull(all.join(host.on, group(ipv6)));
        assertNull(all.block(host.on, group(ipv6), source(2, ipv6)));
        run(5);
        told();
        query(ipv6, 2, 3);
        query(ipv6, 4);
        run(1.5);
        assertEquals(List.of(report(ipv6, 1, 3, 4)), told(), "one answer to both");
        query(ipv6);
        run(1.5);
        assertEquals(List.of(report(ipv6, 2, 2)), told());
        long before = host.host.counters().get(DropReason.ICMP_IGNORED);
        host.receive(frame(ipv6, 3, 2), wire.nowNs); // says that there are more than there are
        assertEquals(before + 1, host.host.counters().get(DropReason.ICMP_IGNORED));
    }

    private void query(boolean ipv6, int... sources) {
        host.receive(frame(ipv6, sources.length, sources), wire.nowNs);
    }

    /** A query that wants an answer within a second. */
    private static byte[] frame(boolean ipv6, int count, int... sources) {
        int octets = ipv6 ? 16 : 4;
        int head = ipv6 ? 48 : 24;
        int fixed = ipv6 ? 28 : 12;
        int length = fixed + octets * sources.length;
        ByteBuffer b = ByteBuffer.allocate(14 + head + length);
        IpAddress to = group(ipv6);
        long mac = ipv6 ? EthernetHeader.ofGroup(to.hi(), to.lo()) : EthernetHeader.ofGroup(0, to.v4() & 0xFFFF_FFFFL);
        EthernetHeader.write(b, 0, mac, 0x0200_0000_000BL, ipv6 ? EthernetHeader.IPV6 : EthernetHeader.IPV4);
        int at = 14 + head;
        long pseudo = 0;
        if (ipv6) {
            b.putInt(14, 6 << 28).putShort(18, (short) (8 + length)).put(21, (byte) 1);
            put(b, 22, source(11, true));
            put(b, 38, to);
            b.put(54, GroupReports.HOP_BY_HOP).put(at, (byte) 130).putShort(at + 4, (short) 1000);
            pseudo = Checksum.pseudoHeader6(b.getLong(22), b.getLong(30), to.hi(), to.lo(), IpProtocol.ICMPV6, length);
        } else {
            b.putShort(14, (short) 0x4600).putShort(16, (short) (head + length)).putShort(22, (short) 0x0102);
            put(b, 26, source(11, false));
            put(b, 30, to);
            b.putInt(34, GroupReports.ROUTER_ALERT).put(at, (byte) 0x11).put(at + 1, (byte) 10);
            b.putShort(24, Checksum.finish(Checksum.sum(b, 14, head, 0)));
        }
        put(b, ipv6 ? at + 8 : at + 4, to);
        b.putShort(at + fixed - 2, (short) count);
        for (int i = 0; i < sources.length; i++) {
            put(b, at + fixed + i * octets, source(sources[i], ipv6));
        }
        b.putShort(at + 2, Checksum.finish(Checksum.sum(b, at, length, pseudo)));
        return b.array();
    }

    private static void put(ByteBuffer b, int at, IpAddress address) {
        if (address.isV6()) {
            b.putLong(at, address.hi()).putLong(at + 8, address.lo());
        } else {
            b.putInt(at, address.v4());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatContradictsIsRefused(boolean ipv6) {
        UdpSocket s = socket(PORT, ipv6);
        IpAddress group = group(ipv6);
        IpAddress source = source(2, ipv6);
        assertEquals(SocketError.INVALID_ARGUMENT, s.block(host.on, group, source), "it has not joined");
        assertEquals(SocketError.INVALID_ARGUMENT, s.leave(host.on, group, source));
        assertEquals(SocketError.INVALID_ARGUMENT, s.join(host.on, source, source), "no group");
        assertEquals(SocketError.INVALID_ARGUMENT, s.join(host.on, group, group), "no source");
        assertEquals(SocketError.INVALID_ARGUMENT, s.join(host.on, group, source(2, !ipv6)));
        assertNull(s.join(host.on, group, source));
        assertEquals(SocketError.ADDRESS_NOT_AVAILABLE, s.join(host.on, group, source));
        assertEquals(SocketError.ADDRESS_NOT_AVAILABLE, s.leave(host.on, group, source(3, ipv6)));
        assertEquals(SocketError.INVALID_ARGUMENT, s.block(host.on, group, source));
        assertEquals(SocketError.ADDRESS_IN_USE, s.join(host.on, group));
        assertNull(s.leave(host.on, group));
        assertNull(s.join(host.on, group));
        assertEquals(SocketError.INVALID_ARGUMENT, s.join(host.on, group, source));
        assertNull(s.block(host.on, group, source));
        assertEquals(SocketError.ADDRESS_NOT_AVAILABLE, s.block(host.on, group, source));
        assertEquals(SocketError.ADDRESS_NOT_AVAILABLE, s.unblock(host.on, group, source(3, ipv6)));
        s.close();
        assertEquals(SocketError.INVALID_ARGUMENT, s.join(host.on, group, source));
    }

    /** As many sources as a report has room for; where several sockets want more, the interface listens to everybody. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void sourcesAreBounded(boolean ipv6) {
        UdpSocket s = socket(PORT, ipv6);
        int most = SourceFilter.MAX_SOURCES;
        for (int i = 2; i < 2 + most; i++) {
            assertNull(s.join(host.on, group(ipv6), source(i, ipv6)));
        }
        assertEquals(SocketError.NO_BUFFERS, s.join(host.on, group(ipv6), source(200, ipv6)));
        run(5);
        assertEquals(2, told().size());
        UdpSocket other = socket(PORT + 1, ipv6);
        assertNull(other.join(host.on, group(ipv6), source(201, ipv6)));
        assertTold(ipv6, 4);
        assertFalse(hears(other, one, ipv6));
        other.close();
        run(5);
        told();
        for (int i = 2; i < 2 + most; i++) {
            assertNull(s.leave(host.on, group(ipv6), source(i, ipv6)));
            assertNull(s.join(host.on, group(ipv6), source(100 + i % 100, ipv6)));
        }
        run(5);
        List<String> told = told(); // more changes than fit: what there is now
        assertEquals(2, told.size());
        assertTrue(told.get(0).startsWith(report(ipv6, 3)), told::toString);
        s.close();
    }
}
