package io.sluice.tcp;

import io.sluice.cc.RecoveryPhase;
import org.jspecify.annotations.Nullable;

/**
 * How much new data one packet to the link carries, and whether a small one is worth sending now: RFC 9293 §3.8.6.2.1
 * (SWS avoidance), §3.7.4 (Nagle), and the size of the super-segments that a link cuts into segments.
 */
final class SegmentSizing {
    /** Octets of payload in one super-segment: what an IPv4 packet can hold beside the largest headers. */
    static final int MAX_SUPER_SEGMENT = 65_535 - 120;

    /** What was sent within this time is still part of a burst. */
    private static final long BURST_NS = 1_000_000;

    /** RFC 9293 §3.8.6.2.1 (MUST-38): Fs, the fraction of the largest window that is worth a segment. */
    private static final int SWS_WINDOW_DIVISOR = 2;

    /** A super-segment holds what the estimated rate sends in this part of a second. */
    private static final int SUPER_SEGMENTS_PER_SECOND = 1024;

    /** On paths with a round-trip time of less than a few times this, super-segments may be larger by much. */
    private static final long SHORT_ROUND_TRIP_NS = 512_000;

    private static final int SHORT_ROUND_TRIP_BONUS = 65_536;

    /** What was written is thought of in units of at most this part of the largest window. */
    private static final int UNIT_WINDOW_DIVISOR = 2;

    private static final int SMALLEST_WINDOW_FOR_UNITS = 536;

    /** Up to this one segment may fill the window. */
    private static final int SMALL_WINDOW = 536;

    /** Octets of options and text that no window makes a segment smaller than: 68 octets (RFC 791 §3.2) less a TCP header. */
    private static final int SMALLEST_SEGMENT = 48;

    private final Knobs knobs;
    private final Nagle nagle;
    private final PacingRate rate;

    SegmentSizing(Knobs knobs) {
        this.knobs = knobs;
        this.nagle = new Nagle(knobs);
        this.rate = new PacingRate(knobs);
    }

    /**
     * How much new data to send now, 0 for none.
     *
     * @param written octets that were written and not sent
     * @param allowed what the windows let go
     * @param fin whether a FIN follows the last of them
     */
    int ofNew(TcpConnection c, long written, long allowed, boolean fin, long nowNs) {
        long unsent = Math.min(written, SendNotices.packetEdge(c, c.tcb.snd.nxtOffset) - c.tcb.snd.nxtOffset);
        int mss = c.effectiveMss();
        long n = Math.min(unsent, c.tcb.ecn.reduced ? Math.min(mss, allowed) : allowed); // CWR on one segment
        if (n >= mss) {
            return ofWhole(c, n, unsent, allowed, fin, nowNs);
        }
        if (n <= 0) {
            return 0;
        }
        if (n == unsent && unsent < written) {
            return (int) n; // the writer ended a packet here, and more follows: there is nothing to wait for
        }
        if (n == unsent) {
            return mayBeSmall(c, unsent, allowed, fin) ? (int) n : 0;
        }
        if (knobs.isOn(Knob.FILL_WINDOW)) {
            return 0;
        }
        // (3): at least a fraction of the largest window that the peer ever offered.
        return n >= Math.max(1, c.tcb.snd.maxWnd / SWS_WINDOW_DIVISOR) ? (int) n : 0;
    }

    /** RFC 9293 §3.9.1.2 (SHLD-28): the size where there is a full segment: as many as may go together, and the rest behind them if that may go. */
    private int ofWhole(TcpConnection c, long octets, long unsent, long allowed, boolean fin, long nowNs) {
        int mss = c.effectiveMss();
        int left = c.tcb.snd.unitLeft;
        // what is left of a unit from when segments were smaller holds nothing up
        boolean united = left >= mss && usesUnits();
        int length = superSegment(c, united ? Math.min(octets, left) : octets);
        boolean grows = c.path.maxSegmentationBytes() > mss; // else the link takes no super-segments
        if (!fin && grows && isWorthWaiting(c, length, unsent, allowed, nowNs)) {
            return 0;
        }
        boolean whole = length % mss == 0 || (length == unsent && mayBeSmall(c, unsent, allowed, fin));
        whole |= length < unsent && fillsWindow(c, length) && nagle.agrees(c);
        return whole ? length : length / mss * mss;
    }

    /** Whether the window ends with {@code octets}, and they may. */
    private boolean fillsWindow(TcpConnection c, long octets) {
        Tcb.SendSpace snd = c.tcb.snd;
        return octets == snd.unaOffset + snd.wnd - snd.nxtOffset && knobs.isOn(Knob.FILL_WINDOW);
    }

    /** Whether a segment that is not full may leave: it ends what was written, and Nagle agrees. */
    private boolean mayBeSmall(TcpConnection c, long unsent, long allowed, boolean fin) {
        return unsent <= allowed && (fin || nagle.agrees(c)); // behind a FIN nothing follows that it could wait for
    }

    /** The most of {@code octets} that one packet to the link may carry: whole segments, or all of it. */
    int superSegment(TcpConnection c, long octets) {
        int mss = c.effectiveMss();
        if (Urgent.isInFlight(c) || c.tcb.authenticationLength > 0) {
            return (int) Math.min(octets, mss); // no link knows how to cut what has an urgent pointer or a signature
        }
        long limit = Math.min(c.path.maxSegmentationBytes(), MAX_SUPER_SEGMENT);
        if (Pacer.isPacing(c)) {
            boolean sized = knobs.isOn(Knob.SUPER_SEGMENT_SIZING);
            long least = sized ? knobs.get(Knob.MIN_SUPER_SEGMENT_SEGMENTS) * mss : 0;
            limit = Math.min(limit, Math.max(least, Pacer.quantum(c)));
        }
        if (knobs.isOn(Knob.SUPER_SEGMENT_SIZING)) {
            limit = Math.min(limit, segmentsOfRate(c) * mss);
            limit = Math.min(limit, Math.max(1, c.window.cwnd() / mss / 2) * mss); // two of them fit the window
        }
        long whole = Math.max(1, limit / mss) * mss;
        return (int) Math.min(octets, whole);
    }

    /** Octets of new data that would leave now but for the rate: none while something is to be repeated first. */
    int heldBack(TcpConnection c, long nowNs) {
        if (c.ledger.nextLost() != null || ForwardRto.holdsNewData(c)) {
            return 0;
        }
        Tcb.SendSpace snd = c.tcb.snd;
        long unsent = c.unsentBytes();
        long pipe = c.pipeBytes();
        long room = room(c, pipe);
        int mss = c.effectiveMss();
        if (unsent <= 0 || (room < leastRoom(c, unsent) && pipe > 0)) {
            return 0;
        }
        long usable = snd.unaOffset + snd.wnd - snd.nxtOffset;
        return ofNew(c, unsent, Math.min(Math.max(room, mss), usable), c.finPending(), nowNs);
    }

    /** What the congestion window has room for beside {@code pipe}: whole segments, where it is counted in these. */
    long room(TcpConnection c, long pipe) {
        long cwnd = c.window.cwnd();
        return (knobs.isOn(Knob.WINDOW_IN_SEGMENTS) ? cwnd - cwnd % c.window.smss() : cwnd) - pipe;
    }

    /** What a segment of {@code octets}, or of as many of them as it can hold, takes of the congestion window: a FIN nothing. */
    long leastRoom(TcpConnection c, long octets) {
        boolean whole = octets > 0 && knobs.isOn(Knob.WINDOW_IN_SEGMENTS);
        return whole ? c.window.smss() : Math.min(octets, c.effectiveMss());
    }

    /** How much of {@code e} is repeated: what is beyond a window that has shrunk, which ends at {@code edge}, may wait (RFC 9293 §3.8.6, MAY-7). */
    int ofRepeated(TcpConnection c, SentRange e, long room, long edge) {
        long max = Math.max(c.effectiveMss(), Math.min(room, edge - e.start));
        return superSegment(c, Math.min(e.length(), e.start < edge ? Math.min(max, edge - e.start) : max));
    }

    /** How much of {@code octets} leaves together. Of what is repeated it may be less than when it left: the path, or a key with a longer code. */
    int ofRange(TcpConnection c, @Nullable SentRange repeated, int octets) {
        return repeated == null ? octets : superSegment(c, octets);
    }

    /**
     * The size of the segments that {@code [start, end)} leaves in. What is repeated is cut where it was, unless all of it fits
     * one segment now: what may not leave as a super-segment then never does.
     */
    static int segmentOf(TcpConnection c, @Nullable SentRange repeated, long start, long end) {
        int mss = c.effectiveMss();
        if (repeated == null) {
            return PathMtuDiscovery.segmentSize(c, start);
        }
        return end - start <= mss ? mss : Math.min(repeated.mss, mss);
    }

    /** How many segments the estimated rate sends in about a millisecond. */
    private long segmentsOfRate(TcpConnection c) {
        int mss = c.effectiveMss();
        long srttNs = c.tcb.rtt.srttNs;
        if (srttNs == 0) {
            return MAX_SUPER_SEGMENT / mss;
        }
        double bytes = rate.estimate(c, c.window.cwnd()) / SUPER_SEGMENTS_PER_SECOND;
        long halvings = c.tcb.rtt.minRttNs / SHORT_ROUND_TRIP_NS;
        if (halvings < Integer.SIZE) {
            bytes += SHORT_ROUND_TRIP_BONUS >> halvings;
        }
        long segments = (long) Math.min(MAX_SUPER_SEGMENT, bytes) / mss;
        return Math.max(segments, knobs.get(Knob.MIN_SUPER_SEGMENT_SEGMENTS));
    }

    /**
     * Whether more of the window will soon be open, so that one larger super-segment is better than two small ones: not
     * when the last packet left a while ago, nor when the next acknowledgment is far.
     */
    private boolean isWorthWaiting(TcpConnection c, int length, long unsent, long allowed, long nowNs) {
        long divisor = knobs.get(Knob.SUPER_SEGMENT_WINDOW_DIVISOR);
        int mss = c.effectiveMss();
        Tcb.SendSpace snd = c.tcb.snd;
        if (divisor == 0
                || Math.max(length, queued(c, unsent)) <= mss
                || c.ledger.isEmpty()
                || c.tcb.recovery.phase != RecoveryPhase.OPEN) {
            return false;
        }
        if (nowNs - snd.lastSentNs > BURST_NS || allowed >= segmentsOfRate(c) * mss) {
            return false;
        }
        if (snd.unitLeft > 0 && snd.unitLeft < unsent && allowed >= snd.unitLeft) {
            return false; // the rest of a unit that others follow
        }
        if (allowed >= Math.min(snd.wnd, c.window.cwnd()) / divisor) {
            return false;
        }
        SentRange oldest = c.ledger.head();
        return oldest != null && nowNs - oldest.sentNs >= c.tcb.rtt.srttNs / 2;
    }

    /** The peer's window is larger than ever: if a knob says so, at least two segments are to fit into it. */
    void onLargestWindow(TcpConnection c) {
        Tcb.SendSpace snd = c.tcb.snd;
        if (snd.maxWnd > 0 && knobs.isOn(Knob.SEGMENT_WITHIN_HALF_WINDOW)) {
            int window = snd.maxWnd > SMALL_WINDOW ? snd.maxWnd / 2 : snd.maxWnd;
            int least = SMALLEST_SEGMENT - SegmentWriter.usualOptionsLength(c.tcb);
            snd.windowMss = (char) Math.min(Math.max(window, least), Character.MAX_VALUE);
        }
    }

    /** What of {@code unsent} is in the unit that is sent now. */
    private long queued(TcpConnection c, long unsent) {
        int left = c.tcb.snd.unitLeft;
        return left > 0 && usesUnits() ? Math.min(unsent, left) : unsent;
    }

    /** The unit in which what is written is queued: a super-segment ends where a unit does. */
    int unit(TcpConnection c) {
        int mss = Math.max(1, c.effectiveMss());
        int window = c.tcb.snd.maxWnd;
        long bytes = window > SMALLEST_WINDOW_FOR_UNITS
                ? Math.min(MAX_SUPER_SEGMENT, window / UNIT_WINDOW_DIVISOR)
                : MAX_SUPER_SEGMENT;
        return (int) Math.max(1, bytes / mss) * mss;
    }

    /**
     * Octets were written.
     *
     * @param before where the queue ended before
     */
    void onWritten(TcpConnection c, long before) {
        if (!usesUnits()) {
            return;
        }
        Tcb.SendSpace snd = c.tcb.snd;
        snd.justWritten = true;
        long next = Math.max(0, snd.nxtOffset);
        if (before <= next + snd.unitLeft) {
            snd.unitLeft = unit(c); // the last unit is the one that is sent now, and grows
        }
    }

    /**
     * Whether PSH is to end {@code [start, end)} although more follows: on a super-segment, where the writer's own packets
     * end, and at least once in half the largest window, so that a peer who waits for one is not kept waiting.
     */
    boolean endsWithPush(TcpConnection c, long start, long end) {
        boolean large = end - start > PathMtuDiscovery.segmentSize(c, start) && knobs.isOn(Knob.PUSH_SUPER_SEGMENTS);
        return large || isPushedByWriter(c, start, end);
    }

    /** Whether that is for what was written, not for how it is cut. */
    boolean isPushedByWriter(TcpConnection c, long start, long end) {
        boolean due = knobs.isOn(Knob.PUSH_SUPER_SEGMENTS) && isPushDue(c, start, end);
        return due || end == SendNotices.packetEdge(c, start) || FastOpenState.isEndOfSynData(c, end);
    }

    /** Whether half of the largest window has gone since PSH, and with units, one of them ends here. */
    boolean isPushDue(TcpConnection c, long start, long end) {
        boolean unitEnds = !usesUnits() || c.tcb.snd.unitLeft <= 0 || end - start == c.tcb.snd.unitLeft;
        long pushed = c.tcb.recovery.pushedEnd < 0 ? start : c.tcb.recovery.pushedEnd;
        return unitEnds && end - pushed > c.tcb.snd.maxWnd / UNIT_WINDOW_DIVISOR;
    }

    /** New data {@code [start, end)} was sent. */
    void onSent(TcpConnection c, long start, long end) {
        Tcb.SendSpace snd = c.tcb.snd;
        if (usesUnits()) {
            snd.unitLeft -= (int) (end - start);
        }
        if (usesUnits() && (snd.justWritten || snd.unitLeft <= 0)) {
            snd.unitLeft = unit(c); // while a writer fills units, what is not sent yet of one is filled up again
        }
    }

    /** Whether two octets that have not been sent are queued in the same unit, of which {@code first} is the earlier. */
    boolean isOneUnit(TcpConnection c, long first, long second) {
        long start = c.tcb.snd.nxtOffset + Math.max(0, c.tcb.snd.unitLeft); // where the next unit begins
        return usesUnits()
                && (second < start || (first >= start && (first - start) / unit(c) == (second - start) / unit(c)));
    }

    /** Whether what is written is queued in units. */
    boolean usesUnits() {
        return knobs.isOn(Knob.SUPER_SEGMENT_SIZING);
    }
}
