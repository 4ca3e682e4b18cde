package io.sluice.wire;

import static io.sluice.wire.Ipv6ExtensionHeaders.Outcome.FRAGMENT;
import static io.sluice.wire.Ipv6ExtensionHeaders.Outcome.MISPLACED_HOP_BY_HOP;
import static io.sluice.wire.Ipv6ExtensionHeaders.Outcome.NO_NEXT_HEADER;
import static io.sluice.wire.Ipv6ExtensionHeaders.Outcome.TOO_MANY;
import static io.sluice.wire.Ipv6ExtensionHeaders.Outcome.TRUNCATED;
import static io.sluice.wire.Ipv6ExtensionHeaders.Outcome.UNRECOGNIZED_OPTION;
import static io.sluice.wire.Ipv6ExtensionHeaders.Outcome.UNRECOGNIZED_ROUTING;
import static io.sluice.wire.Ipv6ExtensionHeaders.Outcome.UPPER_LAYER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import net.jqwik.api.Example;

/** RFC 8200 §4: where a chain of extension headers leads, and what keeps it from leading there. */
class Ipv6ExtensionHeadersTest {
    /** Where the walked headers start; the Next Header field that names the first is thought to be at 6. */
    private static final int START = 40;

    private final Ipv6ExtensionHeaders headers = new Ipv6ExtensionHeaders();

    private Ipv6ExtensionHeaders.Outcome walk(int firstNextHeader, String hex) {
        byte[] octets = Octets.hex(hex);
        ByteBuffer b = Octets.tight(octets, START, true);
        boolean upper = headers.walk(b, START, octets.length, firstNextHeader, 6);
        assertEquals(headers.outcome() == UPPER_LAYER, upper);
        return headers.outcome();
    }

    @Example
    void aPacketWithoutExtensionHeadersIsAllUpperLayer() {
        assertEquals(UPPER_LAYER, walk(IpProtocol.TCP, "0102030405"));
        assertEquals(IpProtocol.TCP, headers.upperProtocol());
        assertEquals(START, headers.upperOffset());
        assertEquals(5, headers.upperLength());
        assertEquals(6, headers.pointer());
        assertFalse(headers.hasFragment() || headers.hasAuthentication() || headers.malformed());
        assertEquals(-1, headers.routerAlert());
    }

    @Example
    void walksAWholeChain() {
        ByteBuffer b = Octets.buffer(Packets.IPV6_CHAIN);
        Ipv6Header ip = new Ipv6Header();
        assertTrue(ip.wrap(b, 0, b.limit()));
        assertTrue(headers.walk(ip));
        assertEquals(IpProtocol.UDP, headers.upperProtocol());
        assertEquals(80, headers.upperOffset());
        assertEquals(16, headers.upperLength());
        assertEquals(64, headers.pointer()); // the Next Header field of the Authentication Header
        assertEquals(0, headers.routerAlert());
        assertTrue(headers.hasAuthentication());
        assertTrue(headers.hasFragment());
        assertTrue(headers.fragment().isAtomic());
        assertEquals(0xCAFEBABE, headers.fragment().identification());

        UdpHeader udp = new UdpHeader();
        assertTrue(udp.wrap(b, headers.upperOffset(), headers.upperLength()));
        assertTrue(udp.isChecksumValid(ip.pseudoHeader(IpProtocol.UDP, 16)));
    }

    @Example
    void noNextHeaderEndsTheWalkAndWhatFollowsIsIgnored() {
        assertEquals(NO_NEXT_HEADER, walk(IpProtocol.DESTINATION_OPTIONS, "3b00 000000000000 ffff"));
        assertEquals(START + 8, headers.upperOffset());
        assertEquals(2, headers.upperLength());
        assertFalse(headers.malformed());
    }

    @Example
    void aFragmentEndsTheWalk() {
        // A later fragment: what follows is data, though it would do as a header.
        assertEquals(FRAGMENT, walk(IpProtocol.FRAGMENT, "3c00 0008 00000007 ffffffffffffffff"));
        assertEquals(IpProtocol.DESTINATION_OPTIONS, headers.upperProtocol());
        assertEquals(START + 8, headers.upperOffset());
        assertEquals(8, headers.fragment().fragmentOffsetBytes());
        // A first fragment, whose own header chain goes on; a second walk sees whether it is all there (RFC 7112 §5).
        assertEquals(FRAGMENT, walk(IpProtocol.FRAGMENT, "3c00 0001 00000007 0600 010400000000 00500051"));
        Ipv6FragmentHeader fragment = headers.fragment();
        assertTrue(fragment.moreFragments());
        assertEquals(12, fragment.payloadLength());
        assertEquals(UPPER_LAYER, walk(fragment.nextHeader(), "0600 010400000000 00500051"));
        assertEquals(TRUNCATED, walk(fragment.nextHeader(), "0601 010400000000 00500051"));
    }

    @Example
    void optionsToBeSkippedAreSkippedAndOthersReportTheirAction() {
        assertEquals(UPPER_LAYER, walk(IpProtocol.DESTINATION_OPTIONS, "1100 3e02ffff 0000"));
        assertUnrecognized(0x41, Ipv6ExtensionHeaders.ACTION_DISCARD);
        assertUnrecognized(0x80, Ipv6ExtensionHeaders.ACTION_DISCARD_AND_REPORT);
        assertUnrecognized(0xC2, Ipv6ExtensionHeaders.ACTION_DISCARD_AND_REPORT_UNICAST);
    }

    private void assertUnrecognized(int type, int action) {
        String options = "1100 0000 %02x02ffff".formatted(type);
        assertEquals(UNRECOGNIZED_OPTION, walk(IpProtocol.DESTINATION_OPTIONS, options));
        assertEquals(type, headers.unrecognizedOption());
        assertEquals(action, headers.unrecognizedOptionAction());
        assertEquals(START + 4, headers.pointer());
        assertEquals(UNRECOGNIZED_OPTION, walk(IpProtocol.HOP_BY_HOP, options));
        assertEquals(UPPER_LAYER, walk(IpProtocol.DESTINATION_OPTIONS, "1100 010400000000"));
        assertEquals(0, headers.unrecognizedOption());
    }

    @Example
    void theFirstHeaderThatStopsTheWalkDecides() {
        // An unrecognized option, then a header that is cut off: RFC 8200 §4, in order.
        assertEquals(UNRECOGNIZED_OPTION, walk(IpProtocol.HOP_BY_HOP, "3c00 800400000000 11"));
        assertEquals(TRUNCATED, walk(IpProtocol.HOP_BY_HOP, "3c00 010400000000 11"));
        assertEquals(START + 8, headers.pointer());
        assertTrue(headers.malformed());
    }

    @Example
    void hopByHopIsOnlyFirst() {
        assertEquals(MISPLACED_HOP_BY_HOP, walk(IpProtocol.DESTINATION_OPTIONS, "0000 010400000000 1100 010400000000"));
        assertEquals(START, headers.pointer()); // the Next Header field that says so
        assertEquals(MISPLACED_HOP_BY_HOP, walk(IpProtocol.HOP_BY_HOP, "0000 010400000000 1100 010400000000"));
    }

    @Example
    void routingHeadersAreIgnoredOnceTheyAreUsedUp() {
        assertEquals(UPPER_LAYER, walk(IpProtocol.ROUTING, "0602 0000 00000000 20010db8000000000000000000000001"));
        assertEquals(
                UNRECOGNIZED_ROUTING, walk(IpProtocol.ROUTING, "0602 0001 00000000 20010db8000000000000000000000001"));
        assertEquals(START + 2, headers.pointer()); // the Routing Type field, RFC 8200 §4.4
    }

    @Example
    void cutOffHeadersAndOptions() {
        assertEquals(TRUNCATED, walk(IpProtocol.HOP_BY_HOP, ""));
        assertEquals(TRUNCATED, walk(IpProtocol.FRAGMENT, "06000000000000"));
        assertEquals(TRUNCATED, walk(IpProtocol.DESTINATION_OPTIONS, "0601 010400000000"));
        assertEquals(TRUNCATED, walk(IpProtocol.AUTHENTICATION, "0602 0000 00000001 00000001 000000"));
        assertEquals(TRUNCATED, walk(IpProtocol.DESTINATION_OPTIONS, "0600 010500000000")); // PadN over the end
        assertEquals(START + 2, headers.pointer());
        assertEquals(TRUNCATED, walk(IpProtocol.DESTINATION_OPTIONS, "0600 0103000000 3e")); // a type without a length
        assertEquals(START + 7, headers.pointer());
    }

    @Example
    void headersAndOptionsAreBounded() {
        String header = "3c00 010400000000";
        String last = "1100 010400000000";
        assertEquals(UPPER_LAYER, walk(IpProtocol.DESTINATION_OPTIONS, header.repeat(15) + last));
        assertEquals(TOO_MANY, walk(IpProtocol.DESTINATION_OPTIONS, header.repeat(16) + last));
        assertFalse(headers.malformed());

        assertEquals(UPPER_LAYER, walk(IpProtocol.DESTINATION_OPTIONS, "1102 " + "3e00".repeat(8) + "010400000000"));
        assertEquals(TOO_MANY, walk(IpProtocol.DESTINATION_OPTIONS, "1102 " + "3e00".repeat(9) + "01020000"));
        assertEquals(START + 2 + 16, headers.pointer());
        assertEquals(UPPER_LAYER, walk(IpProtocol.DESTINATION_OPTIONS, "1102 " + "0100".repeat(11))); // padding is free
    }

    @Example
    void octetsThatTheBufferDoesNotHaveAreCutOff() {
        assertFalse(headers.walk(ByteBuffer.allocate(8), 0, 9, IpProtocol.HOP_BY_HOP, 0));
        assertEquals(TRUNCATED, headers.outcome());
        assertFalse(headers.walk(ByteBuffer.allocate(8), -1, 8, IpProtocol.FRAGMENT, 0));
        assertEquals(0, headers.upperLength());
    }
}
