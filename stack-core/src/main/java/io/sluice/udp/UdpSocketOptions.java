package io.sluice.udp;

import java.util.Optional;
import java.util.Set;

/**
 * The options of one UDP socket; each may be changed at any time, and is read when it matters (those about addresses when
 * the socket is bound).
 */
public final class UdpSocketOptions {
    /** Octets of memory that datagrams which wait for the reader may pin (SO_RCVBUF). */
    public static final int DEFAULT_RECEIVE_LIMIT_BYTES = 256 * 1024;

    /** Octets of memory that datagrams which wait for the link may pin (SO_SNDBUF). */
    public static final int DEFAULT_SEND_LIMIT_BYTES = 256 * 1024;

    /** What happens to a datagram that is larger than the path MTU. */
    public enum Fragmentation {
        /** It is sent in fragments; what fits is sent with "don't fragment", so that the path MTU is learnt. */
        WHERE_NEEDED,
        /** It is refused with MESSAGE_TOO_LONG (RFC 8899 wants that, for one). */
        NEVER,
        /** Routers may cut it, too: IPv4 without "don't fragment". */
        ANYWHERE
    }

    /** SO_RCVBUF. */
    public int receiveLimitBytes = DEFAULT_RECEIVE_LIMIT_BYTES;

    /** SO_SNDBUF. */
    public int sendLimitBytes = DEFAULT_SEND_LIMIT_BYTES;

    /** IPV6_V6ONLY (RFC 3493 §5.3): an IPv6 socket has nothing to do with IPv4. */
    public boolean v6Only;

    /** SO_REUSEADDR: other sockets with it may have the same address and port; the one bound last gets what is unicast. */
    public boolean reuseAddress;

    /** SO_REUSEPORT: as {@link #reuseAddress}, but the sockets that have it share what is unicast, by sender. */
    public boolean reusePort;

    /** SO_BROADCAST: may send to broadcast addresses (RFC 1122 §4.1.3.1). */
    public boolean broadcast;

    /** Whether IPv4 datagrams carry a checksum (RFC 768, RFC 1122 §4.1.3.4). */
    public boolean checksum4 = true;

    /**
     * Whether IPv6 datagrams carry a checksum. Only tunnels whose packets are protected inside may do without (RFC 6935 §5,
     * RFC 6936 §5); {@link SendOptions#checksum} is for those of their datagrams that need one.
     */
    public boolean checksum6 = true;

    /** Whether IPv6 datagrams without a checksum are received (RFC 6935 §5: not unless asked for); those with one always are. */
    public boolean acceptsZeroChecksum6;

    /** TTL or Hop Limit of unicast datagrams; 0 for the link's ({@link io.sluice.link.Link#hopLimit}). */
    public int hopLimit;

    /** The same for multicast ones: RFC 1112 §6.1, RFC 3493 §5.2. */
    public int multicastHopLimit = 1;

    /**
     * IP_MINTTL, IPV6_MINHOPCOUNT: datagrams that came with a lower TTL or hop limit are not for this socket (RFC 5082 §3); 0 for any.
     */
    public int minimumHopLimit;

    /** DSCP and ECN. */
    public int trafficClass;

    /** What happens to datagrams that are too large for a packet. */
    public Fragmentation fragmentation = Fragmentation.WHERE_NEEDED;

    /** What becomes of the surplus area of received datagrams (RFC 9868 §15). */
    public enum OptionReception {
        /** It is not looked at, as by a host that knows nothing of UDP options; fragments are empty datagrams. */
        IGNORE,
        /** Options are processed, and datagrams put together from fragments. */
        PROCESS,
        /** Datagrams that have one are dropped. */
        REFUSE
    }

    /** UDP_OPT: whether UDP options are received (RFC 9868 Appendix A: not unless asked for). */
    public OptionReception optionReception = OptionReception.IGNORE;

    /** Options of every datagram that is sent without some of its own. */
    public DatagramOptions datagramOptions = DatagramOptions.NONE;

    /**
     * The kinds of options ({@link io.sluice.wire.UdpOptionKind}) without which, or with a wrong APC, a datagram is
     * dropped (§14); counts with {@link OptionReception#PROCESS}.
     */
    public Set<Integer> requiredOptions = Set.of();

    /** The same for each fragment. */
    public Set<Integer> requiredFragmentOptions = Set.of();

    /** The ExIDs of the UNSAFE experiments that the user understands; any other UNSAFE option is unsupported (§12). */
    public Set<Integer> unsafeExperiments = Set.of();

    /** Whether {@link ReceivedOptions#fragments} is filled in (§15: only on demand). */
    public boolean reportFragmentOptions;

    /** How the RFC is read where it is not clear. */
    public OptionRules optionRules = OptionRules.STANDARD;

    /** What a datagram in fragments may cost. */
    public FragmentLimits fragmentLimits = FragmentLimits.DEFAULT;

    /**
     * MRDS of the peer, as far as it is known: the largest datagram, with UDP header and options, that is sent to it in
     * fragments. 0 for what it has said last on a connected socket, else for the least that RFC 9868 §11.6 promises: 2926
     * octets over IPv4, 2886 over IPv6, in 2 fragments.
     */
    public int peerMaxReassembledBytes;

    /** From how many fragments; 0 as above. */
    public int peerMaxReassembledSegments;

    /**
     * Whether REQ is answered with RES without asking the user, as the peer's search for the path MTU needs it (RFC 9869
     * §3.3; not unless asked for). Counts with {@link OptionReception#PROCESS}.
     */
    public boolean answerProbes;

    /**
     * How the path MTU to the peer is searched for from when the socket is next connected (RFC 8899; {@link
     * io.sluice.api.UdpSocket#startPathMtuDiscovery}); not at all, unless asked for.
     */
    public Optional<DplpmtudConfig> pathMtuDiscovery = Optional.empty();
}
