package io.sluice.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.sluice.event.Counter;
import io.sluice.event.Counters;
import io.sluice.event.DropReason;
import io.sluice.ip.Interface;
import io.sluice.link.PacketMeta;
import io.sluice.wire.IpAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** A host with one link, 10.0.0.1/24 and fd00::1/64, fed by hand in virtual time. */
public final class OneHost {
    public static final IpAddress OWN4 = IpAddress.parse("10.0.0.1");
    public static final IpAddress PEER4 = IpAddress.parse("10.0.0.2");
    public static final IpAddress OWN6 = IpAddress.parse("fd00::1");
    public static final IpAddress PEER6 = IpAddress.parse("fd00::2");

    public final TestLink link;
    public final Host host;
    public final Interface on;
    public long nowNs;
    /** Not pooled, since it knows how much of it is in use. */
    private final UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(true);

    private final PacketMeta meta;
    private final EnumMap<Counter, Long> expected = new EnumMap<>(Counter.class);
    private final EnumMap<DropReason, Long> expectedDrops = new EnumMap<>(DropReason.class);

    public OneHost() {
        this(new TestLink("test0"), b -> b);
    }

    public OneHost(TestLink link, UnaryOperator<HostConfig.Builder> config) {
        this(link, config, OWN4, OWN6);
    }

    /** The peer: 10.0.0.2/24 and fd00::2/64. */
    public static OneHost peer(TestLink link) {
        return new OneHost(link, b -> b, PEER4, PEER6);
    }

    private OneHost(TestLink link, UnaryOperator<HostConfig.Builder> config, IpAddress address4, IpAddress address6) {
        this.link = link;
        host = new Host(
                config.apply(HostConfig.builder(new SplittableRandom(1))).build());
        on = host.addInterface(link);
        host.addAddress(on, address4, 24);
        host.addAddress(on, address6, 64);
        meta = new PacketMeta(link);
    }

    public static IpAddress own(boolean ipv6) {
        return ipv6 ? OWN6 : OWN4;
    }

    public static IpAddress peer(boolean ipv6) {
        return ipv6 ? PEER6 : PEER4;
    }

    /** Hands a packet to the host. */
    public void receive(byte[] packet) {
        ByteBuf b = memory.directBuffer(packet.length + 10);
        b.writeZero(10).skipBytes(10).writeBytes(packet); // neither indices nor memory start at 0
        host.onPacket(b, meta, nowNs);
        b.release();
    }

    /** Octets of memory, of received packets and the host's own, that nobody has released. */
    public long memoryInUse() {
        return memory.metric().usedDirectMemory();
    }

    public PacketMeta meta() {
        return meta;
    }

    /** Lets timers run up to {@code atNs}. */
    public void advance(long atNs) {
        while (host.nextDeadlineNs() <= atNs) {
            nowNs = Math.max(nowNs, host.nextDeadlineNs());
            host.onTimer(nowNs);
        }
        nowNs = atNs;
    }

    /** Ends the turn, and returns what left the host. */
    public List<byte[]> transmit() {
        List<byte[]> packets = new ArrayList<>();
        boolean more = true;
        while (more) {
            more = host.transmit(1 << 20, nowNs);
            packets.addAll(link.take());
        }
        return packets;
    }

    /** Carries packets between two hosts until none is on its way. */
    public static void exchange(OneHost a, OneHost b) {
        boolean moved = true;
        while (moved) {
            List<byte[]> fromA = a.transmit();
            List<byte[]> fromB = b.transmit();
            fromA.forEach(b::receive);
            fromB.forEach(a::receive);
            moved = !fromA.isEmpty() || !fromB.isEmpty();
        }
    }

    /** The packet that left the host, which must be one. */
    public byte[] transmitOne() {
        List<byte[]> packets = transmit();
        assertEquals(1, packets.size(), () -> "packets sent; " + host.counters());
        return packets.get(0);
    }

    /** Expects a counter, to be checked by {@link #assertCounters}. */
    public OneHost expect(Counter counter, long value) {
        expected.put(counter, value);
        return this;
    }

    /** Expects drops, to be checked by {@link #assertCounters}. */
    public OneHost expect(DropReason reason, long value) {
        expectedDrops.put(reason, value);
        return this;
    }

    /** Checks that drops and counters are as expected: all others are zero, but for what merely measures volume. */
    public void assertCounters() {
        Counters c = host.counters();
        EnumSet<Counter> volume = EnumSet.of(
                Counter.PACKETS_IN,
                Counter.BYTES_IN,
                Counter.PACKETS_OUT,
                Counter.BYTES_OUT,
                Counter.PACKETS_DELIVERED,
                Counter.RECEIVE_BYTES_COPIED);
        volume.removeAll(expected.keySet());
        Map<String, Long> wanted = new TreeMap<>();
        Map<String, Long> found = new TreeMap<>();
        for (Counter counter : EnumSet.complementOf(volume)) {
            putUnlessZero(wanted, counter.name(), expected.getOrDefault(counter, 0L));
            putUnlessZero(found, counter.name(), c.get(counter));
        }
        for (DropReason reason : DropReason.values()) {
            putUnlessZero(wanted, "DROP_" + reason.name(), expectedDrops.getOrDefault(reason, 0L));
            putUnlessZero(found, "DROP_" + reason.name(), c.get(reason));
        }
        assertEquals(wanted, found);
        assertNothingLost();
    }

    /** Checks that every packet was delivered or dropped, or is held. */
    public void assertNothingLost() {
        Counters c = host.counters();
        assertEquals(
                c.get(Counter.PACKETS_IN),
                c.get(Counter.PACKETS_DELIVERED)
                        + c.dropped()
                        + host.reassembly().heldFragments()
                        + host.udp().heldFragments());
    }

    private static void putUnlessZero(Map<String, Long> map, String name, long value) {
        if (value != 0) {
            map.put(name, value);
        }
    }

    /** Closes the host and checks that neither it nor the test holds memory. */
    public void close() {
        host.close(nowNs);
        assertEquals(0, host.memory().usedBytes());
        assertEquals(0, host.wheel().size());
        assertEquals(0, memoryInUse());
    }

    /** {@code from} octets of {@code b} on. */
    public static byte[] tail(byte[] b, int from) {
        return Arrays.copyOfRange(b, from, b.length);
    }
}
