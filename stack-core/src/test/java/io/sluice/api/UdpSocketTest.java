package io.sluice.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.sluice.event.Counter;
import io.sluice.event.DropReason;
import io.sluice.event.Readiness;
import io.sluice.event.SocketError;
import io.sluice.host.OneHost;
import io.sluice.host.TestLink;
import io.sluice.ip.Packets;
import io.sluice.udp.SendOptions;
import io.sluice.udp.UdpSocketOptions.Fragmentation;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpProtocol;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is sent arrives, and what does not is told or counted. */
final class UdpSocketTest extends TwoUdpHosts {
    @ParameterizedTest
    @CsvSource({"false, 0", "false, 1", "false, 1001", "false, 1472", "true, 0", "true, 1", "true, 1001", "true, 1452"})
    void carriesDatagrams(boolean ipv6, int length) {
        UdpSocket server = bound(socketsB, OneHost.peer(ipv6));
        UdpSocket client = socketsA.udp(ipv6);
        send(client, length, endpoint(OneHost.peer(ipv6)));
        OneHost.exchange(a, b);

        assertSame(server, socketsB.pollReady());
        assertEquals(Readiness.READABLE | Readiness.WRITABLE, server.readiness());
        assertArrayEquals(Packets.payload(length), receive(server));
        assertEquals(OneHost.own(ipv6), received.source());
        assertEquals(OneHost.peer(ipv6), received.destination());
        Endpoint from = client.localEndpoint();
        assertNotNull(from);
        assertEquals(from.port(), received.sourcePort());
        assertEquals(64, received.hopLimit());
        assertSame(b.on, received.receivedOn());
        assertFalse(server.receive(received));

        send(server, 5, new Endpoint(received.source(), received.sourcePort()));
        OneHost.exchange(a, b);
        assertEquals(5, receive(client).length);
        a.expect(Counter.UDP_DATAGRAMS_OUT, 1)
                .expect(Counter.UDP_DATAGRAMS_IN, 1)
                .assertCounters();
    }

    @ParameterizedTest
    @CsvSource({"false, 1473", "false, 20000", "false, 65507", "true, 1453", "true, 65527"})
    void largeDatagramsTravelInFragments(boolean ipv6, int length) {
        UdpSocket server = bound(socketsB, OneHost.peer(ipv6));
        server.options().receiveLimitBytes = 1 << 20;
        UdpSocket client = socketsA.udp(ipv6);
        send(client, length, endpoint(OneHost.peer(ipv6)));
        OneHost.exchange(a, b);
        assertArrayEquals(Packets.payload(length), receive(server));
        long fragments = a.host.counters().get(Counter.IP_FRAGMENTS_OUT);
        assertTrue(fragments > length / 1480);
        a.expect(Counter.UDP_DATAGRAMS_OUT, 1)
                .expect(Counter.IP_FRAGMENTS_OUT, fragments)
                .assertCounters();
        b.expect(Counter.UDP_DATAGRAMS_IN, 1)
                .expect(Counter.IP_FRAGMENTS_IN, fragments)
                .expect(Counter.IP_REASSEMBLED, 1)
                .assertCounters();
    }

    @ParameterizedTest
    @CsvSource({"false, 65508", "true, 65528"})
    void largerOnesAreRefused(boolean ipv6, int length) {
        UdpSocket client = socketsA.udp(ipv6);
        ByteBuf payload = buffer(length);
        assertEquals(SocketError.MESSAGE_TOO_LONG, client.send(payload, endpoint(OneHost.peer(ipv6)), 0));
        assertTrue(payload.release(), "still the caller's");
    }

    @Test
    void datagramsThatMustNotBeFragmented() {
        UdpSocket client = socketsA.udp(false);
        client.options().fragmentation = Fragmentation.NEVER;
        send(client, 1472, endpoint(OneHost.PEER4));
        ByteBuf payload = buffer(1473);
        assertEquals(SocketError.MESSAGE_TOO_LONG, client.send(payload, endpoint(OneHost.PEER4), 0));
        payload.release();
        assertEquals(0x40, a.transmitOne()[6], "don't fragment");
        client.options().fragmentation = Fragmentation.ANYWHERE;
        send(client, 1, endpoint(OneHost.PEER4));
        assertEquals(0, a.transmitOne()[6]);
    }

    /** A datagram of which the link took only the first fragments is not cut short. */
    @Test
    void aBusyLinkDoesNotLoseTheRestOfADatagram() {
        UdpSocket server = bound(socketsB, OneHost.PEER4);
        UdpSocket client = socketsA.udp(false);
        send(client, 5000, endpoint(OneHost.PEER4));
        send(client, 7, endpoint(OneHost.PEER4));
        linkA.room(2);
        OneHost.exchange(a, b);
        assertFalse(server.receive(received));
        linkA.room(Integer.MAX_VALUE);
        OneHost.exchange(a, b);
        assertArrayEquals(Packets.payload(5000), receive(server));
        assertEquals(7, receive(server).length);
    }

    @Test
    void aBusyLinkStopsTheSenderUntilThereIsRoom() {
        UdpSocket server = bound(socketsB, OneHost.PEER4);
        UdpSocket client = socketsA.udp(false);
        client.options().sendLimitBytes = 4000;
        linkA.room(0);
        int accepted = 0;
        ByteBuf refused = buffer(1000);
        while (client.send(refused, endpoint(OneHost.PEER4), 0) == null) {
            accepted++;
            a.transmit();
            refused = buffer(1000);
        }
        assertEquals(3, accepted);
        assertEquals(SocketError.WOULD_BLOCK, client.send(refused, endpoint(OneHost.PEER4), 0));
        refused.release();
        assertNull(socketsA.pollReady());
        linkA.room(Integer.MAX_VALUE);
        OneHost.exchange(a, b);
        assertSame(client, socketsA.pollReady());
        assertEquals(Readiness.WRITABLE, client.readiness());
        for (int i = 0; i < accepted; i++) {
            assertEquals(1000, receive(server).length);
        }
    }

    @Test
    void closingSendsWhatWasAccepted() {
        UdpSocket server = bound(socketsB, OneHost.PEER4);
        UdpSocket client = socketsA.udp(false);
        send(client, 10, endpoint(OneHost.PEER4));
        client.close();
        OneHost.exchange(a, b);
        assertEquals(10, receive(server).length);
        ByteBuf late = buffer(1);
        assertEquals(SocketError.BAD_DESCRIPTOR, client.send(late, endpoint(OneHost.PEER4), 0));
        late.release();
        assertEquals(0, a.host.udp().size());
    }

    @Test
    void closingTheHostLetsGoOfEverything() {
        bound(socketsB, OneHost.PEER4);
        linkA.room(0);
        UdpSocket closed = socketsA.udp(false);
        send(closed, 3000, endpoint(OneHost.PEER4));
        closed.close();
        send(socketsA.udp(false), 10, endpoint(OneHost.PEER4));
        a.transmit();
        assertTrue(a.host.memory().usedBytes() > 0); // close() checks that it becomes 0
    }

    @Test
    void aFullReceiverDrops() {
        UdpSocket server = bound(socketsB, OneHost.PEER4);
        server.options().receiveLimitBytes = 5000;
        UdpSocket client = socketsA.udp(false);
        for (int i = 0; i < 10; i++) {
            send(client, 1000, endpoint(OneHost.PEER4));
        }
        OneHost.exchange(a, b);
        b.expect(Counter.UDP_DATAGRAMS_IN, 10)
                .expect(DropReason.UDP_BUFFER_FULL, 6)
                .assertCounters();
        int count = 0;
        while (server.receive(received)) {
            count++;
        }
        assertEquals(4, count);
        assertEquals(0, b.host.memory().usedBytes());
    }

    @Test
    void optionsOfTheSocketAndOfOneDatagram() {
        a.host.addAddress(a.on, IpAddress.parse("10.0.0.77"), 24);
        UdpSocket server = bound(socketsB, OneHost.PEER4);
        UdpSocket client = socketsA.udp(false);
        client.options().hopLimit = 9;
        client.options().trafficClass = 0x28;
        send(client, 1, endpoint(OneHost.PEER4));
        SendOptions special = new SendOptions(IpAddress.parse("10.0.0.77"), 3, 0x01);
        check(client.send(buffer(2), endpoint(OneHost.PEER4), special, 0));
        send(client, 3, endpoint(OneHost.PEER4));
        OneHost.exchange(a, b);
        for (int i = 1; i <= 3; i++) {
            assertEquals(i, receive(server).length);
            assertEquals(i == 2 ? 3 : 9, received.hopLimit());
            assertEquals(i == 2 ? 0x01 : 0x28, received.trafficClass());
            assertEquals(i == 2 ? IpAddress.parse("10.0.0.77") : OneHost.OWN4, received.source());
        }
    }

    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void checksums(boolean wanted, boolean offload) {
        OneHost sender = new OneHost(new TestLink("c", 1500, offload), c -> c);
        UdpSocket client = new Sockets(sender.host).udp(false);
        client.options().checksum4 = wanted;
        UdpSocket server = bound(socketsB, OneHost.PEER4);
        send(client, 33, endpoint(OneHost.PEER4));
        byte[] packet = sender.transmitOne();
        assertEquals(wanted, ByteBuffer.wrap(packet).getShort(26) != 0);
        b.receive(packet);
        assertArrayEquals(Packets.payload(33), receive(server));
        packet[40] ^= 4;
        b.receive(packet);
        assertEquals(wanted ? 1 : 0, b.host.counters().get(DropReason.UDP_CHECKSUM));
        sender.close();
    }

    @Test
    void noChecksumMeansNoDatagramOverIpv6() {
        bound(socketsB, OneHost.PEER6);
        byte[] datagram = Packets.udp(OneHost.OWN6, 1, OneHost.PEER6, PORT, new byte[4]);
        datagram[6] = 0;
        datagram[7] = 0;
        b.receive(Packets.ip(OneHost.OWN6, OneHost.PEER6, IpProtocol.UDP, datagram));
        b.expect(DropReason.UDP_CHECKSUM, 1).assertCounters();
    }

    /** RFC 6935 §5, RFC 6936 §4: of a socket that may do without, each datagram may still have one; and it takes both. */
    @ParameterizedTest
    @CsvSource({"false", "true"})
    void tunnelsMayDoWithoutChecksums(boolean offload) {
        OneHost sender = new OneHost(new TestLink("c", 1500, offload), c -> c);
        UdpSocket client = new Sockets(sender.host).udp(true);
        client.options().checksum6 = false;
        UdpSocket server = bound(socketsB, OneHost.PEER6);
        send(client, 33, endpoint(OneHost.PEER6));
        byte[] without = sender.transmitOne();
        assertEquals(0, ByteBuffer.wrap(without).getShort(46));
        b.receive(without);
        assertFalse(server.receive(received));
        b.expect(DropReason.UDP_CHECKSUM, 1);
        server.options().acceptsZeroChecksum6 = true;
        b.receive(without);
        assertArrayEquals(Packets.payload(33), receive(server));
        check(client.send(buffer(33), endpoint(OneHost.PEER6), SendOptions.NONE.withChecksum(), 0));
        byte[] with = sender.transmitOne();
        assertTrue(ByteBuffer.wrap(with).getShort(46) != 0);
        b.receive(with);
        assertArrayEquals(Packets.payload(33), receive(server));
        with[50] ^= 1;
        b.receive(with);
        assertFalse(server.receive(received));
        assertEquals(2, b.host.counters().get(DropReason.UDP_CHECKSUM));
        sender.close();
    }

    /** To nobody, or to a group whose members do not want it, such a datagram is no reason to answer. */
    @Test
    void nobodyIsToldOfADatagramWithoutChecksum() {
        IpAddress group = IpAddress.parse("ff02::77");
        UdpSocket member = bound(socketsB, IpAddress.ANY6);
        check(member.join(b.on, group));
        for (boolean accepts : new boolean[] {false, true}) {
            member.options().acceptsZeroChecksum6 = accepts;
            for (IpAddress to : new IpAddress[] {OneHost.PEER6, group}) {
                int port = to.equals(group) ? PORT : PORT + 1;
                byte[] datagram = Packets.udp(OneHost.OWN6, 1, to, port, new byte[4]);
                datagram[6] = 0;
                datagram[7] = 0;
                b.receive(Packets.ip(OneHost.OWN6, to, IpProtocol.UDP, datagram));
                assertEquals(accepts && to.equals(group), member.receive(received));
                assertEquals(0, b.transmit().size());
            }
        }
        assertEquals(3, b.host.counters().get(DropReason.UDP_CHECKSUM));
    }

    @Test
    void lengthsThatDoNotFit() {
        byte[] datagram = Packets.udp(OneHost.OWN4, 1, OneHost.PEER4, PORT, new byte[4]);
        datagram[5] = 13;
        b.receive(Packets.ip(OneHost.OWN4, OneHost.PEER4, IpProtocol.UDP, datagram));
        datagram[5] = 7;
        b.receive(Packets.ip(OneHost.OWN4, OneHost.PEER4, IpProtocol.UDP, datagram));
        b.receive(Packets.ip(OneHost.OWN4, OneHost.PEER4, IpProtocol.UDP, new byte[7]));
        b.expect(DropReason.UDP_MALFORMED, 3).assertCounters();
    }

    @Test
    void whatTheLinkMergedComesApart() {
        UdpSocket server = bound(socketsB, OneHost.PEER4);
        byte[] datagram = Packets.udp(OneHost.OWN4, 1, OneHost.PEER4, PORT, Packets.payload(2500));
        b.meta().merged(1000, 3);
        b.receive(Packets.ip(OneHost.OWN4, OneHost.PEER4, IpProtocol.UDP, datagram));
        b.meta().reset();
        assertEquals(1000, receive(server).length);
        assertEquals(1000, receive(server).length);
        assertArrayEquals(OneHost.tail(Packets.payload(2500), 2000), receive(server));
        b.expect(Counter.UDP_DATAGRAMS_IN, 1).assertCounters();
    }

    /** Two octets of a buffer of two thousand: a copy, so that the buffer can be used again. */
    @Test
    void smallPayloadsOfLargeBuffersAreCopiedOut() {
        UdpSocket server = bound(socketsB, OneHost.PEER4);
        byte[] packet = Packets.ip(
                OneHost.OWN4,
                OneHost.PEER4,
                IpProtocol.UDP,
                Packets.udp(OneHost.OWN4, 1, OneHost.PEER4, PORT, new byte[2]));
        ByteBuf large = PooledByteBufAllocator.DEFAULT.directBuffer(2048).writeBytes(packet);
        b.host.onPacket(large, b.meta(), 0);
        assertEquals(1, large.refCnt());
        large.release();
        assertEquals(2, receive(server).length);
        b.expect(Counter.UDP_DATAGRAMS_IN, 1)
                .expect(Counter.RECEIVE_BYTES_COPIED, 2)
                .assertCounters();
    }

    @Test
    void buffersThatMayChangeAreCopied() {
        UdpSocket client = socketsA.udp(false);
        ByteBuf shared = buffer(100).retain();
        check(client.send(shared, endpoint(OneHost.PEER4), 0));
        shared.setByte(0, 99);
        shared.release();
        check(client.send(Unpooled.wrappedBuffer(Packets.payload(50)), endpoint(OneHost.PEER4), 0));
        List<byte[]> packets = a.transmit();
        assertArrayEquals(Packets.payload(100), OneHost.tail(packets.get(0), 28));
        assertArrayEquals(Packets.payload(50), OneHost.tail(packets.get(1), 28));
        a.expect(Counter.UDP_DATAGRAMS_OUT, 2)
                .expect(Counter.SEND_BYTES_COPIED, 150)
                .assertCounters();
    }

    @Test
    void aPathThatIsNarrower() {
        UdpSocket client = socketsA.udp(true);
        check(client.connect(endpoint(OneHost.PEER6), 0));
        check(client.send(buffer(1400), 0));
        byte[] tooBig = a.transmitOne();
        byte[] quote = Arrays.copyOf(tooBig, 1232);
        byte[] message = Packets.icmp(IpAddress.parse("fd00::99"), OneHost.OWN6, 2, 0, 1280, quote);
        a.receive(Packets.ip(IpAddress.parse("fd00::99"), OneHost.OWN6, IpProtocol.ICMPV6, message));
        assertNull(client.takeError(), "repaired by fragmenting");
        check(client.send(buffer(1400), 0));
        List<byte[]> fragments = a.transmit();
        assertEquals(2, fragments.size());
        assertTrue(fragments.get(0).length <= 1280);

        a.nowNs = 601_000_000_000L;
        check(client.send(buffer(1400), a.nowNs));
        assertEquals(1, a.transmit().size(), "forgotten after ten minutes");
    }

    @Test
    void forgedReportsChangeNothing() {
        UdpSocket client = socketsA.udp(true);
        check(client.connect(endpoint(OneHost.PEER6), 0));
        check(client.send(buffer(1400), 0));
        byte[] packet = a.transmitOne();
        packet[41] ^= 1; // another source port than any socket has
        byte[] message =
                Packets.icmp(IpAddress.parse("fd00::99"), OneHost.OWN6, 2, 0, 1280, Arrays.copyOf(packet, 1232));
        a.receive(Packets.ip(IpAddress.parse("fd00::99"), OneHost.OWN6, IpProtocol.ICMPV6, message));
        a.expect(DropReason.ICMP_NO_MATCH, 1)
                .expect(Counter.ICMP_ERRORS_IN, 1)
                .expect(Counter.UDP_DATAGRAMS_OUT, 1)
                .assertCounters();
        check(client.send(buffer(1400), 0));
        assertEquals(1, a.transmit().size());
    }
}
