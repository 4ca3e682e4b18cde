package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.event.DropReason;
import io.sluice.event.SocketError;
import io.sluice.tcp.authentication.MasterKey;
import io.sluice.wire.Checksum;
import io.sluice.wire.IpPrefix;
import io.sluice.wire.TcpHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** TCP MD5 signatures (RFC 2385) between two hosts. */
final class Md5SignaturesTest {
    private static final int TCP = 20;
    private static final byte[] SECRET = "bgp password".getBytes(StandardCharsets.US_ASCII);

    private static void key(TwoHosts net, boolean onA, byte[] secret) {
        TcpLayer layer = (onA ? net.a : net.b).tcp().layer();
        layer.authentication().addMd5(IpPrefix.parse("10.0.0.0/24"), new MasterKey(secret));
    }

    /** What RFC 2385 §2.0 says, over a whole IPv4 packet. */
    private static byte[] signature(byte[] packet) {
        int header = (packet[TCP + 12] >>> 4 & 0xF) * 4;
        ByteBuffer b = ByteBuffer.allocate(12 + TCP + packet.length + SECRET.length);
        b.put(packet, 12, 8).put((byte) 0).put((byte) 6).putShort((short) (packet.length - 20));
        int at = b.position();
        b.put(packet, TCP, 20).putShort(at + 16, (short) 0);
        b.put(packet, TCP + header, packet.length - TCP - header).put(SECRET);
        try {
            return MessageDigest.getInstance("MD5").digest(Arrays.copyOf(b.array(), b.position()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] withChecksum(byte[] packet) {
        ByteBuffer b = ByteBuffer.wrap(packet);
        int length = packet.length - TCP;
        b.putShort(TCP + 16, (short) 0);
        long pseudo = Checksum.sum(b, 12, 8, 6 + (long) length);
        b.putShort(TCP + 16, Checksum.finish(Checksum.sum(b, TCP, length, pseudo)));
        return packet;
    }

    private static byte[] octets(ByteBuf packet) {
        byte[] octets = new byte[packet.readableBytes()];
        packet.getBytes(packet.readerIndex(), octets);
        return octets;
    }

    /** The digest, which is the end of the header. */
    private static byte[] carried(byte[] packet) {
        int end = TCP + (packet[TCP + 12] >>> 4 & 0xF) * 4;
        assertEquals(19, packet[end - 18], "the option");
        return Arrays.copyOfRange(packet, end - 16, end);
    }

    @Test
    void everySegmentIsSignedAsTheRfcSays() {
        try (TwoHosts net = new TwoHosts(1, TcpProfile.STANDARD)) {
            key(net, true, SECRET);
            key(net, false, SECRET);
            List<byte[]> packets = new ArrayList<>();
            net.filter = (fromA, packet) -> packets.add(octets(packet));
            net.loss = 0.1;
            TcpListener listener = net.listen();
            TcpSocket client = net.connect();
            assertTrue(net.run(60_000 * TwoHosts.MS, () -> listener.waitingCount() > 0));
            TcpSocket server = listener.accept();
            assertNotNull(server);
            int size = 300_000;
            assertEquals(size, client.write(ByteBuffer.allocate(size)));
            ByteBuffer sink = ByteBuffer.allocate(size);
            assertTrue(net.run(300_000 * TwoHosts.MS, () -> {
                server.read(sink);
                return !sink.hasRemaining();
            }));
            net.loss = 0;
            client.abort(net.nowNs); // a reset, too
            assertTrue(net.run(1000 * TwoHosts.MS, () -> server.state() == TcpState.CLOSED));
            assertTrue(packets.size() > size / 1460);
            boolean reset = false;
            for (byte[] packet : packets) {
                assertArrayEquals(signature(packet), carried(packet));
                assertTrue(packet.length <= 1500);
                reset |= (packet[TCP + 13] & TcpHeader.RST) != 0;
            }
            assertTrue(reset);
            server.abort(net.nowNs);
            listener.close(net.nowNs);
        }
    }

    @Test
    void whatIsForgedOrStrippedChangesNothing() {
        try (TwoHosts net = new TwoHosts(2, TcpProfile.STANDARD)) {
            key(net, true, SECRET);
            key(net, false, SECRET);
            List<byte[]> fromA = new ArrayList<>();
            net.filter = (a, packet) -> !a || fromA.add(octets(packet));
            TcpListener listener = net.listen();
            TcpSocket client = net.connect();
            assertTrue(net.run(1000 * TwoHosts.MS, () -> listener.waitingCount() > 0));
            TcpSocket server = listener.accept();
            assertNotNull(server);
            client.write(ByteBuffer.wrap("authentic".getBytes(StandardCharsets.US_ASCII)));
            assertTrue(net.run(1000 * TwoHosts.MS, () -> server.readableBytes() == 9));
            TcpInfo before = TwoHosts.connection(server).info();
            long wrong = net.b.counters().get(DropReason.TCP_MD5_WRONG);
            byte[] data = fromA.get(fromA.size() - 1);
            int forged = 0;
            for (int i = TCP; i < data.length; i++) {
                boolean offsetOrChecksum =
                        i == TCP + 12 || i == TCP + 16 || i == TCP + 17 || i == TCP + 2 || i == TCP + 3;
                boolean options = i >= TCP + 20 && i < data.length - 9 - 16;
                if (offsetOrChecksum || options || i < TCP + 2) {
                    continue; // another connection's, or not covered
                }
                for (int bit = 0; bit < 8; bit++) {
                    byte[] changed = data.clone();
                    changed[i] ^= (byte) (1 << bit);
                    net.injectToB(withChecksum(changed));
                    forged++;
                }
            }
            assertEquals(wrong + forged, net.b.counters().get(DropReason.TCP_MD5_WRONG));
            assertEquals(before, TwoHosts.connection(server).info());
            net.injectToB(data); // exactly again: the duplicate that it is
            assertEquals(9, server.readableBytes());
            assertEquals(wrong + forged, net.b.counters().get(DropReason.TCP_MD5_WRONG));
            byte[] reset = new TestSegment(TcpHeader.RST)
                    .ports(TwoHosts.connection(client).key().localPort(), 80)
                    .seq(TwoHosts.connection(server).tcb.rcv.nxt)
                    .packet(TwoHosts.connection(client).key().local(), net.serverEndpoint.address());
            net.injectToB(reset);
            assertEquals(1, net.b.counters().get(DropReason.TCP_MD5_MISSING));
            assertEquals(TcpState.ESTABLISHED, server.state());
            client.abort(net.nowNs);
            server.abort(net.nowNs);
            listener.close(net.nowNs);
        }
    }

    @Test
    void onlyPeersWithTheSameKeyConnect() {
        for (int kind = 0; kind < 3; kind++) {
            try (TwoHosts net = new TwoHosts(3, TcpProfile.STANDARD)) {
                key(net, true, SECRET);
                if (kind > 0) {
                    key(net, false, kind == 1 ? SECRET : "other".getBytes(StandardCharsets.US_ASCII));
                }
                TcpListener listener = net.listen();
                TcpSocket client = net.connect();
                boolean came = net.run(3000 * TwoHosts.MS, () -> listener.waitingCount() > 0);
                assertEquals(kind == 1, came);
                DropReason why = kind == 0 ? DropReason.TCP_MD5_UNEXPECTED : DropReason.TCP_MD5_WRONG;
                assertEquals(came, net.b.counters().get(why) == 0);
                client.abort(net.nowNs);
                listener.close(net.nowNs);
                assertTrue(net.a.tcp().layer().authentication().removeMd5(IpPrefix.parse("10.0.0.0/24")));
                assertFalse(net.a.tcp().layer().authentication().removeMd5(IpPrefix.parse("10.0.0.0/24")));
            }
        }
    }

    @Test
    void keysOfAnOpenConnectionChangeWhatItsSegmentsHold() {
        try (TwoHosts net = new TwoHosts(4, TcpProfile.STANDARD)) {
            TcpListener listener = net.listen();
            TcpSocket client = net.connect();
            assertTrue(net.run(1000 * TwoHosts.MS, () -> listener.waitingCount() > 0));
            TcpSocket server = listener.accept();
            assertNotNull(server);
            TcpConnection c = TwoHosts.connection(client);
            int unsigned = c.window.smss();
            IpPrefix peer = IpPrefix.of(net.serverEndpoint.address());
            try (MasterKey key = new MasterKey(SECRET)) {
                assertNull(client.authentication().addMd5(peer, key));
                assertEquals(unsigned - Md5Signature.OPTION_LENGTH, c.window.smss());
                assertNull(client.authentication().removeMd5(peer));
                assertEquals(unsigned, c.window.smss());
                client.options().keys().addMd5(peer, key);
                c.optionsChanged(net.nowNs);
                assertTrue(client.authentication().usesHostMd5(), "signed, whoever gave the key");
                assertEquals(unsigned - Md5Signature.OPTION_LENGTH, c.window.smss());
                assertNull(client.authentication().removeMd5(peer));
            }
            client.abort(net.nowNs);
            server.abort(net.nowNs);
            listener.close(net.nowNs);
        }
    }

    @Test
    void anOpenConnectionTakesTheKeyOfItsHostOrSaysThatThereIsNone() {
        try (TwoHosts net = new TwoHosts(5, TcpProfile.STANDARD)) {
            TcpListener listener = net.listen();
            TcpSocket client = net.connect();
            assertTrue(net.run(1000 * TwoHosts.MS, () -> listener.waitingCount() > 0));
            TcpSocket server = listener.accept();
            assertNotNull(server);
            assertEquals(SocketError.INVALID_ARGUMENT, client.authentication().useHostMd5(true));
            key(net, true, SECRET);
            key(net, false, SECRET);
            assertNull(client.authentication().useHostMd5(true));
            assertNull(server.authentication().useHostMd5(true));
            client.write(ByteBuffer.allocate(9));
            assertTrue(net.run(1000 * TwoHosts.MS, () -> server.readableBytes() == 9));
            assertNull(client.authentication().useHostMd5(false));
            assertFalse(client.authentication().usesHostMd5());
            client.abort(net.nowNs);
            server.abort(net.nowNs);
            listener.close(net.nowNs);
        }
    }
}
