// checkstyle | stack-core/src/main/java/io/sluice/wire | sequence numbers wrap
package io.sluice.wire;

/** Breaks the same rule, with the sequence number on the right. */
final class SeqRight {
    private SeqRight() {}

    static boolean acked(Tcb tcb, int end) {
        return end < tcb.rcv.nxt;
    }
}
