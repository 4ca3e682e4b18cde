package io.sluice.tcp;

import static io.sluice.host.OneHost.OWN4;
import static io.sluice.host.OneHost.PEER4;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.sluice.api.Endpoint;
import io.sluice.api.Sockets;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.host.OneHost;
import io.sluice.host.TestLink;
import io.sluice.wire.TcpHeader;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** RFC 9293 §3.8.5 (MUST-33): a user learns how much urgent data is left to read. */
final class UrgentMarkTest {
    private static final int PORT = 2000;

    private final OneHost one = new OneHost(new TestLink("test0"), b -> b);

    private static TestSegment segment(int flags) {
        return new TestSegment(flags).ports(PORT, 80);
    }

    @Test
    void tellsHowFarTheMarkIs() {
        TcpListener listener = new Sockets(one.host).listener();
        assertNull(listener.bind(new Endpoint(OWN4, 80)));
        assertNull(listener.listen(1));
        one.receive(segment(TcpHeader.SYN).seq(1000).packet(PEER4, OWN4));
        int iss = TestSegment.read(one.transmitOne()).seq;
        one.receive(segment(TcpHeader.ACK).seq(1001).ack(iss + 1).packet(PEER4, OWN4));
        TcpSocket socket = listener.accept();
        assertNotNull(socket);
        TcpConnection c = socket.connection();
        assertNotNull(c);
        assertEquals(0, c.urgentBytes(), "nothing is urgent");
        one.receive(segment(TcpHeader.ACK)
                .seq(1001)
                .ack(iss + 1)
                .urgent(41)
                .payload(new byte[100])
                .packet(PEER4, OWN4));
        assertEquals(41, c.urgentBytes(), "up to and with the octet before the pointer");
        assertEquals(10, socket.read(ByteBuffer.allocate(10)));
        assertEquals(31, c.urgentBytes());
        assertEquals(30, socket.read(ByteBuffer.allocate(1000)), "no read passes the mark");
        assertEquals(0, c.urgentBytes());
        assertEquals(59, socket.read(ByteBuffer.allocate(1000)), "what follows it is not urgent");
        listener.close(one.nowNs);
        c.abort(one.nowNs);
        one.transmit();
        one.close();
    }
}
