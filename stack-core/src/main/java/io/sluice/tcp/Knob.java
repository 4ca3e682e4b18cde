package io.sluice.tcp;

import static io.sluice.tcp.KnobScope.CONNECTION;
import static io.sluice.tcp.KnobScope.HOST;
import static io.sluice.tcp.KnobScope.LISTENER;

import java.util.Locale;

/**
 * The knobs of TCP: behaviours that may differ, with the value that each {@link TcpProfile} gives them. The columns are
 * STANDARD, FREEBSD, LINUX. Switches are 0 or 1; times are in milliseconds; sizes in octets.
 */
public enum Knob {
    /** Whether packets must not be fragmented, and ICMP says how large they may be (RFC 1191, RFC 8201). */
    PATH_MTU_DISCOVERY(HOST, true, 1, 1, 1, "net.inet.tcp.path_mtu_discovery", ""),
    /** After what time a path MTU that ICMP told is doubted (RFC 1191 §6.3: at least 5 minutes, 10 are recommended). */
    PATH_MTU_LIFETIME_MS(HOST, true, 600_000, 600_000, 600_000, "", ""),
    /** RFC 4821: probe for the MTU of paths: 0 never, 1 after a black hole was found, 2 always. */
    MTU_PROBING(HOST, true, 1, 0, 0, "", "net.ipv4.tcp_mtu_probing"),
    /** Timeouts without progress that mean a black hole (RFC 4821 §7.7). */
    BLACK_HOLE_TIMEOUTS(HOST, true, 2, 2, 3, "", "net.ipv4.tcp_retries1"),
    /** RFC 4821 §7.2: the size that is believed to pass everywhere; search starts from it. */
    MTU_PROBE_BASE_MSS(HOST, true, 1024, 1024, 1024, "", "net.ipv4.tcp_base_mss"),
    /** The smallest size that is tried in a black hole. */
    MTU_PROBE_FLOOR(HOST, true, 536, 48, 48, "", "net.ipv4.tcp_mtu_probe_floor"),
    /** RFC 4821 §7.3: after how many seconds sizes that did not pass are tried again. */
    MTU_PROBE_INTERVAL_S(HOST, true, 600, 600, 600, "", "net.ipv4.tcp_probe_interval"),
    /** The search ends where the size that passes is that near to one that does not. */
    MTU_PROBE_THRESHOLD(HOST, true, 8, 8, 8, "", "net.ipv4.tcp_probe_threshold"),
    /** Look for black holes by stepping down twice and back again: 0 no, 1 for both families, 2 for IPv4, 3 for IPv6. */
    BLACK_HOLE_DETECTION(HOST, true, 0, 0, 0, "net.inet.tcp.pmtud_blackhole_detection", ""),
    /** The first step of that, for IPv4. */
    BLACK_HOLE_MSS_V4(HOST, true, 1200, 1200, 1200, "net.inet.tcp.pmtud_blackhole_mss", ""),
    /** The first step of that, for IPv6. */
    BLACK_HOLE_MSS_V6(HOST, true, 1220, 1220, 1220, "net.inet.tcp.v6pmtud_blackhole_mss", ""),
    /** RFC 9293 §3.7.1 (MUST-15): the MSS of an IPv4 peer that announces none. */
    DEFAULT_MSS_V4(HOST, true, 536, 536, 536, "net.inet.tcp.mssdflt", ""),
    /** RFC 9293 §3.7.1 (MUST-15): the MSS of an IPv6 peer that announces none. */
    DEFAULT_MSS_V6(HOST, true, 1220, 1220, 1220, "net.inet.tcp.v6mssdflt", ""),
    /** What a peer's MSS is raised to, so that none can ask for a segment for every few octets. */
    SMALLEST_MSS(HOST, true, 64, 216, 48, "net.inet.tcp.minmss", "net.ipv4.tcp_min_snd_mss"),
    /** Order of the options on a SYN: see {@link SynOptions}. */
    SYN_OPTION_LAYOUT(HOST, false, SynOptions.SACK_FIRST, SynOptions.MSS_WSCALE_SACK, SynOptions.SACK_FIRST, "", ""),
    /** Whether option lists are padded with EOL (1) or NOP (0) to a multiple of four octets (RFC 9293 §3.1). */
    PAD_WITH_EOL(HOST, false, 0, 1, 0, "", ""),
    /** RFC 7323 §3: offer timestamps. */
    TIMESTAMPS(HOST, false, 1, 1, 1, "", "net.ipv4.tcp_timestamps"),
    /** Whether segments without timestamps are taken where timestamps were agreed (RFC 7323 §3.2: SHOULD be dropped). */
    TOLERATE_MISSING_TIMESTAMPS(HOST, true, 0, 0, 1, "net.inet.tcp.tolerate_missing_ts", ""),
    /** Whether a SYN without timestamps is challenged there (RFC 5961 §4.2), rather than dropped as other segments are. */
    CHALLENGE_SYN_WITHOUT_TIMESTAMP(HOST, true, 1, 0, 1, "", ""),
    /** RFC 7323 §2: offer window scaling. */
    WINDOW_SCALING(HOST, false, 1, 1, 1, "", "net.ipv4.tcp_window_scaling"),
    /** RFC 2018 §2: offer selective acknowledgment. */
    SACK(HOST, false, 1, 1, 1, "net.inet.tcp.sack.enable", "net.ipv4.tcp_sack"),
    /** How many blocks of data, with holes before them, a connection keeps: what would be one more is dropped. */
    REASSEMBLY_BLOCKS(HOST, true, 1024, 100, 1024, "net.inet.tcp.reass.maxqueuelen", ""),
    /** The receive buffer of a new socket. */
    RECEIVE_BUFFER(HOST, false, 1 << 20, 65536, 131072, "net.inet.tcp.recvspace", ""),
    /** The send buffer of a new socket. */
    SEND_BUFFER(HOST, false, 1 << 20, 32768, 87040, "net.inet.tcp.sendspace", ""),
    /** Whether receive buffers grow with what arrives in a round trip, unless the user has sized them. */
    RECEIVE_BUFFER_AUTO(HOST, true, 1, 1, 1, "net.inet.tcp.recvbuf_auto", "net.ipv4.tcp_moderate_rcvbuf"),
    /** How large a receive buffer grows. */
    RECEIVE_BUFFER_MAX(HOST, true, 16 << 20, 2_097_152, 6_291_456, "net.inet.tcp.recvbuf_max", ""),
    /** Whether send buffers grow with the congestion window, unless the user has sized them. */
    SEND_BUFFER_AUTO(HOST, true, 1, 1, 1, "net.inet.tcp.sendbuf_auto", ""),
    /** How large a send buffer grows. */
    SEND_BUFFER_MAX(HOST, true, 16 << 20, 2_097_152, 4_194_304, "net.inet.tcp.sendbuf_max", ""),
    /** The largest buffer that a socket can have; the window scale is chosen for it (RFC 7323 §2.3). */
    MAX_SOCKET_BUFFER(HOST, false, 16 << 20, 2097152, 6291456, "kern.ipc.maxsockbuf", ""),
    /** Whether the receive buffer is rounded up to a multiple of the MSS once that is known. */
    ROUND_RECEIVE_BUFFER_TO_MSS(HOST, false, 0, 1, 0, "", ""),
    /**
     * Whether every segment offers all the room there is, and the sender's silly windows are the sender's affair; else the
     * edge only moves by a segment or half the buffer as RFC 9293 §3.8.6.2.2 (MUST-39) wants.
     */
    WINDOW_FOLLOWS_BUFFER(HOST, true, 0, 1, 1, "", ""),
    /** A reader who frees this part of the receive buffer has the window told to the peer: 2 for half, 4 for a quarter. */
    WINDOW_UPDATE_DIVISOR(HOST, true, 2, 4, 2, "", ""),
    /**
     * Whether a receive buffer that the user has chosen is announced in whole segments, with a scale no larger than it needs
     * (RFC 7323 §2.3); else the scale is for the largest buffer that there can be.
     */
    WINDOW_FITS_CHOSEN_BUFFER(HOST, true, 0, 0, 1, "", ""),
    /** Whether a window is rounded up to what its scale can express, beyond the buffer, rather than down. */
    ROUND_WINDOW_UP(HOST, true, 0, 1, 1, "", ""),
    /** What may be written beyond what was sent before the socket counts as not writable, unless TCP_NOTSENT_LOWAT says. */
    NOT_SENT_LOW_WATER(HOST, true, 4_294_967_295L, 4_294_967_295L, 4_294_967_295L, "", "net.ipv4.tcp_notsent_lowat"),
    /**
     * How large a super-segment may be: 0 as the link and the windows allow; 1 what the estimated rate sends in about a
     * millisecond, at most half the congestion window, so that packets leave evenly.
     */
    SUPER_SEGMENT_SIZING(HOST, true, 0, 0, 1, "", ""),
    /** With sizing, segments that a super-segment may have however low the rate. */
    MIN_SUPER_SEGMENT_SEGMENTS(HOST, true, 2, 2, 2, "", "net.ipv4.tcp_min_tso_segs"),
    /** With sizing, the estimated rate in slow start, as a percentage of the congestion window per round-trip time. */
    SLOW_START_RATE_PERCENT(HOST, true, 200, 200, 200, "", "net.ipv4.tcp_pacing_ss_ratio"),
    /** The same in congestion avoidance. */
    AVOIDANCE_RATE_PERCENT(HOST, true, 120, 120, 120, "", "net.ipv4.tcp_pacing_ca_ratio"),
    /**
     * With sizing, the part of the congestion window that is worth a super-segment: less waits for another acknowledgment
     * while data is in flight; 0 waits for nothing.
     */
    SUPER_SEGMENT_WINDOW_DIVISOR(HOST, true, 0, 0, 3, "", "net.ipv4.tcp_tso_win_divisor"),
    /** How many pieces of lent memory one packet may have; 0 for any number. */
    LENT_PIECES_PER_PACKET(CONNECTION, true, 0, 0, 17, "", ""),
    /**
     * Whether the RTO's variation part is the greatest of the last round trips and at least the lower bound of the RTO, to which
     * the round-trip time is added, rather than by RFC 6298 §2.3; all measurements count alike, and those that show a smaller
     * round-trip time vary it less.
     */
    MIN_RTO_ON_VARIATION(CONNECTION, true, 0, 0, 1, "", ""),
    /** Whether PSH ends every super-segment, so that receivers that merge segments pass it on at once. */
    PUSH_SUPER_SEGMENTS(HOST, true, 0, 0, 1, "", ""),
    /** Whether SO_SNDBUF holds twice what was asked for, and SO_RCVBUF says twice what it holds. */
    DOUBLE_BUFFER_OPTIONS(HOST, false, 0, 0, 1, "", ""),
    /** Whether the handshake of a passive open measures a round trip without timestamps, too (RFC 6298 §2.2). */
    SYN_ACK_MEASURES(CONNECTION, true, 1, 0, 1, "", ""),
    /** RFC 6298 §2.1: the RTO before the first measurement. */
    INITIAL_RTO_MS(CONNECTION, false, 1000, 1000, 1000, "net.inet.tcp.rexmit_initial", ""),
    /** The lower bound of the RTO. Deviates from RFC 6298 §2.4 (1 s): ACKs wait 40 ms today, both kernels have at most 200 ms. */
    MIN_RTO_MS(CONNECTION, false, 200, 30, 200, "net.inet.tcp.rexmit_min", "net.ipv4.tcp_rto_min_us"),
    /** Added to each computed RTO. */
    RTO_SLOP_MS(CONNECTION, false, 0, 200, 0, "net.inet.tcp.rexmit_slop", ""),
    /** RFC 6298 §2.5: the upper bound of the RTO, at least 60 s. */
    MAX_RTO_MS(CONNECTION, false, 120_000, 64_000, 120_000, "net.inet.tcp.rexmit_max", "net.ipv4.tcp_rto_max_ms"),
    /** RFC 8985 §7: tail loss probes where SACK was agreed: from 3 on by every stack, with 2 by those that want them. */
    TAIL_LOSS_PROBE(CONNECTION, true, 2, 2, 3, "", "net.ipv4.tcp_early_retrans"),
    /** SYN retransmissions before an active open gives up (RFC 9293 §3.8.3 (MUST-23): at least 3 minutes). */
    SYN_RETRIES(CONNECTION, false, 7, 12, 6, "", "net.ipv4.tcp_syn_retries"),
    /** How many SYN retransmissions come at the initial RTO before it doubles (RFC 6298 §5.5). */
    SYN_LINEAR_RETRIES(CONNECTION, false, 0, 0, 4, "", "net.ipv4.tcp_syn_linear_timeouts"),
    /** Whether SYNs go without options from the third retransmission on, for peers that cannot bear them. */
    SYN_RETRY_WITHOUT_OPTIONS(CONNECTION, true, 0, 0, 0, "net.inet.tcp.rexmit_drop_options", ""),
    /** RFC 4987 §3.6: answer SYNs with stateless cookies: 0 never, 1 when no further half-open connection can be remembered, 2 always. */
    SYN_COOKIES(HOST, true, 1, 1, 1, "net.inet.tcp.syncookies", "net.ipv4.tcp_syncookies"),
    /** Whether cookies are all there is: nothing is remembered of a SYN. */
    SYN_COOKIES_ONLY(HOST, true, 0, 0, 0, "net.inet.tcp.syncookies_only", ""),
    /** RFC 4987 §3.4: half-open connections that a host remembers at most. */
    SYN_CACHE_LIMIT(HOST, true, 16_384, 15_375, 1 << 20, "net.inet.tcp.syncache.cachelimit", ""),
    /** Half-open connections that one listener has at most (RFC 4987 §3.2, the backlog of SYNs). */
    SYN_BACKLOG(LISTENER, true, 1024, 15_375, 1024, "", "net.ipv4.tcp_max_syn_backlog"),
    /** Whether a listener has no more half-open connections than may wait to be accepted, and one. */
    SYN_BACKLOG_WITHIN_ACCEPT_QUEUE(LISTENER, true, 0, 0, 1, "", ""),
    /** The largest backlog that counts (RFC 4987 §3.2). */
    MAX_BACKLOG(HOST, true, 4096, 128, 4096, "kern.ipc.soacceptqueue", "net.core.somaxconn"),
    /** How many connections may wait to be accepted: 0 as many as the backlog says, 1 one more, 2 half as many again and one. */
    ACCEPT_QUEUE_RULE(HOST, true, 0, 2, 1, "", ""),
    /** Whether a SYN is dropped while no further connection may wait to be accepted. */
    SYN_NEEDS_ROOM_TO_ACCEPT(HOST, true, 1, 0, 1, "", ""),
    /** Whether the last ACK of a handshake is answered with a reset, rather than dropped, while nothing more may wait. */
    ACCEPT_OVERFLOW_RESETS(
            HOST, true, 0, 1, 0, "net.inet.tcp.syncache.rst_on_sock_fail", "net.ipv4.tcp_abort_on_overflow"),
    /** SYN-ACK retransmissions before a half-open connection is forgotten. */
    SYN_ACK_RETRIES(LISTENER, false, 5, 3, 5, "net.inet.tcp.syncache.rexmtlimit", "net.ipv4.tcp_synack_retries"),
    /** Which of {@link Nagle}'s variants holds back small segments (RFC 9293 §3.7.4). */
    NAGLE(HOST, true, Nagle.ONE_SMALL, Nagle.IDLE_WRITE, Nagle.ONE_SMALL, "", ""),
    /** How long TCP_CORK holds back less than a segment; 0 for as long as it is set as RFC 9293 §3.9.1.2 (MUST-60) asks. */
    CORK_MS(HOST, true, 200, 0, 200, "", ""),
    /** Whether that is the RTO where that is longer, and starts again with each acknowledgment. */
    CORK_WAITS_FOR_RTO(HOST, true, 0, 0, 1, "", ""),
    /** Whether only what is more than a segment is cut at the edge of the peer's window, or RFC 9293 §3.8.6.2.1 (MUST-38) decides. */
    FILL_WINDOW(HOST, true, 0, 0, 1, "", ""),
    /** RFC 5482: tell the peer the user timeout with the SYN, and adopt the peer's where the user has set none. */
    USER_TIMEOUT_OPTION(HOST, true, 0, 0, 0, "", ""),
    /** Whether the user timeout counts from the first repetition, or probe of a closed window; else from when data was sent. */
    USER_TIMEOUT_FROM_REPETITION(HOST, true, 0, 0, 1, "", ""),
    /** RFC 5682: find out whether a timeout was spurious. */
    F_RTO(CONNECTION, true, 1, 0, 1, "", "net.ipv4.tcp_frto"),
    /** Retransmissions of the same data before the connection is given up (R2 of RFC 9293 §3.8.3). */
    DATA_RETRIES(CONNECTION, true, 15, 12, 15, "net.inet.tcp.retries", "net.ipv4.tcp_retries2"),
    /** How long an ACK may wait. RFC 9293 §3.8.6.3 (MUST-40), RFC 5681 §4.2 (M16): less than 500 ms. */
    DELAYED_ACK_MS(CONNECTION, true, 40, 40, 40, "net.inet.tcp.delacktime", ""),
    /** RFC 9293 §3.8.6.3 (SHLD-19): how many full segments one ACK may cover. */
    DELAYED_ACK_SEGMENTS(CONNECTION, true, 2, 2, 2, "", ""),
    /** The shortest time between probes of a closed window; with one, the first step is 4 SRTT + 8 RTTVAR (SHLD-29: the RTO). */
    PROBE_MIN_MS(HOST, true, 0, 5000, 0, "net.inet.tcp.persmin", ""),
    /** RFC 9293 §3.8.6.1 (SHLD-30): the longest. */
    PROBE_MAX_MS(HOST, true, 60_000, 60_000, 60_000, "net.inet.tcp.persmax", ""),
    /** Whether zero-window probes (RFC 9293 §3.8.6.1) are empty segments before the window, rather than its first octet. */
    ZERO_WINDOW_PROBE_EMPTY(CONNECTION, true, 0, 0, 1, "", ""),
    /** Whether connections are paced whose congestion control sets no rate, at the percentages that are estimated for super-segments. */
    PACE_SENDING(CONNECTION, true, 0, 0, 0, "", ""),
    /** Segments that are acknowledged at once when a connection is new, so that its sender's window opens. */
    QUICK_ACK_SEGMENTS(CONNECTION, false, 16, 0, 16, "", ""),
    /**
     * Whether how long an ACK waits follows what the connection does: not at all while it is new, after a pause or a loss, unless
     * it answers what it receives; and no longer than until a reader has taken all. RFC 9293 §3.8.6.3, RFC 5681 §4.2.
     */
    ADAPTIVE_ACKS(CONNECTION, true, 0, 0, 1, "", ""),
    /** Whether a writer who waits for the handshake ends the time in which everything is acknowledged at once. */
    WAITING_WRITER_ENDS_QUICK_ACKS(CONNECTION, true, 0, 0, 1, "", ""),
    /** Whether the SYN-ACK that ends a simultaneous open is acknowledged, as the duplicate that its SYN is. */
    ACK_CROSSED_SYN_ACK(HOST, true, 0, 0, 1, "", ""),
    /** RFC 9293 §3.4.1: the maximum segment lifetime; TIME-WAIT lasts two. */
    MSL_MS(HOST, true, 30_000, 30_000, 30_000, "net.inet.tcp.msl", ""),
    /** How long FIN-WAIT-2 lasts without a user, who has closed. */
    FIN_WAIT_2_MS(
            CONNECTION, true, 60_000, 60_000, 60_000, "net.inet.tcp.finwait2_timeout", "net.ipv4.tcp_fin_timeout"),
    /** Whether that is how long FIN-WAIT-2 lasts without a user; else as long as a peer may leave keepalive probes unanswered. */
    FIN_WAIT_2_SHORT(HOST, true, 1, 0, 1, "net.inet.tcp.fast_finwait2_recycle", ""),
    /** TIME-WAIT entries that a host keeps at most; beyond that the oldest ends early. */
    MAX_TIME_WAIT(HOST, true, 65536, 65536, 65536, "net.inet.tcp.maxtcptw", "net.ipv4.tcp_max_tw_buckets"),
    /** Connections that users have closed and that are not over; beyond that the oldest is reset. */
    MAX_ORPHANS(HOST, true, 16_384, 1 << 30, 65_536, "", "net.ipv4.tcp_max_orphans"),
    /** How often data or a FIN is repeated once the user has closed, if that is less than otherwise; 0 stands for 8. */
    ORPHAN_RETRIES(CONNECTION, true, 8, 12, 0, "", "net.ipv4.tcp_orphan_retries"),
    /** RFC 5961 §7: challenge ACKs of a host in a second. */
    CHALLENGE_ACKS_PER_SECOND(HOST, true, 1000, 1 << 30, 1000, "", "net.ipv4.tcp_challenge_ack_limit"),
    /** RFC 5961 §7: challenge ACKs, and ACKs of segments without text that are not acceptable, of a connection in a while. */
    CHALLENGE_ACKS_PER_CONNECTION(CONNECTION, true, 10, 5, 1, "net.inet.tcp.ack_war_cnt", ""),
    /** How long that while is; 0 for no limit. */
    CHALLENGE_ACK_WINDOW_MS(
            CONNECTION, true, 1000, 1000, 500, "net.inet.tcp.ack_war_timewindow", "net.ipv4.tcp_invalid_ratelimit"),
    /** Any RST in the window resets, as before RFC 5961 §3.2. */
    INSECURE_RST(HOST, true, 0, 0, 0, "net.inet.tcp.insecure_rst", ""),
    /** Any acknowledgment of what was sent once counts as old, rather than being challenged, as before RFC 5961 §5.2. */
    INSECURE_ACK(HOST, true, 0, 0, 0, "net.inet.tcp.insecure_ack", ""),
    /** A SYN whose sequence number is in the window resets, as before RFC 5961 §4.2. */
    INSECURE_SYN(HOST, true, 0, 0, 0, "net.inet.tcp.insecure_syn", ""),
    /** Whether a SYN that carries a FIN is dropped: 1 where it would open a connection, 2 always. */
    DROP_SYN_FIN(HOST, true, 1, 0, 1, "", ""),
    /** Whether a SYN-ACK to a listener is dropped, rather than reset (RFC 9293 §3.10.7.2). */
    LISTEN_IGNORES_SYN_ACK(HOST, true, 0, 1, 0, "", ""),
    /**
     * What is acknowledged in TIME-WAIT beside ACKs (RFC 9293 §3.10.7.4): 0 nothing, but every ACK that is not empty and exactly
     * the last one, however many come, and a SYN beyond the old connection ends it even where nobody listens; 1 a SYN that opens
     * no new connection (RFC 5961 §4.2); 2 whatever is no reset.
     */
    TIME_WAIT_ANSWERS(HOST, true, 1, 0, 2, "", ""),
    /** Whether timestamps tell that a SYN is new (RFC 6191 §2), and not its sequence number alone. */
    TIME_WAIT_REOPENS_BY_TIMESTAMP(HOST, true, 1, 0, 1, "", ""),
    /** Whether TIME-WAIT survives a reset (RFC 1337 §3, fix F1). */
    IGNORE_RST_IN_TIME_WAIT(HOST, true, 0, 1, 0, "", "net.ipv4.tcp_rfc1337"),
    /** What beyond the window is acceptable: 1, up to the buffer's end; 2, a FIN, and all of a segment while nothing is unread, else none of it. */
    ACCEPT_UP_TO_BUFFER(HOST, true, 0, 1, 2, "", ""),
    /** Whether the ACK of a segment before the window counts, which RFC 9293 §3.10.7.4 drops: 1 of any, 2 of what ends at the last ACK sent or behind it, where resets are challenged. */
    USE_ACK_OF_OLD_SEGMENT(HOST, true, 0, 1, 2, "", ""),
    /** Whether ACKs repeat our FIN as long as it is not acknowledged; challenge ACKs do not. */
    ACK_REPEATS_FIN(HOST, true, 0, 1, 0, "", ""),
    /** Whether ACKs after a simultaneous open repeat our SYN as long as it is not acknowledged; challenge ACKs do not. */
    ACK_REPEATS_SYN(HOST, true, 0, 1, 0, "", ""),
    /** Whether a segment without text, SYN and FIN is acceptable where the window ends, where RFC 9293 §3.4 wants it before. */
    EMPTY_AT_EDGE_ACCEPTABLE(HOST, true, 0, 1, 1, "", ""),
    /**
     * What a user hears of a reset: 0 what RFC 9293 §3.10.7.4 says, so nothing in CLOSING and LAST-ACK, and in SYN-RECEIVED that
     * the connection was refused; 1 of one in CLOSING and LAST-ACK, too; 2 as 1, but in SYN-RECEIVED that it was reset, and in
     * CLOSE-WAIT that the pipe is broken.
     */
    RESET_ERRORS(HOST, true, 0, 1, 2, "", ""),
    /** Whether a reset counts that is one before RCV.NXT behind a FIN, or behind the highest data out of order (RFC 5961 §3.2: RCV.NXT). */
    TOLERANT_RST(HOST, true, 0, 0, 1, "", ""),
    /** Whether a segment without ACK, RST and SYN is dropped before anything else is looked at, rather than in its turn. */
    DROP_WITHOUT_ACK(HOST, true, 0, 0, 1, "", ""),
    /** Whether text beyond the peer's FIN, or an early FIN for who has closed, resets, where RFC 9293 §3.10.7.4 (seventh) ignores it. */
    TEXT_AFTER_END_RESETS(HOST, true, 0, 0, 1, "", ""),
    /** Whether SACK blocks count a FIN that came ahead of time or twice, which RFC 2018 §3, about data, leaves open. */
    SACK_COVERS_FIN(HOST, true, 0, 0, 1, "", ""),
    /** Whether PAWS (RFC 7323 §5.3) drops segments without text in silence, rather than answers them. */
    PAWS_ANSWERS_ONLY_TEXT(HOST, true, 0, 1, 0, "", ""),
    /**
     * Whether PAWS (RFC 7323 §5.3) is lenient: what is one tick old passes, and pure ACKs that others have overtaken are taken or
     * dropped in silence, rather than answered.
     */
    PAWS_LENIENT(HOST, true, 0, 0, 1, "", ""),
    /** Whether a SYN-ACK that echoes a timestamp that no SYN had is reset. */
    SYN_ACK_ECHO_CHECKED(HOST, true, 0, 0, 1, "", ""),
    /** Whether a segment is at most half the largest window that the peer has offered. */
    SEGMENT_WITHIN_HALF_WINDOW(CONNECTION, true, 0, 0, 1, "", ""),
    /** Whether D-SACK also reports what fails PAWS, which RFC 2883 does not tell. */
    DUPLICATE_REPORTS_WITH_PAWS(HOST, true, 0, 0, 1, "", ""),
    /** Whether the SYN-ACK that crosses a SYN offers all that the SYN did, and not only what the peer offered, as RFC 7323 §1.3 wants it. */
    CROSSED_SYN_ACK_OFFERS_ALL(HOST, true, 0, 0, 1, "", ""),
    /**
     * How half-open connections of listeners look at segments: 0 in the order of RFC 9293 §3.10.7.4, and RFC 5961 §4.2 challenges
     * SYNs; 1 at the acknowledgment first, and a SYN anywhere in the window ends them; 2 any SYN has the SYN-ACK repeated as if it
     * were the first, a SYN-ACK and what PAWS or the lack of an ACK forbids says nothing.
     */
    HALF_OPEN_CHECKS(HOST, true, 0, 2, 1, "", ""),
    /** Whether a connection in SYN-RECEIVED resets what has a wrong acknowledgment or is older than the SYN, wherever it is. */
    SYN_RECEIVED_LOOKS_AT_ACK_FIRST(HOST, true, 0, 1, 0, "", ""),
    /** Whether FIN-WAIT-2 whose user has closed answers as TIME-WAIT does: what is not the awaited FIN ends it or says nothing. */
    ORPHAN_FIN_WAIT_2_AS_TIME_WAIT(HOST, true, 0, 0, 1, "", ""),
    /** How soon the first SYN is repeated after a wrong acknowledgment, which may be of an older connection; 0 for not at all. */
    SYN_AGAIN_AFTER_WRONG_ACK_MS(CONNECTION, true, 0, 0, 4, "", ""),
    /** Whether shutting the sending direction in SYN-SENT ends the connection, as RFC 9293 §3.10.4 has it for CLOSE, or what was written goes first. */
    SHUTDOWN_ENDS_OPENING(HOST, true, 0, 0, 1, "", ""),
    /**
     * Which ICMP errors end a connection that is not synchronized: 0 none, 1 those that RFC 1122 §4.2.3.9 calls hard, 2
     * also prohibition and exceeded hop limits, but only in SYN-SENT, 3 all (RFC 5927 §4.1: if they quote what is in flight).
     */
    ICMP_ENDS_OPENING(HOST, true, 1, 2, 3, "", ""),
    /**
     * Which ICMP errors end a half-open connection of a listener: 0 none, 1 those that RFC 1122 §4.2.3.9 calls hard, 2 with IPv4
     * those that say that the network or the host cannot be reached, with IPv6 hard ones and prohibitions, 3 any but the first,
     * once the SYN-ACK has left four times.
     */
    ICMP_ENDS_HALF_OPEN(HOST, true, 1, 3, 2, "", ""),
    /** Other ICMP errors: 0 a timeout tells the last (RFC 1122 §4.2.3.9), 1 not of ESTABLISHED, and two end late openings. */
    ICMP_SOFT_ERRORS(HOST, true, 0, 1, 0, "", ""),
    /** Whether segments to closed ports are dropped without an answer: 1 SYNs, 2 all; 3 also those that a listener would reset. */
    BLACKHOLE(HOST, true, 0, 0, 0, "net.inet.tcp.blackhole", ""),
    /** Whether datagrams to ports where nobody listens get no answer, rather than an ICMP error (RFC 1122 §4.1.3.1). */
    UDP_BLACKHOLE(HOST, true, 0, 0, 0, "net.inet.udp.blackhole", ""),
    /** RFC 6928 §2: the initial window in segments. */
    INITIAL_WINDOW_SEGMENTS(CONNECTION, false, 10, 10, 10, "net.inet.tcp.initcwnd_segments", ""),
    /** After how many repetitions of the SYN or SYN-ACK the initial window is still whole, and not one segment (RFC 6928 §2). */
    SYN_RETRIES_KEEP_WINDOW(CONNECTION, true, 1, 0, 1, "", ""),
    /**
     * Whether a window that is not used is kept for five minutes and paced when it is used again (RFC 7661, experimental), rather
     * than given up after an idle time (RFC 5681 §4.1).
     */
    CWND_VALIDATION(CONNECTION, true, 0, 0, 0, "net.inet.tcp.newcwv", ""),
    /** RFC 5681 §4.1: start again from the restart window after an idle time. */
    RESTART_AFTER_IDLE(CONNECTION, true, 1, 1, 1, "", "net.ipv4.tcp_slow_start_after_idle"),
    /** Whether data on a SYN or SYN-ACK is kept until the handshake is over (RFC 9293 §3.10.7.2). */
    KEEP_SYN_DATA(LISTENER, false, 0, 1, 0, "", ""),
    /** The idle time before the first keepalive probe. RFC 9293 §3.8.4 (MUST-28): at least two hours. */
    KEEPALIVE_IDLE_MS(
            CONNECTION, false, 7_200_000, 7_200_000, 7_200_000, "net.inet.tcp.keepidle", "net.ipv4.tcp_keepalive_time"),
    /** Between keepalive probes. */
    KEEPALIVE_INTERVAL_MS(
            CONNECTION, false, 75_000, 75_000, 75_000, "net.inet.tcp.keepintvl", "net.ipv4.tcp_keepalive_intvl"),
    /** Keepalive probes without an answer before the connection is given up. */
    KEEPALIVE_PROBES(CONNECTION, false, 9, 8, 9, "net.inet.tcp.keepcnt", "net.ipv4.tcp_keepalive_probes"),
    /** How long an active open may take. */
    CONNECT_TIMEOUT_MS(CONNECTION, false, 180_000, 75_000, 180_000, "net.inet.tcp.keepinit", ""),
    /**
     * What ends the first slow start before a loss: 0 nothing (RFC 5681 §3.1), 1 HyStart++ (RFC 9406), 2 for CUBIC only, what
     * came before that ({@link io.sluice.cc.CongestionSettings.InitialSlowStart}).
     */
    INITIAL_SLOW_START(HOST, false, 1, 0, 2, "", ""),
    /**
     * L of RFC 3465 §2.2 and RFC 9406 §4.2: the segments by which one acknowledgment opens the window in slow start at most,
     * where nothing paces; 0 for no limit. Deviates from their 2 and 8 because today's peers merge segments, and acknowledge
     * them together.
     */
    SLOW_START_ACK_LIMIT(HOST, false, 0, 2, 0, "net.inet.tcp.abc_l_var", ""),
    /** RFC 8511 §3.1: reduce the window less after a mark than after a loss. */
    ALTERNATIVE_BACKOFF(HOST, false, 0, 0, 0, "net.inet.tcp.cc.abe", ""),
    /** For how long CUBIC follows the last slope of its curve while the window does not change (RFC 9438 §4.2: not at all). */
    CUBIC_CURVE_INTERVAL_MS(HOST, false, 0, 0, 31, "", ""),
    /** Whether CUBIC's window is at least the one that Reno would have (RFC 9438 §4.3). */
    CUBIC_RENO_FRIENDLY(HOST, false, 1, 1, 1, "", ""),
    /**
     * RFC 3168 §6.1.1: 0 no ECN, 1 ask for it and agree to it, 2 only agree. RFC 9768 §3.1: 3 ask for AccECN and agree to both,
     * 4 ask for ECN and agree to both, 5 ask for nothing and agree to both.
     */
    ECN(HOST, false, 2, 2, 2, "net.inet.tcp.ecn.enable", "net.ipv4.tcp_ecn"),
    /** Whether a SYN-ACK that agrees to ECN, or a crossing SYN that asks for it, counts although our SYN has not asked (RFC 3168 §6.1.1). */
    ECN_UNASKED(HOST, true, 0, 1, 0, "", ""),
    /** RFC 9768 §3.2.3: when AccECN options leave: 0 never, 1 what changed and as a beacon, 2 where there is room, 3 even if they get lost. */
    ACCECN_OPTION(HOST, true, 2, 2, 2, "", "net.ipv4.tcp_ecn_option"),
    /** RFC 9768 §3.2.3.3: how often in a round trip an AccECN option is sent though nothing has changed, 0 for never. */
    ACCECN_BEACONS(HOST, true, 3, 3, 3, "", "net.ipv4.tcp_ecn_option_beacon"),
    /** Whether AccECN options have all counters for which there is room, ECT(1)'s first, and only go to a peer that has sent one. */
    ACCECN_ALL_COUNTERS(HOST, true, 0, 0, 1, "", ""),
    /** Whether with AccECN whatever leaves is ECN-capable, but SYNs, rather than new data only (RFC 3168 §6.1.4 to §6.1.6). */
    ACCECN_ECT_ON_ALL(HOST, true, 0, 0, 1, "", ""),
    /** RFC 9768 §3.2.2.5.1: whether codepoints change on ACKs, too, and the next data is acknowledged; then marks on ACKs never are. */
    ACCECN_CHANGES_ON_ACKS(HOST, true, 0, 0, 1, "", ""),
    /** RFC 9768 §3.2.2.3: whether a SYN-ACK that says that our SYN came ECN-capable has us send nothing so, even if it is not marked. */
    ACCECN_CHECKS_SYN(HOST, true, 1, 1, 0, "", ""),
    /** RFC 9768 §3.1.4.1, §3.2.3.2.2: repetitions of a SYN or SYN-ACK that still ask for or agree to AccECN. */
    ACCECN_SYN_RETRIES(CONNECTION, true, 1, 1, 1, "", ""),
    /** RFC 3168 §6.1.1.1: repetitions of a SYN or SYN-ACK that still ask for or agree to ECN, but AccECN. */
    ECN_SYN_RETRIES(CONNECTION, true, 1, 1, 0, "net.inet.tcp.ecn.maxretries", ""),
    /**
     * IPv6 flow labels (RFC 6437 §3) of TCP connections, and of UDP sockets for each destination: 1 and 3 label them, 0 and 2 do not (2
     * leaves it to a socket option, which there is not here; 3 overrules that). ICMP has none.
     */
    FLOW_LABELS(HOST, false, 1, 1, 1, "net.inet6.ip6.auto_flowlabel", "net.ipv6.auto_flowlabels"),
    /** The UDP port of this host for TCP over UDP (as RFC 6951 §4.1 for SCTP); 0 for none. */
    UDP_TUNNELING_PORT(HOST, true, 0, 0, 0, "net.inet.tcp.udp_tunneling_port", ""),
    /** Octets by which segments are smaller where they travel in UDP datagrams: at least the 8 of the UDP header. */
    UDP_TUNNELING_OVERHEAD(CONNECTION, false, 8, 8, 8, "net.inet.tcp.udp_tunneling_overhead", ""),
    /** Whether connections probe an idle peer although SO_KEEPALIVE is off. */
    ALWAYS_KEEPALIVE(CONNECTION, false, 0, 1, 0, "net.inet.tcp.always_keepalive", ""),
    /** Whether connections with long signatures (RFC 2385) do without timestamps where they have SACK: both leave no room for its blocks. */
    SIGNED_WITHOUT_TIMESTAMPS(HOST, false, 1, 0, 1, "", ""),
    /** Whether the host's MD5 keys are only for sockets that ask for them (TCP_MD5SIG of FreeBSD). */
    HOST_MD5_KEYS_ON_REQUEST(HOST, true, 0, 1, 0, "", ""),
    /** Whether segments with TCP-AO are dropped where there is no key for the peer (RFC 5925 §7.3), rather than taken as without. */
    DROP_UNEXPECTED_AO(HOST, true, 0, 0, 1, "", ""),
    /** RFC 7413: whether active opens may carry data on the SYN. */
    FAST_OPEN_CLIENT(HOST, true, 1, 1, 1, "net.inet.tcp.fastopen.client_enable", ""),
    /** Whether they may without a cookie: only where the path is known to let it pass, and the server to take it. */
    FAST_OPEN_CLIENT_WITHOUT_COOKIE(HOST, true, 0, 0, 0, "", ""),
    /** Whether listeners take data on a SYN, those that want it (RFC 7413 §4.2, FastOpenEnabled). */
    FAST_OPEN_SERVER(HOST, true, 1, 0, 0, "net.inet.tcp.fastopen.server_enable", ""),
    /** Whether all listeners want it, as many pending connections as their backlog. */
    FAST_OPEN_ALL_LISTENERS(LISTENER, true, 0, 0, 0, "", ""),
    /** Which SYNs a server believes: 0 those with a cookie that it made, 1 those with any, 2 also those without. */
    FAST_OPEN_SERVER_TRUST(LISTENER, true, 0, 0, 0, "net.inet.tcp.fastopen.acceptany", ""),
    /**
     * What a connection does that a cookie has opened, before its SYN-ACK is answered: 0 it sends a FIN when it is shut down, and
     * repeats what it sent if the SYN-ACK was lost; 1 it does neither, and repeats the SYN-ACK once more than others.
     */
    FAST_OPEN_PENDING(LISTENER, true, 0, 0, 1, "", ""),
    /** After how many seconds a server makes a new key; the one before stays good as long; 0 for never. */
    FAST_OPEN_KEY_LIFETIME_S(HOST, true, 7200, 120, 0, "net.inet.tcp.fastopen.autokey", ""),
    /** Whether the experimental form of the option (RFC 7413 §9) is taken, and asked for where the other has no answer. */
    FAST_OPEN_EXPERIMENTAL(HOST, true, 0, 0, 1, "", ""),
    /** RFC 7413 §4.1.3.1: how many seconds a path is left alone on which Fast Open did not work; 0 to go on trying. */
    FAST_OPEN_PATH_DISABLE_S(HOST, true, 900, 900, 0, "net.inet.tcp.fastopen.path_disable_time", ""),
    /** How many seconds this host pauses when the network swallows what follows a SYN with data; 0 for none. */
    FAST_OPEN_BLACK_HOLE_S(HOST, true, 3600, 0, 0, "", "net.ipv4.tcp_fastopen_blackhole_timeout_sec"),
    /** How many seconds a client uses a cookie; 0 for ever. */
    FAST_OPEN_COOKIE_LIFETIME_S(HOST, true, 86_400, 0, 0, "", ""),
    /** Paths whose cookies a client remembers, and paths that it leaves alone. */
    FAST_OPEN_CACHE_LIMIT(HOST, true, 4096, 32_768, 8192, "", ""),
    /** What a SYN may carry where the server's MSS is not known: 0 the default MSS (RFC 7413 §4.1.3), 1 what this side takes. */
    FAST_OPEN_MSS_OF_STRANGERS(HOST, true, 0, 0, 1, "", ""),
    /** RFC 5681 §3.2, RFC 6675 §2: duplicate acknowledgments that mean a loss. */
    DUPLICATE_THRESHOLD(CONNECTION, true, 3, 3, 3, "", "net.ipv4.tcp_reordering"),
    /** Whether data that SACK reports opens the congestion window, too, where segments have been seen out of order. */
    OPEN_WINDOW_OUT_OF_ORDER(CONNECTION, true, 0, 0, 1, "", ""),
    /** Whether the retransmission timer starts anew whenever the first outstanding segment is repeated. */
    RTO_RESTARTS_WITH_FIRST(CONNECTION, true, 0, 0, 1, "", ""),
    /** Whether F-RTO goes on through timeouts, and takes one for spurious by what was sent before and not repeated, beside RFC 5682. */
    F_RTO_BY_ORIGINALS(CONNECTION, true, 0, 0, 1, "", ""),
    /**
     * What the window is after a needless reduction: 0 what is in flight and was acknowledged (RFC 4015 §3.1, (10), and (11) for the
     * RTO), 1 what it was, and the RTO stays.
     */
    UNDO_RESTORES_WINDOW(CONNECTION, true, 0, 0, 1, "", ""),
    /** What the window is after a recovery without SACK: by RFC 6582 §3.2, step 3, 0 option (1), 1 option (2). */
    NEWRENO_ENDS_AT_SSTHRESH(CONNECTION, true, 0, 0, 1, "", ""),
    /** Whether the congestion window, what is in flight, and PRR (RFC 9937) count segments, not octets (RFC 5681 §2); losses lower the window. */
    WINDOW_IN_SEGMENTS(CONNECTION, true, 0, 0, 1, "", ""),
    /** Whether what a tail loss probe repeats is in flight twice (RFC 6675 §4, SetPipe (b)) until it is acknowledged or lost. */
    TAIL_PROBE_IN_FLIGHT(CONNECTION, true, 1, 1, 0, "", ""),
    /** Whether the acknowledgment that ends a recovery also opens the window. */
    RECOVERY_END_OPENS_WINDOW(CONNECTION, true, 0, 0, 1, "", ""),
    /** L of RFC 3465 §2.3: whether the window opens by no more than a segment for an acknowledgment while a timeout is repaired. */
    SLOW_AFTER_TIMEOUT(CONNECTION, true, 1, 1, 0, "", ""),
    /** Whether what D-SACK reports counts as delivered: it opens the window, and counts for PRR. */
    DUPLICATES_COUNT_AS_DELIVERED(CONNECTION, true, 0, 0, 1, "", ""),
    /** Whether an answer to a probe of a closed window that leaves no room for a segment puts the next probe off, which fills the room. */
    PROBES_WAIT_FROM_ANSWER(CONNECTION, true, 0, 0, 1, "", ""),
    /** Whether a timeout in the middle of a fast recovery leaves ssthresh as that has set it, rather than to lower it again. */
    TIMEOUT_KEEPS_SSTHRESH_OF_RECOVERY(CONNECTION, true, 0, 0, 1, "", ""),
    /** Whether the RTO starts again when SACK tells that something arrived that left before the first segment last did. */
    SACK_RESTARTS_RTO(CONNECTION, true, 0, 0, 1, "", ""),
    /** Whether the RTO counts from when the first segment left if the timer waited for something else: a tail loss probe, reordering. */
    RTO_FROM_FIRST_SEGMENT(CONNECTION, true, 0, 0, 1, "", ""),
    /** Whether the loss window (RFC 5681 §3.1) is a segment beyond what RACK does not take for lost yet (RFC 8985 §6.3). */
    LOSS_WINDOW_BEYOND_FLIGHT(CONNECTION, true, 0, 0, 1, "", ""),
    /** Whether the loss of a repetition after a timeout begins a recovery, which lowers ssthresh once more (RFC 5681 §4.3). */
    LOST_REPETITION_STARTS_RECOVERY(CONNECTION, true, 0, 0, 1, "", ""),
    /** Whether RACK goes by deliveries alone: they make it look for losses, and no duplicate shows reordering (RFC 8985 §6.2). */
    RACK_BY_DELIVERIES(CONNECTION, true, 0, 0, 1, "", "");

    private final KnobScope scope;
    private final boolean live;
    final long standard;
    final long freebsd;
    final long linux;
    private final String freebsdName;
    private final String linuxName;

    Knob(KnobScope scope, boolean live, long standard, long freebsd, long linux, String freebsdName, String linuxName) {
        this.scope = scope;
        this.live = live;
        this.standard = standard;
        this.freebsd = freebsd;
        this.linux = linux;
        this.freebsdName = freebsdName;
        this.linuxName = linuxName;
    }

    /** What the knob belongs to. */
    public KnobScope scope() {
        return scope;
    }

    /** Whether a change reaches what exists already, rather than only what is created later. */
    public boolean isLive() {
        return live;
    }

    /** FreeBSD's sysctl name, or "" if FreeBSD has none. */
    public String freebsdName() {
        return freebsdName;
    }

    /** Linux's sysctl name, or "" if Linux has none. */
    public String linuxName() {
        return linuxName;
    }

    /** The name that every knob has here, whether kernels have one for it or not: {@code sluice.} and its own. */
    public String ownName() {
        return "sluice." + name().toLowerCase(Locale.ROOT);
    }
}
