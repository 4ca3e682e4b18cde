package io.sluice.tcp;

import io.sluice.event.RetransmitCause;
import org.jspecify.annotations.Nullable;

/**
 * A range of the stream that was sent in one go and is not acknowledged yet: an entry of the {@link SendLedger}. Loss
 * recovery may read it, and tells {@link SenderView} what to do with it. Valid during the call that was given it, since
 * entries are reused.
 */
public final class SentRange {
    long start;
    long end;

    /** Payload octets of each segment it was cut into. */
    int mss;

    /** Segments in it. */
    int segments;

    /** What each of them counts for in sums and in the congestion window ({@link Knob#WINDOW_IN_SEGMENTS}); 0 for its octets. */
    char unit;

    long sentNs;

    /** The end of all that had been sent for the first time when it last left. */
    long sentBefore;

    /** P.delivered, P.delivered_time, P.first_send_time, P.lost and P.tx_in_flight of {@link RateSampler}. */
    long delivered;

    long deliveredNs;
    long firstSentNs;
    long lostAtSend;
    long txInFlight;

    /** P.is_app_limited. */
    boolean appLimited;

    /** Its last octet left with PSH because of what was written, not of how it was cut. */
    boolean pushed;

    int transmissions;
    boolean sacked;
    boolean lost;
    boolean retransmitted;

    /** Why it is on the wire, or will be next. */
    RetransmitCause cause = RetransmitCause.NONE;

    @Nullable SentRange next;

    @Nullable SentRange previous;

    /** The list that it is in beside that of the stream, and its neighbours there. */
    @Nullable RangeList list;

    @Nullable SentRange listNext;

    @Nullable SentRange listPrevious;

    SentRange() {}

    /** The stream offset of its first octet. */
    public long start() {
        return start;
    }

    /** The stream offset behind its last octet. */
    public long end() {
        return end;
    }

    public long length() {
        return end - start;
    }

    /** The octets that it counts for: its own, or as if each of its segments were full. */
    long counted() {
        return unit == 0 ? length() : (long) unit * segments;
    }

    /** What {@link #counted} is less by once all before {@code upTo} is acknowledged. */
    long countedUpTo(long upTo) {
        if (unit == 0 || upTo >= end) {
            return upTo >= end ? counted() : upTo - start;
        }
        return (long) unit * (segments - (end - upTo + mss - 1) / Math.max(1, mss));
    }

    /** Payload octets of each segment it was cut into; the last may be shorter. */
    public int mss() {
        return mss;
    }

    /** When it last left. */
    public long sentNs() {
        return sentNs;
    }

    /** How often it was sent. */
    public int transmissions() {
        return transmissions;
    }

    /** Whether the peer has it (RFC 2018). */
    public boolean isSacked() {
        return sacked;
    }

    /** Whether it is taken for lost. */
    public boolean isLost() {
        return lost;
    }

    /** Whether a repetition of it is under way. */
    public boolean isRetransmitted() {
        return retransmitted;
    }

    /** Why it is on the wire, or if it is lost, will be next. */
    public RetransmitCause cause() {
        return cause;
    }

    /** The range behind it in the stream, or null. */
    public @Nullable SentRange next() {
        return next;
    }

    /** The range before it in the stream, or null. */
    public @Nullable SentRange previous() {
        return previous;
    }

    /** Of what is in flight, the range that last left after this one did, or null. */
    public @Nullable SentRange nextSent() {
        return listNext;
    }

    /** Whether it last left before that moment; ends decide between what left at the same time (RFC 8985 §6.2, RACK_sent_after). */
    public boolean wasSentBefore(long otherSentNs, long otherEnd) {
        return sentNs < otherSentNs || (sentNs == otherSentNs && end < otherEnd);
    }

    /** Becomes the rest of {@code other}, which is cut off it. */
    void takeTransmission(SentRange other) {
        pushed = other.pushed;
        other.pushed = false;
        mss = other.mss;
        unit = other.unit;
        sentNs = other.sentNs;
        sentBefore = other.sentBefore;
        transmissions = other.transmissions;
        sacked = other.sacked;
        lost = other.lost;
        retransmitted = other.retransmitted;
        cause = other.cause;
        delivered = other.delivered;
        deliveredNs = other.deliveredNs;
        firstSentNs = other.firstSentNs;
        lostAtSend = other.lostAtSend;
        txInFlight = other.txInFlight;
        appLimited = other.appLimited;
    }

    void countSegments() {
        segments = (int) ((end - start + mss - 1) / Math.max(1, mss));
    }
}
