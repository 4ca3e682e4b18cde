package io.sluice.packetdrill.differential;

import java.util.List;

/** Where the stack and the kernel report other SACK blocks (RFC 2018, RFC 2883): what the difference has to do with. */
final class SackDifference {
    private SackDifference() {}

    /** Whether they differ in SACK blocks, and only in such as have to do with a FIN. */
    static boolean isOfFin(Circumstance c) {
        List<SentSegments.Range> differing = c.answers.differingBlocks();
        List<SentSegments.Range> touching =
                differing.stream().filter(b -> touchesFin(c, b)).toList();
        return c.answers.sameButForSack()
                && !differing.isEmpty()
                && differing.stream()
                        .allMatch(b -> touching.stream().anyMatch(t -> b.start() >= t.start() && b.end() <= t.end())
                                || isOfLastWithFin(c, b));
    }

    /** Whether a block reaches a FIN that came, or lies beyond one that came ahead of the stream, or in its place. */
    private static boolean touchesFin(Circumstance c, SentSegments.Range b) {
        return c.ofConnection()
                .filter(m -> m.segment().has('F'))
                .anyMatch(m -> b.end() >= m.segment().end()
                        && (b.start() <= m.segment().end() + 1 || m.segment().end() >= m.received()));
    }

    /** Whether a block is text of the last segment, which has a FIN, or fills the hole before one. */
    private static boolean isOfLastWithFin(Circumstance c, SentSegments.Range b) {
        return (c.segment().has('F') || isFinReached(c))
                && b.start() >= c.segment().start()
                && b.end() <= c.segment().end();
    }

    /** Whether what the last segment made acknowledged includes a FIN that had come before. */
    private static boolean isFinReached(Circumstance c) {
        return c.ofConnection()
                .anyMatch(m ->
                        m.segment().has('F') && m.segment().after() == c.answers.stackSent.acknowledged(c.received()));
    }

    /** Whether the last segment's text has come before, ahead of the stream. */
    static boolean isTextHadAhead(Circumstance c) {
        return c.ofConnection()
                .anyMatch(m -> m.index() < c.steps.size() - 1
                        && m.segment().length() > 0
                        && m.segment().start() <= c.segment().start()
                        && m.segment().end() >= c.segment().start());
    }

    /** Whether the last segment's timestamp is older than one that was taken (RFC 7323 §5.3). */
    static boolean isTimestampOld(Circumstance c) {
        return c.segment().tsVal() >= 0
                && c.ofConnection()
                        .anyMatch(m -> m.index() < c.steps.size() - 1
                                && m.segment().tsVal() >= 0
                                && (int) (c.segment().tsVal() - m.segment().tsVal()) < 0);
    }
}
