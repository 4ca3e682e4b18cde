package io.sluice.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBufUtil;
import io.sluice.event.Counter;
import io.sluice.event.DropReason;
import io.sluice.host.OneHost;
import io.sluice.ip.Packets;
import io.sluice.udp.FragmentLimits;
import io.sluice.udp.OptionRules;
import io.sluice.udp.OptionRules.DuplicateFragments;
import io.sluice.udp.ReceivedOptions;
import io.sluice.udp.ReceivedOptions.Outcome;
import io.sluice.udp.UdpDatagram;
import io.sluice.udp.UdpSocketOptions.OptionReception;
import io.sluice.wire.UdpOptionWriter;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Fragments that a peer would not send, or too many of them: RFC 9868 §11.4, §25.4. */
class UdpFragmentsTest {
    private static final int PORT = 7000;
    private static final byte[] DATA = Packets.payload(60);

    private final OneHost h = new OneHost();
    private final UdpSocket socket = new Sockets(h.host).udp(false);
    private final UdpDatagram received = new UdpDatagram();

    @BeforeEach
    void bind() {
        assertNull(socket.bind(new Endpoint(OneHost.OWN4, PORT)));
        socket.options().optionReception = OptionReception.PROCESS;
    }

    @AfterEach
    void close() {
        received.release();
        h.assertNothingLost();
        h.close();
    }

    /** Octets {@code [from, to)} of the user data {@link #DATA}; the last fragment has no options behind them. */
    private void fragment(int id, int from, int to) {
        fragment(id, from + 8, Arrays.copyOfRange(DATA, from, to), to == DATA.length ? 8 + to : 0);
    }

    /** @param optionStart RDOS; 0 if this is not the last fragment */
    private void fragment(int id, int offset, byte[] data, int optionStart) {
        int head = optionStart == 0 ? 10 : 12;
        ByteBuffer b = ByteBuffer.allocate(head + data.length);
        if (optionStart == 0) {
            UdpOptionWriter.frag(b, 0, 8 + 2 + head, id, offset);
        } else {
            UdpOptionWriter.terminalFrag(b, 0, 8 + 2 + head, id, offset, optionStart);
        }
        b.put(head, data);
        h.receive(UdpAreas.packet(0, b.array()));
    }

    private void assertReceived() {
        assertTrue(socket.receive(received), () -> h.host.counters().toString());
        assertArrayEquals(DATA, ByteBufUtil.getBytes(received.payload()));
    }

    @Test
    void piecesInAnyOrder() {
        int[][] orders = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
        for (int id = 0; id < orders.length; id++) {
            for (int piece : orders[id]) {
                assertFalse(socket.receive(received));
                fragment(id, piece * 20, piece * 20 + 20);
            }
            assertReceived();
        }
        assertEquals(0, h.host.udp().heldFragments());
    }

    @Test
    void aDuplicateIsDroppedOrSpoilsEverything() {
        fragment(1, 0, 20);
        fragment(1, 0, 20);
        fragment(1, 20, 60);
        assertReceived();
        assertEquals(1, h.host.counters().get(DropReason.UDP_FRAGMENT_DUPLICATE));
        socket.options().optionRules = OptionRules.STANDARD.with(DuplicateFragments.ABANDON);
        fragment(2, 0, 20);
        fragment(2, 0, 20);
        fragment(2, 20, 60);
        assertFalse(socket.receive(received));
        assertEquals(3, h.host.counters().get(DropReason.UDP_FRAGMENT_OVERLAP));
    }

    /** RFC 9868 §11.4: then everything is discarded, what comes later too; no ICMP. */
    @Test
    void anOverlapSpoilsEverything() {
        fragment(1, 0, 20);
        fragment(1, 19, 30);
        fragment(1, 0, 20);
        fragment(1, 20, 60);
        assertFalse(socket.receive(received));
        assertEquals(4, h.host.counters().get(DropReason.UDP_FRAGMENT_OVERLAP));
        assertEquals(0, h.transmit().size());
        h.advance(FragmentLimits.DEFAULT.timeoutNs());
        fragment(1, 0, 20);
        fragment(1, 20, 60);
        assertReceived(); // the identification is free again
    }

    @Test
    void octetsOfTheSamePlaceThatDifferAreNoDuplicate() {
        fragment(1, 8, new byte[20], 0);
        fragment(1, 0, 20);
        assertEquals(2, h.host.counters().get(DropReason.UDP_FRAGMENT_OVERLAP));
    }

    @Test
    void whatIsIncompleteIsForgottenInSilence() {
        fragment(1, 0, 20);
        assertEquals(1, h.host.udp().heldFragments());
        h.advance(FragmentLimits.DEFAULT.timeoutNs() - 1);
        assertEquals(1, h.host.udp().heldFragments());
        h.advance(FragmentLimits.DEFAULT.timeoutNs());
        assertEquals(0, h.host.udp().heldFragments());
        assertEquals(1, h.host.counters().get(DropReason.UDP_FRAGMENT_TIMEOUT));
        assertEquals(0, h.transmit().size());
        assertFalse(socket.receive(received));
    }

    @Test
    void aPeerHasSoManyAtATime() {
        for (int id = 0; id < 20; id++) {
            fragment(id, 0, 20);
        }
        int max = FragmentLimits.DEFAULT.maxPerPeer();
        assertEquals(max, h.host.udp().heldFragments());
        assertEquals(20 - max, h.host.counters().get(DropReason.UDP_FRAGMENT_LIMIT));
        fragment(19, 20, 60); // the oldest have given way
        assertReceived();
    }

    @Test
    void memoryIsLimited() {
        socket.options().fragmentLimits = new FragmentLimits(65_535, 255, 1_000_000_000L, 64, 64, 3000);
        for (int id = 0; id < 60; id++) {
            fragment(id, 0, 20);
        }
        assertTrue(h.host.udp().heldFragments() < 30);
        assertTrue(h.host.memory().usedBytes() <= 3000);
        assertTrue(h.host.counters().get(DropReason.UDP_FRAGMENT_LIMIT) > 30);
    }

    @Test
    void piecesAreLimited() {
        socket.options().fragmentLimits = new FragmentLimits(2926, 3, 1_000_000_000L, 8, 8, 100_000);
        for (int i = 0; i < 4; i++) {
            fragment(1, i * 10, i * 10 + 10);
        }
        fragment(2, 2920, new byte[10], 0);
        assertEquals(5, h.host.counters().get(DropReason.UDP_FRAGMENT_LIMIT));
        assertEquals(0, h.host.udp().heldFragments());
        assertThrows(IllegalArgumentException.class, () -> new FragmentLimits(2925, 2, 1, 1, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new FragmentLimits(2926, 2, 120_000_000_001L, 1, 1, 1));
    }

    @Test
    void placesThatCannotBe() {
        fragment(1, 7, new byte[10], 0); // in the UDP header
        fragment(2, 8, new byte[0], 0); // nothing, and not the last
        fragment(3, 8, new byte[10], 7); // options before the user data
        fragment(4, 8, new byte[10], 19); // behind the end
        assertEquals(4, h.host.counters().get(DropReason.UDP_FRAGMENT_MALFORMED));
        fragment(5, 40, new byte[10], 0);
        fragment(5, 8, new byte[10], 18); // the end, before what is there already
        assertEquals(6, h.host.counters().get(DropReason.UDP_FRAGMENT_MALFORMED));
        fragment(6, 8, new byte[0], 8); // an empty datagram
        assertTrue(socket.receive(received));
        assertFalse(socket.receive(received));
    }

    /** One octet cannot be options; the user data is delivered (RFC 9868 §8). */
    @Test
    void aSurplusAreaThatIsTooSmall() {
        fragment(1, 8, Arrays.copyOf(DATA, DATA.length + 1), 8 + DATA.length);
        assertReceived();
        ReceivedOptions options = received.options();
        assertNotNull(options);
        assertEquals(Outcome.NO_OPTIONS_AREA, options.outcome());
    }

    @Test
    void malformedFragmentOptionsAreUnsupportedUnsafeOnes() {
        for (byte[] options : new byte[][] {
            {3, 11, 0, 30, 0, 0, 0, 1, 0, 8, 0}, // no length of FRAG
            {3, 10, 0, 3, 0, 0, 0, 1, 0, 8}, // data before the options end
            {3, 10, 0, 99, 0, 0, 0, 1, 0, 8} // data behind the packet
        }) {
            h.receive(UdpAreas.packet(0, options));
            assertTrue(socket.receive(received)); // as a host would that knows nothing of options
            ReceivedOptions r = received.options();
            assertNotNull(r);
            assertEquals(Outcome.UNSAFE_UNSUPPORTED, r.outcome());
        }
        h.receive(UdpAreas.packet(4, new byte[] {3, 10, 0, 24, 0, 0, 0, 1, 0, 8, 9}));
        assertTrue(socket.receive(received));
        ReceivedOptions r = received.options();
        assertNotNull(r);
        assertEquals(Outcome.FRAGMENT_WITH_USER_DATA, r.outcome());
        byte[] twice = new byte[21];
        UdpOptionWriter.frag(ByteBuffer.wrap(twice), 0, 30, 1, 8);
        UdpOptionWriter.frag(ByteBuffer.wrap(twice), 10, 30, 1, 8);
        h.receive(UdpAreas.packet(0, twice));
        assertEquals(1, h.host.counters().get(DropReason.UDP_FRAGMENT_MALFORMED));
    }

    @Test
    void areasThatAreIgnored() {
        assertOutcome(Outcome.MALFORMED, new byte[] {4, 3, 1}); // MDS below its least length
        assertOutcome(Outcome.MALFORMED, new byte[] {0, 1}); // something behind EOL
        byte[] many = new byte[33 * 2];
        for (int i = 0; i < many.length; i += 2) {
            many[i] = 100;
            many[i + 1] = 2;
        }
        assertOutcome(Outcome.TOO_MANY, many);
        assertOutcome(Outcome.PROCESSED, new byte[] {4, 5, 1, 2, 3, 4, 4, 0, 9}); // malformed SAFE options are skipped
        assertOutcome(Outcome.PROCESSED, new byte[] {9, 4, 1, 2}); // AUTH is reserved
        assertEquals(0, h.host.counters().get(Counter.UDP_OPTION_NOP_RUNS));
        assertOutcome(Outcome.PROCESSED, new byte[] {1, 1, 1, 1, 1, 1, 1, 1, 4, 4, 0, 9});
        assertEquals(1, h.host.counters().get(Counter.UDP_OPTION_NOP_RUNS));
        OptionRules s = OptionRules.STANDARD;
        socket.options().optionRules = new OptionRules(
                s.fragmentOrigin(),
                s.payloadChecksumOrder(),
                s.unsafeOutsideFragment(),
                s.duplicateFragments(),
                false,
                true,
                32,
                true);
        assertOutcome(Outcome.OUT_OF_ORDER, new byte[] {100, 2, 4, 4, 0, 9});
        assertOutcome(Outcome.PROCESSED, new byte[] {0, 1});
    }

    private void assertOutcome(Outcome outcome, byte[] options) {
        h.receive(UdpAreas.packet(3, options));
        assertTrue(socket.receive(received));
        assertEquals("010203", ByteBufUtil.hexDump(received.payload()));
        ReceivedOptions r = received.options();
        assertNotNull(r);
        assertEquals(outcome, r.outcome());
    }

    @Test
    void reservedUnsafeOptionsAreUnsupported() {
        for (int kind : new int[] {192, 193, 254, 255}) {
            byte[] options = {(byte) kind, 4, 0, 1};
            h.receive(UdpAreas.packet(0, options));
            assertTrue(socket.receive(received)); // an empty datagram stays one
            h.receive(UdpAreas.packet(3, options));
            assertFalse(socket.receive(received));
        }
        assertEquals(4, h.host.counters().get(DropReason.UDP_OPTION_UNSAFE));
    }
}
