package io.sluice.wire;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/**
 * Packets never throw: every view against random octets, and against whole packets cut off at every length and with
 * every bit flipped. Buffers end where the octets end, so that one read too many would throw.
 */
class WireFuzzTest {
    private static final List<byte[]> PACKETS = List.of(
                    Packets.RFC9235_4_1_1,
                    Packets.RFC9235_4_1_4,
                    Packets.RFC9235_6_1_1,
                    Packets.ICMPV4_ECHO,
                    Packets.ICMPV4_TOO_BIG,
                    Packets.ICMPV6_TOO_BIG,
                    Packets.UDP4,
                    Packets.UDP_OPTIONS,
                    Packets.UDP_FRAGMENT,
                    Packets.IPV6_CHAIN,
                    Packets.TCP_RARE_OPTIONS)
            .stream()
            .map(Octets::hex)
            .toList();

    private final List<ViewProbe> probes = ViewProbe.all();

    private void probe(byte[] octets, int offset, boolean direct) {
        ByteBuffer b = Octets.tight(octets, offset, direct);
        for (ViewProbe probe : probes) {
            probe.probe(b, offset);
        }
    }

    @Property(tries = 5000)
    void randomOctets(
            @ForAll @Size(max = 120) byte[] octets, @ForAll @IntRange(max = 5) int offset, @ForAll boolean direct) {
        probe(octets, offset, direct);
    }

    /** Lengths and kinds that mean something, which uniform octets seldom are. */
    @Property(tries = 5000)
    void likelyOctets(@ForAll("likely") byte[] octets, @ForAll @IntRange(max = 5) int offset) {
        probe(octets, offset, true);
    }

    @Provide
    Arbitrary<byte[]> likely() {
        byte[] starts = Octets.hex(
                "00 01 02 03 04 05 07 08 0a 10 12 13 1c 1d 22 2a 2b 2c 33 3b 3c 44 45 46 4f 50 60 80 83 89 94 ac ae c2 f0 fd fe ff");
        Arbitrary<Byte> octet =
                Arbitraries.integers().between(0, starts.length - 1).map(i -> starts[i]);
        return octet.array(byte[].class).ofMaxSize(80);
    }

    @Example
    void everyPartOfAPacketCutOffAtEveryLength() {
        for (byte[] packet : PACKETS) {
            for (int start = 0; start < packet.length; start += 2) {
                for (int end = start; end <= packet.length; end++) {
                    probe(Arrays.copyOfRange(packet, start, end), start % 3, (end & 1) == 0);
                }
            }
        }
    }

    @Example
    void everyBitFlipped() {
        for (byte[] packet : PACKETS) {
            for (int bit = 0; bit < 8 * packet.length; bit++) {
                byte[] flipped = packet.clone();
                flipped[bit / 8] ^= (byte) (1 << bit % 8);
                for (int start = 0; start <= 64 && start <= packet.length; start += 4) {
                    probe(Arrays.copyOfRange(flipped, start, packet.length), 0, false);
                }
            }
        }
    }

    @Property(tries = 3000)
    void packetsWithSomeOctetsChangedAndCutOff(
            @ForAll @IntRange(max = 10) int which,
            @ForAll @Size(max = 6) List<@IntRange(max = 0xFFFFFF) Integer> changes,
            @ForAll @IntRange(max = 140) int cut,
            @ForAll @IntRange(max = 24) int start) {
        byte[] packet = PACKETS.get(which).clone();
        for (int change : changes) {
            packet[(change >>> 8) % packet.length] = (byte) change;
        }
        int end = Math.max(packet.length - cut, 0);
        int from = Math.min(4 * (start % 16), end);
        probe(Arrays.copyOfRange(packet, from, end), start % 7, true);
    }

    @Property
    void placesThatTheBufferDoesNotHaveAreRefused(@ForAll int offset, @ForAll int length) {
        ByteBuffer b = Octets.tight(PACKETS.get(0), 0, true);
        for (ViewProbe probe : probes) {
            probe.probeAnywhere(b, offset, length);
            probe.probeAnywhere(b, offset & 0x7F, length & 0x7F);
        }
    }

    /** A view that was never pointed at anything reads as zeros. */
    @Example
    void unwrappedViewsCanBeRead() {
        assertTrue(new TcpHeader().sequenceNumber() == 0 && new TcpHeader().payloadLength() == 0);
        assertTrue(new Ipv4Header().source() == 0 && new Ipv4Header().payloadLength() == 0);
        assertTrue(new Ipv6Header().sourceLo() == 0 && new Ipv6Header().payloadLength() == 0);
        assertTrue(new UdpHeader().sourcePort() == 0 && new UdpHeader().payloadLength() == 0);
        assertTrue(new IcmpHeader().type() == 0 && new IcmpHeader().bodyLength() == 0);
        assertTrue(new Ipv6FragmentHeader().isAtomic() && new QuotedTransport().sourcePort() == 0);
        assertTrue(!new Ipv4Options().next() && new TcpOptions().sackCount() == 0);
        assertTrue(new Ipv6ExtensionHeaders().upperLength() == 0);
        assertTrue(new UdpOptions().ocs() == 0 && !new UdpOptions().next() && new UdpOptions().valueLength() == 0);
    }
}
