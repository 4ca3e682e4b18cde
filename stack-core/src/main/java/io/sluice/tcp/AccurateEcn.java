package io.sluice.tcp;

import io.sluice.event.Counter;
import io.sluice.wire.TcpHeader;
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

    static final int FIRST_OCTETS = 1;

    private static final int ECT_1 = 1;

    /** ACE has three bits. */
    static final int ACE_MASK = 7;

    /** RFC 9768 §3.2.2.5.1: so many marks without an acknowledgment cause one; with unacknowledged data, and without. */
    private static final int MARKS_WITH_DATA = 2;

    private static final int MARKS_WITHOUT_DATA = 3;

    /** Where changes on acknowledgments count: options that follow one, one after the handshake; and marks that ACE has room for. */
    private static final int OPTIONS_AFTER_CHANGE = 2;

    private static final int MARKS_IN_ACE = 6;

    /** RFC 9768 §3.2.3.3: a counter that has grown by so much is told. */
    private static final int TOLD_BITS = 22;

    /** A SYN has come that asks for nothing, besides the one that asks for AccECN: a bit beside the three of ACE. */
    private static final int SILENT_SYN = 8;

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

        /** The codepoint of the last packet with data, or of the last packet at all. */
        byte lastCodepoint;

        /** It changed on a packet without data: the next data is acknowledged at once. */
        boolean changeToTell;

        /** Marks since the last acknowledgment. */
        int marksToTell;

        /** What is acknowledged next is acknowledgments, since nothing but their marks asks for it. */
        boolean acknowledgesAcks;

        /** The path or the peer spoils ECN: nothing is sent ECN-capable (RFC 9768 §3.2.2.3, §3.2.2.4). */
        boolean mangled;

        /** A SYN-ACK has left that says nothing of ECN, which forbids the same (RFC 9768 §3.1.5). */
        boolean silent;

        /** What is told of marks means nothing: no answer to it (RFC 9768 §3.2.2.1, {Note 1}; §3.2.2.3, §3.2.2.4). */
        boolean meaningless;

        /** Rounds in which all that was delivered was marked, without one in which it was not; and where this one ends. */
        byte markedRounds;

        long roundEnd;

        /** Marks told of since octets were, or that there may have been more than were counted. */
        boolean marksSinceOctets;

        /** Nothing but the handshake has come from the peer. */
        boolean first = true;

        /** The peer has sent an option; one with counters; one with a counter that began with zero (RFC 9768 §3.2.3.2.4). */
        boolean optionSeen;

        boolean countersSeen;
        boolean optionZeroed;

        /** The peer's options are not believed. */
        boolean optionIgnored;

        /** Segments with an option seem to be lost (RFC 9768 §3.2.3.2.2). */
        boolean optionLost;

        /** The last segment reported a duplicate that begins there, and had an option. */
        boolean duplicateTold;

        int duplicateLeft;

        /** With all counters: how many the next option has at least, and how many options leave although nothing changes. */
        byte leastFields;

        byte optionDemand;

        /** The counters have changed since an option told them. */
        boolean optionDue;

        /** What the last option that had it told of {@link #receivedEct0}. */
        int toldEct0 = FIRST_OCTETS;

        /** When an option last left: beacons are at most a third of a round trip apart (RFC 9768 §3.2.3.3). */
        long optionSentNs;

        State(int synAce) {
            this.synAce = (byte) synAce;
        }

        /** Nothing is sent ECN-capable. */
        boolean forbidsEct() {
            return mangled || silent;
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

    /** What {@link #handshakeAce} says. */
    private static byte codepoint(int ace) {
        return (byte)
                switch (ace) {
                    case 3 -> ECT_1;
                    case 4 -> Ecn.ECT_0;
                    case 6 -> Ecn.CE;
                    default -> Ecn.NOT_ECT;
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
    State onSynAck(Segment seg) {
        State s = new State(0);
        int ace = ace(seg.flags);
        AccurateEcnFeedback.lookAtOption(s, seg);
        s.optionDemand = (byte) (s.optionSeen ? OPTIONS_AFTER_CHANGE : 0);
        boolean changed = ace != handshakeAce(Ecn.NOT_ECT) && ace != RESERVED;
        boolean marked = seg.ecn == Ecn.CE;
        boolean checks = context.knobs.isOn(Knob.ACCECN_CHECKS_SYN);
        s.mangled = changed && (checks || marked);
        s.handshakeAce = (byte) handshakeAce(seg.ecn);
        s.receivedMarks += marked && (checks || !changed) ? 1 : 0;
        return s;
    }

    /** The server: it has agreed, with this ACE, in {@code repetitions} and one SYN-ACKs, of which the last may not say so any more. */
    State onAgreed(int synAce, int repetitions) {
        State s = new State(synAce & ACE_MASK);
        s.silent = isSilent(repetitions);
        s.mangled = (synAce & SILENT_SYN) != 0; // RFC 9768 §3.1.5: then nothing is sent ECN-capable
        s.optionDemand = 1;
        s.lastCodepoint = context.knobs.isOn(Knob.ACCECN_CHANGES_ON_ACKS) ? codepoint(synAce & ACE_MASK) : 0;
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
        return repetitions > context.knobs.get(Knob.ACCECN_SYN_RETRIES);
    }

    /** The flags of a SYN-ACK that agrees. */
    int synAckFlags(int synAce, int repetitions) {
        return isSilent(repetitions) ? 0 : flagsOf(synAce & ACE_MASK);
    }

    /** The server: the handshake completes with {@code seg}, whose ACE says how the SYN-ACK arrived if it is a pure ACK (Table 4). */
    void onHandshakeAck(TcpConnection c, Segment seg, long nowNs) {
        State s = of(c);
        if (s == null || s.synAce == 0 || seg.syn() || seg.payloadLength > 0 || seg.options.sackCount() > 0) {
            return; // a counter already, or none
        }
        AccurateEcnFeedback.lookAtOption(s, seg);
        context.accurateEcnOption.reserve(c, s, nowNs);
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
        boolean onAcks = context.knobs.isOn(Knob.ACCECN_CHANGES_ON_ACKS);
        if (marked) {
            context.counters.add(Counter.TCP_CE_IN, seg.merged);
            s.receivedMarks += seg.merged;
            s.marksToTell += seg.merged;
        }
        if (seg.payloadLength > 0) {
            count(s, seg.ecn, seg.payloadLength);
            c.tcb.ecn.seen |= seg.ecn != Ecn.NOT_ECT;
            if (seg.ecn != s.lastCodepoint && !onAcks) { // change-triggered
                s.lastCodepoint = (byte) seg.ecn;
                context.ackPolicy.acknowledgeNow(c);
            }
        }
        if (onAcks) {
            lookForChange(c, s, seg);
            return;
        }
        int many = seg.payloadLength > 0 || c.tcb.ack.pendingSegments > 0 ? MARKS_WITH_DATA : MARKS_WITHOUT_DATA;
        if (marked && s.marksToTell >= many) { // increment-triggered
            boolean ofAcks = many == MARKS_WITHOUT_DATA && (s.acknowledgesAcks || !c.tcb.ack.now);
            context.ackPolicy.acknowledgeNow(c);
            s.acknowledgesAcks = ofAcks;
        }
    }

    /** Every packet may change the codepoint; but only data is acknowledged. */
    private void lookForChange(TcpConnection c, State s, Segment seg) {
        boolean changes = seg.ecn != s.lastCodepoint;
        s.lastCodepoint = (byte) seg.ecn;
        s.optionDemand = changes || seg.ecn == Ecn.CE ? OPTIONS_AFTER_CHANGE : s.optionDemand;
        s.changeToTell |= changes || s.marksToTell >= MARKS_IN_ACE;
        if (s.changeToTell && seg.payloadLength > 0) {
            context.ackPolicy.acknowledgeNow(c);
        }
    }

    /** RFC 9768 §3.2.2.5.1: an acknowledgment of acknowledgments MUST NOT have SACK blocks, by which it is told from a duplicate one. */
    static boolean forbidsSack(TcpConnection c, int payloadLength) {
        State s = of(c);
        return s != null && s.acknowledgesAcks && c.tcb.ack.now && payloadLength == 0;
    }

    private static void count(State s, int codepoint, int octets) {
        switch (codepoint) {
            case ECT_1 -> counted(s, s.receivedEct1, s.receivedEct1 += octets, 1);
            case Ecn.CE -> counted(s, s.receivedCe, s.receivedCe += octets, 2);
            case Ecn.ECT_0 -> counted(s, s.receivedEct0, s.receivedEct0 += octets, 3);
            default -> {}
        }
    }

    /** A counter has grown that is the {@code field}th of all. */
    private static void counted(State s, int before, int after, int field) {
        s.optionDue = true;
        s.leastFields = (byte) Math.max(s.leastFields, field);
        if (before >>> TOLD_BITS != after >>> TOLD_BITS) {
            s.optionDemand = (byte) Math.max(s.optionDemand, 1);
        }
    }

    /** The flags of a segment that leaves: r.cep modulo 8, or in the client's last ACK of the handshake what it heard. */
    static int flags(TcpConnection c, State s, int payloadLength) {
        boolean heardNothing = c.tcb.rcv.nxt == c.tcb.rcv.irs + 1 && s.first;
        s.marksToTell = 0;
        s.changeToTell = false;
        return flagsOf(
                heardNothing && payloadLength == 0 && s.handshakeAce != 0
                        ? s.handshakeAce
                        : s.receivedMarks & ACE_MASK);
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
                s.forbidsEct(),
                s.optionSeen,
                new AccurateEcnInfo.Failures(s.silent, s.mangled, s.optionLost, s.optionIgnored),
                s.countersSeen,
                s.optionZeroed);
    }
}
