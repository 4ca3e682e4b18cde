package io.sluice.tcp;

/**
 * What values a {@link Knob} can have. Never a negative one; and none with which nothing works, or nothing ends: time that does not
 * go by between repetitions, segments of no octets.
 *
 * @param least the smallest
 * @param most the largest
 */
public record KnobRange(long least, long most) {
    private static final KnobRange ANY = new KnobRange(0, Long.MAX_VALUE);

    /** Times that still can be counted in nanoseconds and added to others: two years in milliseconds. */
    private static final KnobRange TIME_MS = new KnobRange(0, 1L << 36);

    private static final KnobRange INTERVAL_MS = new KnobRange(1, TIME_MS.most);
    private static final KnobRange TIME_S = new KnobRange(0, Integer.MAX_VALUE);
    private static final KnobRange PERCENTAGE = new KnobRange(1, 1000);
    private static final KnobRange POSITIVE = new KnobRange(1, Long.MAX_VALUE);
    private static final KnobRange SEGMENTS = new KnobRange(1, Short.MAX_VALUE);

    /** What the option of RFC 9293 §3.1 can say. */
    private static final KnobRange MSS = new KnobRange(HandshakeInput.LEAST_MSS, 0xFFFF);

    /** The modes of RFC 9768 §3.1, and when its options are sent. */
    private static final KnobRange ECN_MODE = new KnobRange(0, 5);

    private static final KnobRange ECN_OPTION = new KnobRange(0, 3);

    /** The modes of Linux. */
    private static final KnobRange LABELING = new KnobRange(0, 3);

    private static final KnobRange PORT = new KnobRange(0, 0xFFFF);

    /** At least a header of UDP. */
    private static final KnobRange OVERHEAD = new KnobRange(8, 1024);

    /** The values that {@code knob} can have. */
    public static KnobRange of(Knob knob) {
        return switch (knob) {
            case INITIAL_RTO_MS, MAX_RTO_MS, KEEPALIVE_IDLE_MS, KEEPALIVE_INTERVAL_MS -> INTERVAL_MS;
            case SMALLEST_MSS,
                    DEFAULT_MSS_V4,
                    DEFAULT_MSS_V6,
                    BLACK_HOLE_MSS_V4,
                    BLACK_HOLE_MSS_V6,
                    MTU_PROBE_BASE_MSS,
                    MTU_PROBE_FLOOR -> MSS;
            case INITIAL_WINDOW_SEGMENTS, DUPLICATE_THRESHOLD, MIN_SUPER_SEGMENT_SEGMENTS -> SEGMENTS;
            case RECEIVE_BUFFER, SEND_BUFFER, MAX_SOCKET_BUFFER, WINDOW_UPDATE_DIVISOR -> POSITIVE;
            case ECN -> ECN_MODE;
            case ACCECN_OPTION, ACCECN_BEACONS -> ECN_OPTION;
            case FLOW_LABELS -> LABELING;
            case UDP_TUNNELING_PORT -> PORT;
            case UDP_TUNNELING_OVERHEAD -> OVERHEAD;
            default -> ofType(KnobType.of(knob));
        };
    }

    private static KnobRange ofType(KnobType type) {
        return switch (type) {
            case MILLISECONDS -> TIME_MS;
            case SECONDS -> TIME_S;
            case PERCENT -> PERCENTAGE;
            default -> ANY;
        };
    }

    /** Whether a knob of this range can have {@code value}. */
    public boolean contains(long value) {
        return least <= value && value <= most;
    }

    /** {@code value}, unless it is out of the range of {@code knob}. */
    static long checked(Knob knob, long value) {
        KnobRange range = of(knob);
        if (!range.contains(value)) {
            throw new IllegalArgumentException(
                    knob + " is from " + range.least + " to " + range.most + ", not " + value);
        }
        return value;
    }
}
