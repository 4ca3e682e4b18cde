package io.sluice.tcp;

import io.sluice.cc.AckSample;

/**
 * The sender of AccECN: what acknowledgments say of the packets and octets that arrived marked (RFC 9768 §3.2.2.5.2, §3.2.3.2 and
 * Appendix A).
 */
final class AccurateEcnFeedback {
    private static final int OCTETS_MASK = 0xFF_FFFF;
    private static final int OCTETS_SIGN_SHIFT = 8;

    /** RFC 9768 §3.2.2.3: where the way has been found to change the field, so many rounds full of marks are no sign of congestion. */
    private static final int CONTINUOUS_ROUNDS = 4;

    private final TcpContext context;

    AccurateEcnFeedback(TcpContext context) {
        this.context = context;
    }

    /**
     * The sender, RFC 9768 §3.2.2.5.2 and A.1: how many octets an acknowledgment says were marked, into {@code sample}; whether
     * any were.
     */
    boolean onAcknowledgment(TcpConnection c, AccurateEcn.State s, Segment seg, AckOutcome outcome, AckSample sample) {
        if (seg.tellsHandshake) {
            return false; // no counter
        }
        if (s.first) {
            s.first = false;
            s.meaningless |= AccurateEcn.ace(seg.flags) == 0; // RFC 9768 §3.2.2.4: someone clears the field
            s.mangled |= s.meaningless;
        }
        int mss = c.effectiveMss();
        long marks = newMarks(s, seg, outcome.deliveredSegments);
        boolean toOption = seg.options.hasAccEcn() && !s.optionSeen;
        long octets = newOctets(s, seg);
        if (toOption) {
            context.accurateEcnOption.reserve(c, s, sample.nowNs);
        }
        if (octets >= 0) {
            checkConsistency(s, octets, outcome);
        } else {
            octets = Math.min(marks * mss, Math.max(outcome.deliveredBytes, mss));
        }
        lookForContinuousMarks(c, s, octets, outcome.deliveredBytes);
        sample.ceBytes = s.meaningless ? 0 : octets;
        return !s.meaningless && (marks > 0 || octets > 0);
    }

    /** RFC 9768 §3.2.3.2.5: octets were marked, and surely no packet: the feedback is mangled. */
    private static void checkConsistency(AccurateEcn.State s, long octets, AckOutcome outcome) {
        if (outcome.deliveredSegments > 0) { // else ACE was not looked at
            s.mangled |= octets > 0 && !s.marksSinceOctets;
            s.marksSinceOctets = false;
        }
    }

    /** RFC 9768 §3.2.2.3: where nothing is sent ECN-capable, and everything arrives marked, that is no sign of congestion. */
    private static void lookForContinuousMarks(TcpConnection c, AccurateEcn.State s, long octets, long deliveredBytes) {
        if (!s.forbidsEct() || s.markedRounds < 0 || deliveredBytes == 0) {
            return;
        }
        if (octets < deliveredBytes) {
            s.markedRounds = -1; // they are not continuous
        } else if (c.tcb.snd.unaOffset >= s.roundEnd) {
            s.roundEnd = c.tcb.snd.nxtOffset;
            s.markedRounds++;
            s.meaningless |= s.markedRounds > CONTINUOUS_ROUNDS;
        }
    }

    /** d.cep of Appendix A.1: ACE may have wrapped if more than seven packets are acknowledged; then the worst is assumed. */
    private static long newMarks(AccurateEcn.State s, Segment seg, long packets) {
        if (packets == 0) {
            return 0; // it may be older than the last
        }
        int least = (AccurateEcn.ace(seg.flags) - s.peerMarks) & AccurateEcn.ACE_MASK;
        boolean optionSaysNone =
                seg.options.hasAccEcnEceb() && !s.optionIgnored && octetsSince(seg.options.accEcnEceb(), s.peerCe) == 0;
        long safer = packets - ((packets - least) & AccurateEcn.ACE_MASK);
        long marks = packets <= AccurateEcn.ACE_MASK || optionSaysNone ? least : Math.max(least, safer);
        s.peerMarks += (int) marks;
        s.marksSinceOctets |= marks > 0 || packets > AccurateEcn.ACE_MASK;
        return marks;
    }

    /** RFC 9768 §3.2.3.2.4: a counter that begins with zero was zeroed on the way, and no option is believed any more. */
    static void lookAtOption(AccurateEcn.State s, Segment seg) {
        if (!seg.options.hasAccEcn() || s.countersSeen) {
            return;
        }
        s.optionSeen = true;
        s.countersSeen = seg.options.accEcnFields() > 0;
        s.optionZeroed = (seg.options.hasAccEcnEe0b() && seg.options.accEcnEe0b() == 0)
                || (seg.options.hasAccEcnEe1b() && seg.options.accEcnEe1b() == 0);
        s.optionIgnored |= s.optionZeroed;
    }

    /** The octets that the option says were marked since the last, or -1 if there is none. */
    private static long newOctets(AccurateEcn.State s, Segment seg) {
        lookAtOption(s, seg);
        if (!seg.options.hasAccEcn() || s.optionIgnored) {
            return -1;
        }
        if (seg.options.hasAccEcnEe0b()) {
            s.peerEct0 += Math.max(0, octetsSince(seg.options.accEcnEe0b(), s.peerEct0));
        }
        if (seg.options.hasAccEcnEe1b()) {
            s.peerEct1 += Math.max(0, octetsSince(seg.options.accEcnEe1b(), s.peerEct1));
        }
        if (!seg.options.hasAccEcnEceb()) {
            return -1;
        }
        int octets = Math.max(0, octetsSince(seg.options.accEcnEceb(), s.peerCe)); // less: an older one
        s.peerCe += octets;
        return octets;
    }

    /** What a counter of 24 bits has grown by since {@code last}; negative if it is older. */
    private static int octetsSince(int counter, int last) {
        return ((counter - last) & OCTETS_MASK) << OCTETS_SIGN_SHIFT >> OCTETS_SIGN_SHIFT;
    }
}
