package io.sluice.icmp;

import io.sluice.event.Counter;
import io.sluice.event.Counters;
import io.sluice.event.DropReason;
import io.sluice.ip.ErrorReporter;
import io.sluice.ip.Interface;
import io.sluice.ip.IpDatagram;
import io.sluice.ip.IpDatagram.Destination;
import io.sluice.ip.IpLayer;
import io.sluice.ip.Neighbors;
import io.sluice.wire.IcmpHeader;
import io.sluice.wire.Icmpv4Type;
import io.sluice.wire.Icmpv6Type;
import io.sluice.wire.Ipv4Header;

/**
 * The ICMP of one host, for both families (RFC 792, RFC 1122 §3.2.2, RFC 4443): answers echo requests, reports what is
 * wrong with packets, and passes errors about this host's own packets on.
 */
public final class Icmp {
    /** The six bits of DSCP in the traffic class. */
    private static final int DSCP = 0xFC;

    private final Counters counters;
    private final IcmpOutput output;
    private final IcmpErrorSender sender;
    private final IcmpErrorInput errorInput;
    private final IcmpHeader message = new IcmpHeader();
    private final Ipv4Header quoted = new Ipv4Header();

    /**
     * The ICMP of the host that {@code ip} belongs to.
     *
     * @param transports who is told of received errors
     * @param startNs where the host's clock starts
     */
    public Icmp(IpLayer ip, IcmpErrors transports, IcmpLimits limits, long startNs) {
        counters = ip.counters();
        output = new IcmpOutput(ip);
        TokenBucket bucket = new TokenBucket(limits.errorsPerSecond(), limits.burst(), startNs);
        sender = new IcmpErrorSender(output, ip.paths(), bucket, counters);
        errorInput = new IcmpErrorInput(ip, transports);
        ip.undelivered(errorInput::onUndelivered);
    }

    /** Sends errors about received packets. */
    public ErrorReporter reporter() {
        return sender;
    }

    /** Ends a datagram that holds an ICMP message of its family. */
    public void onIcmp(IpDatagram datagram, long nowNs) {
        if (!message.wrap(datagram.nio(), datagram.payloadOffset(), datagram.payloadLength())) {
            counters.drop(DropReason.ICMP_MALFORMED);
            return;
        }
        long pseudoHeader = datagram.ipv6() ? datagram.pseudoHeaderSum(datagram.payloadLength()) : 0;
        if (!message.isChecksumValid(pseudoHeader)) {
            counters.drop(DropReason.ICMP_CHECKSUM);
        } else if (datagram.ipv6()) {
            onMessage6(datagram, nowNs);
        } else {
            onMessage4(datagram, nowNs);
        }
    }

    private void onMessage4(IpDatagram datagram, long nowNs) {
        switch (message.type()) {
            case Icmpv4Type.ECHO -> answerEcho(datagram, Icmpv4Type.ECHO_REPLY, nowNs);
            case Icmpv4Type.ECHO_REPLY -> counters.drop(DropReason.ICMP_NO_MATCH); // nobody here asks
            case Icmpv4Type.DESTINATION_UNREACHABLE, Icmpv4Type.TIME_EXCEEDED, Icmpv4Type.PARAMETER_PROBLEM ->
                onError(datagram, nowNs);
            case Icmpv4Type.REDIRECT -> onRedirect4(datagram);
            // Source quench: RFC 6633 §3 (MUST be ignored), RFC 9293 §3.9.2.2 (MUST-55). Timestamps: RFC 1122 §3.2.2.8
            // (MAY).
            case Icmpv4Type.SOURCE_QUENCH,
                    Icmpv4Type.ROUTER_ADVERTISEMENT,
                    Icmpv4Type.ROUTER_SOLICITATION,
                    Icmpv4Type.TIMESTAMP,
                    Icmpv4Type.TIMESTAMP_REPLY -> counters.drop(DropReason.ICMP_IGNORED);
            default -> counters.drop(DropReason.ICMP_UNKNOWN); // RFC 1122 §3.2.2 (MUST, silently)
        }
    }

    /** RFC 1122 §3.2.2.2: those for networks (code 0) are for the host as well. Only Ethernets have first hops to choose from. */
    private void onRedirect4(IpDatagram datagram) {
        Interface on = datagram.receivedOn();
        Neighbors neighbors = on == null ? null : on.neighbors();
        if (neighbors == null) {
            counters.drop(DropReason.ICMP_IGNORED);
        } else if (!quoted.wrapQuoted(message.buffer(), message.quotedOffset(), message.quotedLength4())) {
            counters.drop(DropReason.ICMP_MALFORMED);
        } else if (datagram.destinationKind() == Destination.UNICAST
                && neighbors.onRedirect4(datagram, message.restOfHeader(), quoted.source(), quoted.destination())) {
            counters.increment(Counter.PACKETS_DELIVERED);
        } else {
            counters.drop(DropReason.ICMP_IGNORED);
        }
    }

    private void onMessage6(IpDatagram datagram, long nowNs) {
        int type = message.type();
        if (Icmpv6Type.isError(type)) {
            onError(datagram, nowNs); // RFC 4443 §2.4(a): those of unknown type, too
        } else if (type == Icmpv6Type.ECHO_REQUEST) {
            answerEcho(datagram, Icmpv6Type.ECHO_REPLY, nowNs);
        } else if (type == Icmpv6Type.ECHO_REPLY) {
            counters.drop(DropReason.ICMP_NO_MATCH);
        } else if (type >= Icmpv6Type.ROUTER_ADVERTISEMENT && type <= Icmpv6Type.REDIRECT) {
            onNeighborMessage(datagram, nowNs);
        } else if (type >= Icmpv6Type.MULTICAST_LISTENER_QUERY && type <= Icmpv6Type.MULTICAST_LISTENER_DONE) {
            onGroupMessage(datagram, nowNs);
        } else if (type <= Icmpv6Type.REDIRECT || type == Icmpv6Type.MULTICAST_LISTENER_REPORT_V2) {
            counters.drop(DropReason.ICMP_IGNORED); // for routers
        } else {
            counters.drop(DropReason.ICMP_UNKNOWN); // RFC 4443 §2.4(b): silently
        }
    }

    private void onNeighborMessage(IpDatagram datagram, long nowNs) {
        Interface on = datagram.receivedOn();
        Neighbors neighbors = on == null ? null : on.neighbors();
        if (neighbors == null) {
            counters.drop(DropReason.ICMP_IGNORED); // a link without link-layer addresses
        } else {
            neighbors.onNdp(datagram, nowNs);
        }
    }

    private void onGroupMessage(IpDatagram datagram, long nowNs) {
        Interface on = datagram.receivedOn();
        Neighbors neighbors = on == null ? null : on.neighbors();
        if (neighbors == null) {
            counters.drop(DropReason.ICMP_IGNORED); // a link without switches
        } else {
            neighbors.groups().onMld(datagram, nowNs);
        }
    }

    private void onError(IpDatagram datagram, long nowNs) {
        if (datagram.destinationKind() == Destination.UNICAST) {
            errorInput.onError(datagram, message, nowNs);
        } else {
            counters.drop(DropReason.ICMP_IGNORED); // nothing was sent from a group
        }
    }

    /**
     * RFC 1122 §3.2.2.6 and RFC 4443 §4.2: the same data goes back, from the address that was asked. Deviates from the
     * latter, which would have requests to a group answered: like those to a broadcast, they make amplifiers of hosts.
     */
    private void answerEcho(IpDatagram request, int replyType, long nowNs) {
        if (request.destinationKind() != Destination.UNICAST) {
            counters.drop(DropReason.ICMP_IGNORED);
            return;
        }
        int dataIndex = request.payloadIndex() + IcmpHeader.LENGTH;
        boolean sent = output.send(
                new IcmpOutput.Message(replyType, 0, message.restOfHeader(), request.trafficClass() & DSCP),
                /* source= */ request.destination(),
                /* destination= */ request.source(),
                new IcmpOutput.Body(request.buffer(), dataIndex, message.bodyLength()),
                request.receivedOn(),
                nowNs);
        if (sent) {
            counters.increment(Counter.ICMP_ECHO_REPLIES);
        }
        counters.increment(Counter.PACKETS_DELIVERED);
    }
}
