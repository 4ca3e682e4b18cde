package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.TcpSocket;
import io.sluice.event.DropReason;
import io.sluice.wire.TcpHeader;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Receivers that misuse acknowledgments: to be sent more than the network takes, or to keep the sender busy. */
final class AckAbuseTest {
    private static final int PORT = 2000;
    private static final int MSS = 1460;
    private static final int RESPONSE = 400_000;

    private final Siege siege = new Siege(1, TcpProfile.STANDARD, 16 << 20);
    private final TcpSocket socket = siege.open(PORT, true);
    private final TcpConnection c = TwoHosts.connection(socket);
    private final int first = c.tcb.snd.nxt;

    AckAbuseTest() {
        socket.write(ByteBuffer.allocate(RESPONSE));
        siege.step();
    }

    private byte[] ack(int number, int... sack) {
        return Siege.own(PORT, TcpHeader.ACK, Siege.IRS + 1, number).sack(sack).packet(Siege.ATTACKER, Siege.SERVER);
    }

    private void end() {
        siege.assertHonestTransfer(100_000);
        socket.abort(siege.net.nowNs);
        siege.close();
    }

    /** RFC 3465 §2.1: the window grows by what is acknowledged, in however many pieces. */
    @Test
    void divisionBuysNothing() {
        long before = c.window.cwnd();
        siege.attack(MSS, i -> ack(first + 1 + i));
        assertEquals(first + MSS, c.tcb.snd.una);
        assertTrue(c.window.cwnd() <= before + 2 * MSS, () -> before + " to " + c.window.cwnd());
        end();
    }

    /** RFC 5961 §5, RFC 9293 §3.10.7.4: what was never sent cannot be acknowledged. */
    @Test
    void acknowledgmentsOfWhatWasNotSent() {
        long before = c.window.cwnd();
        int sent = c.tcb.snd.nxt;
        siege.attack(1000, i -> ack(sent + 1 + i * 1000));
        assertEquals(before, c.window.cwnd());
        assertEquals(1000, siege.drops(DropReason.TCP_BAD_ACK));
        assertEquals(first, c.tcb.snd.una);
        end();
    }

    /** Optimistic ACKs, of all that has left before it can have come: nobody can tell, but they claim only what was sent, and once. */
    @Test
    void acknowledgmentsAheadOfTheData() {
        siege.attack(2000, i -> ack(c.tcb.snd.nxt));
        assertEquals(first + RESPONSE, c.tcb.snd.nxt);
        assertEquals(c.tcb.snd.nxt, c.tcb.snd.una);
        assertEquals(0, c.flightBytes());
        assertEquals(0, siege.drops(DropReason.TCP_BAD_ACK));
        assertEquals(0, c.info().totals().retransmittedBytes(), "and the holes are theirs");
        end();
    }

    /** Whatever is claimed of it, what is in flight is never more than the window, and never beyond what was sent. */
    @Test
    void duplicatesWithoutEnd() {
        siege.attack(5000, i -> ack(first));
        assertTrue(c.flightBytes() <= 2 * 10 * MSS + 3 * MSS, () -> c.flightBytes() + " octets in flight");
        end();
    }

    /** Every second octet is reported, in ever new places: entries of the ledger end where segments do. */
    @Test
    void splitsOfWhatWasSent() {
        for (int round = 0; round < 6; round++) { // let the window grow
            siege.attack(25, i -> ack(c.tcb.snd.nxt));
        }
        int una = c.tcb.snd.una;
        int flight = Math.max(1, (int) c.flightBytes());
        assertTrue(flight > 20 * MSS);
        siege.attack(3000, i -> {
            int at = una + 1 + (i * 7) % flight;
            return ack(una, at, at + 1, at + 3, at + 4, at + 6, at + 7);
        });
        int entries = c.ledger.entries();
        assertTrue(entries <= 2 + flight / MSS * 2, () -> entries + " entries of " + flight + " octets");
        end();
    }

    /** RFC 2883 §4: duplicates of what was never repeated are not worth more than any other acknowledgment of nothing. */
    @Test
    void duplicatesThatWereNeverSent() {
        try (Siege linux = new Siege(1, TcpProfile.LINUX, 16 << 20)) {
            TcpSocket victim = linux.open(PORT, true);
            TcpConnection sender = TwoHosts.connection(victim);
            int start = sender.tcb.snd.nxt;
            victim.write(ByteBuffer.allocate(RESPONSE));
            linux.step();
            long before = sender.window.cwnd();
            long delivered = sender.deliveredBytes;
            linux.attack(100, i -> Siege.own(PORT, TcpHeader.ACK, Siege.IRS + 1, start)
                    .sack(start - 1_000_000, start)
                    .packet(Siege.ATTACKER, Siege.SERVER));
            assertEquals(before, sender.window.cwnd());
            assertEquals(delivered, sender.deliveredBytes);
            victim.abort(linux.net.nowNs);
        }
        socket.abort(siege.net.nowNs);
        siege.close();
    }

    /** Nonsense in SACK blocks: below, above, backwards. RFC 2018 §5: whatever is not in flight is ignored. */
    @Test
    void blocksOfNothing() {
        long flight = c.flightBytes();
        siege.attack(
                2000,
                i -> ack(
                        first,
                        first - 5 - i,
                        first - i,
                        first + 100,
                        first + 50,
                        c.tcb.snd.nxt + i,
                        c.tcb.snd.nxt + 1000));
        assertEquals(first, c.tcb.snd.una);
        assertTrue(c.flightBytes() <= flight + 3 * MSS);
        assertEquals(TcpState.ESTABLISHED, c.state());
        end();
    }
}
