package io.sluice.cc;

/** Slow start of RFC 5681 §3.1 with appropriate byte counting (RFC 3465 §2.2). Remembers nothing. */
public final class StandardSlowStart implements SlowStart {
    /** One for all. */
    public static final StandardSlowStart INSTANCE = new StandardSlowStart();

    private StandardSlowStart() {}

    @Override
    public SlowStart at(CongestionWindow w, CongestionSettings settings) {
        boolean first = w.ssthresh() == CongestionWindow.UNLIMITED;
        return first && settings.slowStart() == CongestionSettings.InitialSlowStart.HYSTART_PLUS_PLUS
                ? new HyStartPlusPlus()
                : this;
    }

    @Override
    public long grow(CongestionWindow w, AckSample ack, CongestionSettings settings) {
        long usable = usable(w, ack, settings);
        long growth = Math.min(usable, Math.max(0, w.ssthresh() - w.cwnd()));
        w.cwnd(w.cwnd() + growth);
        return ack.afterTimeout ? 0 : usable - growth;
    }

    /** What was acknowledged within L segments: of RFC 3465 §2.2, or of RFC 9406 §4.2, which is unlimited where something paces. */
    static long usable(CongestionWindow w, AckSample ack, CongestionSettings settings) {
        if (ack.afterTimeout) { // RFC 3465 §2.3: L = 1, since repetitions are acknowledged
            return Math.min(ack.newlyAckedBytes, w.smss());
        }
        boolean unlimited = settings.ackLimit() == 0 || w.pacingRate() != CongestionWindow.UNPACED;
        return unlimited ? ack.newlyAckedBytes : Math.min(ack.newlyAckedBytes, (long) settings.ackLimit() * w.smss());
    }
}
