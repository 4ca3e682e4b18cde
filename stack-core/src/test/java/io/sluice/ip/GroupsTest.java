package io.sluice.ip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.Endpoint;
import io.sluice.api.Sockets;
import io.sluice.api.UdpSocket;
import io.sluice.event.DropReason;
import io.sluice.host.EthernetWire;
import io.sluice.host.EthernetWire.Station;
import io.sluice.wire.Checksum;
import io.sluice.wire.EthernetHeader;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpProtocol;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an Ethernet is told of the groups that a host listens to: RFC 3376 for IPv4, RFC 3810 for IPv6, and their older versions. */
class GroupsTest {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final String GROUP4 = "239.1.2.3";
    private static final String GROUP6 = "ff05::77";
    private static final int ROUTER_ALERT = GroupReports.ROUTER_ALERT;
    private static final byte[] HOP_BY_HOP = GroupReports.HOP_BY_HOP;

    private final EthernetWire wire = new EthernetWire();
    private final Station host = wire.station(0x0200_0000_000AL);

    @AfterEach
    void close() {
        wire.close();
    }

    private List<String> told() {
        return GroupReports.told(wire);
    }

    private void run(double seconds) {
        wire.run(wire.nowNs + (long) (seconds * SECOND_NS));
    }

    private UdpSocket socket(boolean ipv6, int port) {
        UdpSocket s = new Sockets(host.host).udp(ipv6);
        assertNull(s.bind(new Endpoint(ipv6 ? IpAddress.ANY6 : IpAddress.ANY4, port)));
        return s;
    }

    private static IpAddress group(boolean ipv6) {
        return IpAddress.parse(ipv6 ? GROUP6 : GROUP4);
    }

    private UdpSocket listening(boolean ipv6, int port) {
        UdpSocket s = socket(ipv6, port);
        assertNull(s.join(host.on, group(ipv6)));
        return s;
    }

    /** RFC 4862 §5.4.2, RFC 3810 §5.2.13: the group of solicitations, twice, and without an address before there is one. */
    @Test
    void solicitationsOfAnAddressAreListenedTo() {
        host.with("fd00::1:2", 64);
        run(5);
        String joined = "143 from :: to ff02::16 4:ff02::1:ff01:2";
        assertEquals(List.of(joined, joined), told());
        host.with("fe80::1:2", 64); // the same group
        run(5);
        String settled =
                "143 to ff02::16 4:ff02::1:ff01:2"; // RFC 3590 §4: again, when there is an address to tell it from
        assertEquals(List.of(settled, settled), told());
        host.host.removeAddress(host.on, IpAddress.parse("fd00::1:2"));
        run(5);
        assertEquals(List.of(), told());
        host.host.removeAddress(host.on, IpAddress.parse("fe80::1:2"));
        run(5);
        String left = "143 from :: to ff02::16 3:ff02::1:ff01:2";
        assertEquals(List.of(left, left), told());
    }

    /** RFC 3590 §4: nothing is told from a link-local address that may turn out to be another's. */
    @Test
    void nothingIsToldFromATentativeAddress() {
        host.with("fe80::9", 64);
        run(0.9);
        listening(true, 1);
        wire.run();
        List<String> told = told();
        assertTrue(told.size() >= 2, told::toString);
        assertTrue(told.stream().allMatch(t -> t.startsWith("143 from :: to ff02::16 4:")), told::toString);
        run(5);
        told = told();
        assertTrue(told.contains("143 to ff02::16 4:ff02::1:ff00:9"), told::toString);
        assertTrue(told.contains("143 to ff02::16 4:ff05::77"), told::toString);
    }

    private void addresses() {
        host.with("10.0.0.1", 24).with("fe80::1", 64);
        run(10);
        told();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aGroupIsToldWhenItsFirstListenerComesAndItsLastGoes(boolean ipv6) {
        addresses();
        UdpSocket first = listening(ipv6, 1);
        run(5);
        String head = ipv6 ? "143 to ff02::16 " : "22 to 224.0.0.22 ";
        assertEquals(List.of(head + "4:" + group(ipv6), head + "4:" + group(ipv6)), told());
        UdpSocket second = listening(ipv6, 2);
        first.close();
        run(5);
        assertEquals(List.of(), told());
        second.close();
        run(5);
        assertEquals(List.of(head + "3:" + group(ipv6), head + "3:" + group(ipv6)), told());
    }

    /** RFC 3376 §5, RFC 3810 §6: of those that every host listens to, and of those within it. */
    @Test
    void someGroupsAreNotTold() {
        addresses();
        UdpSocket v6 = socket(true, 1);
        for (String name : new String[] {"ff02::1", "ff01::5", "224.0.0.1"}) {
            assertNull(v6.join(host.on, IpAddress.parse(name)));
        }
        run(5);
        assertEquals(List.of(), told());
    }

    private void igmpQuery(int code, boolean v3, String group, String to, int option) {
        int length = v3 ? 12 : 8;
        int header = option == 0 ? 20 : 24;
        ByteBuffer b = ByteBuffer.allocate(14 + header + length);
        IpAddress destination = IpAddress.parse(to);
        EthernetHeader.write(
                b,
                0,
                EthernetHeader.ofGroup(0, Integer.toUnsignedLong(destination.v4())),
                0x0200_0000_000BL,
                EthernetHeader.IPV4);
        b.put(14, (byte) (0x40 | header / 4))
                .putShort(16, (short) (header + length))
                .put(22, (byte) 1)
                .put(23, (byte) 2);
        b.putInt(26, 0x0A00_0002).putInt(30, destination.v4());
        if (option != 0) {
            b.putInt(34, option);
        }
        b.putShort(24, Checksum.finish(Checksum.sum(b, 14, header, 0)));
        int at = 14 + header;
        b.put(at, (byte) 0x11)
                .put(at + 1, (byte) code)
                .putInt(at + 4, IpAddress.parse(group).v4());
        b.putShort(at + 2, Checksum.finish(Checksum.sum(b, at, length, 0)));
        host.receive(b.array(), wire.nowNs);
    }

    private void mldMessage(int type, int length, int delay, String group, int hops, String from) {
        ByteBuffer b = ByteBuffer.allocate(62 + Math.max(24, length));
        IpAddress about = IpAddress.parse(group);
        IpAddress to = about.isUnspecified() ? IpAddress.parse("ff02::1") : about;
        IpAddress source = IpAddress.parse(from);
        EthernetHeader.write(b, 0, EthernetHeader.ofGroup(to.hi(), to.lo()), 0x0200_0000_000BL, EthernetHeader.IPV6);
        b.putInt(14, 6 << 28)
                .putShort(18, (short) (8 + length))
                .put(20, (byte) 0)
                .put(21, (byte) hops);
        b.putLong(22, source.hi()).putLong(30, source.lo()).putLong(38, to.hi()).putLong(46, to.lo());
        b.put(54, HOP_BY_HOP);
        b.put(62, (byte) type)
                .putShort(66, (short) delay)
                .putLong(70, about.hi())
                .putLong(78, about.lo());
        long pseudo = Checksum.pseudoHeader6(source.hi(), source.lo(), to.hi(), to.lo(), IpProtocol.ICMPV6, length);
        b.putShort(64, Checksum.finish(Checksum.sum(b, 62, length, pseudo)));
        host.receive(Arrays.copyOf(b.array(), 62 + length), wire.nowNs);
    }

    @Test
    void aRouterIsAnsweredOnceForAllGroups() {
        addresses();
        listening(false, 1);
        assertNull(socket(false, 2).join(host.on, IpAddress.parse("239.9.9.9")));
        listening(true, 3);
        run(5);
        told();
        igmpQuery(100, true, "0.0.0.0", "224.0.0.1", ROUTER_ALERT);
        mldMessage(130, 28, 10_000, "::", 1, "fe80::b");
        run(10.5);
        List<String> answers = told();
        assertEquals(2, answers.size());
        assertTrue(answers.contains("22 to 224.0.0.22 2:239.1.2.3 2:239.9.9.9"), answers.toString());
        assertTrue(answers.contains("143 to ff02::16 2:ff02::1:ff00:1 2:ff05::77"), answers.toString());
        igmpQuery(10, true, GROUP4, GROUP4, ROUTER_ALERT);
        mldMessage(130, 28, 1000, GROUP6, 1, "fe80::b");
        run(1.5);
        answers = told();
        assertEquals(2, answers.size());
        assertTrue(answers.contains("22 to 224.0.0.22 2:239.1.2.3"), answers.toString());
        assertTrue(answers.contains("143 to ff02::16 2:ff05::77"), answers.toString());
        igmpQuery(10, true, "239.0.0.9", "239.0.0.9", ROUTER_ALERT); // not listened to
        run(5);
        assertEquals(List.of(), told());
    }

    /** RFC 3376 §7.2.1: where routers of version 2 ask, that is spoken until none has for 260 seconds; so with version 1. */
    @ParameterizedTest
    @CsvSource({"100, 16, true", "0, 12, false"})
    void olderRoutersOfIpv4(int code, String type, boolean leaves) {
        addresses();
        listening(false, 1);
        run(5);
        told();
        igmpQuery(code, false, "0.0.0.0", "224.0.0.1", code == 0 ? 0 : ROUTER_ALERT);
        run(10.5);
        assertEquals(List.of(type + " to 239.1.2.3 239.1.2.3"), told());
        UdpSocket other = socket(false, 2);
        IpAddress nine = IpAddress.parse("239.9.9.9");
        assertNull(other.join(host.on, nine));
        run(5);
        String nines = type + " to 239.9.9.9 239.9.9.9";
        assertEquals(List.of(nines, nines), told());
        other.close();
        run(5);
        assertEquals(leaves ? List.of("17 to 224.0.0.2 239.9.9.9") : List.of(), told());
        run(250);
        assertNull(socket(false, 3).join(host.on, nine));
        run(5);
        String newest = "22 to 224.0.0.22 4:239.9.9.9";
        assertEquals(List.of(newest, newest), told());
    }

    /** RFC 3810 §8.2.1, RFC 2710 §4: version 1, in which who hears another's report does not send its own. */
    @Test
    void olderRoutersOfIpv6() {
        addresses();
        UdpSocket socket = listening(true, 1);
        run(5);
        told();
        mldMessage(130, 24, 5000, "::", 1, "fe80::b");
        mldMessage(131, 24, 0, GROUP6, 1, "fe80::c");
        run(5.5);
        assertEquals(List.of("131 to ff02::1:ff00:1 ff02::1:ff00:1"), told());
        socket.close();
        run(5);
        assertEquals(List.of("132 to ff02::2 ff05::77"), told());
    }

    /** RFC 3376 §9.1, RFC 3810 §6.2: what may come from elsewhere is not answered. */
    @Test
    void queriesFromElsewhereAreIgnored() {
        addresses();
        listening(false, 1);
        listening(true, 2);
        run(5);
        told();
        igmpQuery(10, true, "0.0.0.0", "224.0.0.1", 0);
        igmpQuery(10, false, "0.0.0.0", GROUP4, ROUTER_ALERT);
        mldMessage(130, 28, 1000, "::", 64, "fe80::b");
        mldMessage(130, 28, 1000, "::", 1, "fd00::b");
        assertEquals(4, host.host.counters().get(DropReason.ICMP_IGNORED));
        mldMessage(130, 20, 1000, "::", 1, "fe80::b");
        assertEquals(1, host.host.counters().get(DropReason.MLD_MALFORMED));
        run(5);
        assertEquals(List.of(), told());
    }
}
