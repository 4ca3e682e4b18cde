package io.sluice.tcp;

import io.sluice.event.SendLimit;

/** What a connection has counted since it began, as far as all connections count it: see {@link TcpTotals}. */
final class Totals {
    int segmentsIn;
    int segmentsOut;
    int dataSegmentsIn;
    int dataSegmentsOut;

    /** The last delivery rate that was not limited by the application, or was higher: octets a second. */
    float deliveryRate;

    /** {@link #deliveryRate} was limited by the application. */
    boolean deliveryRateAppLimited;

    /** What {@link #limitSinceNs} is the beginning of. */
    SendLimit limit = SendLimit.IDLE;

    long limitSinceNs;

    /** This side has sent the first SYN. */
    boolean activeOpen;

    /** How long there was something to send or in flight; the time since {@link #limitSinceNs} comes on top. */
    long busyNs;

    /** A segment was received that passed for one of this connection's. */
    void received(Segment seg) {
        segmentsIn += seg.merged;
        if (seg.payloadLength > 0) {
            dataSegmentsIn += seg.merged;
        }
    }

    /** So many segments have left, with so much data in all. */
    void sent(int segments, int octets) {
        segmentsOut += segments;
        if (octets > 0) {
            dataSegmentsOut += segments;
        }
    }
}
