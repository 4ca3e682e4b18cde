package io.sluice.icmp;

import io.sluice.event.Counter;
import io.sluice.event.Counters;
import io.sluice.ip.ErrorReporter;
import io.sluice.ip.IpDatagram;
import io.sluice.ip.IpDatagram.Destination;
import io.sluice.ip.Paths;
import io.sluice.link.Path;
import io.sluice.wire.IcmpHeader;
import io.sluice.wire.Icmpv4Code;
import io.sluice.wire.Icmpv4Type;
import io.sluice.wire.Icmpv6Code;
import io.sluice.wire.Icmpv6Type;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.Ipv4Header;
import io.sluice.wire.Ipv6ExtensionHeaders;
import io.sluice.wire.Ipv6Header;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Originates ICMP errors, where that is allowed (RFC 1122 §3.2.2, RFC 1812 §4.3.2.7, RFC 4443 §2.4(e)) and not too often.
 */
final class IcmpErrorSender implements ErrorReporter {
    /** RFC 1812 §4.3.2.3: as much of the packet as possible without exceeding 576 octets. */
    private static final int MAX_ERROR_LENGTH4 = 576;
    /** RFC 4443 §2.4(c): the minimum IPv6 MTU. */
    private static final int MAX_ERROR_LENGTH6 = Ipv6Header.MINIMUM_MTU;
    /** RFC 1812 §4.3.2.5: precedence INTERNETWORK CONTROL. */
    private static final int ERROR_TRAFFIC_CLASS4 = 0xC0;

    private static final int POINTER4_SHIFT = 24;
    private static final int MAX_POINTER4 = 255;

    private final IcmpOutput output;
    private final Paths paths;
    private final TokenBucket bucket;
    private final Counters counters;

    IcmpErrorSender(IcmpOutput output, Paths paths, TokenBucket bucket, Counters counters) {
        this.output = output;
        this.paths = paths;
        this.bucket = bucket;
        this.counters = counters;
    }

    @Override
    public void report(Problem problem, IpDatagram cause, int pointer, long nowNs) {
        boolean allowed = mayAnswer(problem, cause) && bucket.tryTake(nowNs);
        if (allowed && send(problem, cause, pointer, nowNs)) {
            counters.increment(Counter.ICMP_ERRORS_OUT);
        } else {
            counters.increment(Counter.ICMP_ERRORS_SUPPRESSED);
        }
    }

    /**
     * Whether an error may be sent at all. That the source is one host's address (RFC 1122 §3.2.2, RFC 4443 §2.4(e.6)) was
     * seen to when the packet was accepted.
     */
    private static boolean mayAnswer(Problem problem, IpDatagram cause) {
        if (cause.destinationKind() == Destination.BROADCAST) {
            return false;
        }
        if (cause.destinationKind() == Destination.MULTICAST && problem != Problem.OPTION_EVEN_IF_MULTICAST) {
            return false; // RFC 4443 §2.4(e.3)
        }
        if (cause.ipv6()) {
            return !isAboutIcmp6Error(cause);
        }
        return cause.fragmentOffset() == 0 && !isAboutIcmp4Error(cause);
    }

    /** RFC 1122 §3.2.2: never about an ICMP error; nor about what may be one, being unknown or cut off. */
    private static boolean isAboutIcmp4Error(IpDatagram cause) {
        if (cause.protocol() != IpProtocol.ICMP) {
            return false;
        }
        if (cause.payloadLength() < 1) {
            return true;
        }
        return switch (cause.nio().get(cause.payloadOffset()) & 0xFF) {
            case Icmpv4Type.ECHO,
                    Icmpv4Type.ECHO_REPLY,
                    Icmpv4Type.TIMESTAMP,
                    Icmpv4Type.TIMESTAMP_REPLY,
                    Icmpv4Type.ROUTER_ADVERTISEMENT,
                    Icmpv4Type.ROUTER_SOLICITATION -> false;
            default -> true;
        };
    }

    /** RFC 4443 §2.4(e.1), (e.2). Extension headers are skipped whatever they hold, since one of them is the problem. */
    private static boolean isAboutIcmp6Error(IpDatagram cause) {
        ByteBuffer b = cause.nio();
        int at = cause.headerOffset() + Ipv6Header.LENGTH;
        int end = cause.headerOffset() + cause.packetLength();
        int protocol = b.get(cause.headerOffset() + Ipv6Header.NEXT_HEADER_OFFSET) & 0xFF;
        while (Ipv6ExtensionHeaders.isExtensionHeader(protocol)) {
            if (at + 2 > end) {
                return false;
            }
            int units = b.get(at + 1) & 0xFF;
            int length = (units + 1) * 8;
            if (protocol == IpProtocol.FRAGMENT) {
                length = 8;
            } else if (protocol == IpProtocol.AUTHENTICATION) {
                length = (units + 2) * 4;
            }
            protocol = b.get(at) & 0xFF;
            at += length;
        }
        if (protocol != IpProtocol.ICMPV6) {
            return false;
        }
        int type = at < end ? b.get(at) & 0xFF : 0;
        return Icmpv6Type.isError(type) || type == Icmpv6Type.REDIRECT;
    }

    private boolean send(Problem problem, IpDatagram cause, int pointer, long nowNs) {
        IpAddress destination = cause.source();
        IpAddress source = source(cause, destination, nowNs);
        if (source == null) {
            return false;
        }
        int ipLength = cause.ipv6() ? Ipv6Header.LENGTH : Ipv4Header.MIN_LENGTH;
        int maxLength = cause.ipv6() ? MAX_ERROR_LENGTH6 : MAX_ERROR_LENGTH4;
        int quoted = Math.min(cause.packetLength(), maxLength - ipLength - IcmpHeader.LENGTH);
        return output.send(
                cause.ipv6() ? message6(problem, pointer) : message4(problem, pointer),
                source,
                destination,
                new IcmpOutput.Body(cause.buffer(), cause.headerIndex(), quoted),
                cause.receivedOn(),
                nowNs);
    }

    /** RFC 1122 §3.2.2, RFC 4443 §2.2: the address the packet was sent to, if that was one. */
    private @Nullable IpAddress source(IpDatagram cause, IpAddress destination, long nowNs) {
        if (cause.destinationKind() == Destination.UNICAST) {
            return cause.destination();
        }
        Path back = paths.find(null, destination, nowNs);
        return back == null ? null : back.local();
    }

    private static IcmpOutput.Message message4(Problem problem, int pointer) {
        int type = Icmpv4Type.DESTINATION_UNREACHABLE;
        int code = 0;
        int rest = 0;
        switch (problem) {
            case PROTOCOL_UNREACHABLE, NEXT_HEADER -> code = Icmpv4Code.PROTOCOL_UNREACHABLE;
            case PORT_UNREACHABLE -> code = Icmpv4Code.PORT_UNREACHABLE;
            case REASSEMBLY_TIMEOUT -> {
                type = Icmpv4Type.TIME_EXCEEDED;
                code = Icmpv4Code.REASSEMBLY_TIME_EXCEEDED;
            }
            case HEADER_FIELD, OPTION, OPTION_EVEN_IF_MULTICAST, INCOMPLETE_HEADER_CHAIN -> {
                type = Icmpv4Type.PARAMETER_PROBLEM;
                code = Icmpv4Code.POINTER_INDICATES_ERROR;
                rest = Math.min(pointer, MAX_POINTER4) << POINTER4_SHIFT;
            }
        }
        return new IcmpOutput.Message(type, code, rest, ERROR_TRAFFIC_CLASS4);
    }

    private static IcmpOutput.Message message6(Problem problem, int pointer) {
        int type = Icmpv6Type.PARAMETER_PROBLEM;
        int code =
                switch (problem) {
                    case HEADER_FIELD -> Icmpv6Code.ERRONEOUS_HEADER_FIELD;
                    case NEXT_HEADER, PROTOCOL_UNREACHABLE -> Icmpv6Code.UNRECOGNIZED_NEXT_HEADER;
                    case OPTION, OPTION_EVEN_IF_MULTICAST -> Icmpv6Code.UNRECOGNIZED_OPTION;
                    case INCOMPLETE_HEADER_CHAIN -> Icmpv6Code.INCOMPLETE_HEADER_CHAIN;
                    case PORT_UNREACHABLE -> Icmpv6Code.PORT_UNREACHABLE;
                    case REASSEMBLY_TIMEOUT -> Icmpv6Code.REASSEMBLY_TIME_EXCEEDED;
                };
        if (problem == Problem.PORT_UNREACHABLE) {
            type = Icmpv6Type.DESTINATION_UNREACHABLE;
        } else if (problem == Problem.REASSEMBLY_TIMEOUT) {
            type = Icmpv6Type.TIME_EXCEEDED;
        }
        return new IcmpOutput.Message(type, code, pointer, 0);
    }
}
