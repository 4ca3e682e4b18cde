package io.sluice.tcp;

import io.sluice.wire.Seq;
import io.sluice.wire.TcpOptions;

/** Which segments of a peer are acceptable: by their sequence number (RFC 9293 §3.4), and by their timestamp (PAWS, RFC 7323 §5.3). */
final class Acceptability {
    /** RFC 7323 §5.5: a TS.Recent that is older than 24 days proves nothing. */
    private static final long TS_RECENT_LIFETIME_NS = 24L * 24 * 3600 * 1_000_000_000L;

    private Acceptability() {}

    /** The four cases of RFC 9293 §3.4 (MUST-66), Table 6, in the form that also accepts merged segments wider than the window. */
    static boolean isInWindow(Segment seg, int nxt, int wnd) {
        int len = seg.len();
        if (len == 0) {
            return wnd == 0 ? seg.seq == nxt : Seq.inWindow(seg.seq, nxt, wnd);
        }
        return wnd != 0 && Seq.lt(seg.seq, nxt + wnd) && Seq.gt(seg.seq + len, nxt);
    }

    /**
     * By how many ticks the timestamp of a segment is older than TS.Recent; 0 or less if it is not old, or nobody can say.
     *
     * @param agreed whether timestamps are used
     * @param ageNs how old TS.Recent is; 0 where it cannot be old
     */
    static int ticksTooOld(boolean agreed, TcpOptions options, int tsRecent, long ageNs) {
        boolean proves = agreed && options.hasTimestamps() && ageNs < TS_RECENT_LIFETIME_NS;
        return proves ? Seq.diff(tsRecent, options.tsVal()) : 0;
    }
}
