package io.sluice.tcp;

import static io.sluice.host.OneHost.OWN4;
import static io.sluice.host.OneHost.PEER4;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.Endpoint;
import io.sluice.api.ErrorQueue;
import io.sluice.api.Sockets;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpOption;
import io.sluice.api.TcpSocket;
import io.sluice.event.SocketError;
import io.sluice.host.OneHost;
import io.sluice.host.TestLink;
import io.sluice.time.Deadline;
import io.sluice.wire.TcpHeader;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Closed windows whose peers answer probes in unusual ways, or not at all: RFC 9293 §3.8.6.1. */
final class WindowProbeTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int PORT = 2000;
    private static final int IRS = 1000;
    private static final int MSS = 1000;

    /** A connection of which this is the other end. */
    private static final class Peer {
        final OneHost one;
        final TcpListener listener;
        final TcpSocket socket;
        final TcpConnection c;
        final int first;

        Peer(TcpProfile profile) {
            one = new OneHost(new TestLink("test0"), b -> b.tcpProfile(profile));
            listener = new Sockets(one.host).listener();
            assertNull(listener.bind(new Endpoint(OWN4, 80)));
            assertNull(listener.listen(1));
            receive(new TestSegment(TcpHeader.SYN).seq(IRS).mss(MSS).sackPermitted());
            first = TestSegment.read(one.transmitOne()).seq + 1;
            answer(first, 0xFFFF);
            TcpSocket accepted = listener.accept();
            assertNotNull(accepted);
            socket = accepted;
            c = TwoHosts.connection(socket);
        }

        void receive(TestSegment segment) {
            one.receive(segment.ports(PORT, 80).packet(PEER4, OWN4));
        }

        void answer(int ack, int window, int... sack) {
            receive(new TestSegment(TcpHeader.ACK)
                    .seq(IRS + 1)
                    .ack(ack)
                    .window(window)
                    .sack(sack));
        }

        List<TestSegment> transmit() {
            List<TestSegment> sent = new ArrayList<>();
            one.transmit().forEach(packet -> sent.add(TestSegment.read(packet)));
            return sent;
        }

        /** What is sent next, whatever time goes by. */
        List<TestSegment> next() {
            List<TestSegment> sent = transmit();
            for (int i = 0; i < 100 && sent.isEmpty() && one.host.nextDeadlineNs() != Deadline.NEVER; i++) {
                one.advance(one.host.nextDeadlineNs());
                sent = transmit();
            }
            return sent;
        }

        void end() {
            socket.abort(one.nowNs);
            one.transmit();
            listener.close(one.nowNs);
            one.close();
        }
    }

    /** RFC 2018 §8: a probe that was SACKed is asked for again all the same, and is in flight then like anything else. */
    @Test
    void sackedProbeIsInFlightWhenItIsRepeated() {
        Peer peer = new Peer(TcpProfile.STANDARD);
        peer.answer(peer.first, 0);
        peer.socket.write(ByteBuffer.allocate(3 * MSS));
        assertEquals(1, peer.next().get(0).payload.length);
        peer.answer(peer.first, 0, peer.first, peer.first + 1);
        assertEquals(1, peer.c.ledger.sackedBytes());
        assertEquals(1, peer.next().get(0).payload.length);
        assertNull(ConnectionCheck.fault(peer.c, peer.one.nowNs));
        peer.answer(peer.first, 0xFFFF);
        TestSegment repeated = peer.next().get(0);
        assertEquals(peer.first, repeated.seq);
        assertEquals(MSS, repeated.payload.length, "the probe's octet and what follows it");
        assertNull(ConnectionCheck.fault(peer.c, peer.one.nowNs));
        peer.end();
    }

    /** Whatever knobs are combined: what probed with text is repeated once there is room for it, though not for a segment. */
    @Test
    void patientProberGoesOnInASmallWindow() {
        Peer peer = new Peer(TcpProfile.STANDARD.with(Knob.PROBES_WAIT_FROM_ANSWER, 1));
        peer.answer(peer.first, 0);
        peer.socket.write(ByteBuffer.allocate(3 * MSS));
        assertEquals(1, peer.next().get(0).payload.length);
        peer.answer(peer.first, 100);
        List<TestSegment> sent = peer.next();
        assertTrue(!sent.isEmpty() && sent.get(0).payload.length > 0, "the window's octets");
        assertNull(ConnectionCheck.fault(peer.c, peer.one.nowNs));
        peer.end();
    }

    /** RFC 9293 §3.10.8: a FIN that a closed window keeps is to be acknowledged within the user's timeout, too. */
    @Test
    void finBehindAClosedWindowHasTheUsersTimeout() {
        Peer peer = new Peer(TcpProfile.LINUX);
        assertNull(peer.socket.set(TcpOption.TCP_USER_TIMEOUT, Duration.ofSeconds(20), peer.one.nowNs));
        peer.answer(peer.first, 0);
        peer.socket.shutdownOutput(peer.one.nowNs);
        peer.transmit();
        long endNs = peer.one.nowNs + 200 * SECOND;
        while (peer.one.nowNs < endNs && peer.c.state() != TcpState.CLOSED) {
            peer.one.advance(Math.min(endNs, peer.one.host.nextDeadlineNs()));
            peer.transmit();
        }
        assertEquals(TcpState.CLOSED, peer.c.state());
        assertEquals(SocketError.TIMED_OUT, peer.socket.takeError());
        peer.end();
    }

    /** What goes with a probe's octet, once the window is open, has been sent then, and not when it is acknowledged. */
    @Test
    void newDataThatGoesWithAProbesOctetIsTimed() {
        Peer peer = new Peer(TcpProfile.STANDARD);
        ErrorQueue queue = new ErrorQueue(peer.socket);
        assertNull(queue.stampWrites(EnumSet.of(SendNotice.Kind.SENT)));
        peer.answer(peer.first, 0);
        peer.socket.write(ByteBuffer.allocate(500));
        queue.endWrite(false);
        assertEquals(1, peer.next().get(0).payload.length);
        peer.one.advance(peer.one.nowNs + SECOND / 100);
        peer.answer(peer.first, 0xFFFF);
        long openedNs = peer.one.nowNs;
        assertEquals(500, peer.next().get(0).payload.length);
        assertEquals(new SendNotice(SendNotice.Kind.SENT, openedNs, 499, 499), queue.poll());
        peer.end();
    }

    /** A repetition that must leave whatever the window says, and finds its link busy, leaves when that is free. */
    @Test
    void aBusyLinkOnlyDelaysWhatMustBeRepeated() {
        Peer peer = new Peer(TcpProfile.STANDARD);
        peer.socket.write(ByteBuffer.allocate(8 * MSS));
        assertEquals(8, peer.transmit().size());
        SentRange head = peer.c.ledger.head();
        assertNotNull(head);
        peer.c.ledger.markLost(head);
        peer.c.tcb.recovery.retransmitNow = true;
        peer.c.window.cwnd(MSS);
        peer.one.link.room(0);
        peer.c.wantTransmit();
        assertEquals(0, peer.transmit().size());
        peer.one.link.room(100);
        List<TestSegment> sent = peer.transmit();
        assertEquals(1, sent.size());
        assertEquals(peer.first, sent.get(0).seq);
        assertEquals(0, peer.transmit().size());
        peer.end();
    }
}
