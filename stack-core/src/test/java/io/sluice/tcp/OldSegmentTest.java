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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A segment of which everything is old, where its acknowledgment counts all the same ({@link Knob#USE_ACK_OF_OLD_SEGMENT}). */
final class OldSegmentTest {
    private static final int IRS = 1000;

    private final OneHost one;

    OldSegmentTest() {
        one = new OneHost(new TestLink("test0"), b -> b.tcpProfile(TcpProfile.LINUX));
    }

    private TestSegment segment(int flags, int seq, int ack) {
        return new TestSegment(flags).ports(2000, 80).seq(seq).ack(ack);
    }

    private TestSegment answer(TestSegment segment) {
        one.receive(segment.packet(PEER4, OWN4));
        return TestSegment.read(one.transmitOne());
    }

    /** RFC 7323 §4.3: without a timestamp, or with one that is no part of the window, it leaves TS.Recent alone. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void itDoesNotChangeTheTimestampToEcho(boolean withTimestamp) {
        TcpListener listener = new Sockets(one.host).listener();
        assertNull(listener.bind(new Endpoint(OWN4, 80)));
        assertNull(listener.listen(1));
        TestSegment synAck = answer(segment(TcpHeader.SYN, IRS, 0).mss(1460).timestamps(500, 0));
        one.receive(segment(TcpHeader.ACK, IRS + 1, synAck.seq + 1)
                .timestamps(501, synAck.tsVal)
                .packet(PEER4, OWN4));
        TcpSocket socket = listener.accept();
        assertNotNull(socket);
        TestSegment first = answer(segment(TcpHeader.ACK, IRS + 1, synAck.seq + 1)
                .timestamps(502, synAck.tsVal)
                .payload(new byte[100]));
        assertEquals(502, first.tsEcr);
        TestSegment old = segment(TcpHeader.ACK, IRS + 51, synAck.seq + 1).payload(new byte[25]);
        TestSegment second = answer(withTimestamp ? old.timestamps(600, synAck.tsVal) : old);
        assertEquals(IRS + 101, second.ack);
        assertEquals(502, second.tsEcr);
        socket.abort(one.nowNs);
        listener.close(one.nowNs);
        one.transmit();
        one.close();
    }
}
