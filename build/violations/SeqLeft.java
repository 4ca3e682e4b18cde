// checkstyle | stack-core/src/main/java/io/sluice/wire | sequence numbers wrap
package io.sluice.wire;

/** Breaks the rule that sequence numbers are never compared with {@code <}. */
final class SeqLeft {
    private SeqLeft() {}

    static boolean acked(Tcb tcb, int end) {
        return tcb.snd.una >= end;
    }
}
