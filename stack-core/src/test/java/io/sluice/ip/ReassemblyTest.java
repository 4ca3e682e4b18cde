package io.sluice.ip;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBufUtil;
import io.sluice.event.Counter;
import io.sluice.event.DropReason;
import io.sluice.host.HostMemory;
import io.sluice.host.OneHost;
import io.sluice.host.TestLink;
import io.sluice.udp.UdpDatagram;
import io.sluice.udp.UdpEndpoint;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.Ipv4Header;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The limits of reassembly, what is reported, and what the fragments' headers become. */
final class ReassemblyTest {
    private static final int PORT = 4000;
    private static final int MORE = 0x2000;
    private static final byte[] DATA = Packets.payload(1000);
    private static final byte[] DATAGRAM4 = Packets.udp(OneHost.PEER4, 1, OneHost.OWN4, PORT, DATA);
    private static final byte[] DATAGRAM6 = Packets.udp(OneHost.PEER6, 1, OneHost.OWN6, PORT, DATA);

    private OneHost one = new OneHost();
    private final UdpDatagram received = new UdpDatagram();

    @AfterEach
    void close() {
        received.release();
        one.close();
    }

    private UdpEndpoint bind(IpAddress address) {
        UdpEndpoint socket = one.host.udp().open(address.isV6());
        assertNull(socket.bind(address, PORT));
        return socket;
    }

    private static byte[] fragment4(int id, int from, int to) {
        boolean more = to < DATAGRAM4.length;
        byte[] part = Arrays.copyOfRange(DATAGRAM4, from, to);
        return Packets.ip4(
                OneHost.PEER4, OneHost.OWN4, IpProtocol.UDP, new byte[0], id, from / 8 | (more ? MORE : 0), part);
    }

    private static byte[] fragment6(int id, int from, int to) {
        boolean more = to < DATAGRAM6.length;
        byte[] part = Arrays.copyOfRange(DATAGRAM6, from, to);
        return packet6(Packets.fragment6(IpProtocol.UDP, from, more, id, part));
    }

    private static byte[] packet6(byte[] fragment) {
        return Packets.ip6(OneHost.PEER6, OneHost.OWN6, IpProtocol.FRAGMENT, fragment);
    }

    private static byte[] fragment(boolean ipv6, int id, int from, int to) {
        return ipv6 ? fragment6(id, from, to) : fragment4(id, from, to);
    }

    private void assertReceived(UdpEndpoint socket) {
        assertTrue(socket.receive(received), () -> one.host.counters().toString());
        assertArrayEquals(DATA, ByteBufUtil.getBytes(Objects.requireNonNull(received.payload())));
    }

    @ParameterizedTest
    @CsvSource({"false, 30", "true, 60"})
    void timeIsUp(boolean ipv6, long seconds) {
        byte[] first = fragment(ipv6, 1, 0, 200);
        one.receive(first);
        one.receive(fragment(ipv6, 1, 400, 600));
        one.advance(seconds * 1_000_000_000L - 1);
        assertEquals(2, one.host.reassembly().heldFragments());
        one.advance(seconds * 1_000_000_000L);
        byte[] report = one.transmitOne();
        int at = ipv6 ? 40 : 20;
        assertEquals(ipv6 ? 3 : 11, report[at], "time exceeded");
        assertEquals(1, report[at + 1], "in reassembly");
        assertArrayEquals(first, OneHost.tail(report, at + 8));
        one.expect(Counter.IP_FRAGMENTS_IN, 2)
                .expect(Counter.ICMP_ERRORS_OUT, 1)
                .expect(DropReason.FRAGMENT_TIMEOUT, 2)
                .assertCounters();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void withoutTheFirstFragmentNobodyIsTold(boolean ipv6) {
        one.receive(fragment(ipv6, 1, 400, 600));
        one.advance(100_000_000_000L);
        assertTrue(one.transmit().isEmpty());
        one.expect(Counter.IP_FRAGMENTS_IN, 1)
                .expect(DropReason.FRAGMENT_TIMEOUT, 1)
                .assertCounters();
    }

    @Test
    void theOldestDatagramGivesWay() {
        limit(new ReassemblyLimits(1 << 20, 3, 8, 30, 60));
        UdpEndpoint socket = bind(OneHost.OWN4);
        for (int id = 1; id <= 4; id++) {
            one.receive(fragment4(id, 0, 200));
        }
        assertEquals(3, one.host.reassembly().datagrams());
        one.receive(fragment4(2, 200, 1008));
        assertReceived(socket);
        one.receive(fragment4(1, 200, 1008));
        assertTrue(!socket.receive(received), "the first one was given up");
        one.expect(Counter.IP_FRAGMENTS_IN, 6)
                .expect(Counter.IP_REASSEMBLED, 1)
                .expect(Counter.UDP_DATAGRAMS_IN, 1)
                .expect(DropReason.FRAGMENT_LIMIT, 1)
                .assertCounters();
    }

    private void limit(ReassemblyLimits limits) {
        one.close();
        one = new OneHost(new TestLink("test0"), b -> b.memory(new HostMemory(1 << 20, limits, 10, 10)));
    }

    @Test
    void memoryIsLimitedAndTheOldestPays() {
        limit(new ReassemblyLimits(2500, 100, 8, 30, 60));
        for (int id = 1; id <= 20; id++) {
            one.receive(fragment4(id, 0, 600));
            assertTrue(one.host.reassembly().memory().usedBytes() <= 2500);
        }
        assertEquals(2, one.host.reassembly().heldFragments());
        one.expect(Counter.IP_FRAGMENTS_IN, 20)
                .expect(DropReason.FRAGMENT_LIMIT, 18)
                .assertCounters();
    }

    @Test
    void aDatagramThatNeedsMoreThanAllIsGivenUp() {
        limit(new ReassemblyLimits(900, 100, 8, 30, 60));
        one.receive(fragment4(1, 0, 400));
        one.receive(fragment4(1, 400, 800));
        one.receive(fragment4(1, 800, 1008));
        assertEquals(0, one.host.reassembly().heldFragments());
        one.expect(Counter.IP_FRAGMENTS_IN, 3)
                .expect(DropReason.FRAGMENT_LIMIT, 3)
                .assertCounters();
    }

    @Test
    void manyTinyFragments() {
        limit(new ReassemblyLimits(1 << 20, 100, 8, 30, 60));
        for (int i = 0; i < 20; i++) {
            one.receive(fragment4(1, 8 * i, 8 * i + 8));
        }
        one.expect(Counter.IP_FRAGMENTS_IN, 20)
                .expect(DropReason.FRAGMENT_LIMIT, 20)
                .assertCounters();
    }

    /** RFC 3168 §5.3: a mark is not lost, and not believed of packets that could not carry it. */
    @ParameterizedTest
    @CsvSource({"2, 2, 2", "2, 3, 3", "3, 2, 3", "3, 3, 3", "1, 3, 3", "0, 0, 0", "0, 3, -1", "3, 0, -1"})
    void congestionMarks(int first, int second, int whole) {
        for (boolean ipv6 : new boolean[] {false, true}) {
            UdpEndpoint socket = bind(OneHost.own(ipv6));
            one.receive(marked(fragment(ipv6, 1, 0, 504), first));
            one.receive(marked(fragment(ipv6, 1, 504, 1008), second));
            if (whole < 0) {
                assertTrue(!socket.receive(received));
            } else {
                assertReceived(socket);
                assertEquals(whole, received.trafficClass());
            }
        }
        one.expect(Counter.IP_FRAGMENTS_IN, 4)
                .expect(Counter.IP_REASSEMBLED, whole < 0 ? 0 : 2)
                .expect(Counter.UDP_DATAGRAMS_IN, whole < 0 ? 0 : 2)
                .expect(DropReason.FRAGMENT_MALFORMED, whole < 0 ? 4 : 0)
                .assertCounters();
    }

    private static byte[] marked(byte[] packet, int ecn) {
        if (packet[0] >>> 4 == 6) {
            packet[1] |= (byte) (ecn << 4);
        } else {
            packet[1] = (byte) ecn;
            Ipv4Header header = new Ipv4Header();
            assertTrue(header.wrap(ByteBuffer.wrap(packet), 0, packet.length));
            header.updateChecksum();
        }
        return packet;
    }

    @Test
    void optionsOfTheFirstFragmentStay() {
        UdpEndpoint socket = bind(OneHost.OWN4);
        byte[] options = {(byte) 148, 4, 0, 0};
        byte[] head = Arrays.copyOf(DATAGRAM4, 400);
        one.receive(fragment4(1, 400, 1008));
        one.receive(Packets.ip4(OneHost.PEER4, OneHost.OWN4, IpProtocol.UDP, options, 1, MORE, head));
        assertReceived(socket);
    }

    /** Hop-by-Hop options before the Fragment header, destination options behind it. */
    @Test
    void extensionHeadersOnBothSidesOfTheFragmentHeader() {
        UdpEndpoint socket = bind(OneHost.OWN6);
        byte[] hopByHop = {IpProtocol.FRAGMENT, 0, 1, 4, 0, 0, 0, 0};
        byte[] destinationOptions = {IpProtocol.UDP, 0, 1, 4, 0, 0, 0, 0};
        byte[] fragmentable = concat(destinationOptions, DATAGRAM6);
        for (int from = 0; from < fragmentable.length; from += 400) {
            int to = Math.min(fragmentable.length, from + 400);
            byte[] part = Arrays.copyOfRange(fragmentable, from, to);
            byte[] fragment =
                    Packets.fragment6(IpProtocol.DESTINATION_OPTIONS, from, to < fragmentable.length, 5, part);
            one.receive(Packets.ip6(OneHost.PEER6, OneHost.OWN6, IpProtocol.HOP_BY_HOP, concat(hopByHop, fragment)));
        }
        assertReceived(socket);
        one.expect(Counter.IP_FRAGMENTS_IN, 3)
                .expect(Counter.IP_REASSEMBLED, 1)
                .expect(Counter.UDP_DATAGRAMS_IN, 1)
                .assertCounters();
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    /** RFC 6946: not even while fragments with the same identification wait. */
    @Test
    void atomicFragmentsAreNotFragments() {
        UdpEndpoint socket = bind(OneHost.OWN6);
        one.receive(fragment6(1, 0, 200));
        one.receive(packet6(Packets.fragment6(IpProtocol.UDP, 0, false, 1, DATAGRAM6)));
        assertReceived(socket);
        assertEquals(1, one.host.reassembly().heldFragments());
    }

    private void assertProblem(byte[] packet, int code, int pointer) {
        one.receive(packet);
        byte[] report = one.transmitOne();
        assertEquals(4, report[40], "parameter problem");
        assertEquals(code, report[41]);
        assertEquals(pointer, ByteBuffer.wrap(report).getInt(44));
        assertArrayEquals(packet, OneHost.tail(report, 48));
        one.expect(Counter.ICMP_ERRORS_OUT, 1)
                .expect(DropReason.FRAGMENT_MALFORMED, 1)
                .assertCounters();
    }

    @Test
    void misalignedFragmentsAreReported() {
        assertProblem(packet6(Packets.fragment6(IpProtocol.UDP, 8, true, 1, new byte[9])), 0, 4);
    }

    @Test
    void fragmentsBeyondTheLargestPacketAreReported() {
        assertProblem(packet6(Packets.fragment6(IpProtocol.UDP, 65_528, false, 1, new byte[8])), 0, 42);
    }

    @ParameterizedTest
    @CsvSource({"60, 8", "60, 0", "6, 16"})
    void firstFragmentsWithoutTheWholeHeaderChainAreReported(int next, int length) {
        byte[] payload = new byte[length];
        if (length > 1) {
            payload[1] = 3;
        }
        assertProblem(packet6(Packets.fragment6(next, 0, true, 1, payload)), 3, 0);
    }

    /** What is put together must not be another fragment, or there would be no end to it. */
    @Test
    void fragmentsOfFragments() {
        byte[] inner = Packets.fragment6(IpProtocol.UDP, 8, true, 2, new byte[16]);
        one.receive(packet6(Packets.fragment6(IpProtocol.FRAGMENT, 0, true, 1, Arrays.copyOf(inner, 16))));
        one.receive(packet6(Packets.fragment6(IpProtocol.FRAGMENT, 16, false, 1, OneHost.tail(inner, 16))));
        one.expect(Counter.IP_FRAGMENTS_IN, 2)
                .expect(Counter.IP_REASSEMBLED, 1)
                .expect(DropReason.IP_EXTENSION_MALFORMED, 1)
                .assertCounters();
    }

    @Test
    void closingTheHostEndsWhatIsHeld() {
        one.receive(fragment4(1, 0, 200));
        one.receive(fragment6(1, 0, 200));
        one.host.close(0);
        one.expect(Counter.IP_FRAGMENTS_IN, 2)
                .expect(DropReason.FRAGMENT_TIMEOUT, 2)
                .assertCounters();
        one.receive(fragment4(1, 200, 400));
        one.expect(DropReason.IP_NOT_LOCAL, 1).assertCounters();
    }
}
