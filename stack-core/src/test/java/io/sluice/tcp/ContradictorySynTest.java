package io.sluice.tcp;

import static io.sluice.host.OneHost.OWN4;
import static io.sluice.host.OneHost.PEER4;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.Endpoint;
import io.sluice.api.Sockets;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.event.DropReason;
import io.sluice.event.SocketError;
import io.sluice.host.OneHost;
import io.sluice.host.TestLink;
import io.sluice.wire.TcpHeader;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A SYN or SYN-ACK that is not what the one before was ends the handshake, and is counted as that and nothing else. */
final class ContradictorySynTest {
    private static final int PORT = 4000;
    private static final int CLASSIC = TcpHeader.ECE | TcpHeader.CWR;
    private static final int ACCURATE = CLASSIC | TcpHeader.AE;

    private OneHost one = new OneHost();

    private void host(UnaryOperator<TcpProfile> knobs) {
        one.close();
        one = new OneHost(new TestLink("test0"), b -> b.tcpProfile(knobs.apply(TcpProfile.STANDARD)));
    }

    @AfterEach
    void close() {
        one.close();
    }

    private void listen() {
        TcpListener listener = new Sockets(one.host).listener();
        assertNull(listener.bind(new Endpoint(OWN4, 80)));
        assertNull(listener.listen(1));
    }

    private TestSegment answerTo(int flags, int seq) {
        one.receive(new TestSegment(TcpHeader.SYN | flags)
                .ports(PORT, 80)
                .seq(seq)
                .mss(1460)
                .packet(PEER4, OWN4));
        return TestSegment.read(one.transmitOne());
    }

    private void assertCounted() {
        assertEquals(1, one.host.counters().get(DropReason.TCP_CONTRADICTORY_SYN));
        assertEquals(1, one.host.counters().dropped());
    }

    /** RFC 9768 §3.1.5. */
    @Test
    void aSynThatAsksForAnotherFeedback() {
        host(p -> p.with(Knob.ECN, 5));
        listen();
        assertTrue(answerTo(ACCURATE, 1000).has(TcpHeader.SYN | TcpHeader.ACK));
        assertTrue(answerTo(ACCURATE, 1000).has(TcpHeader.SYN | TcpHeader.ACK), "the same again");
        assertEquals(0, one.host.counters().dropped());
        assertTrue(answerTo(CLASSIC, 1000).has(TcpHeader.RST));
        assertCounted();
        assertEquals(0, one.host.tcp().layer().halfOpenCount());
    }

    /** RFC 9768 §3.1.5. */
    @Test
    void aSynAckThatAgreesToAnotherFeedback() {
        host(p -> p.with(Knob.ECN, 3));
        TcpSocket client = new Sockets(one.host).tcp();
        assertEquals(SocketError.IN_PROGRESS, client.connect(new Endpoint(PEER4, 80), one.nowNs));
        TestSegment syn = TestSegment.read(one.transmitOne());
        TestSegment synAck = new TestSegment(TcpHeader.SYN | TcpHeader.ACK | TcpHeader.CWR)
                .ports(80, syn.sourcePort)
                .seq(1000)
                .ack(syn.seq + 1)
                .mss(1460);
        one.receive(synAck.packet(PEER4, OWN4));
        assertTrue(TestSegment.read(one.transmitOne()).has(TcpHeader.ACK));
        assertEquals(0, one.host.counters().dropped());
        synAck.flags = TcpHeader.SYN | TcpHeader.ACK | TcpHeader.ECE;
        one.receive(synAck.packet(PEER4, OWN4));
        assertTrue(TestSegment.read(one.transmitOne()).has(TcpHeader.RST));
        assertCounted();
        assertEquals(SocketError.CONNECTION_RESET, client.takeError());
    }

    /** Where the ACK is looked at first, another SYN in the window ends the handshake of the one before. */
    @Test
    void anotherSynInTheWindow() {
        host(p -> p.with(Knob.HALF_OPEN_CHECKS, 1));
        listen();
        assertTrue(answerTo(0, 1000).has(TcpHeader.SYN | TcpHeader.ACK));
        one.receive(new TestSegment(TcpHeader.SYN).ports(PORT, 80).seq(1100).packet(PEER4, OWN4));
        assertTrue(TestSegment.read(one.transmitOne()).has(TcpHeader.RST));
        assertCounted();
        assertEquals(0, one.host.tcp().layer().halfOpenCount());
    }
}
