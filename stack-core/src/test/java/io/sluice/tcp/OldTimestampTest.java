package io.sluice.tcp;

import static io.sluice.host.OneHost.OWN4;
import static io.sluice.host.OneHost.PEER4;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.sluice.api.Endpoint;
import io.sluice.api.Sockets;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.host.OneHost;
import io.sluice.host.TestLink;
import io.sluice.wire.TcpHeader;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** RFC 7323 §5.5: after 24 days a timestamp proves nothing, wherever PAWS is asked. */
final class OldTimestampTest {
    private static final long DAY_NS = 86_400L * 1_000_000_000L;

    private final OneHost one = new OneHost(
            new TestLink("test0"), b -> b.tcpProfile(TcpProfile.LINUX.with(Knob.FIN_WAIT_2_MS, 30L * 86_400 * 1000)));

    private TestSegment peer(int flags, int seq, int ack, int tsVal) {
        TestSegment s = new TestSegment(flags).ports(2000, 80).seq(seq).ack(ack);
        s.timestamps = true;
        s.tsVal = tsVal;
        return s;
    }

    /** The FIN that FIN-WAIT-2 waits for comes with a timestamp that the peer's clock has reached again. */
    @Test
    void theFinThatIsAwaitedIsTakenAfter25Days() {
        TcpListener listener = new Sockets(one.host).listener();
        assertNull(listener.bind(new Endpoint(OWN4, 80)));
        assertNull(listener.listen(1));
        one.receive(peer(TcpHeader.SYN, 1000, 0, 5000).mss(1460).packet(PEER4, OWN4));
        int ack = TestSegment.read(one.transmitOne()).seq + 1;
        one.receive(peer(TcpHeader.ACK, 1001, ack, 5000).packet(PEER4, OWN4));
        TcpSocket server = Objects.requireNonNull(listener.accept());
        TcpConnection c = TwoHosts.connection(server);
        server.close(one.nowNs);
        one.transmitOne();
        one.receive(peer(TcpHeader.ACK, 1001, ack + 1, 5000).packet(PEER4, OWN4));
        assertEquals(TcpState.FIN_WAIT_2, c.tcb.state());
        one.nowNs += 25 * DAY_NS;
        one.host.onTimer(one.nowNs);
        one.receive(peer(TcpHeader.FIN | TcpHeader.ACK, 1001, ack + 1, 4000).packet(PEER4, OWN4));
        assertEquals(TcpState.TIME_WAIT, c.tcb.state());
        one.transmit();
        listener.close(one.nowNs);
        one.close();
    }
}
