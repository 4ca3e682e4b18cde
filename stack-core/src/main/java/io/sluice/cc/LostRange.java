package io.sluice.cc;

/**
 * A range that was just taken for lost, with what was noted when it was last sent (P of draft-ietf-ccwg-bbr-06
 * §4.1.2.1.2). One instance a host, valid during {@link CongestionControl#onRangeLost} only.
 */
public final class LostRange {
    /** Where it begins, as an offset of the stream. */
    public long start;

    /** Octets in it. */
    public long bytes;

    /** P.delivered: C.delivered when it was sent. */
    public long deliveredAtSend;

    /** P.lost: C.lost when it was sent. */
    public long lostAtSend;

    /** P.tx_in_flight: what was in flight when it had just been sent, itself included. */
    public long txInFlight;

    /** P.is_app_limited: the sender had run out of data before. */
    public boolean appLimited;

    /** P.send_time. */
    public long sentNs;

    /** Where it ends. */
    public long end() {
        return start + bytes;
    }
}
