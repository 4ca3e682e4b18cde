package io.sluice.tcp;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What the value of a {@link Knob} counts. A value is never negative. */
public enum KnobType {
    /** 0 off, else on. */
    SWITCH,
    /** One of a few numbers, each with a meaning of its own, which the knob's description gives. */
    CHOICE,
    COUNT,
    OCTETS,
    MILLISECONDS,
    SECONDS,
    PERCENT;

    private static final Set<Knob> CHOICES = EnumSet.of(
            Knob.RESET_ERRORS,
            Knob.TIME_WAIT_ANSWERS,
            Knob.MTU_PROBING,
            Knob.BLACK_HOLE_DETECTION,
            Knob.SYN_OPTION_LAYOUT,
            Knob.SUPER_SEGMENT_SIZING,
            Knob.TAIL_LOSS_PROBE,
            Knob.SYN_COOKIES,
            Knob.ACCEPT_QUEUE_RULE,
            Knob.NAGLE,
            Knob.DROP_SYN_FIN,
            Knob.ICMP_ENDS_OPENING,
            Knob.ICMP_ENDS_HALF_OPEN,
            Knob.ICMP_SOFT_ERRORS,
            Knob.HALF_OPEN_CHECKS,
            Knob.BLACKHOLE,
            Knob.ACCEPT_UP_TO_BUFFER,
            Knob.USE_ACK_OF_OLD_SEGMENT,
            Knob.ECN,
            Knob.ACCECN_OPTION,
            Knob.INITIAL_SLOW_START,
            Knob.FAST_OPEN_SERVER_TRUST,
            Knob.FAST_OPEN_MSS_OF_STRANGERS,
            Knob.FLOW_LABELS);

    private static final Set<Knob> SWITCHES = EnumSet.of(
            Knob.ADAPTIVE_ACKS,
            Knob.CUBIC_RENO_FRIENDLY,
            Knob.PATH_MTU_DISCOVERY,
            Knob.SHUTDOWN_ENDS_OPENING,
            Knob.TIMESTAMPS,
            Knob.WINDOW_SCALING,
            Knob.SACK,
            Knob.UDP_BLACKHOLE,
            Knob.PAD_WITH_EOL,
            Knob.TOLERATE_MISSING_TIMESTAMPS,
            Knob.CHALLENGE_SYN_WITHOUT_TIMESTAMP,
            Knob.RECEIVE_BUFFER_AUTO,
            Knob.SEND_BUFFER_AUTO,
            Knob.ROUND_RECEIVE_BUFFER_TO_MSS,
            Knob.WINDOW_FOLLOWS_BUFFER,
            Knob.WINDOW_FITS_CHOSEN_BUFFER,
            Knob.ROUND_WINDOW_UP,
            Knob.MIN_RTO_ON_VARIATION,
            Knob.PUSH_SUPER_SEGMENTS,
            Knob.DOUBLE_BUFFER_OPTIONS,
            Knob.SYN_RETRY_WITHOUT_OPTIONS,
            Knob.SYN_COOKIES_ONLY,
            Knob.SYN_BACKLOG_WITHIN_ACCEPT_QUEUE,
            Knob.SYN_NEEDS_ROOM_TO_ACCEPT,
            Knob.ACCEPT_OVERFLOW_RESETS,
            Knob.USER_TIMEOUT_OPTION,
            Knob.USER_TIMEOUT_FROM_REPETITION,
            Knob.F_RTO,
            Knob.RTO_RESTARTS_WITH_FIRST,
            Knob.F_RTO_BY_ORIGINALS,
            Knob.WINDOW_IN_SEGMENTS,
            Knob.TAIL_PROBE_IN_FLIGHT,
            Knob.CORK_WAITS_FOR_RTO,
            Knob.FILL_WINDOW,
            Knob.RECOVERY_END_OPENS_WINDOW,
            Knob.SLOW_AFTER_TIMEOUT,
            Knob.DUPLICATES_COUNT_AS_DELIVERED,
            Knob.PROBES_WAIT_FROM_ANSWER,
            Knob.TIMEOUT_KEEPS_SSTHRESH_OF_RECOVERY,
            Knob.SACK_RESTARTS_RTO,
            Knob.RTO_FROM_FIRST_SEGMENT,
            Knob.LOSS_WINDOW_BEYOND_FLIGHT,
            Knob.LOST_REPETITION_STARTS_RECOVERY,
            Knob.RACK_BY_DELIVERIES,
            Knob.ECN_UNASKED,
            Knob.ACCECN_ALL_COUNTERS,
            Knob.ACCECN_ECT_ON_ALL,
            Knob.ACCECN_CHANGES_ON_ACKS,
            Knob.ACCECN_CHECKS_SYN,
            Knob.INSECURE_RST,
            Knob.INSECURE_SYN,
            Knob.INSECURE_ACK,
            Knob.FIN_WAIT_2_SHORT,
            Knob.LISTEN_IGNORES_SYN_ACK,
            Knob.IGNORE_RST_IN_TIME_WAIT,
            Knob.ACK_REPEATS_FIN,
            Knob.CWND_VALIDATION,
            Knob.TOLERANT_RST,
            Knob.PAWS_LENIENT,
            Knob.PAWS_ANSWERS_ONLY_TEXT,
            Knob.SYN_ACK_ECHO_CHECKED,
            Knob.SEGMENT_WITHIN_HALF_WINDOW,
            Knob.DROP_WITHOUT_ACK,
            Knob.TEXT_AFTER_END_RESETS,
            Knob.SACK_COVERS_FIN,
            Knob.DUPLICATE_REPORTS_WITH_PAWS,
            Knob.CROSSED_SYN_ACK_OFFERS_ALL,
            Knob.ACK_REPEATS_SYN,
            Knob.TIME_WAIT_REOPENS_BY_TIMESTAMP,
            Knob.EMPTY_AT_EDGE_ACCEPTABLE,
            Knob.SYN_RECEIVED_LOOKS_AT_ACK_FIRST,
            Knob.ORPHAN_FIN_WAIT_2_AS_TIME_WAIT,
            Knob.RESTART_AFTER_IDLE,
            Knob.KEEP_SYN_DATA,
            Knob.ALWAYS_KEEPALIVE,
            Knob.WAITING_WRITER_ENDS_QUICK_ACKS,
            Knob.ACK_CROSSED_SYN_ACK,
            Knob.SIGNED_WITHOUT_TIMESTAMPS,
            Knob.HOST_MD5_KEYS_ON_REQUEST,
            Knob.DROP_UNEXPECTED_AO,
            Knob.FAST_OPEN_CLIENT,
            Knob.FAST_OPEN_CLIENT_WITHOUT_COOKIE,
            Knob.FAST_OPEN_SERVER,
            Knob.FAST_OPEN_ALL_LISTENERS,
            Knob.FAST_OPEN_EXPERIMENTAL,
            Knob.ZERO_WINDOW_PROBE_EMPTY,
            Knob.OPEN_WINDOW_OUT_OF_ORDER,
            Knob.PACE_SENDING,
            Knob.SYN_ACK_MEASURES);

    private static final Set<Knob> SIZES = EnumSet.of(
            Knob.MTU_PROBE_BASE_MSS,
            Knob.MTU_PROBE_FLOOR,
            Knob.MTU_PROBE_THRESHOLD,
            Knob.BLACK_HOLE_MSS_V4,
            Knob.BLACK_HOLE_MSS_V6,
            Knob.DEFAULT_MSS_V4,
            Knob.DEFAULT_MSS_V6,
            Knob.SMALLEST_MSS,
            Knob.RECEIVE_BUFFER,
            Knob.SEND_BUFFER,
            Knob.RECEIVE_BUFFER_MAX,
            Knob.SEND_BUFFER_MAX,
            Knob.MAX_SOCKET_BUFFER,
            Knob.NOT_SENT_LOW_WATER,
            Knob.UDP_TUNNELING_OVERHEAD);

    /** The type of a knob. */
    public static KnobType of(Knob knob) {
        if (CHOICES.contains(knob)) {
            return CHOICE;
        } else if (SWITCHES.contains(knob)) {
            return SWITCH;
        } else if (SIZES.contains(knob)) {
            return OCTETS;
        }
        String name = knob.name();
        if (name.endsWith("_MS")) {
            return MILLISECONDS;
        }
        return name.endsWith("_S") ? SECONDS : name.endsWith("_PERCENT") ? PERCENT : COUNT;
    }

    /** As a reader would write it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
