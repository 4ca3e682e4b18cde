package io.sluice.tcp;

import io.sluice.cc.AckSample;
import io.sluice.event.Counter;
import io.sluice.wire.TcpHeader;
import io.sluice.wire.TcpOptionKind;
import io.sluice.wire.TcpOptionWriter;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Accurate ECN: RFC 9768. In the place of RFC 3168's echo the three flags AE, CWR and ECE count marked packets (ACE), and an
 * option counts octets, both from the beginning of the connection. {@link Ecn} asks here once a connection has agreed on it.
 */
final class AccurateEcn {
    /** RFC 9768 §3.1: the knob for ECN asks for AccECN from 3 on; 4 and 5 only agree to it. */
    static final int ASK = 3;

    /** RFC 9768 §3.1.1, Table 2: what a SYN has that asks. */
    static final int ASKING = 7;

    /** RFC 9768 §3.1.1: the SYN or SYN-ACK of RFC 3168, and the value that is kept for later. */
    static final int CLASSIC_SYN = 3;

    static final int CLASSIC_SYN_ACK = 1;
    static final int RESERVED = 5;

    /** RFC 9768 §3.2.1: where the counters of packets begin, and of octets with ECT(0) and ECT(1). */
    private static final int FIRST_PACKETS = 5;

    private static final int FIRST_OCTETS = 1;

    private static final int ECT_1 = 1;

    /** ACE has three bits. */
    private static final int ACE_MASK = 7;

    private static final int OCTETS_MASK = 0xFF_FFFF;
    private static final int OCTETS_SIGN_SHIFT = 8;

    /** RFC 9768 §3.2.2.5.1: so many marks without an acknowledgment cause one; with unacknowledged data, and without. */
    private static final int MARKS_WITH_DATA = 2;

    private static final int MARKS_WITHOUT_DATA = 3;

    /** RFC 9768 §3.2.2.3: where the way has been found to change the field, so many rounds full of marks are no sign of congestion. */
    private static final int CONTINUOUS_ROUNDS = 4;

    /** A SYN has come that asks for nothing, besides the one that asks for AccECN: a bit beside the three of ACE. */
    private static final int SILENT_SYN = 8;

    private static final int FIELD_LENGTH = 3;
    private static final int HEAD_LENGTH = 2;
    private static final int FIELDS = 3;

    /** Values of {@link Knob#ACCECN_OPTION}. */
    private static final long OPTION_WHEN_CHANGED = 1;

    private final TcpContext context;

    /** What one connection remembers: the counters of RFC 9768 §3.2.1, r for what it received, s for what the peer says. */
    static final class State {
        /** It was asked for, and the answer is not known: nothing is counted. */
        boolean asked;

        int receivedMarks = FIRST_PACKETS;
        int receivedEct0 = FIRST_OCTETS;
        int receivedCe;
        int receivedEct1 = FIRST_OCTETS;
        int peerMarks = FIRST_PACKETS;
        int peerEct0 = FIRST_OCTETS;
        int peerCe;
        int peerEct1 = FIRST_OCTETS;

        /** What the SYN-ACK says of the latest SYN's IP header: ACE of Table 2; 0 at the client. */
        byte synAce;

        /** What the client says of the SYN-ACK's IP header, as long as it has heard nothing else (RFC 9768 §3.2.2.1). */
        byte handshakeAce;

        /** The codepoint of the last packet with data. */
        byte lastCodepoint;

        /** Marks since the last acknowledgment. */
        int marksToTell;

        /** What is acknowledged next is acknowledgments, since nothing but their marks asks for it. */
        boolean acknowledgesAcks;

        /** The path or the peer spoils ECN: nothing is sent ECN-capable (RFC 9768 §3.2.2.3, §3.2.2.4). */
        boolean mangled;

        /** What is told of marks means nothing: no answer to it (RFC 9768 §3.2.2.1, {Note 1}; §3.2.2.3, §3.2.2.4). */
        boolean meaningless;

        /** Rounds in which all that was delivered was marked, without one in which it was not; and where this one ends. */
        byte markedRounds;

        long roundEnd;

        /** Marks told of since octets were, or that there may have been more than were counted. */
        boolean marksSinceOctets;

        /** Nothing but the handshake has come from the peer. */
        boolean first = true;

        /** The peer has sent an option. */
        boolean optionSeen;

        /** The counters have changed since an option told them. */
        boolean optionDue;

        /** What the last option that had it told of {@link #receivedEct0}. */
        int toldEct0 = FIRST_OCTETS;

        /** When an option last left: beacons are at most a third of a round trip apart (RFC 9768 §3.2.3.3). */
        long optionSentNs;

        State(int synAce) {
            this.synAce = (byte) synAce;
        }
    }

    AccurateEcn(TcpContext context) {
        this.context = context;
    }

    /** What {@code c} has counted, or null if it has not agreed on AccECN. */
    static @Nullable State of(TcpConnection c) {
        Occasional o = c.occasional;
        State s = o == null ? null : o.accurateEcn;
        return s == null || s.asked ? null : s;
    }

    /** Whether {@code c} has asked for AccECN and does not know the answer. */
    static boolean isAsking(TcpConnection c) {
        Occasional o = c.occasional;
        return o != null && o.accurateEcn != null && o.accurateEcn.asked;
    }

    /** {@code c} asks for AccECN, or not (any more). */
    static void asking(TcpConnection c, boolean asked) {
        if (asked) {
            State s = new State(0);
            s.asked = true;
            c.ownOccasional().accurateEcn = s;
        } else if (isAsking(c)) {
            c.ownOccasional().accurateEcn = null;
        }
    }

    /** ACE as it stands in the flags of a header: AE is the first of its three bits. */
    static int ace(int flags) {
        return ((flags & TcpHeader.AE) != 0 ? 4 : 0)
                | ((flags & TcpHeader.CWR) != 0 ? 2 : 0)
                | ((flags & TcpHeader.ECE) != 0 ? 1 : 0);
    }

    static int flagsOf(int ace) {
        return ((ace & 4) != 0 ? TcpHeader.AE : 0)
                | ((ace & 2) != 0 ? TcpHeader.CWR : 0)
                | ((ace & 1) != 0 ? TcpHeader.ECE : 0);
    }

    /** RFC 9768 §3.2.2.1, Table 3: how ACE says which codepoint the IP header of a SYN or SYN-ACK had. */
    static int handshakeAce(int codepoint) {
        return switch (codepoint) {
            case ECT_1 -> 3;
            case Ecn.ECT_0 -> 4;
            case Ecn.CE -> 6;
            default -> 2;
        };
    }

    /** Whether ACE in a SYN asks for AccECN: also the values that are kept for later (RFC 9768 §3.1.3). */
    static boolean asks(int ace) {
        return ace != 0 && ace != CLASSIC_SYN;
    }

    /**
     * The client: a SYN-ACK that agrees to AccECN has come. RFC 9768 §3.2.2.3: the SYN left as not ECN-capable; if it arrived
     * otherwise, the path changes what it should not.
     */
    static State onSynAck(Segment seg) {
        State s = new State(0);
        int ace = ace(seg.flags);
        s.optionSeen = seg.options.hasAccEcn();
        s.mangled = ace != handshakeAce(Ecn.NOT_ECT) && ace != RESERVED;
        s.handshakeAce = (byte) handshakeAce(seg.ecn);
        s.receivedMarks += seg.ecn == Ecn.CE ? 1 : 0;
        return s;
    }

    /** The server: it has agreed, with this ACE, in {@code repetitions} and one SYN-ACKs, of which the last may not say so any more. */
    State onAgreed(int synAce, int repetitions) {
        State s = new State(synAce & ACE_MASK);
        s.mangled = isSilent(repetitions)
                || (synAce & SILENT_SYN) != 0; // RFC 9768 §3.1.5: then nothing is sent ECN-capable
        return s;
    }

    /** The server: what it remembers as {@code synAce} when another SYN of the same handshake has come (RFC 9768 §3.1.5). */
    static byte onSynAgain(int synAce, Segment seg) {
        int silent = ace(seg.flags) == 0 ? SILENT_SYN : synAce & SILENT_SYN;
        return (byte) (handshakeAce(seg.ecn) | silent);
    }

    /** RFC 9768 §3.1.5: whether a SYN asks for AccECN or RFC 3168 where an earlier one of the same handshake asked for the other. */
    static boolean contradicts(boolean accurate, boolean ecn, Segment syn) {
        int ace = ace(syn.flags);
        return accurate ? ace == CLASSIC_SYN : ecn && asks(ace);
    }

    /** The client: a SYN-ACK that agrees has come again; of its IP header the answer to it tells (RFC 9768 §3.2.2.1, §3.2.2.2). */
    static void onSynAckAgain(State s, Segment seg) {
        boolean marked = seg.ecn == Ecn.CE;
        s.receivedMarks += marked && s.receivedMarks == FIRST_PACKETS ? 1 : 0; // once, however many there are
        s.handshakeAce = (byte) handshakeAce(seg.ecn);
    }

    /** RFC 9768 §3.2.3.2.2: a SYN-ACK that has left so often again without an answer says nothing of ECN. */
    private boolean isSilent(int repetitions) {
        return repetitions > context.knobs.get(Knob.ECN_SYN_RETRIES);
    }

    /** The flags of a SYN-ACK that agrees. */
    int synAckFlags(int synAce, int repetitions) {
        return isSilent(repetitions) ? 0 : flagsOf(synAce & ACE_MASK);
    }

    /** RFC 9768 §3.2.3.2.1, §3.2.3.2.2: whether a SYN-ACK that agrees has the option, which its repetitions do without. */
    boolean tellsInSynAck(int synAce, int repetitions) {
        return synAce != 0 && repetitions == 0 && context.knobs.get(Knob.ACCECN_OPTION) != 0;
    }

    /**
     * The option of a SYN-ACK, before anything is counted: the initial values of §3.2.1, in two fields, or no field, as there is
     * room.
     *
     * @return where it ends
     */
    static int writeInitial(ByteBuffer b, int at, int room) {
        if (room < HEAD_LENGTH) {
            return at;
        }
        int fields = padded(HEAD_LENGTH + 2 * FIELD_LENGTH) <= room ? 2 : 0;
        int p = TcpOptionWriter.accEcnHead(b, at, TcpOptionKind.ACC_ECN_0, fields);
        if (fields == 2) {
            p = TcpOptionWriter.accEcnField(b, p, FIRST_OCTETS);
            p = TcpOptionWriter.accEcnField(b, p, 0);
        }
        return p;
    }

    /** The same of a connection's own SYN-ACK; never of a SYN. */
    boolean tellsInSyn(TcpConnection c) {
        State s = of(c);
        return s != null && !c.options.noOptions && tellsInSynAck(s.synAce, c.tcb.snd.synRetries);
    }

    /** The server: the handshake completes with {@code seg}, whose ACE says how the SYN-ACK arrived if it is a pure ACK (Table 4). */
    static void onHandshakeAck(TcpConnection c, Segment seg) {
        State s = of(c);
        if (s == null || s.synAce == 0 || seg.syn() || seg.payloadLength > 0 || seg.options.sackCount() > 0) {
            return; // a counter already, or none
        }
        int ace = ace(seg.flags);
        seg.tellsHandshake = true;
        s.first = false;
        s.meaningless |= ace == 0; // {Note 1}
        s.peerMarks += ace == handshakeAce(Ecn.CE) ? 1 : 0;
        // RFC 9768 §3.2.2.3: it left as not ECN-capable. 1, 5 and 7 say nothing (§3.2.2.1).
        s.mangled |=
                ace == 0 || ace == handshakeAce(ECT_1) || ace == handshakeAce(Ecn.ECT_0) || ace == handshakeAce(Ecn.CE);
    }

    /** The receiver, RFC 9768 §3.2.2.5.1 and §3.2.3.3: counts an acceptable segment, and decides whether that must be told now. */
    void onSegment(TcpConnection c, State s, Segment seg) {
        boolean marked = seg.ecn == Ecn.CE;
        if (marked) {
            context.counters.add(Counter.TCP_CE_IN, seg.merged);
            s.receivedMarks += seg.merged;
            s.marksToTell += seg.merged;
        }
        if (seg.payloadLength > 0) {
            count(s, seg.ecn, seg.payloadLength);
            c.tcb.ecn.seen |= seg.ecn != Ecn.NOT_ECT;
            if (seg.ecn != s.lastCodepoint) { // change-triggered
                s.lastCodepoint = (byte) seg.ecn;
                context.ackPolicy.acknowledgeNow(c);
            }
        }
        int many = seg.payloadLength > 0 || c.tcb.ack.pendingSegments > 0 ? MARKS_WITH_DATA : MARKS_WITHOUT_DATA;
        if (marked && s.marksToTell >= many) { // increment-triggered
            boolean ofAcks = many == MARKS_WITHOUT_DATA && (s.acknowledgesAcks || !c.tcb.ack.now);
            context.ackPolicy.acknowledgeNow(c);
            s.acknowledgesAcks = ofAcks;
        }
    }

    /** RFC 9768 §3.2.2.5.1: an acknowledgment of acknowledgments MUST NOT have SACK blocks, by which it is told from a duplicate one. */
    static boolean forbidsSack(TcpConnection c, int payloadLength) {
        State s = of(c);
        return s != null && s.acknowledgesAcks && c.tcb.ack.now && payloadLength == 0;
    }

    private static void count(State s, int codepoint, int octets) {
        switch (codepoint) {
            case ECT_1 -> s.receivedEct1 += octets;
            case Ecn.ECT_0 -> s.receivedEct0 += octets;
            case Ecn.CE -> s.receivedCe += octets;
            default -> {
                return;
            }
        }
        s.optionDue = true;
    }

    /** The flags of a segment that leaves: r.cep modulo 8, or in the client's last ACK of the handshake what it heard. */
    static int flags(TcpConnection c, State s, int payloadLength) {
        boolean heardNothing = c.tcb.rcv.nxt == c.tcb.rcv.irs + 1 && s.first;
        s.marksToTell = 0;
        return flagsOf(
                heardNothing && payloadLength == 0 && s.handshakeAce != 0
                        ? s.handshakeAce
                        : s.receivedMarks & ACE_MASK);
    }

    /**
     * The option, RFC 9768 §3.2.3, where there is room behind {@code used} octets of others: as many counters as fit, those that
     * change first. Segments that are full have none, so that no path MTU is exceeded.
     *
     * @return where it ends
     */
    int writeOption(TcpConnection c, State s, ByteBuffer b, int at, int used, int payloadLength, long nowNs) {
        long policy = context.knobs.get(Knob.ACCECN_OPTION);
        if (policy == 0 || (policy == OPTION_WHEN_CHANGED && !isDue(c, s, nowNs))) {
            return at;
        }
        boolean ect1 = s.receivedEct1 != FIRST_OCTETS;
        int fields = fieldsToTell(s, ect1, SegmentWriter.room(c, used, payloadLength));
        if (fields == 0) {
            return at;
        }
        int p = TcpOptionWriter.accEcnHead(b, at, ect1 ? TcpOptionKind.ACC_ECN_1 : TcpOptionKind.ACC_ECN_0, fields);
        p = TcpOptionWriter.accEcnField(b, p, ect1 ? s.receivedEct1 : s.receivedEct0);
        p = TcpOptionWriter.accEcnField(b, p, s.receivedCe);
        if (fields == FIELDS) {
            p = TcpOptionWriter.accEcnField(b, p, s.receivedEct0);
        }
        while ((p - at) % 4 != 0) {
            p = TcpOptionWriter.nop(b, p);
        }
        s.toldEct0 = ect1 && fields < FIELDS ? s.toldEct0 : s.receivedEct0;
        s.optionDue = false;
        s.optionSentNs = nowNs;
        return p;
    }

    /** How many counters to tell in {@code room} octets, 0 for no option; the one that matters, of marked octets, is the second. */
    private static int fieldsToTell(State s, boolean ect1, int room) {
        int fields = fieldsIn(room);
        if (!ect1) {
            return fields < 2 ? 0 : 2; // the third has not changed since the handshake (§3.2.3.2)
        }
        int least = s.receivedEct0 == s.toldEct0
                ? 2
                : FIELDS; // what has changed and does not fit: nothing is told (§3.2.3.3)
        return fields < least ? 0 : fields;
    }

    /** How many counters fit {@code room} octets, padding included. */
    private static int fieldsIn(int room) {
        int fields = FIELDS;
        while (fields >= 0 && padded(HEAD_LENGTH + fields * FIELD_LENGTH) > room) {
            fields--;
        }
        return fields;
    }

    private static int padded(int length) {
        return (length + 3) / 4 * 4;
    }

    /** RFC 9768 §3.2.3.3: what has changed is told, and what has not, three times in a round trip. */
    private static boolean isDue(TcpConnection c, State s, long nowNs) {
        return s.optionDue || nowNs - s.optionSentNs >= c.tcb.rtt.srttNs / 3;
    }

    /**
     * The sender, RFC 9768 §3.2.2.5.2 and A.1: how many octets an acknowledgment says were marked, into {@code sample}; whether
     * any were.
     */
    boolean onAcknowledgment(TcpConnection c, State s, Segment seg, AckOutcome outcome, AckSample sample) {
        if (seg.tellsHandshake) {
            return false; // no counter
        }
        if (s.first) {
            s.first = false;
            s.meaningless |= ace(seg.flags) == 0; // RFC 9768 §3.2.2.4: someone clears the field
            s.mangled |= s.meaningless;
        }
        int mss = c.effectiveMss();
        long marks = newMarks(s, seg, outcome.deliveredSegments);
        long octets = newOctets(s, seg);
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
    private static void checkConsistency(State s, long octets, AckOutcome outcome) {
        if (outcome.deliveredSegments > 0) { // else ACE was not looked at
            s.mangled |= octets > 0 && !s.marksSinceOctets;
            s.marksSinceOctets = false;
        }
    }

    /** RFC 9768 §3.2.2.3: where nothing is sent ECN-capable, and everything arrives marked, that is no sign of congestion. */
    private static void lookForContinuousMarks(TcpConnection c, State s, long octets, long deliveredBytes) {
        if (!s.mangled || s.markedRounds < 0 || deliveredBytes == 0) {
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
    private static long newMarks(State s, Segment seg, long packets) {
        if (packets == 0) {
            return 0; // it may be older than the last
        }
        int least = (ace(seg.flags) - s.peerMarks) & ACE_MASK;
        boolean optionSaysNone = seg.options.hasAccEcnEceb() && octetsSince(seg.options.accEcnEceb(), s.peerCe) == 0;
        long safer = packets - ((packets - least) & ACE_MASK);
        long marks = packets <= ACE_MASK || optionSaysNone ? least : Math.max(least, safer);
        s.peerMarks += (int) marks;
        s.marksSinceOctets |= marks > 0 || packets > ACE_MASK;
        return marks;
    }

    /** The octets that the option says were marked since the last, or -1 if there is none. */
    private static long newOctets(State s, Segment seg) {
        if (!seg.options.hasAccEcn()) {
            return -1;
        }
        s.optionSeen = true;
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

    /** What a connection has counted, or null if it has not agreed on AccECN. */
    static @Nullable AccurateEcnInfo info(TcpConnection c) {
        State s = of(c);
        if (s == null || !c.tcb.state().isSynchronized()) {
            return null;
        }
        return new AccurateEcnInfo(
                s.receivedMarks - FIRST_PACKETS,
                s.receivedEct0 - FIRST_OCTETS,
                s.receivedEct1 - FIRST_OCTETS,
                s.receivedCe,
                s.peerMarks - FIRST_PACKETS,
                s.peerEct0 - FIRST_OCTETS,
                s.peerEct1 - FIRST_OCTETS,
                s.peerCe,
                s.mangled,
                s.optionSeen);
    }
}
