package io.sluice.ip;

import io.sluice.event.Counter;
import io.sluice.event.Counters;
import io.sluice.event.DropReason;
import io.sluice.ip.ErrorReporter.Problem;
import io.sluice.ip.IpDatagram.Destination;
import io.sluice.wire.IpProtocol;

/** The last step of IP input: a whole datagram goes to its transport, or its sender is told that there is none. */
final class Dispatch {
    private final TransportDemux transports;
    private final ErrorReporter reporter;
    private final Counters counters;

    Dispatch(TransportDemux transports, ErrorReporter reporter, Counters counters) {
        this.transports = transports;
        this.reporter = reporter;
        this.counters = counters;
    }

    /**
     * Ends {@code datagram}.
     *
     * @param protocolField the octet of the packet that names its protocol
     */
    void deliver(IpDatagram datagram, int protocolField, long nowNs) {
        switch (datagram.protocol()) {
            case IpProtocol.TCP -> {
                // RFC 9293 §3.9.2.3 (MUST-57): nothing is sent in answer to a segment to a group or a broadcast.
                if (datagram.destinationKind() == Destination.UNICAST) {
                    transports.onTcp(datagram, nowNs);
                } else {
                    counters.drop(DropReason.MULTICAST_TCP);
                }
            }
            case IpProtocol.UDP -> transports.onUdp(datagram, nowNs);
            case IpProtocol.ICMP, IpProtocol.ICMPV6 -> {
                // Each is a protocol of its own family only (RFC 792; RFC 4443 §1).
                if (datagram.ipv6() == (datagram.protocol() == IpProtocol.ICMPV6)) {
                    transports.onIcmp(datagram, nowNs);
                } else {
                    unknown(datagram, protocolField, nowNs);
                }
            }
            default -> {
                if (!transports.onOther(datagram, nowNs)) {
                    unknown(datagram, protocolField, nowNs);
                }
            }
        }
    }

    private void unknown(IpDatagram datagram, int protocolField, long nowNs) {
        if (datagram.ipv6()) {
            reject(datagram, DropReason.IP_PROTOCOL_UNKNOWN, Problem.NEXT_HEADER, protocolField, nowNs);
        } else {
            reject(datagram, DropReason.IP_PROTOCOL_UNKNOWN, Problem.PROTOCOL_UNREACHABLE, 0, nowNs);
        }
    }

    /** Tells the sender, and drops. */
    void reject(IpDatagram datagram, DropReason reason, Problem problem, int pointer, long nowNs) {
        reporter.report(problem, datagram, pointer, nowNs);
        counters.drop(reason);
    }

    /** Drops silently. */
    void drop(DropReason reason) {
        counters.drop(reason);
    }

    /** Counts a datagram that asked for nothing. */
    void delivered() {
        counters.increment(Counter.PACKETS_DELIVERED);
    }
}
