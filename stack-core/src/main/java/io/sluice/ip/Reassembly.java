package io.sluice.ip;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sluice.buffer.MemoryAccount;
import io.sluice.event.Counter;
import io.sluice.event.Counters;
import io.sluice.event.DropReason;
import io.sluice.ip.ErrorReporter.Problem;
import io.sluice.time.Deadline;
import io.sluice.time.TimerWheel;
import io.sluice.wire.AddressKey;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.Ipv4Header;
import io.sluice.wire.Ipv6FragmentHeader;
import io.sluice.wire.Ipv6Header;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Puts fragments together (RFC 791 §3.2, RFC 1122 §3.3.2, RFC 8200 §4.5), in bounded memory and time.
 *
 * <p>A datagram any two of whose fragments overlap is discarded silently, with all fragments that are still to come (RFC
 * 5722 §4; for IPv4 as well, since the reasons are the same); only exact repetitions are tolerated. Under pressure the
 * oldest incomplete datagram gives way.
 *
 * <p>Counting: while a datagram is incomplete its fragments are neither delivered nor dropped but held. When it is
 * complete all but one of them count as delivered, and the datagram's transport ends that one. When it is discarded each
 * of them counts as dropped.
 *
 * <p>Fragments are kept as copies of their own size, because a reference would pin a whole receive buffer for a few octets.
 */
public final class Reassembly {
    /** The largest IPv4 packet, and the largest payload of an IPv6 packet. */
    static final int MAX_LENGTH = 65_535;

    /** IPv6 fragments belong together whatever their Next Header fields say (RFC 8200 §4.5). */
    private static final int ANY_PROTOCOL = 256;

    private static final int BUCKETS = 256;
    /** What an incomplete datagram costs beside its fragments. */
    private static final int DATAGRAM_OVERHEAD_BYTES = 256;

    private static final int FRAGMENT_OVERHEAD_BYTES = 64;
    private static final int IPV4_TOS_FIELD = 1;
    private static final int IPV4_TOTAL_LENGTH_FIELD = 2;
    private static final int IPV4_FRAGMENT_FIELD = 6;
    private static final int IPV6_PAYLOAD_LENGTH_FIELD = 4;
    private static final int IPV6_TRAFFIC_CLASS_SHIFT = 20;
    private static final int ECN_MASK = 3;

    private final @Nullable PartialDatagram[] buckets = new PartialDatagram[BUCKETS];
    private final ReassemblyLimits limits;
    private final MemoryAccount memory;
    private final ByteBufAllocator allocator;
    private final TimerWheel wheel;
    private final ErrorReporter reporter;
    private final Counters counters;
    private final IpDatagram expired = new IpDatagram();
    private final Ipv4Header ipv4 = new Ipv4Header();
    private @Nullable PartialDatagram oldest;
    private @Nullable PartialDatagram newest;
    private int datagrams;
    private long heldFragments;

    /** @param hostMemory what fragments count against beside their own limit */
    public Reassembly(
            ReassemblyLimits limits,
            MemoryAccount hostMemory,
            ByteBufAllocator allocator,
            TimerWheel wheel,
            ErrorReporter reporter,
            Counters counters) {
        this.limits = limits;
        this.memory = new MemoryAccount(hostMemory, limits.memoryBytes());
        this.allocator = allocator;
        this.wheel = wheel;
        this.reporter = reporter;
        this.counters = counters;
    }

    /** Fragments that belong to incomplete datagrams: received, but not yet delivered or dropped. */
    public long heldFragments() {
        return heldFragments;
    }

    /** Incomplete datagrams, those of which only the memory that they were discarded is left included. */
    public int datagrams() {
        return datagrams;
    }

    /** What incomplete datagrams hold. */
    public MemoryAccount memory() {
        return memory;
    }

    /** The part of the key that the protocol is. */
    static int keyProtocol(IpDatagram fragment) {
        return fragment.ipv6() ? ANY_PROTOCOL : fragment.protocol();
    }

    /** Takes a fragment of an IPv4 packet; returns the whole packet, which is the caller's, if it was the last missing. */
    @Nullable ByteBuf onFragment4(IpDatagram fragment, Ipv4Header header, long nowNs) {
        boolean more = header.moreFragments();
        int length = fragment.payloadLength();
        int end = header.fragmentOffsetBytes() + length;
        if (length == 0
                || (more && length % Ipv4Header.FRAGMENT_UNIT != 0)
                || header.headerLength() + end > MAX_LENGTH) {
            counters.increment(Counter.IP_FRAGMENTS_IN);
            counters.drop(DropReason.FRAGMENT_MALFORMED);
            return null;
        }
        PartialDatagram d = accept(fragment, header.identification(), more, nowNs);
        if (d == null) {
            return null;
        }
        ByteBuf first = d.first();
        if (first == null || d.firstHeaderLength() + d.totalBytes() > MAX_LENGTH) {
            discard(d, DropReason.FRAGMENT_MALFORMED);
            return null;
        }
        return complete(d, build4(d, first));
    }

    /** As {@link #onFragment4} for IPv6; the caller has looked at alignment and size. */
    @Nullable ByteBuf onFragment6(IpDatagram fragment, Ipv6FragmentHeader header, long nowNs) {
        if (fragment.payloadLength() == 0) {
            counters.increment(Counter.IP_FRAGMENTS_IN);
            counters.drop(DropReason.FRAGMENT_MALFORMED);
            return null;
        }
        PartialDatagram d = accept(fragment, header.identification(), header.moreFragments(), nowNs);
        if (d == null) {
            return null;
        }
        ByteBuf first = d.first();
        int headers = d.firstHeaderLength() - Ipv6FragmentHeader.LENGTH;
        if (first == null || headers - Ipv6Header.LENGTH + d.totalBytes() > MAX_LENGTH) {
            discard(d, DropReason.FRAGMENT_MALFORMED);
            return null;
        }
        return complete(d, build6(d, first, headers));
    }

    /** Files the fragment; returns its datagram if that is complete now. Otherwise the fragment is held, or counted. */
    private @Nullable PartialDatagram accept(IpDatagram fragment, int identification, boolean more, long nowNs) {
        counters.increment(Counter.IP_FRAGMENTS_IN);
        PartialDatagram d = find(fragment, identification);
        if (d == null) {
            d = create(fragment, identification, nowNs);
            if (d == null) {
                counters.drop(DropReason.FRAGMENT_LIMIT);
                return null;
            }
        }
        DropReason givenUp = d.givenUp();
        if (givenUp != null) {
            counters.drop(givenUp);
            return null;
        }
        switch (d.fit(fragment, more)) {
            case DUPLICATE -> counters.drop(DropReason.FRAGMENT_DUPLICATE);
            case OVERLAP -> giveUp(d, DropReason.FRAGMENT_OVERLAP);
            case CONTRADICTION -> giveUp(d, DropReason.FRAGMENT_MALFORMED);
            case NEW -> {
                if (d.count() == limits.maxFragments() || !keep(d, fragment, more)) {
                    giveUp(d, DropReason.FRAGMENT_LIMIT);
                } else if (d.isComplete()) {
                    return d;
                }
            }
        }
        return null;
    }

    private boolean keep(PartialDatagram d, IpDatagram fragment, boolean more) {
        // The first fragment is kept with its headers: they become the datagram's, and are quoted if the others never
        // come.
        boolean first = fragment.fragmentOffset() == 0;
        int from = first ? fragment.headerIndex() : fragment.payloadIndex();
        int start = fragment.payloadIndex() - from;
        int length = start + fragment.payloadLength();
        if (!charge(d, length + FRAGMENT_OVERHEAD_BYTES)) {
            return false;
        }
        ByteBuf piece = allocator.directBuffer(length, length);
        piece.writeBytes(fragment.buffer(), from, length);
        d.add(fragment, more, piece, start);
        heldFragments++;
        return true;
    }

    /** Charges memory to {@code d}, at the expense of the oldest datagrams if need be. */
    private boolean charge(PartialDatagram d, int bytes) {
        while (!memory.tryCharge(bytes)) {
            PartialDatagram victim = oldest == d ? d.newer : oldest;
            if (victim == null) {
                return false;
            }
            discard(victim, DropReason.FRAGMENT_LIMIT);
        }
        d.chargedBytes += bytes;
        return true;
    }

    private ByteBuf build4(PartialDatagram d, ByteBuf first) {
        int headerLength = d.firstHeaderLength();
        int length = headerLength + d.totalBytes();
        ByteBuf whole = allocator.directBuffer(length, length);
        whole.writeBytes(first, 0, headerLength);
        d.copyPayloadTo(whole);
        whole.setShort(IPV4_TOTAL_LENGTH_FIELD, length);
        whole.setShort(IPV4_FRAGMENT_FIELD, 0);
        if (d.isCongestionMarked()) {
            whole.setByte(IPV4_TOS_FIELD, whole.getByte(IPV4_TOS_FIELD) | ECN_MASK);
        }
        ByteBuffer nio = whole.internalNioBuffer(0, length);
        if (ipv4.wrap(nio, nio.position(), length)) {
            ipv4.updateChecksum();
        }
        return whole;
    }

    /** RFC 8200 §4.5: the headers before the Fragment header, then what that header is followed by in all fragments. */
    private ByteBuf build6(PartialDatagram d, ByteBuf first, int headers) {
        int length = headers + d.totalBytes();
        ByteBuf whole = allocator.directBuffer(length, length);
        whole.writeBytes(first, 0, headers);
        d.copyPayloadTo(whole);
        whole.setShort(IPV6_PAYLOAD_LENGTH_FIELD, length - Ipv6Header.LENGTH);
        whole.setByte(nextHeaderField(first, headers), first.getByte(headers));
        if (d.isCongestionMarked()) {
            whole.setInt(0, whole.getInt(0) | ECN_MASK << IPV6_TRAFFIC_CLASS_SHIFT);
        }
        return whole;
    }

    /** Where the header before the one at {@code index} says what follows it. */
    private static int nextHeaderField(ByteBuf packet, int index) {
        int field = Ipv6Header.NEXT_HEADER_OFFSET;
        int at = Ipv6Header.LENGTH;
        while (at < index) {
            int length = Ipv6FragmentHeader.LENGTH;
            if (packet.getUnsignedByte(field) != IpProtocol.FRAGMENT) {
                length += packet.getUnsignedByte(at + 1) * 8;
            }
            field = at;
            at += length;
        }
        return field;
    }

    private @Nullable ByteBuf complete(PartialDatagram d, ByteBuf whole) {
        if (d.isEcnContradictory()) {
            whole.release();
            discard(d, DropReason.FRAGMENT_MALFORMED); // RFC 3168 §5.3: a mark must not be lost
            return null;
        }
        int held = forget(d);
        counters.increment(Counter.IP_REASSEMBLED);
        counters.add(Counter.PACKETS_DELIVERED, held - 1);
        return whole;
    }

    /** Called by the timer of a datagram. */
    void onTimeout(PartialDatagram d, long nowNs) {
        ByteBuf first = d.first();
        if (first != null) {
            // RFC 1122 §3.3.2, RFC 8200 §4.5: reported only if the first fragment has come
            d.describeFirst(expired, first);
            reporter.report(Problem.REASSEMBLY_TIMEOUT, expired, 0, nowNs);
            expired.clear();
        }
        discard(d, DropReason.FRAGMENT_TIMEOUT);
    }

    /** Lets go of everything: the host is closing. */
    public void close() {
        for (PartialDatagram d = oldest; d != null; d = oldest) {
            discard(d, DropReason.FRAGMENT_TIMEOUT);
        }
    }

    private @Nullable PartialDatagram find(IpDatagram fragment, int identification) {
        PartialDatagram d = buckets[bucket(fragment.sourceHi(), fragment.sourceLo(), identification)];
        while (d != null && !d.matches(fragment, identification)) {
            d = d.hashNext;
        }
        return d;
    }

    private static int bucket(long sourceHi, long sourceLo, int identification) {
        return AddressKey.hash(sourceHi, sourceLo + identification) & (BUCKETS - 1);
    }

    private @Nullable PartialDatagram create(IpDatagram fragment, int identification, long nowNs) {
        PartialDatagram victim = oldest;
        if (datagrams == limits.maxDatagrams() && victim != null) {
            discard(victim, DropReason.FRAGMENT_LIMIT);
        }
        PartialDatagram d = new PartialDatagram(this, fragment, identification);
        if (!charge(d, DATAGRAM_OVERHEAD_BYTES)) {
            return null;
        }
        int bucket = bucket(d.sourceHi, d.sourceLo, identification);
        d.hashNext = buckets[bucket];
        buckets[bucket] = d;
        d.older = newest;
        if (newest == null) {
            oldest = d;
        } else {
            newest.newer = d;
        }
        newest = d;
        datagrams++;
        wheel.arm(d, Deadline.after(nowNs, d.ipv6 ? limits.timeout6Ns() : limits.timeout4Ns()));
        return d;
    }

    /** Drops the fragments that are here, the one at hand, and by way of a mark those that are still to come. */
    private void giveUp(PartialDatagram d, DropReason reason) {
        counters.drop(reason);
        release(d, reason);
    }

    private void release(PartialDatagram d, DropReason reason) {
        int held = d.giveUp(reason);
        heldFragments -= held;
        counters.drop(reason, held);
        memory.release(d.chargedBytes - DATAGRAM_OVERHEAD_BYTES);
        d.chargedBytes = DATAGRAM_OVERHEAD_BYTES;
    }

    private void discard(PartialDatagram d, DropReason reason) {
        release(d, reason);
        forget(d);
    }

    /** Takes the datagram out of all lists and frees what it holds, without counting; returns how much it held. */
    private int forget(PartialDatagram d) {
        int held = d.release();
        heldFragments -= held;
        memory.release(d.chargedBytes);
        d.chargedBytes = 0;
        wheel.disarm(d);
        unlink(d);
        datagrams--;
        return held;
    }

    private void unlink(PartialDatagram d) {
        int bucket = bucket(d.sourceHi, d.sourceLo, d.identification);
        PartialDatagram previous = buckets[bucket];
        if (previous == d) {
            buckets[bucket] = d.hashNext;
        } else {
            while (previous != null && previous.hashNext != d) {
                previous = previous.hashNext;
            }
            if (previous != null) {
                previous.hashNext = d.hashNext;
            }
        }
        if (d.older == null) {
            oldest = d.newer;
        } else {
            d.older.newer = d.newer;
        }
        if (d.newer == null) {
            newest = d.older;
        } else {
            d.newer.older = d.older;
        }
        d.hashNext = null;
        d.older = null;
        d.newer = null;
    }
}
