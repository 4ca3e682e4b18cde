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
import io.sluice.event.Counter;
import io.sluice.host.OneHost;
import io.sluice.host.TestLink;
import io.sluice.wire.Seq;
import io.sluice.wire.TcpHeader;
import java.nio.ByteBuffer;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** SYN cookies (RFC 4987 §3.6): what they remember, and what is not taken for one. */
final class SynCookiesTest {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final int IRS = -5; // wraps

    private final OneHost one =
            new OneHost(new TestLink("test0"), b -> b.tcpProfile(TcpProfile.STANDARD.with(Knob.SYN_COOKIES, 2)));
    private final TcpListener listener = new Sockets(one.host).listener();

    SynCookiesTest() {
        one.nowNs = 1000 * SECOND_NS;
        assertNull(listener.bind(new Endpoint(OWN4, 80)));
        assertNull(listener.listen(10));
    }

    @AfterEach
    void close() {
        listener.close(one.nowNs);
        one.transmit();
        one.close();
    }

    private TestSegment synAckTo(TestSegment syn) {
        one.receive(syn.ports(5000, 80).seq(IRS).packet(PEER4, OWN4));
        TestSegment answer = TestSegment.read(one.transmitOne());
        assertTrue(answer.has(TcpHeader.SYN | TcpHeader.ACK), answer::toString);
        assertEquals(IRS + 1, answer.ack);
        assertEquals(0, one.host.tcp().layer().flows().size(), "nothing is remembered");
        return answer;
    }

    private static TestSegment ackOf(TestSegment synAck) {
        return new TestSegment(TcpHeader.ACK).ports(5000, 80).seq(IRS + 1).ack(synAck.seq + 1);
    }

    private TcpInfo accepted() {
        TcpSocket socket = listener.accept();
        assertNotNull(socket);
        TcpInfo info = connectionOf(socket.connection()).info();
        socket.abort(one.nowNs);
        return info;
    }

    private static TcpConnection connectionOf(@Nullable TcpConnection c) {
        if (c == null) {
            throw new AssertionError("no connection");
        }
        return c;
    }

    @Property(tries = 100)
    void withoutTimestampsMssAndScaleAreRoundedDown(
            @ForAll @IntRange(min = 64, max = 65_535) int mss, @ForAll @IntRange(min = -1, max = 14) int shift) {
        TestSegment syn = new TestSegment(TcpHeader.SYN).mss(mss).windowScale(shift);
        syn.sackPermitted = (mss & 1) == 0;
        TestSegment synAck = synAckTo(syn);
        assertEquals(syn.sackPermitted, synAck.sackPermitted);
        assertEquals(shift >= 0, synAck.windowScale >= 0);
        one.receive(ackOf(synAck).window(1000).packet(PEER4, OWN4));
        TcpInfo info = accepted();
        assertTrue(info.sendMss() <= Math.min(mss, 1460), info::toString);
        assertTrue(info.sendMss() >= (mss >= 1460 ? 1460 : mss >= 536 ? mss * 2 / 5 : 64), info::toString);
        assertEquals(syn.sackPermitted, info.sackPermitted());
        assertEquals(shift >= 0, info.windowScaling());
        assertTrue(info.sendWindowBytes() <= 1000L << Math.max(shift, 0), info::toString);
        assertEquals(0, info.srttNs(), "nobody knows when the SYN-ACK left");
        one.transmit();
    }

    @Property(tries = 50)
    void timestampsBringBackTheExactScale(
            @ForAll @IntRange(min = -1, max = 14) int shift, @ForAll boolean sack, @ForAll int tsVal) {
        TestSegment syn =
                new TestSegment(TcpHeader.SYN).mss(1460).windowScale(shift).timestamps(tsVal, 0);
        syn.sackPermitted = sack;
        TestSegment synAck = synAckTo(syn);
        assertEquals(tsVal, synAck.tsEcr);
        one.nowNs += SECOND_NS / 100;
        one.receive(
                ackOf(synAck).timestamps(tsVal + 10, synAck.tsVal).window(1000).packet(PEER4, OWN4));
        TcpSocket socket = listener.accept();
        assertNotNull(socket);
        TcpInfo info = connectionOf(socket.connection()).info();
        assertTrue(info.timestamps());
        assertEquals(sack, info.sackPermitted());
        assertEquals(1000L << Math.max(shift, 0), info.sendWindowBytes());
        socket.write(ByteBuffer.allocate(10));
        TestSegment data = TestSegment.read(one.transmitOne());
        assertEquals(tsVal + 10, data.tsEcr);
        assertTrue(Seq.geq(data.tsVal, synAck.tsVal), "time goes back: RFC 7323 §5.3 would drop this");
        socket.abort(one.nowNs);
        one.transmit();
    }

    @Test
    void whatIsNotTheCookieIsReset() {
        TestSegment synAck = synAckTo(new TestSegment(TcpHeader.SYN).mss(1460));
        for (int bit = 0; bit < 32; bit++) {
            one.receive(ackOf(synAck).ack((synAck.seq ^ 1 << bit) + 1).packet(PEER4, OWN4));
        }
        one.receive(ackOf(synAck).seq(IRS + 2).packet(PEER4, OWN4));
        one.receive(ackOf(synAck).ports(5001, 80).packet(PEER4, OWN4));
        List<byte[]> answers = one.transmit();
        assertEquals(34, answers.size());
        for (byte[] answer : answers) {
            assertEquals(TcpHeader.RST, TestSegment.read(answer).flags);
        }
        assertEquals(34, one.host.counters().get(Counter.TCP_SYN_COOKIES_FAILED));
        assertNull(listener.accept());
        one.receive(ackOf(synAck).packet(PEER4, OWN4));
        accepted();
    }

    @Test
    void cookiesGrowOld() {
        one.nowNs = 10 * SynCookies.PERIOD_NS + SynCookies.PERIOD_NS / 2;
        TestSegment synAck = synAckTo(new TestSegment(TcpHeader.SYN).mss(1460));
        one.nowNs += SynCookies.PERIOD_NS;
        one.receive(ackOf(synAck).packet(PEER4, OWN4));
        accepted();
        one.transmit();
        TestSegment second = synAckTo(new TestSegment(TcpHeader.SYN).mss(1460));
        one.nowNs += 2 * SynCookies.PERIOD_NS - 1;
        one.receive(ackOf(second).packet(PEER4, OWN4));
        assertEquals(TcpHeader.RST, TestSegment.read(one.transmitOne()).flags);
        assertNull(listener.accept());
    }

    @Test
    void cookiesChangeWithTime() {
        TestSegment first = synAckTo(new TestSegment(TcpHeader.SYN).mss(1460));
        one.nowNs += SynCookies.PERIOD_NS;
        TestSegment second = synAckTo(new TestSegment(TcpHeader.SYN).mss(1460));
        assertTrue(first.seq >>> 8 != second.seq >>> 8);
    }
}
