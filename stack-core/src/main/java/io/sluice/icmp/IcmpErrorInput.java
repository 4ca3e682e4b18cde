package io.sluice.icmp;

import io.sluice.event.Counter;
import io.sluice.event.Counters;
import io.sluice.event.DropReason;
import io.sluice.ip.Interfaces;
import io.sluice.ip.IpDatagram;
import io.sluice.ip.IpLayer;
import io.sluice.ip.PathMtuCache;
import io.sluice.wire.AddressKey;
import io.sluice.wire.IcmpHeader;
import io.sluice.wire.Icmpv4Code;
import io.sluice.wire.Icmpv4Type;
import io.sluice.wire.Icmpv6Code;
import io.sluice.wire.Icmpv6Type;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.Ipv4Header;
import io.sluice.wire.Ipv6ExtensionHeaders;
import io.sluice.wire.Ipv6Header;
import io.sluice.wire.QuotedTransport;
import java.nio.ByteBuffer;

/**
 * Received ICMP errors: what they say, and about which packet of ours (RFC 1122 §3.2.2, RFC 4443 §2.4). Redirects and
 * source quenches never get here.
 */
final class IcmpErrorInput {
    /** RFC 791 §3.2: every module must be able to forward a datagram of 68 octets without further fragmentation. */
    private static final int MIN_MTU4 = Ipv4Header.MINIMUM_MTU;
    /** RFC 1191 §7.1: the plateaus, for routers that do not tell the MTU. */
    private static final int[] PLATEAUS = {32_000, 17_914, 8166, 4352, 2002, 1492, 1006, 508, 296, MIN_MTU4};

    private final Interfaces interfaces;
    private final PathMtuCache mtus;
    private final IcmpErrors transports;
    private final Counters counters;
    private final Ipv4Header ipv4 = new Ipv4Header();
    private final Ipv6Header ipv6 = new Ipv6Header();
    private final Ipv6ExtensionHeaders extensions = new Ipv6ExtensionHeaders();
    private final QuotedTransport quoted = new QuotedTransport();
    private final IcmpError error = new IcmpError();

    IcmpErrorInput(IpLayer ip, IcmpErrors transports) {
        interfaces = ip.interfaces();
        mtus = ip.mtus();
        counters = ip.counters();
        this.transports = transports;
    }

    /** Ends {@code datagram}, an ICMP error whose header and checksum are right. */
    void onError(IpDatagram datagram, IcmpHeader message, long nowNs) {
        counters.increment(Counter.ICMP_ERRORS_IN);
        ByteBuffer b = message.buffer();
        int at = message.quotedOffset();
        int protocol = datagram.ipv6() ? quoted6(b, at, message.bodyLength()) : quoted4(b, at, message.quotedLength4());
        if (protocol < 0) {
            counters.drop(DropReason.ICMP_MALFORMED);
            return;
        }
        if (!interfaces.isLocal(error.localHi(), error.localLo())) {
            counters.drop(DropReason.ICMP_NO_MATCH); // no packet of this host, so nothing to tell
            return;
        }
        describeTransport(protocol);
        error.reporter(datagram.sourceHi(), datagram.sourceLo());
        IcmpErrorKind kind = datagram.ipv6() ? kind6(message) : kind4(message);
        int mtu = kind == IcmpErrorKind.PACKET_TOO_BIG ? mtu(datagram, message) : 0;
        if (kind == IcmpErrorKind.PACKET_TOO_BIG && mtu < (datagram.ipv6() ? PathMtuCache.MIN_MTU6 : MIN_MTU4)) {
            counters.drop(DropReason.ICMP_IGNORED); // RFC 8201 §4: less than the minimum link MTU must be discarded
            return;
        }
        error.message(datagram.ipv6(), kind, message.type(), message.code(), mtu);
        if (tell(protocol, nowNs)) {
            counters.increment(Counter.PACKETS_DELIVERED);
            if (kind == IcmpErrorKind.PACKET_TOO_BIG) {
                mtus.reduce(error.remote(), mtu, nowNs);
            }
        } else {
            counters.drop(DropReason.ICMP_NO_MATCH);
        }
    }

    /** RFC 4861 §7.2.2: whoever sent a packet that waited for a neighbour is told as if a router had said so. */
    void onUndelivered(ByteBuffer b, int at, int length, long nowNs) {
        boolean v6 = (b.get(at) & 0xF0) == Ipv6Header.VERSION << 4;
        int protocol = v6 ? quoted6(b, at, length) : quoted4(b, at, length);
        if (protocol < 0) {
            return;
        }
        describeTransport(protocol);
        error.reporter(error.localHi(), error.localLo());
        int type = v6 ? Icmpv6Type.DESTINATION_UNREACHABLE : Icmpv4Type.DESTINATION_UNREACHABLE;
        int code = v6 ? Icmpv6Code.ADDRESS_UNREACHABLE : Icmpv4Code.HOST_UNREACHABLE;
        error.message(v6, IcmpErrorKind.NEIGHBOR_UNREACHABLE, type, code, 0);
        tell(protocol, nowNs);
    }

    private void describeTransport(int protocol) {
        error.transport(protocol, quoted.sourcePort(), quoted.destinationPort(), quoted.sequenceNumber());
        if (protocol == IpProtocol.UDP && quoted.hasMore()) {
            error.inner(quoted.firstWordBehind(), quoted.secondWordBehind());
        }
    }

    private boolean tell(int protocol, long nowNs) {
        return switch (protocol) {
            case IpProtocol.TCP -> transports.onTcpError(error, nowNs);
            case IpProtocol.UDP -> transports.onUdpError(error, nowNs);
            default -> false;
        };
    }

    /** Looks at the quoted packet; returns the protocol, or -1 if there is no first fragment with enough of a header. */
    private int quoted4(ByteBuffer b, int at, int length) {
        if (!ipv4.wrapQuoted(b, at, length)
                || ipv4.fragmentOffsetBytes() != 0
                || !quoted.wrap(ipv4.buffer(), ipv4.payloadOffset(), ipv4.payloadLength())) {
            return -1;
        }
        error.quotedHopLimit(ipv4.timeToLive());
        error.local(0, AddressKey.lo4(ipv4.source()));
        error.remote(0, AddressKey.lo4(ipv4.destination()));
        return ipv4.protocol();
    }

    private int quoted6(ByteBuffer b, int at, int length) {
        if (!ipv6.wrapQuoted(b, at, length)) {
            return -1;
        }
        extensions.walk(ipv6);
        if (extensions.outcome() == Ipv6ExtensionHeaders.Outcome.FRAGMENT
                && extensions.fragment().fragmentOffsetBytes() == 0) {
            extensions.walk(
                    ipv6.buffer(),
                    extensions.upperOffset(),
                    extensions.upperLength(),
                    extensions.upperProtocol(),
                    extensions.pointer());
        }
        if (extensions.outcome() != Ipv6ExtensionHeaders.Outcome.UPPER_LAYER
                || !quoted.wrap(ipv6.buffer(), extensions.upperOffset(), extensions.upperLength())) {
            return -1;
        }
        if (AddressKey.isV4(ipv6.sourceHi(), ipv6.sourceLo())
                || AddressKey.isV4(ipv6.destinationHi(), ipv6.destinationLo())) {
            return -1;
        }
        error.quotedHopLimit(ipv6.hopLimit());
        error.local(ipv6.sourceHi(), ipv6.sourceLo());
        error.remote(ipv6.destinationHi(), ipv6.destinationLo());
        return extensions.upperProtocol();
    }

    private int mtu(IpDatagram datagram, IcmpHeader message) {
        if (datagram.ipv6()) {
            return (int) Math.min(Integer.MAX_VALUE, message.mtu6());
        }
        return message.mtu4() != 0 ? message.mtu4() : plateauBelow(ipv4.totalLength());
    }

    /** RFC 1191 §5: the largest plateau that is less than the packet which did not pass. */
    private static int plateauBelow(int packetLength) {
        for (int plateau : PLATEAUS) {
            if (plateau < packetLength) {
                return plateau;
            }
        }
        return MIN_MTU4;
    }

    private static IcmpErrorKind kind4(IcmpHeader message) {
        return switch (message.type()) {
            case Icmpv4Type.DESTINATION_UNREACHABLE -> unreachable4(message.code());
            case Icmpv4Type.TIME_EXCEEDED ->
                message.code() == Icmpv4Code.REASSEMBLY_TIME_EXCEEDED
                        ? IcmpErrorKind.REASSEMBLY_TIMEOUT
                        : IcmpErrorKind.HOP_LIMIT_EXCEEDED;
            case Icmpv4Type.PARAMETER_PROBLEM -> IcmpErrorKind.PARAMETER_PROBLEM;
            default -> IcmpErrorKind.UNKNOWN;
        };
    }

    private static IcmpErrorKind unreachable4(int code) {
        return switch (code) {
            case Icmpv4Code.NET_UNREACHABLE, Icmpv4Code.NET_UNKNOWN, Icmpv4Code.NET_UNREACHABLE_FOR_TOS ->
                IcmpErrorKind.NETWORK_UNREACHABLE;
            case Icmpv4Code.HOST_UNREACHABLE,
                    Icmpv4Code.HOST_UNKNOWN,
                    Icmpv4Code.SOURCE_HOST_ISOLATED,
                    Icmpv4Code.HOST_UNREACHABLE_FOR_TOS -> IcmpErrorKind.HOST_UNREACHABLE;
            case Icmpv4Code.PROTOCOL_UNREACHABLE -> IcmpErrorKind.PROTOCOL_UNREACHABLE;
            case Icmpv4Code.PORT_UNREACHABLE -> IcmpErrorKind.PORT_UNREACHABLE;
            case Icmpv4Code.FRAGMENTATION_NEEDED -> IcmpErrorKind.PACKET_TOO_BIG;
            case Icmpv4Code.SOURCE_ROUTE_FAILED -> IcmpErrorKind.SOURCE_ROUTE_FAILED;
            case Icmpv4Code.NET_PROHIBITED, Icmpv4Code.HOST_PROHIBITED, Icmpv4Code.COMMUNICATION_PROHIBITED ->
                IcmpErrorKind.PROHIBITED;
            case Icmpv4Code.HOST_PRECEDENCE_VIOLATION, Icmpv4Code.PRECEDENCE_CUTOFF -> IcmpErrorKind.PRECEDENCE;
            default -> IcmpErrorKind.UNKNOWN;
        };
    }

    private static IcmpErrorKind kind6(IcmpHeader message) {
        return switch (message.type()) {
            case Icmpv6Type.DESTINATION_UNREACHABLE -> unreachable6(message.code());
            case Icmpv6Type.PACKET_TOO_BIG -> IcmpErrorKind.PACKET_TOO_BIG;
            case Icmpv6Type.TIME_EXCEEDED ->
                message.code() == Icmpv6Code.REASSEMBLY_TIME_EXCEEDED
                        ? IcmpErrorKind.REASSEMBLY_TIMEOUT
                        : IcmpErrorKind.HOP_LIMIT_EXCEEDED;
            case Icmpv6Type.PARAMETER_PROBLEM ->
                message.code() == Icmpv6Code.UNRECOGNIZED_NEXT_HEADER
                        ? IcmpErrorKind.PROTOCOL_UNREACHABLE
                        : IcmpErrorKind.PARAMETER_PROBLEM;
            default -> IcmpErrorKind.UNKNOWN;
        };
    }

    private static IcmpErrorKind unreachable6(int code) {
        return switch (code) {
            case Icmpv6Code.NO_ROUTE -> IcmpErrorKind.NETWORK_UNREACHABLE;
            case Icmpv6Code.BEYOND_SCOPE, Icmpv6Code.ADDRESS_UNREACHABLE -> IcmpErrorKind.HOST_UNREACHABLE;
            case Icmpv6Code.PORT_UNREACHABLE -> IcmpErrorKind.PORT_UNREACHABLE;
            case Icmpv6Code.ADMINISTRATIVELY_PROHIBITED, Icmpv6Code.SOURCE_POLICY, Icmpv6Code.REJECT_ROUTE ->
                IcmpErrorKind.PROHIBITED;
            default -> IcmpErrorKind.UNKNOWN;
        };
    }
}
