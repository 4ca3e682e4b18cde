package io.sluice.packetdrill.simulated;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.wire.AddressKey;
import io.sluice.wire.ArpHeader;
import io.sluice.wire.Checksum;
import io.sluice.wire.EthernetHeader;
import io.sluice.wire.Icmpv6Type;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpPrefix;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.Ipv4Header;
import io.sluice.wire.Ipv6Header;
import io.sluice.wire.NdpMessage;
import java.nio.ByteBuffer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The other stations of an Ethernet with the host under test on it: one for each address that is not the host's, with a MAC
 * address made of it. They answer ARP requests (RFC 826) and neighbour solicitations (RFC 4861 §7.2.4), and have no answer to
 * the rest that a host says below its sockets: probes and announcements of its own addresses, IGMP, MLD, router solicitations.
 */
final class Stations {
    /** Octets of the shortest frame on a wire, without its check sequence (IEEE 802.3 §4.4.2). */
    private static final int SHORTEST_FRAME = 60;

    private static final long LOCALLY_ADMINISTERED = 0x02DB_0000_0000L;
    private static final int MAX_HOP_LIMIT = 255;
    private static final int IGMP = 2;
    private static final int HOP_BY_HOP = 0;
    private static final int HOP_BY_HOP_UNIT = 8;

    private final long hostMac;
    private final IpPrefix subnet;
    private final UnaryOperator<IpAddress> nextHop;
    private final EthernetHeader frame = new EthernetHeader();
    private final Ipv4Header v4 = new Ipv4Header();
    private final Ipv6Header v6 = new Ipv6Header();
    private final ArpHeader arp = new ArpHeader();
    private final NdpMessage message = new NdpMessage();

    /**
     * Stations.
     *
     * @param hostMac of the host under test
     * @param subnet of its address
     * @param nextHop who gets its packets to an address: a gateway, if the host has been given a route with one
     */
    Stations(long hostMac, IpPrefix subnet, UnaryOperator<IpAddress> nextHop) {
        this.hostMac = hostMac;
        this.subnet = subnet;
        this.nextHop = nextHop;
    }

    /** The MAC address of whoever has this address. */
    static long macOf(IpAddress address) {
        int hash = AddressKey.hash(AddressKey.hi(address), AddressKey.lo(address));
        return LOCALLY_ADMINISTERED | (hash & 0xFFFF_FFFFL);
    }

    /** The frame in which an IP packet reaches the host, padded as on a wire (IEEE 802.3 §3.2.8); takes the packet's reference. */
    ByteBuf toHost(ByteBuf packet) {
        int length = packet.readableBytes();
        ByteBuf made = Unpooled.buffer(Math.max(EthernetHeader.LENGTH + length, SHORTEST_FRAME));
        made.writeZero(EthernetHeader.LENGTH).writeBytes(packet);
        packet.release();
        made.writeZero(Math.max(0, SHORTEST_FRAME - made.readableBytes()));
        ByteBuffer b = made.internalNioBuffer(0, made.readableBytes());
        int at = b.position();
        boolean ipv6 = isV6(b, at + EthernetHeader.LENGTH);
        long from = LOCALLY_ADMINISTERED;
        long to = hostMac;
        if (wrap(b, at + EthernetHeader.LENGTH, length, ipv6)) {
            from = macOf(source(ipv6));
            IpAddress destination = destination(ipv6);
            to = isGroup(destination) ? macOfGroup(destination) : hostMac;
        }
        EthernetHeader.write(b, at, to, from, ipv6 ? EthernetHeader.IPV6 : EthernetHeader.IPV4);
        return made;
    }

    /**
     * What is wrong with the header of a frame from the host; null if nothing.
     *
     * @param header the frame's header
     * @param b where the IP packet lies that it carries, or its header
     */
    @Nullable String fault(EthernetHeader header, ByteBuffer b, int at, int length) {
        boolean ipv6 = isV6(b, at);
        if (header.source() != hostMac) {
            return "a frame says that it comes from " + EthernetHeader.text(header.source());
        } else if (header.type() != (ipv6 ? EthernetHeader.IPV6 : EthernetHeader.IPV4)) {
            return String.format(
                    "a frame has EtherType 0x%04x, and an IPv%d packet in it", header.type(), ipv6 ? 6 : 4);
        }
        IpAddress destination = wrap(b, at, length, ipv6) ? destination(ipv6) : null;
        if (destination == null) {
            return "a frame has no IP packet in it";
        }
        IpAddress hop = isGroup(destination) ? destination : nextHop.apply(destination);
        long mac = isGroup(hop) ? macOfGroup(hop) : macOf(hop);
        if (header.destination() == mac) {
            return null;
        }
        return "the frame of a packet to " + destination + " goes to " + EthernetHeader.text(header.destination())
                + " rather than to " + EthernetHeader.text(mac);
    }

    /** What answers a frame from the host that is no user's: another frame, null for none. */
    @Nullable ByteBuf answer(ByteBuffer b, int at, int length) {
        if (!frame.wrap(b, at, length)) {
            return null;
        }
        int from = frame.payloadOffset();
        if (frame.type() == EthernetHeader.ARP) {
            return arp.wrap(b, from, frame.payloadLength()) ? answerArp() : null;
        }
        return v6.wrap(b, from, frame.payloadLength()) ? answerSolicitation(b) : null;
    }

    /** Whether a frame is about the link itself, rather than for the script. */
    boolean isOfLink(ByteBuffer b, int at, int length) {
        if (!frame.wrap(b, at, length) || frame.type() == EthernetHeader.ARP) {
            return true;
        }
        int from = frame.payloadOffset();
        if (!isV6(b, from)) {
            return v4.wrap(b, from, frame.payloadLength()) && v4.protocol() == IGMP;
        }
        return v6.wrap(b, from, frame.payloadLength()) && isOfLink6(b);
    }

    /** MLD, which has a router alert before it (RFC 3810 §5), and neighbour discovery. */
    private boolean isOfLink6(ByteBuffer b) {
        int protocol = v6.nextHeader();
        int at = v6.payloadOffset();
        int end = at + v6.payloadLength();
        if (protocol == HOP_BY_HOP && at + HOP_BY_HOP_UNIT <= end) {
            protocol = b.get(at) & 0xFF;
            at += ((b.get(at + 1) & 0xFF) + 1) * HOP_BY_HOP_UNIT;
        }
        int type = protocol == IpProtocol.ICMPV6 && at < end ? b.get(at) & 0xFF : 0;
        return type == Icmpv6Type.MULTICAST_LISTENER_REPORT_V2
                || (type >= Icmpv6Type.MULTICAST_LISTENER_QUERY && type <= Icmpv6Type.REDIRECT);
    }

    /** Nobody has the host's own address, which it announces so; a probe has no sender (RFC 5227 §1.1). */
    private @Nullable ByteBuf answerArp() {
        boolean question = arp.operation() == ArpHeader.REQUEST && arp.sender() != 0 && arp.sender() != arp.target();
        boolean heard = frame.destination() == EthernetHeader.BROADCAST
                || frame.destination() == macOf(IpAddress.ofV4(arp.target()));
        if (!question || !heard || arp.senderMac() != hostMac) {
            return null;
        }
        ByteBuf made = Unpooled.buffer(SHORTEST_FRAME).writeZero(SHORTEST_FRAME);
        ByteBuffer b = made.internalNioBuffer(0, SHORTEST_FRAME);
        int asked = arp.target();
        int asker = arp.sender();
        long mac = macOf(IpAddress.ofV4(asked));
        EthernetHeader.write(b, b.position(), hostMac, mac, EthernetHeader.ARP);
        ArpHeader.write(b, b.position() + EthernetHeader.LENGTH, ArpHeader.REPLY, mac, asked, hostMac, asker);
        return made;
    }

    private @Nullable ByteBuf answerSolicitation(ByteBuffer b) {
        int at = v6.payloadOffset();
        int length = v6.payloadLength();
        boolean question = v6.nextHeader() == IpProtocol.ICMPV6
                && v6.hopLimit() == MAX_HOP_LIMIT
                && !AddressKey.isUnspecified(v6.sourceHi(), v6.sourceLo()) // else a probe (RFC 4862 §5.4.2)
                && message.wrapNeighbor(b, at, length)
                && (b.get(at) & 0xFF) == Icmpv6Type.NEIGHBOR_SOLICITATION
                && Checksum.isValid(Checksum.sum(b, at, length, v6.pseudoHeader(IpProtocol.ICMPV6, length)));
        IpAddress target = IpAddress.ofV6(message.targetHi(), message.targetLo());
        boolean heard = frame.destination() == macOf(target)
                || frame.destination() == EthernetHeader.ofGroup(v6.destinationHi(), v6.destinationLo());
        if (!question || !heard || message.sourceMac() != hostMac) {
            return null;
        }
        return advertisement(target);
    }

    private ByteBuf advertisement(IpAddress target) {
        int length = NdpMessage.NEIGHBOR_LENGTH + NdpMessage.MAC_OPTION_LENGTH;
        int octets = EthernetHeader.LENGTH + Ipv6Header.LENGTH + length;
        ByteBuf made = Unpooled.buffer(octets).writeZero(octets);
        ByteBuffer b = made.internalNioBuffer(0, octets);
        int at = b.position() + EthernetHeader.LENGTH;
        int icmp = at + Ipv6Header.LENGTH;
        long mac = macOf(target);
        int flags = NdpMessage.SOLICITED | NdpMessage.OVERRIDE;
        EthernetHeader.write(b, b.position(), hostMac, mac, EthernetHeader.IPV6);
        NdpMessage.writeNeighbor(b, icmp, Icmpv6Type.NEIGHBOR_ADVERTISEMENT, flags, target.hi(), target.lo(), mac);
        Ipv6Header header = new Ipv6Header()
                .emit(b, at, length)
                .hopLimit(MAX_HOP_LIMIT)
                .nextHeader(IpProtocol.ICMPV6)
                .source(target.hi(), target.lo())
                .destination(v6.sourceHi(), v6.sourceLo());
        long pseudoHeader = header.pseudoHeader(IpProtocol.ICMPV6, length);
        b.putShort(icmp + 2, Checksum.finish(Checksum.sum(b, icmp, length, pseudoHeader)));
        return made;
    }

    private boolean isGroup(IpAddress address) {
        return AddressKey.isMulticast(AddressKey.hi(address), AddressKey.lo(address))
                || (!address.isV6()
                        && (IpAddress.isBroadcast4(address.v4()) || subnet.isSubnetBroadcast4(address.v4())));
    }

    private static long macOfGroup(IpAddress group) {
        return EthernetHeader.ofGroup(AddressKey.hi(group), AddressKey.lo(group));
    }

    private static boolean isV6(ByteBuffer b, int at) {
        return (b.get(at) & 0xF0) == Ipv6Header.VERSION << 4;
    }

    /** Points a view at the header of a packet, of which the rest may lie elsewhere. */
    private boolean wrap(ByteBuffer b, int at, int length, boolean ipv6) {
        return ipv6 ? v6.wrapQuoted(b, at, length) : v4.wrapQuoted(b, at, length);
    }

    private IpAddress source(boolean ipv6) {
        return ipv6 ? IpAddress.ofV6(v6.sourceHi(), v6.sourceLo()) : IpAddress.ofV4(v4.source());
    }

    private IpAddress destination(boolean ipv6) {
        return ipv6 ? IpAddress.ofV6(v6.destinationHi(), v6.destinationLo()) : IpAddress.ofV4(v4.destination());
    }
}
