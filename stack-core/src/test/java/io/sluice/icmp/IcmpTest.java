package io.sluice.icmp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.event.Counter;
import io.sluice.event.DropReason;
import io.sluice.host.OneHost;
import io.sluice.host.TestLink;
import io.sluice.ip.Packets;
import io.sluice.wire.IcmpHeader;
import io.sluice.wire.Icmpv4Type;
import io.sluice.wire.Icmpv6Type;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.Ipv4Header;
import io.sluice.wire.Ipv6Header;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Echo, and when errors are sent and when not: RFC 1122 §3.2.2, RFC 1812 §4.3.2, RFC 4443 §2.4. */
final class IcmpTest {
    private static final int UNKNOWN_PROTOCOL = 253;

    private OneHost one = new OneHost();

    @AfterEach
    void close() {
        one.close();
    }

    private static byte[] icmp(boolean ipv6, IpAddress source, IpAddress destination, int type, byte[] body) {
        byte[] message = Packets.icmp(source, destination, type, 0, 0x12340007, body);
        return Packets.ip(source, destination, ipv6 ? IpProtocol.ICMPV6 : IpProtocol.ICMP, message);
    }

    private static byte[] echo(boolean ipv6, byte[] body) {
        int type = ipv6 ? Icmpv6Type.ECHO_REQUEST : Icmpv4Type.ECHO;
        return icmp(ipv6, OneHost.peer(ipv6), OneHost.own(ipv6), type, body);
    }

    /** Checks addresses and checksums of an ICMP packet from the host to its peer. */
    private static IcmpHeader message(byte[] packet) {
        ByteBuffer b = ByteBuffer.wrap(packet);
        IcmpHeader icmp = new IcmpHeader();
        if (packet[0] >>> 4 == 6) {
            Ipv6Header ip = new Ipv6Header();
            assertTrue(ip.wrap(b, 0, packet.length));
            assertTrue(OneHost.OWN6.matches6(ip.sourceHi(), ip.sourceLo()));
            assertTrue(OneHost.PEER6.matches6(ip.destinationHi(), ip.destinationLo()));
            assertEquals(IpProtocol.ICMPV6, ip.nextHeader());
            assertTrue(icmp.wrap(b, ip.payloadOffset(), ip.payloadLength()));
            assertTrue(icmp.isChecksumValid(ip.pseudoHeader(IpProtocol.ICMPV6, ip.payloadLength())));
        } else {
            Ipv4Header ip = new Ipv4Header();
            assertTrue(ip.wrap(b, 0, packet.length));
            assertTrue(ip.isChecksumValid());
            assertTrue(OneHost.OWN4.matches4(ip.source()));
            assertTrue(OneHost.PEER4.matches4(ip.destination()));
            assertEquals(IpProtocol.ICMP, ip.protocol());
            assertTrue(icmp.wrap(b, ip.payloadOffset(), ip.payloadLength()));
            assertTrue(icmp.isChecksumValid(0));
        }
        return icmp;
    }

    @ParameterizedTest
    @CsvSource({"false, 0", "false, 57", "false, 1472", "true, 0", "true, 57", "true, 1452"})
    void echoesComeBack(boolean ipv6, int length) {
        byte[] body = Packets.payload(length);
        one.receive(echo(ipv6, body));
        byte[] reply = one.transmitOne();
        IcmpHeader icmp = message(reply);
        assertEquals(ipv6 ? Icmpv6Type.ECHO_REPLY : Icmpv4Type.ECHO_REPLY, icmp.type());
        assertEquals(0x12340007, icmp.restOfHeader());
        assertArrayEquals(body, OneHost.tail(reply, icmp.bodyOffset()));
        one.expect(Counter.ICMP_ECHO_REPLIES, 1).assertCounters();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLargeEchoIsAnsweredInFragments(boolean ipv6) {
        byte[] body = Packets.payload(60_000);
        one.receive(echo(ipv6, body));
        List<byte[]> fragments = one.transmit();
        assertEquals(41 + (ipv6 ? 1 : 0), fragments.size());

        byte[] reply = new byte[IcmpHeader.LENGTH + body.length];
        int headers = ipv6 ? 48 : 20;
        for (byte[] f : fragments) {
            assertTrue(f.length <= 1500);
            ByteBuffer b = ByteBuffer.wrap(f);
            int offset = ipv6 ? b.getShort(42) & 0xFFF8 : (b.getShort(6) & 0x1FFF) * 8;
            boolean more = ipv6 ? (b.get(43) & 1) != 0 : (b.get(6) & 0x20) != 0;
            assertEquals(more, offset + f.length - headers < reply.length);
            System.arraycopy(f, headers, reply, offset, f.length - headers);
        }
        assertArrayEquals(body, OneHost.tail(reply, IcmpHeader.LENGTH));
        one.expect(Counter.ICMP_ECHO_REPLIES, 1)
                .expect(Counter.IP_FRAGMENTS_OUT, fragments.size())
                .assertCounters();
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.255", "224.0.0.1", "ff02::1"})
    void echoesToGroupsAreNotAnswered(String destination) {
        IpAddress to = IpAddress.parse(destination);
        boolean v6 = to.isV6();
        one.receive(icmp(v6, OneHost.peer(v6), to, v6 ? Icmpv6Type.ECHO_REQUEST : Icmpv4Type.ECHO, new byte[8]));
        assertTrue(one.transmit().isEmpty());
        one.expect(DropReason.ICMP_IGNORED, 1).assertCounters();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void wrongChecksums(boolean ipv6) {
        byte[] packet = echo(ipv6, new byte[8]);
        packet[packet.length - 1] ^= 1;
        one.receive(packet);
        one.expect(DropReason.ICMP_CHECKSUM, 1).assertCounters();
    }

    @Test
    void tooShortForAMessage() {
        one.receive(Packets.ip(OneHost.PEER4, OneHost.OWN4, IpProtocol.ICMP, new byte[7]));
        one.expect(DropReason.ICMP_MALFORMED, 1).assertCounters();
    }

    /** RFC 9293 §3.9.2.2 (MUST-55): type 4. */
    @ParameterizedTest
    @CsvSource({
        "false, 0, ICMP_NO_MATCH", "false, 4, ICMP_IGNORED", "false, 5, ICMP_IGNORED", "false, 13, ICMP_IGNORED",
        "false, 42, ICMP_UNKNOWN", "true, 129, ICMP_NO_MATCH", "true, 135, ICMP_IGNORED", "true, 200, ICMP_UNKNOWN"
    })
    void otherMessages(boolean ipv6, int type, DropReason reason) {
        one.receive(icmp(ipv6, OneHost.peer(ipv6), OneHost.own(ipv6), type, new byte[16]));
        assertTrue(one.transmit().isEmpty());
        one.expect(reason, 1).assertCounters();
    }

    @ParameterizedTest
    @CsvSource({"false, 20", "false, 1480", "true, 20", "true, 1460"})
    void errorsQuoteWhatFits(boolean ipv6, int length) {
        byte[] packet = Packets.ip(OneHost.peer(ipv6), OneHost.own(ipv6), UNKNOWN_PROTOCOL, Packets.payload(length));
        one.receive(packet);
        byte[] error = one.transmitOne();
        IcmpHeader icmp = message(error);
        assertEquals(ipv6 ? Icmpv6Type.PARAMETER_PROBLEM : Icmpv4Type.DESTINATION_UNREACHABLE, icmp.type());
        assertEquals(ipv6 ? 1 : 2, icmp.code());
        assertEquals(ipv6 ? 6 : 0, icmp.restOfHeader());
        int headers = ipv6 ? 48 : 28;
        int quoted = Math.min(packet.length, (ipv6 ? 1280 : 576) - headers);
        assertArrayEquals(Arrays.copyOf(packet, quoted), OneHost.tail(error, headers));
        one.expect(Counter.ICMP_ERRORS_OUT, 1)
                .expect(DropReason.IP_PROTOCOL_UNKNOWN, 1)
                .assertCounters();
    }

    private void assertNoErrorAbout(byte[] packet, DropReason reason) {
        one.receive(packet);
        assertTrue(one.transmit().isEmpty());
        one.expect(Counter.ICMP_ERRORS_SUPPRESSED, 1).expect(reason, 1).assertCounters();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.255", "255.255.255.255", "224.0.0.1", "ff02::1"})
    void noErrorsAboutPacketsToMany(String destination) {
        IpAddress to = IpAddress.parse(destination);
        byte[] packet = Packets.ip(OneHost.peer(to.isV6()), to, UNKNOWN_PROTOCOL, new byte[20]);
        assertNoErrorAbout(packet, DropReason.IP_PROTOCOL_UNKNOWN);
    }

    @Test
    void exceptWhereTheOptionSaysSo() {
        byte[] payload = {IpProtocol.UDP, 0, (byte) 0x9E, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0};
        one.receive(Packets.ip(OneHost.PEER6, IpAddress.parse("ff02::1"), IpProtocol.DESTINATION_OPTIONS, payload));
        IcmpHeader icmp = message(one.transmitOne());
        assertEquals(Icmpv6Type.PARAMETER_PROBLEM, icmp.type());
        assertEquals(2, icmp.code());
        assertEquals(42, icmp.pointer6());
        one.expect(Counter.ICMP_ERRORS_OUT, 1)
                .expect(DropReason.IP_EXTENSION_UNKNOWN, 1)
                .assertCounters();
    }

    /** Types of IPv4 that are errors, or nobody knows; a message cut off before its type. */
    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 11, 12, 44})
    void noErrorsAboutErrors4(int type) {
        // A malformed IP option makes an error due, whatever the packet holds.
        byte[] message = Packets.icmp(OneHost.PEER4, OneHost.OWN4, type, 0, 0, new byte[28]);
        byte[] options = {1, 1, 99, 40};
        assertNoErrorAbout(
                Packets.ip4(OneHost.PEER4, OneHost.OWN4, IpProtocol.ICMP, options, 0, 0, message),
                DropReason.IP_OPTION_MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 100, 127, 137})
    void noErrorsAboutErrors6(int type) {
        byte[] message = Packets.icmp(OneHost.PEER6, OneHost.OWN6, type, 0, 0, new byte[40]);
        byte[] payload = new byte[8 + message.length];
        payload[0] = IpProtocol.ICMPV6;
        payload[2] = (byte) 0xDE;
        payload[3] = 4;
        System.arraycopy(message, 0, payload, 8, message.length);
        assertNoErrorAbout(
                Packets.ip(OneHost.PEER6, OneHost.OWN6, IpProtocol.DESTINATION_OPTIONS, payload),
                DropReason.IP_EXTENSION_UNKNOWN);
    }

    @Test
    void aboutAnEchoThereMayBeErrors() {
        byte[] options = {1, 1, 99, 40};
        byte[] message = Packets.icmp(OneHost.PEER4, OneHost.OWN4, Icmpv4Type.ECHO, 0, 0, new byte[8]);
        one.receive(Packets.ip4(OneHost.PEER4, OneHost.OWN4, IpProtocol.ICMP, options, 0, 0, message));
        IcmpHeader icmp = message(one.transmitOne());
        assertEquals(Icmpv4Type.PARAMETER_PROBLEM, icmp.type());
        assertEquals(22, icmp.pointer4());
    }

    @Test
    void noErrorsAboutLaterFragments() {
        byte[] options = {1, 1, 99, 40};
        assertNoErrorAbout(
                Packets.ip4(OneHost.PEER4, OneHost.OWN4, IpProtocol.UDP, options, 1, 0x2001, new byte[16]),
                DropReason.IP_OPTION_MALFORMED);
    }

    @Test
    void errorsAreRateLimited() {
        one.close();
        one = new OneHost(new TestLink("test0"), b -> b.icmpLimits(new IcmpLimits(10, 3)));
        byte[] packet = Packets.ip(OneHost.PEER4, OneHost.OWN4, UNKNOWN_PROTOCOL, new byte[20]);
        for (int i = 0; i < 5; i++) {
            one.receive(packet);
        }
        assertEquals(3, one.transmit().size());
        one.nowNs = 99_999_999;
        one.receive(packet);
        assertEquals(0, one.transmit().size());
        one.nowNs = 100_000_000;
        one.receive(packet);
        assertEquals(1, one.transmit().size());
        one.expect(Counter.ICMP_ERRORS_OUT, 4)
                .expect(Counter.ICMP_ERRORS_SUPPRESSED, 3)
                .expect(DropReason.IP_PROTOCOL_UNKNOWN, 7)
                .assertCounters();
    }

    @Test
    void withoutARouteThereIsNoError() {
        one.receive(Packets.ip(IpAddress.parse("192.0.2.1"), OneHost.OWN4, UNKNOWN_PROTOCOL, new byte[20]));
        assertTrue(one.transmit().isEmpty());
        one.expect(Counter.ICMP_ERRORS_SUPPRESSED, 1)
                .expect(Counter.IP_NO_ROUTE, 1)
                .expect(DropReason.IP_PROTOCOL_UNKNOWN, 1)
                .assertCounters();
    }
}
