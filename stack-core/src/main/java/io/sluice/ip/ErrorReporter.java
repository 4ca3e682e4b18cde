package io.sluice.ip;

/**
 * Tells the sender of a packet what was wrong with it: implemented by ICMP, which decides whether that is allowed at all
 * (RFC 1122 §3.2.2, RFC 4443 §2.4). Counts what it sends, never the packet.
 */
@FunctionalInterface
public interface ErrorReporter {
    /** What was wrong. */
    enum Problem {
        /** Nobody here speaks the protocol of an IPv4 packet: destination unreachable, code 2. */
        PROTOCOL_UNREACHABLE,
        /** Nobody listens on the port: destination unreachable, code 3 (IPv4) or 4 (IPv6). */
        PORT_UNREACHABLE,
        /** Fragments were missing when time was up: time exceeded, code 1. */
        REASSEMBLY_TIMEOUT,
        /** A header field makes no sense: parameter problem, code 0. */
        HEADER_FIELD,
        /** Nobody here knows the next header of an IPv6 packet: parameter problem, code 1. */
        NEXT_HEADER,
        /** An IPv6 option that must be known is not: parameter problem, code 2. */
        OPTION,
        /** As {@link #OPTION}; the option says that the packet may be answered though it was multicast (RFC 4443 §2.4(e.3)). */
        OPTION_EVEN_IF_MULTICAST,
        /** The first fragment lacks a part of the header chain: parameter problem, code 3 (RFC 7112 §5). */
        INCOMPLETE_HEADER_CHAIN
    }

    /** Nobody is told anything. */
    ErrorReporter SILENT = (problem, cause, pointer, nowNs) -> {};

    /**
     * Reports, if the rules allow.
     *
     * @param cause the packet, borrowed
     * @param pointer the octet of the packet where the problem is; 0 unless it is a parameter problem
     */
    void report(Problem problem, IpDatagram cause, int pointer, long nowNs);
}
