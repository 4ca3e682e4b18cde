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
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tail loss probes (RFC 8985 §7) over a link that is busy when they are due. */
final class TailLossProbeTest {
    private static final int MSS = 1000;
    private static final int SEGMENTS = 5;
    private static final int IRS = 1000;
    private static final long MS = 1_000_000L;

    private final OneHost one = new OneHost(new TestLink("test0"), b -> b.tcpProfile(TcpProfile.LINUX));
    private TestSegment synAck = new TestSegment(0);

    private static TestSegment segment(int flags, int seq, int ack) {
        return new TestSegment(flags).ports(2000, 80).seq(seq).ack(ack).window(60_000);
    }

    private void receive(TestSegment segment) {
        one.receive(segment.packet(PEER4, OWN4));
    }

    private TcpSocket accept() {
        TcpListener listener = new Sockets(one.host).listener();
        assertNull(listener.bind(new Endpoint(OWN4, 80)));
        assertNull(listener.listen(1));
        one.advance(MS);
        receive(segment(TcpHeader.SYN, IRS, 0).mss(MSS).sackPermitted());
        synAck = TestSegment.read(one.transmitOne());
        one.advance(20 * MS);
        receive(segment(TcpHeader.ACK, IRS + 1, synAck.seq + 1));
        TcpSocket socket = listener.accept();
        assertNotNull(socket);
        listener.close(one.nowNs);
        return socket;
    }

    /** RFC 8985 §7.2: no probe once segments are SACKed; and what the peer has is not sent again. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void isNotSentWhenTheTailHasArrivedMeanwhile(boolean arrives) {
        TcpSocket socket = accept();
        assertEquals(SEGMENTS * MSS, socket.write(ByteBuffer.allocate(SEGMENTS * MSS)));
        assertEquals(SEGMENTS, one.transmit().size());
        int tail = synAck.seq + 1 + (SEGMENTS - 1) * MSS;
        one.link.room(0);
        one.advance(one.nowNs + 60 * MS);
        assertEquals(0, one.transmit().size());
        if (arrives) {
            receive(segment(TcpHeader.ACK, IRS + 1, synAck.seq + 1).sack(tail, tail + MSS));
        }
        one.link.room(Integer.MAX_VALUE);
        List<byte[]> sent = one.transmit();
        assertEquals(
                arrives ? 0 : 1,
                sent.stream().filter(p -> TestSegment.read(p).seq == tail).count());
        assertNull(one.host.tcp().layer().fault(one.nowNs));
        socket.abort(one.nowNs);
        one.transmit();
        one.close();
    }

    /** RFC 8985 §7.2, RFC 6298 §5: what is SACKed before a probe is due makes it void, and puts the retransmission timer off by nothing. */
    @Test
    void leavesTheRetransmissionTimerAloneOnceSegmentsAreSacked() {
        TcpSocket socket = accept();
        assertEquals(SEGMENTS * MSS, socket.write(ByteBuffer.allocate(SEGMENTS * MSS)));
        assertEquals(SEGMENTS, one.transmit().size());
        long sentNs = one.nowNs;
        int tail = synAck.seq + 1 + (SEGMENTS - 1) * MSS;
        one.advance(sentNs + 10 * MS);
        receive(segment(TcpHeader.ACK, IRS + 1, synAck.seq + 1).sack(tail, tail + MSS));
        assertEquals(0, one.transmit().size());
        one.advance(sentNs + 199 * MS);
        assertEquals(0, one.transmit().size());
        one.advance(sentNs + 230 * MS); // 200 ms and the round trip
        assertEquals(synAck.seq + 1, TestSegment.read(one.transmitOne()).seq);
        socket.abort(one.nowNs);
        one.transmit();
        one.close();
    }
}
