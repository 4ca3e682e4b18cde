package io.sluice.event;

/** The counters of a host beside its {@link DropReason}s. All only go up. */
public enum Counter {
    PACKETS_IN,
    BYTES_IN,
    PACKETS_DELIVERED,
    PACKETS_OUT,
    BYTES_OUT,
    LINK_BUSY,
    LINK_DROPPED,
    CONTROL_QUEUE_FULL,
    IP_FRAGMENTS_IN,
    IP_REASSEMBLED,
    IP_FRAGMENTS_OUT,
    IP_NO_ROUTE,
    /** ARP packets, and Neighbor Solicitations and Advertisements, sent. */
    NEIGHBOR_MESSAGES_OUT,
    /** IGMP and MLD messages sent. */
    GROUP_REPORTS_OUT,
    /** Neighbours that did not answer. */
    NEIGHBORS_UNREACHABLE,
    /** Neighbours that gave way to others. */
    NEIGHBORS_EVICTED,
    /** Packets that gave way to others while they waited for a neighbour's MAC address. */
    NEIGHBOR_QUEUE_DROPS,
    /** Messages of somebody else who has, or wants, an address of this host. */
    ADDRESS_CONFLICTS,
    ICMP_ECHO_REPLIES,
    ICMP_ERRORS_OUT,
    ICMP_ERRORS_SUPPRESSED,
    ICMP_ERRORS_IN,
    UDP_DATAGRAMS_IN,
    UDP_DATAGRAMS_OUT,
    /** Surplus areas that were processed (RFC 9868). */
    UDP_OPTION_AREAS_IN,
    /** Surplus areas that were not, because something is wrong with them. */
    UDP_OPTION_AREAS_IGNORED,
    /** Surplus areas with more NOPs in a row than alignment needs (RFC 9868 §11.2). */
    UDP_OPTION_NOP_RUNS,
    /** Datagrams that have an APC which is not their user data's (RFC 9868 §11.3). */
    UDP_PAYLOAD_CHECKSUM_ERRORS,
    UDP_FRAGMENTS_IN,
    UDP_FRAGMENTS_OUT,
    UDP_REASSEMBLED,
    /** Probes for the path MTU (RFC 9869). */
    UDP_PROBES_OUT,
    /** Datagrams sent only to answer REQ (RFC 9869 §3.3). */
    UDP_PROBES_ANSWERED,
    TCP_SEGMENTS_IN,
    TCP_SEGMENTS_OUT,
    TCP_RESETS_IN,
    TCP_RESETS_OUT,
    TCP_ACTIVE_OPENS,
    TCP_PASSIVE_OPENS,
    TCP_ATTEMPT_FAILS,
    TCP_ESTABLISHED_RESETS,
    TCP_SEGMENTS_RETRANSMITTED,
    TCP_BYTES_RETRANSMITTED,
    TCP_RTO,
    TCP_FAST_RECOVERIES,
    TCP_CHALLENGE_ACKS,
    TCP_CHALLENGE_ACKS_LIMITED,
    TCP_DUPLICATE_ACKS_IN,
    TCP_OUT_OF_ORDER_IN,
    TCP_ZERO_WINDOW_PROBES,
    TCP_DSACKS_IN,
    TCP_SPURIOUS_RECOVERIES,
    TCP_CE_IN,
    TCP_ECE_IN,
    TCP_KEEPALIVE_PROBES,
    TCP_TIME_WAITS,
    TCP_TIME_WAIT_OVERFLOWS,
    /** Connections that users had closed and that were reset because there were too many, or because memory was short. */
    TCP_ORPHANS_RESET,
    TCP_BACKLOG_OVERFLOWS,
    /** SYN-ACKs that were cookies (RFC 4987 §3.6). */
    TCP_SYN_COOKIES_SENT,
    TCP_SYN_COOKIES_RETURNED,
    /** ACKs to a listener that were no cookie, or too old a one. */
    TCP_SYN_COOKIES_FAILED,
    /** Data on our SYNs that the server took (RFC 7413). */
    TCP_FAST_OPEN_ACTIVE,
    /** Data on our SYNs that it did not take. */
    TCP_FAST_OPEN_ACTIVE_FAILS,
    /** SYNs that opened a connection before their handshake was over. */
    TCP_FAST_OPEN_PASSIVE,
    /** Of these, those whose cookie was made with a key that is not the first any more. */
    TCP_FAST_OPEN_PASSIVE_OLD_KEY,
    /** SYNs whose cookie was wrong. */
    TCP_FAST_OPEN_PASSIVE_FAILS,
    /** SYNs that had to wait for their handshake because their listener had too many pending ones. */
    TCP_FAST_OPEN_LISTEN_OVERFLOWS,
    TCP_FAST_OPEN_COOKIE_REQUESTS,
    /** Pauses of Fast Open because the network swallowed connections. */
    TCP_FAST_OPEN_BLACK_HOLES,
    /** ICMP errors that quote what no connection has in flight (RFC 5927 §4.1). */
    TCP_ICMP_OUT_OF_WINDOW,
    /** Segments with TCP-AO that were authentic (RFC 5925). */
    TCP_AO_GOOD,
    /** ICMP errors that connections with TCP-AO ignored (RFC 5925 §7.8). */
    TCP_AO_DROPPED_ICMPS,
    /** Connections that gave up what was out of order because the host was short of memory. */
    TCP_REASSEMBLIES_PRUNED,
    /** Bytes of TCP payload handed to links, repeats included. */
    TCP_PAYLOAD_BYTES_OUT,
    /** Bytes of TCP payload accepted in order. */
    TCP_PAYLOAD_BYTES_IN,
    /** Payload bytes that the sending path copied (small or foreign buffers). */
    SEND_BYTES_COPIED,
    /** Payload bytes that the receiving path copied (small payloads of large buffers). */
    RECEIVE_BYTES_COPIED,
    /** Connections that a failure inside this stack ended. */
    INTERNAL_ERRORS
}
