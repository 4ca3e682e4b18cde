package io.sluice.posix;

/** The socket options, by the names of the C constants. Their values are integers; the comments say which, where more. */
public enum SocketOption {
    /** The pending error's number, which is then none; only to get. */
    SO_ERROR,
    SO_TYPE,
    SO_ACCEPTCONN,
    SO_REUSEADDR,
    SO_REUSEPORT,
    SO_KEEPALIVE,
    /** Urgent data stays in the stream. */
    SO_OOBINLINE,
    /** Two values: on or off, seconds. */
    SO_LINGER,
    SO_RCVBUF,
    SO_SNDBUF,
    /** Two values: seconds, microseconds. */
    SO_RCVTIMEO,
    /** Two values: seconds, microseconds. */
    SO_SNDTIMEO,
    /** Octets of the stream a second, unsigned; all ones for no limit. */
    SO_MAX_PACING_RATE,
    /** Whether MSG_ZEROCOPY is obeyed. */
    SO_ZEROCOPY,
    /** Which timestamps there are: bits of SOF_TIMESTAMPING_*, with Linux's values. */
    SO_TIMESTAMPING,
    /** A number for the packets of a socket, which nothing here looks at. */
    SO_MARK,
    /** A class for the queues of a device, which nothing here looks at. */
    SO_PRIORITY,
    /** Octets that make the socket readable. */
    SO_RCVLOWAT,
    /** Octets that make it writable: 1, and only to get. */
    SO_SNDLOWAT,
    /** {@code recvmsg} tells when data came, in microseconds. */
    SO_TIMESTAMP,
    /** {@code recvmsg} tells when data came, in nanoseconds. */
    SO_TIMESTAMPNS,
    /** SO_SNDBUF and SO_RCVBUF beyond the host's limit. */
    SO_SNDBUFFORCE,
    SO_RCVBUFFORCE,
    /** How long to ask a device whether there is something: who drives the host asks as often as it likes. */
    SO_BUSY_POLL,
    /** As SO_BUSY_POLL. */
    SO_PREFER_BUSY_POLL,
    /** As SO_BUSY_POLL. */
    SO_BUSY_POLL_BUDGET,
    /** Datagrams to broadcast addresses: of a stream, nothing. */
    SO_BROADCAST,
    /** Datagrams without a checksum: of a stream, nothing. */
    SO_NO_CHECK,
    /** Whether a repeated timeout has another path be tried: there is only the one that routes say. */
    SO_TXREHASH,
    /** Only to neighbours: there is nothing here to choose. */
    SO_DONTROUTE,
    /** The processor that packets come in on, which nothing here looks at. */
    SO_INCOMING_CPU,
    /** Of datagrams: a stream drops nothing that it would tell. */
    SO_RXQ_OVFL,
    /** Whether {@code select} tells of the error queue of a datagram socket. */
    SO_SELECT_ERR_QUEUE,
    /** A trace, which recorders and counters are for here. */
    SO_DEBUG,
    /** Where MSG_PEEK begins, in octets from what is read next, and which it moves on; -1 for always there. */
    SO_PEEK_OFF,
    /** AF_INET or AF_INET6; only to get. */
    SO_DOMAIN,
    /** IPPROTO_TCP; only to get. */
    SO_PROTOCOL,
    IP_TOS,
    IP_TTL,
    /** The lowest TTL of packets that are for the socket. */
    IP_MINTTL,
    /** As IP_MINTTL. */
    IPV6_MINHOPCOUNT,
    /** IP_PMTUDISC_*, with Linux's values. */
    IP_MTU_DISCOVER,
    IPV6_MTU_DISCOVER,
    /** The path MTU; only to get, of what is connected. */
    IP_MTU,
    IPV6_MTU,
    /** ICMP errors are pending errors at once, also those that do not end a connection. */
    IP_RECVERR,
    IPV6_RECVERR,
    /** Of datagrams; a stream tells nothing of the packets that it came in. */
    IP_PKTINFO,
    IP_RECVTOS,
    IP_RECVTTL,
    IPV6_RECVTCLASS,
    IPV6_RECVHOPLIMIT,
    IPV6_TCLASS,
    IPV6_UNICAST_HOPS,
    IPV6_V6ONLY,
    /** 1, 0, or -1, which for a stream is the same as 0 (RFC 3542 §11.1). */
    IPV6_USE_MIN_MTU,
    TCP_NODELAY,
    /** Octets, unsigned. */
    TCP_NOTSENT_LOWAT,
    TCP_CORK,
    TCP_NOPUSH,
    TCP_MAXSEG,
    /** {@code recvmsg} tells in a control message how much is left to read. */
    TCP_INQ,
    TCP_NOOPT,
    /** FreeBSD: whether the host's keys sign (RFC 2385). Linux: octets, a {@code struct tcp_md5sig}. */
    TCP_MD5SIG,
    /** Octets: a {@code struct tcp_md5sig} that may have a prefix. */
    TCP_MD5SIG_EXT,
    /** Octets: a {@code struct tcp_ao_add} (RFC 5925); only to set. */
    TCP_AO_ADD_KEY,
    /** Octets: a {@code struct tcp_ao_del}; only to set. */
    TCP_AO_DEL_KEY,
    /** Octets: a {@code struct tcp_ao_info_opt}. */
    TCP_AO_INFO,
    /** Octets: a {@code struct tcp_ao_getsockopt} for each key; only to get. */
    TCP_AO_GET_KEYS,
    /** Linux before 4.13: a retransmission after one duplicate. Reads as 0. */
    TCP_THIN_DUPACK,
    /** Whether it is Multipath TCP: 0, and only to get. */
    TCP_IS_MPTCP,
    /** Repetitions of the SYN. */
    TCP_SYNCNT,
    TCP_QUICKACK,
    /** The peer's UDP port for TCP over UDP, 0 for none; before connecting. */
    TCP_REMOTE_UDP_ENCAPS_PORT,
    /** Fast connections of a listener whose handshake is not over (RFC 7413); FreeBSD: a switch, of sockets that connect, too. */
    TCP_FASTOPEN,
    /** {@code connect} waits for the first write, which goes with the SYN (RFC 7413). */
    TCP_FASTOPEN_CONNECT,
    /** Fast Open without cookies. */
    TCP_FASTOPEN_NO_COOKIE,
    /** Octets: one or two keys of cookies, of 16 octets each. */
    TCP_FASTOPEN_KEY,
    /** Seconds. */
    TCP_KEEPIDLE,
    /** Seconds. */
    TCP_KEEPINTVL,
    TCP_KEEPCNT,
    /** Seconds. */
    TCP_KEEPINIT,
    /** Seconds: how long FIN-WAIT-2 lasts; -1 for not at all. */
    TCP_LINGER2,
    /** Seconds: how long a listener waits for data; told as the repetitions of a SYN-ACK take. */
    TCP_DEFER_ACCEPT,
    /** Octets: the largest window to announce. */
    TCP_WINDOW_CLAMP,
    /** Whether a listener keeps the headers of SYNs: 1 or 0. 2, which asks for the link's, too, is refused. */
    TCP_SAVE_SYN,
    /** Octets: the headers of the SYN of an accepted connection, once; only to get. */
    TCP_SAVED_SYN,
    /** Milliseconds. */
    TCP_USER_TIMEOUT,
    /** Milliseconds: the upper bound of the RTO; 1000 to 120000. */
    TCP_RTO_MAX_MS,
    /** Microseconds: the lower bound of the RTO; more than 4000, at most 200000. */
    TCP_RTO_MIN_US,
    /** Microseconds: how long an acknowledgment waits at most; as TCP_RTO_MIN_US. */
    TCP_DELACK_MAX_US,
    /** A name: of the stack. */
    TCP_FUNCTION_BLK,
    /** A name: of the congestion control. */
    TCP_CONGESTION,
    /** RFC 9868 Appendix A: 0 if UDP options that come are not looked at, 1 if they are processed, 2 if they are refused. */
    UDP_OPT,
    /** Whether options have a checksum even where UDP has none. */
    UDP_OPT_OCS,
    UDP_OPT_APC,
    /** Whether large datagrams are sent in UDP fragments: 1 for as large as packets may be, or octets of IP payload. */
    UDP_OPT_FRAG,
    /** Octets; 0 for none. */
    UDP_OPT_MDS,
    /** Two values: octets, 0 for none; fragments. */
    UDP_OPT_MRDS,
    /** The token; 0 for none. */
    UDP_OPT_REQ,
    /** Whether REQ is answered (RFC 9869). */
    UDP_OPT_RES,
    /** Two values: TSval, 0 for none; TSecr. */
    UDP_OPT_TIME,
    /** Whether the path MTU to the peer is searched for (RFC 8899, RFC 9869): at once, or when the socket is connected. */
    UDP_OPT_PLPMTUD,
    /**
     * How that stands, four values: 0 not at all, 1 BASE, 2 SEARCHING, 3 SEARCH_COMPLETE, 4 ERROR; PLPMTU; PROBED_SIZE;
     * PROBE_COUNT. Only to get.
     */
    UDP_OPT_PLPMTUD_INFO,
    /** Whether IPv6 datagrams are sent without a checksum (RFC 6935). */
    UDP_NO_CHECK6_TX,
    /** Whether IPv6 datagrams without a checksum are received. */
    UDP_NO_CHECK6_RX;

    /** Whether the value is octets. */
    public boolean isOctets() {
        return this == TCP_FASTOPEN_KEY || this == TCP_SAVED_SYN || isKeys();
    }

    /** Whether the value is a {@link KeyStruct}; that of TCP_MD5SIG may be. */
    public boolean isKeys() {
        return switch (this) {
            case TCP_MD5SIG_EXT, TCP_AO_ADD_KEY, TCP_AO_DEL_KEY, TCP_AO_INFO, TCP_AO_GET_KEYS -> true;
            default -> false;
        };
    }

    /** Whether the value is a name. */
    public boolean isName() {
        return this == TCP_FUNCTION_BLK || this == TCP_CONGESTION;
    }

    /** How many values the option has. */
    public int valueCount() {
        return switch (this) {
            case SO_LINGER, SO_RCVTIMEO, SO_SNDTIMEO, UDP_OPT_MRDS, UDP_OPT_TIME -> 2;
            case UDP_OPT_PLPMTUD_INFO -> 4;
            default -> 1;
        };
    }
}
