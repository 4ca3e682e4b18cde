package io.sluice.cc;

/**
 * What a host's knobs say to the congestion controls of its connections.
 *
 * @param slowStart which slow start those have that have one
 * @param ackLimit L of RFC 3465 §2.2 and RFC 9406 §4.2: the segments by which an acknowledgment may open the window in slow
 *     start while nothing paces; 0 for no limit
 * @param alternativeBackoff RFC 8511 (ABE): reduce less after a mark than after a loss
 * @param curveIntervalNs for how long CUBIC follows the slope that its curve had, while the window does not change; 0 to
 *     follow the curve with each acknowledgment, as RFC 9438 §4.2 has it
 * @param renoFriendly whether CUBIC's window is at least the one that Reno would have (RFC 9438 §4.3)
 * @param inSegments whether the window is thought of in whole segments, and is what losses lower, not FlightSize (RFC 5681 §3.1)
 */
public record CongestionSettings(
        InitialSlowStart slowStart,
        int ackLimit,
        boolean alternativeBackoff,
        long curveIntervalNs,
        boolean renoFriendly,
        boolean inSegments) {
    /** HyStart++, and for the rest what the RFCs that are not experimental say. */
    public static final CongestionSettings STANDARD =
            new CongestionSettings(InitialSlowStart.HYSTART_PLUS_PLUS, 0, false, 0, true);

    /** As {@link #STANDARD}, with the slow start of RFC 5681 §3.1. */
    public static final CongestionSettings PLAIN = new CongestionSettings(InitialSlowStart.STANDARD, 0, false, 0, true);

    /** For a window in octets (RFC 5681 §2). */
    public CongestionSettings(
            InitialSlowStart slowStart,
            int ackLimit,
            boolean alternativeBackoff,
            long curveIntervalNs,
            boolean renoFriendly) {
        this(slowStart, ackLimit, alternativeBackoff, curveIntervalNs, renoFriendly, false);
    }

    /** {@code percent} of the window: whole segments of whole segments, where it is thought of in these. */
    public long share(CongestionWindow w, int percent) {
        return inSegments ? w.cwnd() / w.smss() * percent / 100 * w.smss() : w.cwnd() * percent / 100;
    }

    /** What ends the first slow start before a loss does. */
    public enum InitialSlowStart {
        /** Nothing: RFC 5681 §3.1. */
        STANDARD,
        /** RFC 9406. */
        HYSTART_PLUS_PLUS,
        /** Its predecessor, for CUBIC only; nothing for others. */
        HYSTART
    }
}
