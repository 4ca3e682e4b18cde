package io.sluice.udp;

import io.netty.buffer.ByteBuf;
import io.sluice.buffer.MemoryAccount;
import io.sluice.buffer.Payload;
import io.sluice.event.Counter;
import io.sluice.event.DropReason;
import io.sluice.ip.IpDatagram;
import io.sluice.time.Deadline;
import io.sluice.udp.OptionRules.DuplicateFragments;
import io.sluice.udp.OptionRules.FragmentOrigin;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts the datagrams of one socket together from UDP fragments (RFC 9868 §11.4), within {@link FragmentLimits}, which no
 * other socket uses up. Where there is no room for a new datagram, the oldest gives way. Never answers with ICMP.
 */
final class FragmentReassembly {
    /** What a fragment costs beside its octets. */
    private static final int OVERHEAD_BYTES = 96;

    /** Which datagram a fragment is of (§11.4: addresses, ports and identification); the local port is the socket's. */
    static final class Key {
        long sourceHi;
        long sourceLo;
        long destinationHi;
        long destinationLo;
        int sourcePort;
        int identification;

        void of(IpDatagram d, int newSourcePort, int newIdentification) {
            sourceHi = d.sourceHi();
            sourceLo = d.sourceLo();
            destinationHi = d.destinationHi();
            destinationLo = d.destinationLo();
            sourcePort = newSourcePort;
            identification = newIdentification;
        }

        boolean isPeerOf(PartialDatagram p) {
            return p.sourceLo == sourceLo && p.sourcePort == sourcePort && p.sourceHi == sourceHi;
        }

        boolean is(PartialDatagram p) {
            return p.identification == identification
                    && isPeerOf(p)
                    && p.destinationLo == destinationLo
                    && p.destinationHi == destinationHi;
        }
    }

    private final UdpLayer udp;
    private final UdpSocketOptions options;
    private final MemoryAccount memory;
    private final Key key = new Key();
    /** Oldest first. */
    private final List<PartialDatagram> partial = new ArrayList<>();

    /** Why the latest fragment was dropped; null if it was kept. */
    private @Nullable DropReason dropped;

    FragmentReassembly(UdpLayer udp, UdpSocketOptions options) {
        this.udp = udp;
        this.options = options;
        memory = new MemoryAccount(udp.memory, options.fragmentLimits.maxMemoryBytes());
    }

    /** Why the fragment given last was not kept, or null. */
    @Nullable DropReason dropped() {
        return dropped;
    }

    /**
     * A fragment has come.
     *
     * @param scan what its options say
     * @param index where in {@code d.buffer()} its data is, {@code length} octets
     * @param own its options, if somebody wants to know them
     * @param counted whether the host counts the packet as held until the datagram ends
     * @return the datagram, if that is complete now: the caller ends it by {@link #finish}
     */
    @Nullable PartialDatagram add(
            IpDatagram d,
            int sourcePort,
            OptionScan scan,
            int index,
            @Nullable DatagramOptions own,
            boolean counted,
            long nowNs) {
        key.of(d, sourcePort, scan.identification);
        dropped = null;
        PartialDatagram p = find();
        if (p != null && p.abandoned) {
            dropped = DropReason.UDP_FRAGMENT_OVERLAP; // §11.4: with what they overlap, all are discarded
            return null;
        }
        int length = d.payloadIndex() + d.payloadLength() - index;
        int offset = offset(scan);
        if (offset < PartialDatagram.START || (length == 0 && !scan.terminal)) {
            dropped = DropReason.UDP_FRAGMENT_MALFORMED;
            return null;
        }
        boolean isNew = p == null;
        if (p == null) {
            p = begin(nowNs);
        }
        dropped = refuse(p, scan, d.buffer(), index, offset, length);
        if (dropped == null) {
            keep(p, d.buffer(), index, offset, length, counted);
            if (own != null) {
                p.merge(own);
            }
        } else if (isNew) {
            forget(p);
        }
        return dropped == null && p.isComplete() ? p : null;
    }

    /** Where the fragment belongs, from the UDP header of the datagram on; less than 8 if nowhere. */
    private int offset(OptionScan scan) {
        if (options.optionRules.fragmentOrigin() == FragmentOrigin.USER_DATA) {
            return scan.fragOffset + PartialDatagram.START;
        }
        // §11.4: "measured from the start of the original UDP datagram's header", but of a single fragment "the Frag.
        // Offset would be zero".
        return scan.fragOffset == 0 && scan.terminal ? PartialDatagram.START : scan.fragOffset;
    }

    private @Nullable PartialDatagram find() {
        for (int i = 0; i < partial.size(); i++) {
            if (key.is(partial.get(i))) {
                return partial.get(i);
            }
        }
        return null;
    }

    /** Makes room for a datagram: its peer's oldest gives way, or the oldest of all. */
    private PartialDatagram begin(long nowNs) {
        FragmentLimits limits = options.fragmentLimits;
        PartialDatagram oldestOfPeer = null;
        int ofPeer = 0;
        for (int i = partial.size() - 1; i >= 0; i--) {
            if (key.isPeerOf(partial.get(i))) {
                oldestOfPeer = partial.get(i);
                ofPeer++;
            }
        }
        if (oldestOfPeer != null && ofPeer >= limits.maxPerPeer()) {
            end(oldestOfPeer, DropReason.UDP_FRAGMENT_LIMIT);
        } else if (partial.size() >= limits.maxDatagrams()) {
            end(partial.get(0), DropReason.UDP_FRAGMENT_LIMIT);
        }
        PartialDatagram p = new PartialDatagram(this, key);
        partial.add(p);
        udp.wheel.arm(p, Deadline.after(nowNs, limits.timeoutNs()));
        return p;
    }

    private @Nullable DropReason refuse(
            PartialDatagram p, OptionScan scan, ByteBuf buffer, int index, int offset, int length) {
        int end = offset + length;
        if (p.isDuplicate(offset, buffer, index, length, scan.terminal)
                && options.optionRules.duplicateFragments() == DuplicateFragments.IGNORE) {
            return DropReason.UDP_FRAGMENT_DUPLICATE;
        }
        if (p.collides(offset, end)) {
            return abandon(p, DropReason.UDP_FRAGMENT_OVERLAP);
        }
        FragmentLimits limits = options.fragmentLimits;
        if (end > limits.maxBytes() || p.pieces() >= limits.maxSegments()) {
            return abandon(p, DropReason.UDP_FRAGMENT_LIMIT);
        }
        memory.limitBytes(limits.maxMemoryBytes());
        if (memory.availableBytes() < length + OVERHEAD_BYTES) {
            return DropReason.UDP_FRAGMENT_LIMIT;
        }
        if (scan.terminal && !p.last(end, scan.reassembledOptionStart)) {
            return abandon(p, DropReason.UDP_FRAGMENT_MALFORMED);
        }
        return null;
    }

    private void keep(PartialDatagram p, ByteBuf buffer, int index, int offset, int length, boolean counted) {
        ByteBuf octets = udp.payloads.keep(buffer, index, length);
        int charge = OVERHEAD_BYTES + Payload.pinnedBy(octets);
        memory.charge(charge);
        p.chargedBytes += charge;
        p.add(offset, octets);
        if (counted) {
            p.held++;
            udp.heldFragments++;
        }
    }

    /** Nothing of the datagram will be delivered; fragments that are still on their way are recognised. */
    private DropReason abandon(PartialDatagram p, DropReason reason) {
        letGo(p, reason);
        p.abandoned = true;
        return reason;
    }

    /** An UNSAFE option of a fragment is not supported: its datagram must not be delivered (§12). */
    void poison(IpDatagram d, int sourcePort, int identification, long nowNs) {
        key.of(d, sourcePort, identification);
        PartialDatagram p = find();
        abandon(p == null ? begin(nowNs) : p, DropReason.UDP_OPTION_UNSAFE);
    }

    /** The datagram that was complete has ended: its fragments but the last, which the caller counts, were delivered. */
    void finish(PartialDatagram p) {
        if (p.held > 0) {
            udp.counters.add(Counter.PACKETS_DELIVERED, p.held - 1L);
            udp.heldFragments -= p.held;
            p.held = 0;
        }
        forget(p);
    }

    void onExpired(PartialDatagram p) {
        end(p, DropReason.UDP_FRAGMENT_TIMEOUT);
    }

    private void end(PartialDatagram p, DropReason reason) {
        letGo(p, reason);
        forget(p);
    }

    private void letGo(PartialDatagram p, DropReason reason) {
        for (; p.held > 0; p.held--) {
            udp.heldFragments--;
            udp.counters.drop(reason);
        }
        memory.release(p.chargedBytes);
        p.chargedBytes = 0;
        p.release();
    }

    private void forget(PartialDatagram p) {
        memory.release(p.chargedBytes);
        p.chargedBytes = 0;
        p.release();
        udp.wheel.disarm(p);
        partial.remove(p);
    }

    void close() {
        while (!partial.isEmpty()) {
            end(partial.get(partial.size() - 1), DropReason.UDP_NO_PORT);
        }
    }
}
