package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.event.Counter;
import io.sluice.event.DropReason;
import io.sluice.ip.Packets;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.TcpHeader;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/**
 * Floods of packets that belong to nothing, or forge the honest connection's addresses and ports (but know less than an
 * observer): what is held and answered is bounded, each packet leaves little garbage, and the connection goes on.
 */
final class FloodTest {
    private static final int FLOOD = 5000;
    private static final long LIMIT = 8 << 20;

    /** What a packet may leave for the garbage collector that is not answered: nothing that grows with the flood. */
    private static final long MOST_GARBAGE = 150;

    /** What the transfer itself holds. */
    private static final long TRANSFER_BYTES = 1 << 20;

    private final Siege siege = new Siege(1, TcpProfile.STANDARD, LIMIT);

    private void assertNoGarbage() {
        assertTrue(siege.allocatedPerPacket() < MOST_GARBAGE, () -> siege.allocatedPerPacket() + " octets");
    }

    private void assertUnmoved() {
        assertTrue(siege.mostBytes() < TRANSFER_BYTES, () -> siege.mostBytes() + " octets");
        siege.assertHonestTransfer(500_000);
        siege.close();
    }

    private static byte[] forged(TestSegment segment) {
        return segment.packet(Siege.CLIENT, Siege.SERVER);
    }

    private static int spread(int i) {
        return i * 0x9E3779B1; // over all 2^32 sequence numbers
    }

    /** Resets answer what there is no connection for, one each at most (RFC 9293 §3.10.7.1). */
    @Test
    void acknowledgmentsOfNothing() {
        siege.attack(FLOOD, i -> Siege.own(1024 + i % 60_000, TcpHeader.ACK, spread(i), spread(i + 1))
                .packet(IpAddress.ofV4(10 << 24 | 77 + i % 100), Siege.SERVER));
        assertTrue(siege.answers() <= FLOOD);
        assertTrue(siege.count(Counter.TCP_SYN_COOKIES_FAILED) + siege.drops(DropReason.TCP_LISTEN_BAD_SEGMENT) > 0);
        assertUnmoved();
    }

    /** RFC 5961 §3: a guesser needs the exact number; what is in the window is challenged within limits. */
    @Test
    void resetsOfAConnection() {
        siege.attack(FLOOD, i -> forged(siege.forged(TcpHeader.RST, spread(i) | 1, 0)));
        assertTrue(siege.drops(DropReason.TCP_BAD_RESET) > FLOOD * 9 / 10);
        assertTrue(siege.count(Counter.TCP_CHALLENGE_ACKS) <= 10 * 2, "ten a second"); // half a second
        assertNoGarbage();
        assertUnmoved();
    }

    /** The same inside the window, where every guess is a near miss. */
    @Test
    void resetsInTheWindow() {
        siege.attack(FLOOD, i -> forged(siege.forged(TcpHeader.RST, 1 + i % 20_000, 0)));
        assertTrue(siege.count(Counter.TCP_CHALLENGE_ACKS_LIMITED) > 0);
        assertTrue(siege.count(Counter.TCP_CHALLENGE_ACKS) <= 10 * 2, "ten a second");
        assertNoGarbage();
        assertUnmoved();
    }

    /** RFC 5961 §4. */
    @Test
    void synsOfAConnection() {
        siege.attack(
                FLOOD,
                i -> forged(siege.forged(TcpHeader.SYN, i % 3 == 0 ? i % 1000 : spread(i), 0)
                        .mss(1460)));
        assertTrue(siege.count(Counter.TCP_CHALLENGE_ACKS) <= 10 * 2, "ten a second");
        assertNoGarbage();
        assertUnmoved();
    }

    /** RFC 5961 §5: text at a guessed place is not taken unless its acknowledgment is plausible, too. */
    @Test
    void textWithAGuessedAcknowledgment() {
        siege.attack(
                FLOOD,
                i -> forged(siege.forged(TcpHeader.ACK, i % 20_000, 1 + (spread(i) >>> 1))
                        .timestamps(Integer.MAX_VALUE / 2, 0)
                        .payload(new byte[100])));
        assertTrue(siege.drops(DropReason.TCP_BAD_ACK) + siege.drops(DropReason.TCP_PAWS) > FLOOD * 9 / 10);
        assertUnmoved();
    }

    /** Text outside the window is acknowledged, as RFC 9293 §3.10.7.4 has it, and never kept. */
    @Test
    void textOutsideTheWindow() {
        siege.attack(
                FLOOD,
                i -> forged(siege.forged(TcpHeader.ACK, 0x4000_0000 + i, 0).payload(new byte[1000])));
        assertTrue(siege.drops(DropReason.TCP_PAWS) + siege.drops(DropReason.TCP_OUT_OF_WINDOW) >= FLOOD * 9 / 10);
        assertUnmoved();
    }

    /** RFC 5927: forged errors about the connection, hard and soft, with guessed sequence numbers. */
    @Test
    void icmpErrors() {
        siege.attack(FLOOD, i -> {
            TcpConnection c = TwoHosts.connection(siege.server);
            ByteBuffer quoted = ByteBuffer.wrap(Packets.ip(
                    Siege.SERVER,
                    Siege.CLIENT,
                    IpProtocol.TCP,
                    Packets.tcp(Siege.SERVER, 80, Siege.CLIENT, c.key().remotePort(), TcpHeader.ACK)));
            quoted.putInt(24, spread(i));
            int code = i % 5;
            byte[] icmp = Packets.icmp(Siege.ATTACKER, Siege.SERVER, 3, code, code == 4 ? 68 : 0, quoted.array());
            return Packets.ip(Siege.ATTACKER, Siege.SERVER, IpProtocol.ICMP, icmp);
        });
        assertTrue(siege.drops(DropReason.ICMP_NO_MATCH) > FLOOD * 9 / 10);
        assertEquals(0, siege.answers());
        assertNoGarbage();
        assertUnmoved();
    }

    /** RFC 792: an echo is answered by one reply, as large as it, and no more are queued than the host allows. */
    @Test
    void icmpEchoes() {
        siege.attack(FLOOD, FloodTest::echo);
        assertEquals(FLOOD, siege.answers());
        for (int i = 0; i < FLOOD; i++) {
            siege.net.injectToB(echo(i));
        }
        siege.step();
        assertEquals(1024, siege.answers() - FLOOD, "as many as HostMemory lets wait for a link");
        assertEquals(FLOOD - 1024, siege.count(Counter.CONTROL_QUEUE_FULL));
        assertUnmoved();
    }

    private static byte[] echo(int i) {
        return Packets.ip(
                Siege.ATTACKER,
                Siege.SERVER,
                IpProtocol.ICMP,
                Packets.icmp(Siege.ATTACKER, Siege.SERVER, 8, 0, i, new byte[64]));
    }

    /** UDP to closed ports: RFC 1812 §4.3.2.8, RFC 4443 §2.4(f), errors are limited in rate. */
    @Test
    void datagramsToNobody() {
        siege.attack(
                FLOOD,
                i -> Packets.ip(
                        Siege.ATTACKER,
                        Siege.SERVER,
                        IpProtocol.UDP,
                        Packets.udp(Siege.ATTACKER, 1000, Siege.SERVER, 1 + i % 60_000, new byte[10])));
        assertTrue(siege.answers() < FLOOD / 5, () -> siege.answers() + " answers");
        assertTrue(siege.count(Counter.ICMP_ERRORS_SUPPRESSED) > 0);
        assertUnmoved();
    }

    /** First fragments whose rest never comes, and overlapping ones (RFC 5722): within the limits of reassembly. */
    @Test
    void fragments() {
        siege.attack(
                FLOOD,
                i -> Packets.ip4(
                        Siege.ATTACKER,
                        Siege.SERVER,
                        IpProtocol.UDP,
                        new byte[0],
                        i / 2,
                        0x2000 | (i % 2 == 0 ? 0 : 50),
                        new byte[504]));
        assertTrue(siege.net.b.reassembly().memory().usedBytes() <= 4 << 20);
        assertTrue(siege.drops(DropReason.FRAGMENT_OVERLAP) > 0);
        siege.attack(
                FLOOD,
                i -> Packets.ip4(Siege.ATTACKER, Siege.SERVER, IpProtocol.UDP, new byte[0], i, 0x2000, new byte[1400]));
        assertTrue(siege.drops(DropReason.FRAGMENT_LIMIT) > FLOOD / 2);
        assertTrue(siege.mostBytes() < TRANSFER_BYTES + (4 << 20), () -> siege.mostBytes() + " octets");
        siege.assertHonestTransfer(500_000);
        siege.close();
    }
}
