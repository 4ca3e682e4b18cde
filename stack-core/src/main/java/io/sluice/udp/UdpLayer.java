package io.sluice.udp;

import io.netty.buffer.ByteBufAllocator;
import io.sluice.buffer.MemoryAccount;
import io.sluice.buffer.Payload;
import io.sluice.event.Counter;
import io.sluice.event.Counters;
import io.sluice.event.DropReason;
import io.sluice.event.Pollable;
import io.sluice.icmp.IcmpError;
import io.sluice.ip.EphemeralPorts;
import io.sluice.ip.IpDatagram;
import io.sluice.ip.IpDatagram.Destination;
import io.sluice.ip.IpLayer;
import io.sluice.ip.PortRange;
import io.sluice.link.FlowLabels;
import io.sluice.link.TransmitRing;
import io.sluice.time.TimerWheel;
import io.sluice.udp.OptionInput.Fate;
import io.sluice.wire.UdpHeader;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The UDP of one host (RFC 768, RFC 1122 §4.1): its sockets, and where datagrams come in. */
public final class UdpLayer {
    /** Descriptions kept for reuse. */
    private static final int MAX_SPARE = 1024;

    final IpLayer ip;
    final FlowLabels flowLabels;
    final TransmitRing ring;
    final Pollable.ReadyList ready;
    final MemoryAccount memory;
    final Counters counters;
    final ByteBufAllocator allocator;
    final UdpTable table;
    final UdpOutput output;
    final Payload payloads;
    final EphemeralPorts ports;
    final TimerWheel wheel;
    final RandomGenerator random;
    final OptionOutput optionOutput;
    /** Closed sockets that have not sent everything yet. */
    final Set<UdpEndpoint> lingering = new HashSet<>();

    private final ArrayDeque<UdpDatagram> spareDatagrams = new ArrayDeque<>();
    private final ArrayDeque<Outgoing> spareOutgoing = new ArrayDeque<>();
    private final UdpHeader header = new UdpHeader();
    private final OptionInput optionInput;
    /** Packets that are UDP fragments and wait for the rest of their datagram. */
    long heldFragments;

    /**
     * @param memory what queued datagrams count against, beside their socket's limits
     * @param flowLabels of what is sent over IPv6
     * @param ephemeralPorts from which ports are chosen for sockets that are not bound
     */
    public UdpLayer(
            IpLayer ip,
            FlowLabels flowLabels,
            Pollable.ReadyList ready,
            MemoryAccount memory,
            RandomGenerator random,
            TimerWheel wheel,
            PortRange ephemeralPorts) {
        this.ip = ip;
        this.flowLabels = flowLabels;
        this.ring = ip.ring();
        this.ready = ready;
        this.memory = memory;
        counters = ip.counters();
        allocator = ip.allocator();
        table = new UdpTable(random.nextLong());
        ports = new EphemeralPorts(random, ephemeralPorts);
        output = new UdpOutput(ip);
        payloads = new Payload(allocator, counters);
        this.wheel = wheel;
        this.random = random;
        optionOutput = new OptionOutput(allocator, counters);
        optionInput = new OptionInput(this);
    }

    /** Packets that are UDP fragments (RFC 9868 §11.4) and neither delivered nor dropped yet. */
    public long heldFragments() {
        return heldFragments;
    }

    /** A socket that is not bound yet. */
    public UdpEndpoint open(boolean ipv6) {
        return new UdpEndpoint(this, ipv6);
    }

    /** Sockets that have a port. */
    public int size() {
        return table.size();
    }

    /**
     * Processes a UDP datagram.
     *
     * @return false if nobody listens: then nothing was counted, and the sender is to be told (RFC 1122 §4.1.3.1)
     */
    public boolean onDatagram(IpDatagram d, long nowNs) {
        DropReason malformed = check(d);
        if (malformed != null) {
            counters.drop(malformed);
            return true;
        }
        boolean lacksChecksum = lacksChecksum(d);
        if (lacksChecksum && !isWantedWithoutChecksum(d)) {
            counters.drop(DropReason.UDP_CHECKSUM);
            return true;
        }
        counters.increment(Counter.UDP_DATAGRAMS_IN);
        if (d.destinationKind() != Destination.UNICAST) {
            deliverToMembers(d, lacksChecksum, nowNs);
            return true;
        }
        UdpEndpoint e = table.find(d, header.destinationPort(), header.sourcePort());
        if (e == null) {
            return false;
        }
        if (isFromTooFar(e, d)) {
            counters.drop(DropReason.UDP_LOW_HOP_LIMIT);
            return true;
        }
        if (OptionInput.concerns(e, d, header)) {
            end(optionInput.receive(e, d, header, true, nowNs));
        } else {
            end(deliver(e, d));
        }
        return true;
    }

    /** RFC 5082 §3: whoever is that far away cannot have sent it with the TTL that this socket asks for. */
    private static boolean isFromTooFar(UdpEndpoint e, IpDatagram d) {
        return d.hopLimit() < e.options().minimumHopLimit;
    }

    private @Nullable DropReason check(IpDatagram d) {
        if (!header.wrap(d.nio(), d.payloadOffset(), d.payloadLength())) {
            return DropReason.UDP_MALFORMED;
        }
        // RFC 768: if it is zero, none was computed.
        boolean valid = d.checksumTrusted()
                || header.checksum() == 0
                || header.isChecksumValid(d.pseudoHeaderSum(header.datagramLength()));
        return valid ? null : DropReason.UDP_CHECKSUM;
    }

    /** RFC 8200 §8.1: over IPv6 there has to be a checksum, but for sockets that do without it (RFC 6935 §5, RFC 6936 §4). */
    private boolean lacksChecksum(IpDatagram d) {
        return d.ipv6() && header.checksum() == 0 && !d.checksumTrusted();
    }

    /** Whether any socket takes such a datagram without a checksum. Nobody is told of one that is not taken. */
    private boolean isWantedWithoutChecksum(IpDatagram d) {
        if (d.destinationKind() == Destination.UNICAST) {
            UdpEndpoint e = table.find(d, header.destinationPort(), header.sourcePort());
            return e != null && e.options().acceptsZeroChecksum6;
        }
        return table.withPort(header.destinationPort()).stream()
                .anyMatch(e -> e.options().acceptsZeroChecksum6 && UdpTable.isMember(e, d, header.sourcePort()));
    }

    private void end(Fate fate) {
        if (fate == Fate.DELIVERED) {
            counters.increment(Counter.PACKETS_DELIVERED);
        } else if (fate == Fate.DROPPED) {
            counters.drop(optionInput.reason());
        }
    }

    private void end(boolean delivered) {
        if (delivered) {
            counters.increment(Counter.PACKETS_DELIVERED);
        } else {
            counters.drop(DropReason.UDP_BUFFER_FULL);
        }
    }

    private void deliverToMembers(IpDatagram d, boolean lacksChecksum, long nowNs) {
        List<UdpEndpoint> candidates = table.withPort(header.destinationPort());
        boolean found = false;
        boolean delivered = false;
        for (int i = 0; i < candidates.size(); i++) {
            UdpEndpoint e = candidates.get(i);
            if (UdpTable.isMember(e, d, header.sourcePort())
                    && !isFromTooFar(e, d)
                    && (!lacksChecksum || e.options().acceptsZeroChecksum6)) {
                found = true;
                delivered |= OptionInput.concerns(e, d, header)
                        ? optionInput.receive(e, d, header, false, nowNs) != Fate.DROPPED
                        : deliver(e, d);
            }
        }
        if (found) {
            end(delivered);
        } else {
            counters.drop(DropReason.UDP_NO_PORT);
        }
    }

    /** Queues the payload; what a link merged comes apart again. Returns whether any of it was taken. */
    private boolean deliver(UdpEndpoint e, IpDatagram d) {
        int index = d.payloadIndex() + UdpHeader.LENGTH;
        int length = header.payloadLength();
        int segment = d.meta().segments() > 1 ? d.meta().segmentSize() : 0;
        if (segment <= 0 || segment >= length) {
            return e.onDatagram(d, header.sourcePort(), d.buffer(), index, length, null);
        }
        boolean taken = false;
        for (int at = 0; at < length; at += segment) {
            taken |= e.onDatagram(d, header.sourcePort(), d.buffer(), index + at, Math.min(segment, length - at), null);
        }
        return taken;
    }

    /** An ICMP error quotes a datagram of this host; returns whether a socket may have sent it. */
    public boolean onError(IcmpError error, long nowNs) {
        UdpEndpoint e = table.connected(
                error.localHi(),
                error.localLo(),
                error.remoteHi(),
                error.remoteLo(),
                UdpTable.ports(error.localPort(), error.remotePort()));
        if (e != null) {
            e.onError(error, nowNs);
            return true;
        }
        // Nobody knows which of its datagrams a socket that is not connected would be told about.
        return table.isBound(error.localHi(), error.localLo(), error.localPort());
    }

    UdpDatagram takeDatagram() {
        UdpDatagram spare = spareDatagrams.poll();
        return spare == null ? new UdpDatagram() : spare;
    }

    void giveBack(UdpDatagram datagram) {
        if (spareDatagrams.size() < MAX_SPARE) {
            spareDatagrams.add(datagram);
        }
    }

    Outgoing takeOutgoing() {
        Outgoing spare = spareOutgoing.poll();
        return spare == null ? new Outgoing() : spare;
    }

    void giveBack(Outgoing outgoing) {
        if (spareOutgoing.size() < MAX_SPARE) {
            spareOutgoing.add(outgoing);
        }
    }

    /** Closes every socket, with what it has queued: the host is gone. */
    public void close() {
        for (UdpEndpoint e : table.all()) {
            e.close();
        }
        lingering.forEach(UdpEndpoint::abandon);
        lingering.clear();
    }
}
