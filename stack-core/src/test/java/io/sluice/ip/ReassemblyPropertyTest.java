package io.sluice.ip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.event.Counter;
import io.sluice.event.DropReason;
import io.sluice.host.HostMemory;
import io.sluice.host.OneHost;
import io.sluice.host.TestLink;
import io.sluice.icmp.IcmpLimits;
import io.sluice.udp.UdpDatagram;
import io.sluice.udp.UdpEndpoint;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpProtocol;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;

/** Random fragments of a few datagrams, against a model that keeps every octet and knows nothing of buffers. */
final class ReassemblyPropertyTest {
    private static final int MAX_FRAGMENTS = 6;
    private static final int PORT = 4000;
    private static final long TIMEOUT4_NS = 30_000_000_000L;
    private static final long TIMEOUT6_NS = 60_000_000_000L;

    /**
     * A fragment, or, if {@code waitNs} is not 0, time that passes.
     *
     * @param variant which of two contents the datagram has at this place: what overlaps with itself is a repetition
     */
    record Step(int id, int offset, int length, boolean more, int variant, long waitNs) {}

    /** Steps over datagrams of up to 64 octets, cut anyhow, and now and then something absurd. */
    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Integer> ids = Arbitraries.integers().between(1, 2);
        Arbitrary<Integer> offsets = Arbitraries.frequencyOf(
                        Tuple.of(30, Arbitraries.integers().between(0, 6)), Tuple.of(1, Arbitraries.just(8191)))
                .map(units -> units * 8);
        Arbitrary<Integer> lengths = Arbitraries.frequency(
                Tuple.of(20, 8), Tuple.of(10, 16), Tuple.of(5, 24), Tuple.of(4, 12), Tuple.of(1, 0), Tuple.of(1, 3));
        Arbitrary<Boolean> mores = Arbitraries.frequency(Tuple.of(4, true), Tuple.of(1, false));
        Arbitrary<Integer> variants = Arbitraries.frequency(Tuple.of(30, 0), Tuple.of(1, 1));
        Arbitrary<Long> waits = Arbitraries.frequency(
                Tuple.of(60, 0L), Tuple.of(2, 1_000_000_000L), Tuple.of(1, TIMEOUT4_NS), Tuple.of(1, TIMEOUT6_NS));
        return Combinators.combine(ids, offsets, lengths, mores, variants, waits)
                .as(Step::new)
                .list()
                .ofMaxSize(50);
    }

    /** What should happen. */
    private static final class Model {
        final boolean ipv6;
        final Map<Integer, Partial> partials = new HashMap<>();
        final EnumMap<DropReason, Long> drops = new EnumMap<>(DropReason.class);
        final List<String> delivered = new ArrayList<>();
        long reassembled;
        long deliveredPackets;
        long nowNs;

        Model(boolean ipv6) {
            this.ipv6 = ipv6;
        }

        private static final class Partial {
            final List<Step> pieces = new ArrayList<>();
            long deadlineNs;

            @Nullable DropReason givenUp;
        }

        void drop(DropReason reason, long n) {
            drops.merge(reason, n, Long::sum);
        }

        void pass(long ns) {
            nowNs += ns;
            partials.values().removeIf(p -> {
                if (p.deadlineNs <= nowNs && !p.pieces.isEmpty()) {
                    drop(DropReason.FRAGMENT_TIMEOUT, p.pieces.size());
                }
                return p.deadlineNs <= nowNs;
            });
        }

        void receive(Step f) {
            int end = f.offset + f.length;
            boolean atomic = f.offset == 0 && !f.more;
            if (atomic) {
                deliver(List.of(f));
                return;
            }
            if (isMalformed(f, end)) {
                drop(DropReason.FRAGMENT_MALFORMED, 1);
                return;
            }
            Partial p = partials.computeIfAbsent(f.id, id -> new Partial());
            if (p.deadlineNs == 0) {
                p.deadlineNs = nowNs + (ipv6 ? TIMEOUT6_NS : TIMEOUT4_NS);
            }
            if (p.givenUp != null) {
                drop(p.givenUp, 1);
                return;
            }
            if (p.pieces.contains(f)) {
                drop(DropReason.FRAGMENT_DUPLICATE, 1);
                return;
            }
            DropReason reason = judge(p, f, end);
            if (reason == null) {
                p.pieces.add(f);
                completeIfWhole(f.id, p);
            } else {
                p.givenUp = reason;
                drop(reason, p.pieces.size() + 1L);
                p.pieces.clear();
            }
        }

        private boolean isMalformed(Step f, int end) {
            return f.length == 0 || (f.more && f.length % 8 != 0) || end + (ipv6 ? 0 : 20) > 65_535;
        }

        private static @Nullable DropReason judge(Partial p, Step f, int end) {
            for (Step other : p.pieces) {
                if (f.offset < other.offset + other.length && other.offset < end) {
                    return DropReason.FRAGMENT_OVERLAP;
                }
            }
            for (Step other : p.pieces) {
                int otherEnd = other.offset + other.length;
                if ((!other.more && (end > otherEnd || !f.more)) || (!f.more && otherEnd > end)) {
                    return DropReason.FRAGMENT_MALFORMED;
                }
            }
            return p.pieces.size() == MAX_FRAGMENTS ? DropReason.FRAGMENT_LIMIT : null;
        }

        private void completeIfWhole(int id, Partial p) {
            int octets = p.pieces.stream().mapToInt(Step::length).sum();
            boolean whole = p.pieces.stream().anyMatch(f -> !f.more && f.offset + f.length == octets);
            if (whole) {
                deliver(p.pieces);
                reassembled++;
                partials.remove(id);
            }
        }

        private void deliver(List<Step> pieces) {
            byte[] all = new byte[pieces.stream().mapToInt(Step::length).sum()];
            for (Step f : pieces) {
                System.arraycopy(content(f), 0, all, f.offset, f.length);
            }
            deliveredPackets += pieces.size();
            delivered.add(Arrays.toString(all));
        }

        long held() {
            return partials.values().stream().mapToLong(p -> p.pieces.size()).sum();
        }
    }

    private static byte[] content(Step f) {
        byte[] octets = new byte[f.length];
        for (int i = 0; i < f.length; i++) {
            octets[i] = (byte) (f.id * 97 + (f.offset + i) * 3 + f.variant * 128);
        }
        return octets;
    }

    private static byte[] packet(Step f, boolean ipv6) {
        int protocol = 253; // nobody's, so that what arrives is seen in the report that it makes
        return ipv6
                ? Packets.ip6(
                        OneHost.PEER6,
                        OneHost.OWN6,
                        IpProtocol.FRAGMENT,
                        Packets.fragment6(protocol, f.offset, f.more, f.id, content(f)))
                : Packets.ip4(
                        OneHost.PEER4,
                        OneHost.OWN4,
                        protocol,
                        new byte[0],
                        f.id,
                        f.offset / 8 | (f.more ? 0x2000 : 0),
                        content(f));
    }

    @Property(tries = 1000)
    void likeTheModel(@ForAll("steps") List<Step> steps, @ForAll boolean ipv6) {
        ReassemblyLimits limits = new ReassemblyLimits(1 << 20, 10, MAX_FRAGMENTS, TIMEOUT4_NS, TIMEOUT6_NS);
        OneHost one = new OneHost(new TestLink("test0"), b -> b.memory(new HostMemory(1 << 20, limits, 100, 10))
                .icmpLimits(new IcmpLimits(1_000_000_000, 1_000_000)));
        Model model = new Model(ipv6);
        List<String> delivered = new ArrayList<>();
        for (Step s : steps) {
            if (s.waitNs != 0) {
                model.pass(s.waitNs);
                one.advance(one.nowNs + s.waitNs);
                one.transmit();
            } else {
                model.receive(s);
                one.receive(packet(s, ipv6));
                collect(one, ipv6, delivered);
            }
            check(model, one);
        }
        assertEquals(model.delivered, delivered);
        one.close();
    }

    /** A datagram of an unknown protocol makes an error that quotes it. */
    private static void collect(OneHost one, boolean ipv6, List<String> delivered) {
        for (byte[] error : one.transmit()) {
            int type = error[ipv6 ? 40 : 20];
            int code = error[ipv6 ? 41 : 21];
            boolean unknownProtocol = ipv6 ? type == 4 && code == 1 : type == 3 && code == 2;
            if (unknownProtocol) {
                byte[] quoted = OneHost.tail(error, ipv6 ? 48 : 28);
                boolean atomic = ipv6 && quoted[6] == IpProtocol.FRAGMENT;
                int headers = ipv6 ? (atomic ? 48 : 40) : 20;
                delivered.add(Arrays.toString(OneHost.tail(quoted, headers)));
            }
        }
    }

    private static void check(Model model, OneHost one) {
        assertEquals(model.held(), one.host.reassembly().heldFragments());
        assertEquals(model.partials.size(), one.host.reassembly().datagrams());
        assertEquals(model.reassembled, one.host.counters().get(Counter.IP_REASSEMBLED));
        for (DropReason reason : DropReason.values()) {
            long expected = reason == DropReason.IP_PROTOCOL_UNKNOWN
                    ? model.delivered.size()
                    : model.drops.getOrDefault(reason, 0L);
            assertEquals(expected, one.host.counters().get(reason), reason::name);
        }
        assertEquals(
                model.deliveredPackets - model.delivered.size(),
                one.host.counters().get(Counter.PACKETS_DELIVERED),
                "all but one fragment of each datagram");
    }

    /** Whatever order the fragments of a valid datagram come in, with repetitions: it arrives, once, as it was. */
    @Property(tries = 150)
    void anyOrderWithRepetitions(
            @ForAll("cuts") List<Integer> cuts, @ForAll("orders") List<Integer> order, @ForAll boolean ipv6) {
        OneHost one = new OneHost();
        UdpEndpoint socket = one.host.udp().open(ipv6);
        IpAddress own = OneHost.own(ipv6);
        IpAddress peer = OneHost.peer(ipv6);
        assertNull(socket.bind(own, PORT));
        byte[] data = Packets.payload(2000);
        byte[] datagram = Packets.udp(peer, 1, own, PORT, data);
        List<byte[]> fragments = fragments(datagram, cuts, ipv6);
        List<byte[]> sent = new ArrayList<>();
        for (int i : order) {
            sent.add(fragments.get(i % fragments.size()));
        }
        List<byte[]> missing = fragments.stream().filter(f -> !sent.contains(f)).collect(Collectors.toList());
        sent.addAll(missing);
        int completedAt = 0;
        for (int i = 0; i < sent.size() && completedAt == 0; i++) {
            one.receive(sent.get(i));
            completedAt = socket.readiness() % 2 != 0 ? i + 1 : 0;
        }
        UdpDatagram got = new UdpDatagram();
        assertTrue(socket.receive(got));
        assertEquals(
                ByteBuffer.wrap(data), Objects.requireNonNull(got.payload()).nioBuffer());
        int repetitions = completedAt - fragments.size();
        one.expect(Counter.UDP_DATAGRAMS_IN, 1)
                .expect(Counter.IP_FRAGMENTS_IN, completedAt)
                .expect(Counter.IP_REASSEMBLED, 1)
                .expect(DropReason.FRAGMENT_DUPLICATE, repetitions)
                .assertCounters();
        got.release();
        one.close();
    }

    @Provide
    Arbitrary<List<Integer>> cuts() {
        return Arbitraries.integers()
                .between(1, 250)
                .list()
                .ofMinSize(1)
                .ofMaxSize(20)
                .uniqueElements();
    }

    @Provide
    Arbitrary<List<Integer>> orders() {
        return Arbitraries.integers().between(0, 1000).list().ofMaxSize(40);
    }

    private static List<byte[]> fragments(byte[] datagram, List<Integer> cuts, boolean ipv6) {
        List<Integer> at = new ArrayList<>(cuts);
        at.add(0);
        at.sort(null);
        List<byte[]> fragments = new ArrayList<>();
        for (int i = 0; i < at.size(); i++) {
            int from = at.get(i) * 8;
            boolean more = i + 1 < at.size();
            byte[] part = Arrays.copyOfRange(datagram, from, more ? at.get(i + 1) * 8 : datagram.length);
            fragments.add(
                    ipv6
                            ? Packets.ip6(
                                    OneHost.PEER6,
                                    OneHost.OWN6,
                                    IpProtocol.FRAGMENT,
                                    Packets.fragment6(IpProtocol.UDP, from, more, 9, part))
                            : Packets.ip4(
                                    OneHost.PEER4,
                                    OneHost.OWN4,
                                    IpProtocol.UDP,
                                    new byte[0],
                                    9,
                                    from / 8 | (more ? 0x2000 : 0),
                                    part));
        }
        return fragments;
    }
}
