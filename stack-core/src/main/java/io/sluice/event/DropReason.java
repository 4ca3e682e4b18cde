package io.sluice.event;

/**
 * Why a received packet did not do what its sender meant. Every received packet is either delivered or counted under
 * exactly one of these: packets in = delivered + drops.
 */
public enum DropReason {
    // Ethernet, ARP, neighbour discovery (RFC 894, RFC 826, RFC 4861)
    ETHERNET_MALFORMED,
    ETHERNET_NOT_LOCAL,
    ETHERNET_TYPE_UNKNOWN,
    ARP_MALFORMED,
    NDP_MALFORMED,
    IGMP_MALFORMED,
    MLD_MALFORMED,
    // IP (RFC 791, RFC 8200)
    IP_TRUNCATED,
    IP_VERSION,
    IP_HEADER_MALFORMED,
    IP_CHECKSUM,
    IP_OPTION_MALFORMED,
    IP_SOURCE_ROUTE,
    IP_MARTIAN_SOURCE,
    IP_NOT_LOCAL,
    IP_EXTENSION_MALFORMED,
    IP_EXTENSION_UNKNOWN,
    IP_PROTOCOL_UNKNOWN,
    // Reassembly (RFC 791 §3.2, RFC 5722, RFC 8200 §4.5)
    FRAGMENT_MALFORMED,
    FRAGMENT_OVERLAP,
    FRAGMENT_TIMEOUT,
    FRAGMENT_LIMIT,
    FRAGMENT_DUPLICATE,
    // ICMP (RFC 792, RFC 4443)
    ICMP_MALFORMED,
    ICMP_CHECKSUM,
    ICMP_UNKNOWN,
    ICMP_NO_MATCH,
    ICMP_IGNORED,
    // UDP (RFC 768)
    UDP_MALFORMED,
    UDP_CHECKSUM,
    UDP_NO_PORT,
    UDP_BUFFER_FULL,
    /** From farther away than the socket wants (IP_MINTTL, RFC 5082). */
    UDP_LOW_HOP_LIMIT,
    // UDP options (RFC 9868)
    UDP_OPTIONS_REFUSED,
    UDP_OPTION_REQUIRED,
    UDP_OPTION_UNSAFE,
    UDP_FRAGMENT_MALFORMED,
    UDP_FRAGMENT_OVERLAP,
    UDP_FRAGMENT_DUPLICATE,
    UDP_FRAGMENT_LIMIT,
    UDP_FRAGMENT_TIMEOUT,
    // TCP (RFC 9293)
    TCP_MALFORMED,
    TCP_CHECKSUM,
    TCP_OPTION_MALFORMED,
    TCP_NO_CONNECTION,
    TCP_WRONG_ENCAPSULATION,
    /** From farther away than the socket wants (IP_MINTTL, RFC 5082). */
    TCP_LOW_HOP_LIMIT,
    TCP_BLACKHOLE,
    TCP_BAD_FLAGS,
    TCP_LISTEN_BAD_SEGMENT,
    TCP_BACKLOG_FULL,
    TCP_HALF_OPEN_BAD_SEGMENT,
    TCP_OUT_OF_WINDOW,
    TCP_PAWS,
    TCP_BAD_RESET,
    TCP_CHALLENGED_SYN,
    /**
     * A SYN or SYN-ACK that is not what the one before was, in its sequence number or in what it says of ECN (RFC 9768 §3.1.5): it has
     * ended the connection.
     */
    TCP_CONTRADICTORY_SYN,
    TCP_BAD_ACK,
    TCP_NO_ACK,
    TCP_AFTER_CLOSE,
    TCP_DUPLICATE_DATA,
    TCP_REASSEMBLY_FULL,
    TCP_RECEIVE_MEMORY,
    TCP_TIME_WAIT,
    /** There is a key for the peer, and no signature on the segment (RFC 2385). */
    TCP_MD5_MISSING,
    /** A signature, and no key to check it. */
    TCP_MD5_UNEXPECTED,
    TCP_MD5_WRONG,
    /** More than one signature (RFC 5925 §2.2, §8). */
    TCP_SIGNATURE_MALFORMED,
    /** There is a TCP-AO key for the connection, or one is required, and no TCP-AO on the segment (RFC 5925 §7.3). */
    TCP_AO_MISSING,
    /** TCP-AO on a segment of a connection without keys. */
    TCP_AO_UNEXPECTED,
    /** A KeyID that none of the keys has. */
    TCP_AO_UNKNOWN_KEY,
    /** The code, or its length, is not what the key makes it. */
    TCP_AO_WRONG,
    /** As {@link #TCP_AO_WRONG}, but the ISNs that the code depends on are not known here: not yet, or not any more. */
    TCP_AO_ISN_UNKNOWN,
    TCP_INTERNAL_ERROR,
    // The host as a whole
    MULTICAST_TCP
}
