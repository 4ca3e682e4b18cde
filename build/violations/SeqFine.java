// checkstyle | stack-core/src/main/java/io/sluice/wire | -
package io.sluice.wire;

/** Compares differences and lengths, which are ordinary ints: the rule must not complain. snd.una < seg.ack */
final class SeqFine {
    private SeqFine() {}

    static boolean fits(Tcb tcb, Segment seg, int mss) {
        // snd.una < seg.ack =< snd.nxt
        return tcb.snd.nxt - tcb.snd.una < mss && mss > tcb.snd.nxt - tcb.snd.una && seg.seq >>> 8 << 2 > 0;
    }
}
