package io.sluice.tcp;

import static io.sluice.host.OneHost.OWN4;
import static io.sluice.host.OneHost.PEER4;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.Endpoint;
import io.sluice.api.Sockets;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.event.DropReason;
import io.sluice.host.OneHost;
import io.sluice.ip.Packets;
import io.sluice.wire.TcpHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What one turn of a host makes of the segments that have come in together, and of one that is damaged. */
class TurnTest {
    private static final int IRS = 1_000_000;

    private final OneHost one = new OneHost();
    private final TcpListener listener = new Sockets(one.host).listener();
    private int iss;

    @BeforeEach
    void open() {
        assertNull(listener.bind(new Endpoint(OWN4, 80)));
        assertNull(listener.listen(10));
        receive(new TestSegment(TcpHeader.SYN).seq(IRS).mss(1000));
        iss = TestSegment.read(one.transmitOne()).seq;
        receive(new TestSegment(TcpHeader.ACK).seq(IRS + 1).ack(iss + 1));
        assertTrue(one.transmit().isEmpty());
    }

    @AfterEach
    void close() {
        listener.close(one.nowNs);
        one.transmit();
        one.close();
    }

    private void receive(TestSegment segment) {
        one.receive(segment.ports(5000, 80).packet(PEER4, OWN4));
    }

    private TestSegment data(int offset) {
        return new TestSegment(TcpHeader.ACK).seq(IRS + 1 + offset).ack(iss + 1).payload(Packets.payload(1000));
    }

    private TcpSocket accepted() {
        TcpSocket socket = listener.accept();
        assertNotNull(socket);
        return socket;
    }

    /** RFC 9293 §3.10.7.4 (MUST-58, MUST-59): ten segments of one turn, one ACK, even where each would have had its own. */
    @Test
    void segmentsOfOneTurnShareAnAck() {
        for (int i = 0; i < 10; i++) {
            receive(data(1000 * i));
        }
        TestSegment ack = TestSegment.read(one.transmitOne());
        assertEquals(IRS + 1 + 10_000, ack.ack);
        TcpSocket socket = accepted();
        assertEquals(10_000, socket.readableBytes());
        socket.abort(one.nowNs);
    }

    /** RFC 9293 §3.1 (MUST-3): a segment of which any octet has changed is not there. */
    @Test
    void aDamagedSegmentIsDropped() {
        byte[] intact = data(0).ports(5000, 80).packet(PEER4, OWN4);
        int damaged = 0;
        for (int at = 20; at < intact.length; at += 7) {
            byte[] packet = intact.clone();
            packet[at] ^= 0x10;
            if (at != 32) { // the header's length: that is found sooner
                one.receive(packet);
                damaged++;
            }
        }
        assertTrue(one.transmit().isEmpty());
        assertEquals(damaged, one.host.counters().get(DropReason.TCP_CHECKSUM));
        TcpSocket socket = accepted();
        assertEquals(0, socket.readableBytes());
        one.receive(intact);
        assertEquals(1000, socket.readableBytes());
        socket.abort(one.nowNs);
    }
}
