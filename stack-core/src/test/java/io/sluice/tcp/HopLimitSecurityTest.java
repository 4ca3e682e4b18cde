package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.TcpListener;
import io.sluice.api.TcpOption;
import io.sluice.api.TcpSocket;
import io.sluice.event.DropReason;
import io.sluice.event.SocketError;
import io.sluice.ip.Packets;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpProtocol;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** IP_MINTTL (RFC 5082): who is farther away neither reaches a socket nor ends its connections by ICMP. */
class HopLimitSecurityTest {
    private static final IpAddress CLIENT = IpAddress.parse("10.0.0.1");
    private static final IpAddress SERVER = IpAddress.parse("10.0.0.2");

    /** Where an IPv4 header has the TTL. */
    private static final int TTL_OFFSET = 8;

    private static byte[] portUnreachable(TcpConnection about, int quotedTtl) {
        byte[] quoted = Packets.ip(
                SERVER,
                CLIENT,
                IpProtocol.TCP,
                ByteBuffer.allocate(20)
                        .putShort((short) 80)
                        .putShort((short) about.key().remotePort())
                        .putInt(about.tcb.snd.una)
                        .array());
        quoted[TTL_OFFSET] = (byte) quotedTtl;
        return Packets.ip(CLIENT, SERVER, IpProtocol.ICMP, Packets.icmp(CLIENT, SERVER, 3, 3, 0, quoted));
    }

    @Test
    void errorsCountByWhatTheQuotedPacketHadLeft() {
        try (TwoHosts net = new TwoHosts(1, TcpProfile.STANDARD)) {
            TcpListener listener = net.listen();
            TwoHosts.check(listener.set(TcpOption.IP_MINTTL, 255));
            TcpSocket client = net.socketsA.tcp();
            TwoHosts.check(client.set(TcpOption.IP_TTL, 255, 0));
            net.connect(client, net.serverEndpoint);
            assertTrue(net.run(100 * TwoHosts.MS, () -> listener.waitingCount() > 0));
            TcpSocket server = Objects.requireNonNull(listener.accept());
            assertEquals(255, server.get(TcpOption.IP_MINTTL));
            server.write(ByteBuffer.allocate(10));
            net.run(1, () -> false);
            TcpConnection c = TwoHosts.connection(server);
            net.injectToB(portUnreachable(c, 254));
            assertNull(server.softError());
            net.injectToB(portUnreachable(c, 255));
            assertEquals(SocketError.CONNECTION_REFUSED, server.softError());
            client.close(net.nowNs);
            server.close(net.nowNs);
            listener.close(net.nowNs);
        }
    }

    /** The peer sends with the usual TTL of 64, which a listener that wants neighbours only cannot tell from a distance. */
    @Test
    void whoIsFartherAwayIsNotAnswered() {
        try (TwoHosts net = new TwoHosts(2, TcpProfile.STANDARD)) {
            TcpListener listener = net.listen();
            TwoHosts.check(listener.set(TcpOption.IP_MINTTL, 65));
            TcpSocket client = net.socketsA.tcp();
            net.connect(client, net.serverEndpoint);
            net.run(500 * TwoHosts.MS, () -> false);
            assertEquals(TcpState.SYN_SENT, client.state());
            assertEquals(1, net.b.counters().get(DropReason.TCP_LOW_HOP_LIMIT));
            client.close(net.nowNs);
            listener.close(net.nowNs);
        }
    }
}
