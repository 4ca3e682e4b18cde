package io.sluice.ip;

import io.netty.buffer.ByteBuf;
import io.sluice.event.Counter;
import io.sluice.event.DropReason;
import io.sluice.ip.Neighbor.State;
import io.sluice.link.EthernetDevice;
import io.sluice.time.Deadline;
import io.sluice.time.TimerWheel;
import io.sluice.wire.AddressKey;
import io.sluice.wire.ArpHeader;
import io.sluice.wire.Checksum;
import io.sluice.wire.EthernetHeader;
import io.sluice.wire.Icmpv6Type;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.Ipv6Header;
import io.sluice.wire.NdpMessage;
import io.sluice.wire.NdpOptions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks and answers which MAC address an IP address has: ARP (RFC 826, RFC 5227) and neighbour discovery (RFC 4861 §7), and
 * sees to it that nobody else has this host's addresses (RFC 4862 §5.4).
 */
final class AddressResolution {
    private static final int ICMP_AT = EthernetHeader.LENGTH + Ipv6Header.LENGTH;
    static final int MAX_HOP_LIMIT = 255;
    private static final int SOLICITATION_LENGTH = 8;
    private static final int REDIRECT_LENGTH = 40;

    /** From the end of an address's probation to what has waited for it. */
    private static final long A_MOMENT_NS = 1_000_000L;

    /** Where a message goes; without a MAC address to one who is asked for it, and once he has said it. */
    private record Receiver(long mac, long hi, long lo) {}

    private final Neighbors neighbors;
    private final EthernetDevice device;
    private final IpLayer ip;
    private final TimerWheel wheel;
    private final ArpHeader arp = new ArpHeader();
    private final NdpMessage message = new NdpMessage();
    private final NdpOptions options = new NdpOptions();
    private final List<AddressClaim> claims = new ArrayList<>(2);

    AddressResolution(Neighbors neighbors, EthernetDevice device, IpLayer ip, TimerWheel wheel) {
        this.neighbors = neighbors;
        this.device = device;
        this.ip = ip;
        this.wheel = wheel;
    }

    private @Nullable Interface own() {
        return ip.interfaces().of(device);
    }

    private boolean isOwn(long hi, long lo) {
        return ip.interfaces().owner(hi, lo) == own();
    }

    /**
     * Asks for the MAC address of a neighbour, or whether it is still there; returns when to do so next. RFC 4429 §3.3: nobody is
     * asked from an address that may turn out to be another's, so that may have to wait.
     */
    long solicit(Neighbor n, long nowNs, long retransNs) {
        boolean known = n.hasMac();
        IpAddress source = source(n);
        long againNs = Deadline.after(nowNs, retransNs);
        if (source == null) { // no address of the family here: nobody could answer
            n.solicitations++;
            return againNs;
        }
        AddressClaim claim = source.isV6() ? claimOf(source) : null;
        if (claim != null && claim.isTentative()) {
            return Deadline.after(Math.max(nowNs, claim.deadlineNs()), A_MOMENT_NS);
        }
        n.solicitations++;
        if (source.isV6()) {
            solicit6(n, source, known);
        } else {
            sendArp(ArpHeader.REQUEST, known ? n.mac : EthernetHeader.BROADCAST, source.v4(), 0, (int) n.lo);
        }
        return againNs;
    }

    private void solicit6(Neighbor n, IpAddress source, boolean known) {
        long toHi = known ? n.hi : Ipv6Groups.LINK_LOCAL_HI;
        long toLo = known ? n.lo : Ipv6Groups.solicitedNodeLo(n.lo);
        long mac = known ? n.mac : EthernetHeader.ofGroup(toHi, toLo);
        sendNdp(Icmpv6Type.NEIGHBOR_SOLICITATION, 0, source, new Receiver(mac, toHi, toLo), n.hi, n.lo);
    }

    /** The address of this host in the subnet of the neighbour, or any of the family; a tentative one for want of another. */
    private @Nullable IpAddress source(Neighbor n) {
        Interface on = own();
        IpAddress best = null;
        int bestRank = -1;
        boolean v6 = !AddressKey.isV4(n.hi, n.lo);
        for (int i = 0; on != null && i < on.addressCount(); i++) {
            IpAddress a = on.address(i);
            if (a.isV6() != v6) {
                continue;
            }
            boolean same = v6 ? on.prefix(i).matches6(n.hi, n.lo) : on.prefix(i).matches4((int) n.lo);
            int rank = (v6 && !isTentative(a) ? 2 : 0) + (same ? 1 : 0);
            if (rank > bestRank) {
                best = a;
                bestRank = rank;
            }
        }
        return best;
    }

    void sendArp(int operation, long toMac, int sender, long targetMac, int target) {
        int length = EthernetHeader.LENGTH + ArpHeader.LENGTH;
        ByteBuf frame = ip.allocator().directBuffer(length, length);
        ByteBuffer b = frame.internalNioBuffer(0, length);
        int at = b.position();
        EthernetHeader.write(b, at, toMac, device.macAddress(), EthernetHeader.ARP);
        ArpHeader.write(b, at + EthernetHeader.LENGTH, operation, device.macAddress(), sender, targetMac, target);
        send(frame, length);
    }

    private void send(ByteBuf frame, int length) {
        frame.setIndex(0, length);
        ip.counters().increment(Counter.NEIGHBOR_MESSAGES_OUT);
        ip.ring().control(neighbors.frames(), frame);
    }

    private void sendNdp(int type, int flags, IpAddress source, Receiver to, long targetHi, long targetLo) {
        int max = ICMP_AT + NdpMessage.NEIGHBOR_LENGTH + NdpMessage.MAC_OPTION_LENGTH;
        ByteBuf frame = ip.allocator().directBuffer(max, max);
        ByteBuffer b = frame.internalNioBuffer(0, max);
        int icmp = b.position() + ICMP_AT;
        long mac = source.isUnspecified() ? 0 : device.macAddress(); // RFC 4861 §4.3
        int length = NdpMessage.writeNeighbor(b, icmp, type, flags, targetHi, targetLo, mac);
        finishNdp(frame, b, length, source, to);
    }

    /** Puts the headers before an ICMPv6 message, and sends it. */
    private void finishNdp(ByteBuf frame, ByteBuffer b, int length, IpAddress source, Receiver to) {
        int at = b.position();
        int icmp = at + ICMP_AT;
        long toHi = to.hi();
        long toLo = to.lo();
        EthernetHeader.write(b, at, to.mac(), device.macAddress(), EthernetHeader.IPV6);
        new Ipv6Header()
                .emit(b, at + EthernetHeader.LENGTH, length)
                .hopLimit(MAX_HOP_LIMIT)
                .nextHeader(IpProtocol.ICMPV6)
                .source(source.hi(), source.lo())
                .destination(toHi, toLo);
        long pseudo = Checksum.pseudoHeader6(source.hi(), source.lo(), toHi, toLo, IpProtocol.ICMPV6, length);
        b.putShort(icmp + 2, Checksum.finish(Checksum.sum(b, icmp, length, pseudo)));
        if (to.mac() == 0) {
            frame.setIndex(0, ICMP_AT + length);
            neighbors.await(toHi, toLo, frame);
        } else {
            send(frame, ICMP_AT + length);
        }
    }

    private static Receiver group(long lo) {
        return new Receiver(EthernetHeader.ofGroup(Ipv6Groups.LINK_LOCAL_HI, lo), Ipv6Groups.LINK_LOCAL_HI, lo);
    }

    /** Says to everybody that this host has the address (RFC 5227 §2.3; RFC 4861 §7.2.6). */
    void announce(IpAddress address) {
        if (address.isV6()) {
            Receiver all = group(Ipv6Groups.ALL_NODES_LO);
            int type = Icmpv6Type.NEIGHBOR_ADVERTISEMENT;
            sendNdp(type, NdpMessage.OVERRIDE, address, all, address.hi(), address.lo());
        } else {
            sendArp(ArpHeader.REQUEST, EthernetHeader.BROADCAST, address.v4(), 0, address.v4());
        }
    }

    /** RFC 4861 §4.1: asks routers to advertise themselves. */
    void solicitRouters() {
        IpAddress source = neighbors.groups().linkLocal();
        int max = ICMP_AT + SOLICITATION_LENGTH + NdpMessage.MAC_OPTION_LENGTH;
        ByteBuf frame = ip.allocator().directBuffer(max, max);
        ByteBuffer b = frame.internalNioBuffer(0, max);
        int length = NdpMessage.writeRouterSolicitation(
                b, b.position() + ICMP_AT, source.isUnspecified() ? 0 : device.macAddress());
        finishNdp(frame, b, length, source, group(Ipv6Groups.ALL_ROUTERS_LO));
    }

    /** A neighbour's MAC address came with a message of its own. */
    void learn(long hi, long lo, long mac, long nowNs) {
        neighbors.learn(hi, lo, mac, true, nowNs);
    }

    /** A Redirect whose checksum is right (RFC 4861 §8); it ends here. */
    void onRedirect(IpDatagram d, long nowNs) {
        if (!isRedirect(d)) {
            neighbors.drop(DropReason.NDP_MALFORMED);
            return;
        }
        ByteBuffer b = d.nio();
        int at = d.payloadOffset();
        long toHi = b.getLong(at + 8);
        long toLo = b.getLong(at + 16);
        long hi = b.getLong(at + 24);
        long lo = b.getLong(at + 32);
        // §8.1: only from the first hop, to a router (link-local) or to the destination itself
        boolean sensible = !AddressKey.isMulticast(hi, lo)
                && (IpAddress.isLinkLocal6(toHi) || (toHi == hi && toLo == lo))
                && neighbors.isNextHop(d.sourceHi(), d.sourceLo(), hi, lo);
        if (!sensible) {
            neighbors.drop(DropReason.ICMP_IGNORED);
            return;
        }
        ip.counters().increment(Counter.PACKETS_DELIVERED);
        neighbors.redirects().add(hi, lo, toHi, toLo);
        while (options.next()) {
            if (options.type() == NdpOptions.TARGET_MAC && EthernetHeader.isUnicast(options.mac())) {
                neighbors.learn(toHi, toLo, options.mac(), true, nowNs);
            }
        }
    }

    /**
     * An IPv4 Redirect (RFC 1122 §3.2.2.2): taken from the first hop alone, about a packet of this host, and to a neighbour.
     *
     * @return whether it was
     */
    boolean onRedirect4(IpDatagram d, int gateway, int packetSource, int destination) {
        long to = AddressKey.lo4(destination);
        boolean sensible = isOwn(0, AddressKey.lo4(packetSource))
                && !AddressKey.isMulticast(0, to)
                && isNeighbor(gateway)
                && !isOwn(0, AddressKey.lo4(gateway))
                && neighbors.isNextHop(d.sourceHi(), d.sourceLo(), 0, to);
        if (sensible) {
            neighbors.redirects().add(0, to, 0, AddressKey.lo4(gateway));
        }
        return sensible;
    }

    /** RFC 4861 §8.1, and the walk over the options begins. */
    private boolean isRedirect(IpDatagram d) {
        int at = d.payloadOffset();
        int length = d.payloadLength();
        return d.hopLimit() == MAX_HOP_LIMIT
                && length >= REDIRECT_LENGTH
                && d.nio().get(at + 1) == 0
                && IpAddress.isLinkLocal6(d.sourceHi())
                && d.destinationKind() == IpDatagram.Destination.UNICAST
                && options.wrap(d.nio(), at + REDIRECT_LENGTH, length - REDIRECT_LENGTH);
    }

    /** Asks whether somebody has the address, without claiming it (RFC 4862 §5.4.2; RFC 5227 §2.1.1). */
    void probe(IpAddress address) {
        if (!address.isV6()) {
            sendArp(ArpHeader.REQUEST, EthernetHeader.BROADCAST, 0, 0, address.v4());
            return;
        }
        Receiver to = group(Ipv6Groups.solicitedNodeLo(address.lo()));
        sendNdp(Icmpv6Type.NEIGHBOR_SOLICITATION, 0, IpAddress.ANY6, to, address.hi(), address.lo());
    }

    /** An ARP packet, which ends here (RFC 826, "Packet Reception"). */
    void onArp(ByteBuffer b, int at, int length, long nowNs) {
        if (!arp.wrap(b, at, length) || !EthernetHeader.isUnicast(arp.senderMac())) {
            neighbors.drop(DropReason.ARP_MALFORMED);
            return;
        }
        ip.counters().increment(Counter.PACKETS_DELIVERED);
        if (arp.senderMac() != device.macAddress()) { // else it is what this host has sent
            onArpOfAnother(AddressKey.lo4(arp.sender()), nowNs);
        }
    }

    private void onArpOfAnother(long sender, long nowNs) {
        boolean probe = arp.sender() == 0; // RFC 5227 §2.1.1: nothing is learnt from it
        if (!probe && isOwn(0, sender)) {
            onConflict(AddressKey.toAddress(0, sender), nowNs);
            return;
        }
        boolean forMe = isOwn(0, AddressKey.lo4(arp.target()));
        if (!probe && isNeighbor(arp.sender())) {
            hear(sender, forMe, nowNs);
        }
        if (forMe && arp.operation() == ArpHeader.REQUEST) {
            int own = arp.target();
            int asker = arp.sender();
            sendArp(ArpHeader.REPLY, arp.senderMac(), own, arp.senderMac(), asker);
        }
    }

    /** A reply to what was asked confirms; all else is only heard of, and creates nothing unless it was for this host. */
    private void hear(long sender, boolean forMe, long nowNs) {
        Neighbor n = neighbors.find(0, sender);
        long mac = arp.senderMac();
        if (n != null && forMe && arp.operation() == ArpHeader.REPLY && isAsked(n, mac)) {
            neighbors.confirm(n, mac, nowNs);
        } else {
            neighbors.learn(0, sender, mac, forMe && arp.operation() == ArpHeader.REQUEST, nowNs);
        }
    }

    private static boolean isAsked(Neighbor n, long mac) {
        return n.state == State.INCOMPLETE || (n.state == State.PROBE && n.mac == mac);
    }

    /** Whether somebody on this link can have the address: what is on another link, or is no host's, is not learnt. */
    private boolean isNeighbor(int address) {
        Interface on = own();
        if (on == null || IpAddress.isMulticast4(address) || IpAddress.isBroadcast4(address)) {
            return false;
        }
        Route route = ip.routes().lookup(0, AddressKey.lo4(address));
        return route != null && route.via() == on && route.gateway() == null && !on.isSubnetBroadcast4(address);
    }

    /** A Neighbor Solicitation or Advertisement, whose checksum is right; it ends here. */
    void onNdp(IpDatagram d, long nowNs) {
        int type = d.nio().get(d.payloadOffset()) & 0xFF;
        int code = d.nio().get(d.payloadOffset() + 1) & 0xFF;
        // RFC 4861 §7.1.1, §7.1.2: nothing that a router has passed on
        if (d.hopLimit() != MAX_HOP_LIMIT
                || code != 0
                || !message.wrapNeighbor(d.nio(), d.payloadOffset(), d.payloadLength())
                || AddressKey.isMulticast(message.targetHi(), message.targetLo())) {
            neighbors.drop(DropReason.NDP_MALFORMED);
            return;
        }
        boolean valid = type == Icmpv6Type.NEIGHBOR_SOLICITATION ? onSolicitation(d, nowNs) : onAdvertisement(d, nowNs);
        if (valid) {
            ip.counters().increment(Counter.PACKETS_DELIVERED);
        } else {
            neighbors.drop(DropReason.NDP_MALFORMED);
        }
    }

    /** RFC 4861 §7.2.3, RFC 4862 §5.4.3. */
    private boolean onSolicitation(IpDatagram d, long nowNs) {
        boolean unspecified = AddressKey.isUnspecified(d.sourceHi(), d.sourceLo());
        if (unspecified && (message.sourceMac() != 0 || d.destinationKind() != IpDatagram.Destination.MULTICAST)) {
            return false; // RFC 4861 §7.1.1
        }
        long hi = message.targetHi();
        long lo = message.targetLo();
        if (!isOwn(hi, lo)) {
            return true; // for somebody else
        }
        IpAddress target = AddressKey.toAddress(hi, lo);
        if (unspecified && isTentative(target)) {
            onConflict(target, nowNs); // somebody else is about to take it, too
            return true;
        }
        long mac = message.sourceMac();
        if (mac != 0 && !EthernetHeader.isUnicast(mac)) {
            return true; // a group is nobody's address
        }
        if (!unspecified && mac != 0) {
            neighbors.learn(d.sourceHi(), d.sourceLo(), mac, true, nowNs);
        }
        answer(d, target, unspecified, mac, nowNs);
        return true;
    }

    private void answer(IpDatagram d, IpAddress target, boolean toAll, long mac, long nowNs) {
        long toHi = toAll ? Ipv6Groups.LINK_LOCAL_HI : d.sourceHi();
        long toLo = toAll ? Ipv6Groups.ALL_NODES_LO : d.sourceLo();
        long toMac = toAll ? EthernetHeader.ofGroup(toHi, toLo) : mac;
        if (toMac == 0) { // RFC 4861 §7.2.4: who has not said where he is is looked for first
            toMac = neighbors.askedFor(toHi, toLo, nowNs).mac;
        }
        // RFC 4429 §3.3: an address that may turn out to be another's overrides nothing that is known of it
        int flags = (isTentative(target) ? 0 : NdpMessage.OVERRIDE) | (toAll ? 0 : NdpMessage.SOLICITED);
        Receiver to = new Receiver(toMac, toHi, toLo);
        sendNdp(Icmpv6Type.NEIGHBOR_ADVERTISEMENT, flags, target, to, target.hi(), target.lo());
    }

    /** RFC 4861 §7.2.5, RFC 4862 §5.4.4. */
    private boolean onAdvertisement(IpDatagram d, long nowNs) {
        boolean solicited = message.has(NdpMessage.SOLICITED);
        if (solicited && d.destinationKind() == IpDatagram.Destination.MULTICAST) {
            return false; // §7.1.2
        }
        long hi = message.targetHi();
        long lo = message.targetLo();
        if (isOwn(hi, lo)) {
            onConflict(AddressKey.toAddress(hi, lo), nowNs);
            return true;
        }
        Neighbor n = neighbors.find(hi, lo);
        if (n != null) { // no entry is made for what nobody asked for
            update(n, message.targetMac(), solicited, nowNs);
        }
        return true;
    }

    private void update(Neighbor n, long mac, boolean solicited, long nowNs) {
        boolean hasMac = EthernetHeader.isUnicast(mac);
        if (n.state == State.INCOMPLETE) {
            if (hasMac && solicited) {
                neighbors.confirm(n, mac, nowNs);
            } else if (hasMac) {
                neighbors.learn(n.hi, n.lo, mac, false, nowNs);
            }
            return;
        }
        boolean other = hasMac && mac != n.mac;
        if (other && !message.has(NdpMessage.OVERRIDE)) {
            neighbors.doubt(n);
        } else if (solicited) {
            neighbors.confirm(n, other ? mac : n.mac, nowNs);
        } else if (other) {
            neighbors.learn(n.hi, n.lo, mac, false, nowNs);
        }
    }

    /** This host has a new address: others are asked whether they have it, and told. */
    void claim(IpAddress address) {
        AddressClaim claim = new AddressClaim(this, address);
        claims.add(claim);
        wheel.arm(claim, 0); // in the next turn, which knows what time it is
    }

    /** The address is gone. */
    void release(IpAddress address) {
        claims.removeIf(c -> {
            if (c.address.equals(address)) {
                wheel.disarm(c);
                return true;
            }
            return false;
        });
    }

    /** Whether somebody else may still turn out to have this address of ours (RFC 4862 §5.4). */
    boolean isTentative(IpAddress address) {
        AddressClaim claim = claimOf(address);
        return claim != null && claim.isTentative();
    }

    private @Nullable AddressClaim claimOf(IpAddress address) {
        for (int i = 0; i < claims.size(); i++) {
            if (claims.get(i).address.equals(address)) {
                return claims.get(i);
            }
        }
        return null;
    }

    /** Nobody has objected. */
    void settle(IpAddress address) {
        announce(address);
        if (address.isV6() && IpAddress.isLinkLocal6(address.hi())) {
            neighbors.groups().onLinkLocal();
        }
    }

    void arm(AddressClaim claim, long atNs) {
        wheel.arm(claim, atNs);
    }

    /** Somebody else has an address of this host, or says so. */
    private void onConflict(IpAddress address, long nowNs) {
        ip.counters().increment(Counter.ADDRESS_CONFLICTS);
        for (AddressClaim c : claims) {
            if (c.address.equals(address)) {
                if (c.isTentative()) {
                    abandon(c);
                } else if (c.mayDefend(nowNs)) {
                    announce(address); // RFC 5227 §2.4(b): once in a while
                }
                return;
            }
        }
    }

    /** RFC 4862 §5.4.5, RFC 5227 §2.1.1: the address is another's. */
    private void abandon(AddressClaim claim) {
        wheel.disarm(claim);
        claims.remove(claim);
        Interface on = own();
        if (on != null) {
            ip.interfaces().removeAddress(on, claim.address);
        }
    }

    void clear() {
        claims.forEach(wheel::disarm);
        claims.clear();
    }
}
