package io.sluice.tcp;

import io.sluice.cc.RecoveryPhase;
import io.sluice.event.SocketError;
import io.sluice.wire.Seq;
import org.jspecify.annotations.Nullable;

/**
 * The transmission control block (RFC 9293 §3.3.1): the state of a connection that outlives an algorithm, and nothing
 * else. Plain data, owned by one thread. SND.UNA is {@code snd.una}. Beside the 32-bit sequence numbers stand 64-bit
 * stream offsets: the first octet of data has offset 0, the SYN -1, the FIN the offset behind the last octet.
 */
final class Tcb {
    /** No FIN: an offset that is never reached. */
    static final long NO_FIN = Long.MAX_VALUE;

    final SendSpace snd = new SendSpace();
    final ReceiveSpace rcv = new ReceiveSpace();
    final RoundTrip rtt = new RoundTrip();
    final Acknowledging ack = new Acknowledging();
    final Ecn ecn = new Ecn();

    /** Comes and goes with the ledger: while nothing is in flight there is nothing to repair. */
    Recovery recovery;

    /** Both sides agreed on SACK (RFC 2018 §2). */
    boolean sackPermitted;

    /** RFC 7323 §2.2: both SYNs carried a window scale. */
    boolean windowScaling;

    /** Both sides agreed on timestamps (RFC 7323 §3.2); in SYN-SENT, whether this side offers them. */
    boolean timestamps;

    /** Octets of options on every segment that authenticate it (RFC 2385), 0 for none. */
    byte authenticationLength;

    /** Octets of the AccECN option, where every segment has one (RFC 9768 §3.2.3). */
    byte accurateEcnLength;

    /** Added to the clock in TSval, so that it tells nothing about the host (RFC 7323 §5.4). */
    int timestampOffset;

    private TcpState state = TcpState.CLOSED;

    /** RFC 9293 §3.3.1, Figure 3. */
    static final class SendSpace {
        /** What was written ends with PSH. */
        static final byte NO_MORE = 0;

        /** The writer said that more follows (MSG_MORE): what is there does not end with PSH. */
        static final byte MORE_WRITTEN = 1;

        /** And a segment that is not full waits for it, until an acknowledgment or another write. */
        static final byte MORE_AWAITED = 2;

        int una;
        int nxt;

        /** In octets, not in the units of the header: RFC 9293 §3.1 (REC-1). */
        int wnd;

        int wl1;
        int wl2;
        int iss;

        /** The largest window the peer has offered: Max(SND.WND) of RFC 9293 §3.8.6.2.1. */
        int maxWnd;

        /** Snd.Wind.Shift of RFC 7323 §2.2. */
        byte wndShift;

        /** The stream offset of {@code una}. */
        long unaOffset = -1;

        /** The stream offset of {@code nxt}. */
        long nxtOffset = -1;

        /** The offset of the FIN once the user closed, or {@link #NO_FIN}. */
        long finOffset = NO_FIN;

        /** The MSS for this direction without options: Eff.snd.MSS of RFC 9293 §3.7.1 before its IPoptionsize and TCP options. */
        int mss;

        /** What a segment may hold for the size of the peer's window: {@link Knob#SEGMENT_WITHIN_HALF_WINDOW}. */
        char windowMss = Character.MAX_VALUE;

        /** The MSS that the peer announced, or the default, with a floor. */
        char peerMss;

        /** When data last left. */
        long lastSentNs;

        /** Octets from {@code nxt} to the end of the unit that is sent now ({@link SegmentSizing#unit}). */
        int unitLeft;

        /** What the last write promised: {@link #NO_MORE}, {@link #MORE_WRITTEN} or {@link #MORE_AWAITED}. */
        byte more;

        /** The user wrote since the last time nothing could be sent. */
        boolean justWritten;

        /** When the pacer lets the next packet go. */
        long nextDepartureNs;

        /** The persist timer has expired: a probe, or less than a segment, is to be sent. */
        boolean persistDue;

        /** Zero-window probes since the window closed. */
        short probes;

        /** Repetitions of the SYN. */
        byte synRetries;

        /** Keepalive probes without an answer. */
        byte keepAliveProbes;

        /**
         * SEG.SEQ of a segment without text: SND.NXT, or where that is behind a closed window, since the window was probed with
         * text, the window's end. Deviates from RFC 9293 §3.10.5 and §3.10.7.4 as other stacks do: a peer that has not taken the
         * probe finds what starts behind it unacceptable, and would miss acknowledgments and resets.
         */
        int seqWithoutText() {
            int end = una + wnd;
            return probes > 0 && nxtOffset <= finOffset && Seq.gt(nxt, end) ? end : nxt;
        }

        /** How far this path has been seen to reorder, in segments; 0 if that is not known to be beyond the default. */
        short reordering;

        /** A tail loss probe was sent, and no round-trip time measured since (RFC 8985 §7.3). */
        boolean probeAwaitsRtt;

        /** The peer has reported a duplicate: it does D-SACK (RFC 2883). */
        boolean duplicatesReported;
    }

    /** RFC 9293 §3.3.1, Figure 4. */
    static final class ReceiveSpace {
        int nxt;
        int wnd;
        int irs;

        /** Rcv.Wind.Shift of RFC 7323 §2.2. */
        byte wndShift;

        /** The right edge of the window as last advertised; it never moves left (RFC 9293 §3.8.6). */
        int advertisedEdge;

        /** The stream offset of {@code nxt}. */
        long nxtOffset = -1;

        /** Where the peer's FIN stands, or {@link #NO_FIN}. */
        long finOffset = NO_FIN;

        /** TS.Recent of RFC 7323 §4.3. */
        int tsRecent;

        /** When TS.Recent was last updated. */
        long tsRecentNs;

        /** Last.ACK.sent of RFC 7323 §4.3. */
        int lastAckSent;

        /** The MSS this side announced. */
        char mss;

        /** What the growth of the receive buffer goes by; null until there is reason to measure. */
        ReceiveTuning.@Nullable Measurement measurement;

        /** When anything last came from the peer. */
        long lastReceivedNs;

        /** When data last came, in milliseconds of the host's clock, modulo 2^32. */
        int lastDataMs;

        /** The payload of the peer's full segments, as far as it was seen; 0 before the first data. */
        char seenMss;

        /** The payload of its last segment. */
        char lastSize;
    }

    /** RFC 6298 §2. All times in nanoseconds; 0 before the first measurement. */
    static final class RoundTrip {
        long srttNs;
        long rttvarNs;
        long rtoNs;
        long minRttNs;

        /** How often the timer backed off since the last measurement (RFC 6298 §3, §5.5). */
        short backoff;

        /** How often it expired since data was last acknowledged (RFC 9293 §3.8.3). */
        short timeouts;
    }

    /** What repairing losses needs to remember, whichever algorithm does it. */
    static final class Recovery {
        RecoveryPhase phase = RecoveryPhase.OPEN;

        /** RecoveryPoint of RFC 6675 §2, "recover" of RFC 6582 §3.2, as a stream offset; stays when the recovery is over. */
        long point = -1;

        /** Data up to this offset was sent while cwnd was the limit (RFC 7661 §4.5.3). */
        long cwndLimitedOffset = -1;

        /** The most that was in flight since this window of data began, which ends at {@link #maxFlightUntil}. */
        long maxFlightBytes;

        long maxFlightUntil = -1;

        /** Up to here there is PSH at the end of what was written, or because it was due ({@link SegmentSizing}); or -1. */
        long pushedEnd = -1;

        /** The window was last reduced when everything before this offset had been sent (RFC 3168 §6.1.2). */
        long reducedUntil = -1;

        /** The end of the last segment sent that was not full, or -1 ({@link Nagle}). */
        long smallEnd = -1;

        /** The end of what had been written when the first of what is in flight left, or -1 ({@link Nagle}). */
        long writtenIdleEnd = -1;

        /** Where the RTO's variation part is the greatest of a round trip: that of this one, or -1 if none has begun, and its end. */
        long greatestVariationNs = -1;

        long roundEnd = -1;

        /** Duplicate acknowledgments in a row (RFC 5681 §2). */
        int dupAcks;

        /** Octets that duplicate acknowledgments say have left the network, where SACK does not say which. */
        long dupAckedBytes;

        /** SND.NXT when the first of them came: what limited transmit sent is behind it (RFC 3042). */
        long limitedFrom;

        /** NewReno: a partial acknowledgment has come (RFC 6582 §3.2, step 3). */
        boolean partial;

        /** prr_delivered of RFC 9937. */
        long prrDelivered;

        /** prr_out of RFC 9937. */
        long prrOut;

        /** RecoverFS of RFC 9937. */
        long recoverFs = 1;

        /** RescueRxt of RFC 6675 §2, as a stream offset. */
        long rescueOffset = -1;

        /** The next repetition leaves whatever cwnd says: the fast retransmit (RFC 5681 §3.2, RFC 6675 §5, (4.3)). */
        boolean retransmitNow;

        /** The loss of a repetition of what is before this offset has reduced the window already. */
        long reducedFor = -1;

        /** Everything before this offset is known to be lost or not, by IsLost of RFC 6675 §4. */
        long judgedOffset;

        /** Up to here NextSeg's rule 3 has been used (RFC 6675 §4). */
        long unsureOffset;

        /** What ICMP said about what is in flight, without ending the connection (RFC 9293 §3.9.2.2). */
        @Nullable SocketError softError;

        /** Where {@link ForwardRto} is. */
        byte frto;

        /** The end of what F-RTO repeated first, or -1. */
        long frtoFirstEnd = -1;

        /** pipe_prev of RFC 4015 §3.1. */
        long priorSsthresh;

        /** The window before it was reduced. */
        long priorCwnd;

        /** The round-trip estimates then, for SRTT_prev and RTTVAR_prev of RFC 4015 §3.1, (0). */
        long priorSrttNs;

        long priorRttvarNs;

        /** SND.UNA at the last reduction, or -1 if that cannot be undone. */
        long undoFrom = -1;

        /** SND.NXT at the last reduction; when the recovery is over, SND.NXT then. */
        long undoUntil;

        /** Octets repeated since, less those that the peer reported as duplicate. */
        long repeatedBytes;

        /** RetransmitTS of RFC 3522 §3.2, while {@link #awaitsEcho}. */
        int retransmitTs;

        boolean awaitsEcho;

        /** Whether anything was repeated since the window was reduced. */
        boolean repeats;

        /** After a spurious timeout: data from this offset on measures anew (RFC 4015 §3.1, (11)); else -1. */
        long adaptRtoFrom = -1;

        boolean canBeUndone() {
            return undoFrom >= 0;
        }

        void endUndo() {
            undoFrom = -1;
            awaitsEcho = false;
        }

        void reset() {
            phase = RecoveryPhase.OPEN;
            point = -1;
            cwndLimitedOffset = -1;
            maxFlightBytes = 0;
            maxFlightUntil = -1;
            pushedEnd = -1;
            reducedUntil = -1;
            smallEnd = -1;
            writtenIdleEnd = -1;
            greatestVariationNs = -1;
            roundEnd = -1;
            dupAcks = 0;
            dupAckedBytes = 0;
            limitedFrom = 0;
            partial = false;
            rescueOffset = -1;
            reducedFor = -1;
            unsureOffset = 0;
            judgedOffset = 0;
            retransmitNow = false;
            softError = null;
            frto = ForwardRto.OFF;
            frtoFirstEnd = -1;
            repeatedBytes = 0;
            adaptRtoFrom = -1;
            endUndo();
        }
    }

    /** What acknowledging has to remember. */
    static final class Acknowledging {
        /** An ACK must leave in this turn. */
        boolean now;

        /** Segments received in order that no ACK has covered. */
        int pendingSegments;

        /** Segments of ours that were acknowledged so far, the SYN included. */
        int deliveredSegments;

        /** Segments that are still acknowledged at once. */
        short quick;

        /** With {@link AdaptiveAcks}: how long an acknowledgment waits, in milliseconds; 0 before the first data. */
        char delayMs;

        /** What is sent answers what is received. */
        boolean interactive;

        /** Segments that seem to end a write of the peer's, since the last acknowledgment; 2 stands for more. */
        byte ends;
    }

    /** What explicit congestion notification has to remember (RFC 3168 §6.1). */
    static final class Ecn {
        /** Both sides agreed on it; in SYN-SENT, this side has asked for it. */
        boolean negotiated;

        /** A mark arrived and no CWR since: ECE goes on every segment. */
        boolean echo;

        /** The window was reduced: CWR goes on the first new data. */
        boolean reduced;

        /** An ECN-capable packet has come from the peer. */
        boolean seen;
    }

    /** @param idle what stands for {@link #recovery} while nothing is in flight; never changed */
    Tcb(Recovery idle) {
        recovery = idle;
    }

    TcpState state() {
        return state;
    }

    /** The only way to change state; a move that RFC 9293 §3.10 lacks is a bug in this stack. */
    void transitionTo(TcpState next) {
        if (!state.mayBecome(next)) {
            throw new IllegalStateException(state + " -> " + next);
        }
        state = next;
    }

    /** The sequence number of a stream offset of the sending direction. */
    int seqOf(long offset) {
        return snd.iss + 1 + (int) offset;
    }

    /** The stream offset of a sequence number of the sending direction, the one nearest to SND.UNA. */
    long sendOffset(int seq) {
        return snd.unaOffset + Seq.diff(seq, snd.una);
    }

    /** The stream offset of a sequence number of the receiving direction, the one nearest to RCV.NXT. */
    long receiveOffset(int seq) {
        return rcv.nxtOffset + Seq.diff(seq, rcv.nxt);
    }

    /** FlightSize of RFC 5681 §2: sent and not cumulatively acknowledged. */
    long flightBytes() {
        return snd.nxtOffset - snd.unaOffset;
    }
}
