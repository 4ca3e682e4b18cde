package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.sluice.api.Endpoint;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.event.DropReason;
import io.sluice.tcp.authentication.CmacAlgorithm;
import io.sluice.tcp.authentication.MasterKey;
import io.sluice.tcp.authentication.MasterKeyTuple;
import io.sluice.wire.Checksum;
import io.sluice.wire.IpPrefix;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.Ipv4Header;
import io.sluice.wire.TcpHeader;
import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** TCP-AO through a translator of addresses and ports, with the flags of RFC 6978 and without them. */
final class AoNatTest {
    private static final int OUTSIDE = 4000;

    /** In front of the client, whose port it changes, and the last octet of its address. */
    private static final class Nat {
        private int insidePort;

        boolean translate(boolean outbound, ByteBuf packet) {
            boolean ipv6 = packet.getByte(0) >>> 4 == 6;
            if (packet.getByte(ipv6 ? 6 : 9) != IpProtocol.TCP) {
                return true;
            }
            int tcp = ipv6 ? 40 : 20;
            int address = outbound ? (ipv6 ? 23 : 15) : (ipv6 ? 39 : 19);
            int port = outbound ? tcp : tcp + 2;
            if (outbound) {
                insidePort = packet.getUnsignedShort(port);
            }
            packet.setByte(address, outbound ? 7 : 1);
            packet.setShort(port, outbound ? OUTSIDE : insidePort);
            repair(packet.nioBuffer(), ipv6, tcp);
            return true;
        }

        private static void repair(ByteBuffer b, boolean ipv6, int tcp) {
            int length = b.remaining() - tcp;
            long pseudoHeader;
            if (ipv6) {
                pseudoHeader = Checksum.pseudoHeader6(
                        b.getLong(8), b.getLong(16), b.getLong(24), b.getLong(32), IpProtocol.TCP, length);
            } else {
                Ipv4Header ip = new Ipv4Header();
                assertTrue(ip.wrap(b, 0, b.remaining()));
                ip.updateChecksum();
                pseudoHeader = Checksum.pseudoHeader4(b.getInt(12), b.getInt(16), IpProtocol.TCP, length);
            }
            TcpHeader header = new TcpHeader();
            assertTrue(header.wrap(b, tcp, length));
            header.updateChecksum(pseudoHeader);
        }
    }

    private static MasterKeyTuple tuple(Endpoint peer, int sendId, int receiveId, boolean localNat, boolean remoteNat) {
        try (MasterKey key = new MasterKey(new byte[] {1, 2, 3})) {
            return MasterKeyTuple.builder(
                            new IpPrefix(peer.address(), peer.address().isV6() ? 64 : 24), key)
                    .ids(sendId, receiveId)
                    .algorithm(CmacAlgorithm.AES_128_CMAC_96)
                    .nat(localNat, remoteNat)
                    .build();
        }
    }

    /** RFC 6978 §4, §5: the client's keys have localNAT, the server's remoteNAT, and neither counts the client's address and port. */
    @ParameterizedTest
    @CsvSource({"false", "true"})
    void connectsThroughNat(boolean ipv6) {
        try (TwoHosts net = new TwoHosts(1, TcpProfile.STANDARD)) {
            Endpoint to = ipv6 ? net.serverEndpoint6 : net.serverEndpoint;
            net.filter = new Nat()::translate;
            net.loss = 0.03;
            TcpListener listener = net.listen(to);
            TwoHosts.check(listener.authentication().add(tuple(to, 1, 2, false, true)));
            TcpSocket client = net.socketsA.tcp();
            TwoHosts.check(client.authentication().add(tuple(to, 2, 1, true, false)));
            net.connect(client, to);
            assertTrue(net.run(60_000 * TwoHosts.MS, () -> listener.waitingCount() > 0));
            TcpSocket server = listener.accept();
            assertNotNull(server);
            Endpoint seen = server.remoteEndpoint();
            assertNotNull(seen);
            assertEquals(OUTSIDE, seen.port());
            ByteBuffer out = ByteBuffer.allocate(100_000);
            ByteBuffer in = ByteBuffer.allocate(100_000);
            assertTrue(net.run(60_000 * TwoHosts.MS, () -> {
                client.write(out);
                server.read(in);
                return !in.hasRemaining();
            }));
            for (TcpSocket s : new TcpSocket[] {client, server}) {
                AoInfo info = s.authentication().info();
                assertNotNull(info);
                assertEquals(0, info.bad() + info.missing() + info.unknownKey(), info::toString);
                s.abort(net.nowNs);
            }
            listener.close(net.nowNs);
        }
    }

    /** Without the flags, or with those of one side only, the codes differ. */
    @ParameterizedTest
    @CsvSource({"false, false", "true, false", "false, true"})
    void bothSidesHaveToHaveTheFlags(boolean client, boolean server) {
        try (TwoHosts net = new TwoHosts(2, TcpProfile.STANDARD)) {
            net.filter = new Nat()::translate;
            TcpListener listener = net.listen();
            TwoHosts.check(listener.authentication().add(tuple(net.serverEndpoint, 1, 2, false, server)));
            TcpSocket socket = net.socketsA.tcp();
            TwoHosts.check(socket.authentication().add(tuple(net.serverEndpoint, 2, 1, client, false)));
            net.connect(socket, net.serverEndpoint);
            net.run(3_000 * TwoHosts.MS, () -> false);
            assertEquals(TcpState.SYN_SENT, socket.state());
            assertTrue(net.b.counters().get(DropReason.TCP_AO_WRONG) > 1);
            assertEquals(0, net.b.tcp().layer().halfOpenCount());
            socket.abort(net.nowNs);
            listener.close(net.nowNs);
        }
    }
}
