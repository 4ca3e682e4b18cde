package io.sluice.packetdrill.differential;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

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
                && differing.stream().allMatch(b -> hasCome(c, b, c.steps.size()))
                && differing.stream().allMatch(b -> !isDuplicateOfKernel(c, b) || holdsFin(c, b))
                && differing.stream()
                        .allMatch(b -> touching.stream().anyMatch(t -> b.start() >= t.start() && b.end() <= t.end())
                                || isOfLastWithFin(c, b));
    }

    /**
     * Whether the kernel reports text of the last segment, too, which is ahead of the stream, as a duplicate: a FIN has come in a place
     * of it, and text or another FIN in all others.
     */
    static boolean isOfTextAtFin(Circumstance c) {
        List<SentSegments.Range> ofStack = Answers.blocks(c.answers.stack);
        List<SentSegments.Range> ofKernel = Answers.blocks(c.answers.kernel);
        if (!c.answers.sameButForSack()
                || ofKernel.size() != ofStack.size() + 1
                || c.segment().length() < 1) {
            return false;
        }
        SentSegments.Range duplicate = ofKernel.get(0);
        Moment text = last(c);
        return ofKernel.subList(1, ofKernel.size()).equals(ofStack)
                && c.segment().start() > c.received()
                && isDuplicate(c, duplicate, text)
                && holdsFin(c, duplicate);
    }

    /** Whether a block is one that the kernel reports as a duplicate (RFC 2883 §4): before all else, and what another includes. */
    private static boolean isDuplicateOfKernel(Circumstance c, SentSegments.Range block) {
        List<SentSegments.Range> ofKernel = Answers.blocks(c.answers.kernel);
        return ofKernel.indexOf(block) == 0
                && ofKernel.stream().skip(1).anyMatch(b -> b.start() <= block.start() && b.end() >= block.end());
    }

    /** Whether a FIN has come in a place of a block. */
    private static boolean holdsFin(Circumstance c, SentSegments.Range block) {
        return c.ofConnection()
                .map(Moment::segment)
                .anyMatch(s -> s.has('F') && s.end() >= block.start() && s.end() < block.end());
    }

    /** Whether the blocks that only the stack reports are of what came on this connection; a FIN counts as an octet. */
    static boolean stackReportsWhatCame(Circumstance c) {
        List<SentSegments.Range> ofKernel = Answers.blocks(c.answers.kernel);
        return Answers.blocks(c.answers.stack).stream()
                .filter(b -> !ofKernel.contains(b))
                .allMatch(b -> hasCome(c, b, c.steps.size()));
    }

    /** Whether all of a block came before a step. */
    private static boolean hasCome(Circumstance c, SentSegments.Range block, int index) {
        List<Injected> came = c.ofConnection()
                .filter(m -> m.index() < index && !m.segment().has('R') && !c.isTimestampOld(m))
                .map(Moment::segment)
                .sorted(Comparator.comparingLong(Injected::start))
                .toList();
        long end = block.start();
        for (Injected each : came) {
            end = each.start() <= end ? Math.max(end, each.after()) : end;
        }
        return end >= block.end();
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

    /** Whether what only the stack reports, and before all else, is what of a segment's text had come before it. */
    private static boolean stackReportsDuplicate(Circumstance c, Moment m) {
        List<SentSegments.Range> differing = c.answers.differingBlocks();
        List<SentSegments.Range> ofStack = Answers.blocks(c.answers.stack);
        return c.answers.sameButForSack()
                && differing.size() == 1
                && !ofStack.isEmpty()
                && ofStack.get(0).equals(differing.get(0))
                && isDuplicate(c, differing.get(0), m);
    }

    /**
     * Whether the stack reports a duplicate that came before the last step, which waited to be reported, and with which, or behind which,
     * a FIN has come.
     */
    static boolean isOfWaitingAtFin(Circumstance c) {
        return (c.finReceived() || c.segment().has('F')) && waiting(c).anyMatch(m -> stackReportsDuplicate(c, m));
    }

    /** Whether the stack reports such a duplicate, and text has come since that is not what the kernel predicts by the segment before. */
    static boolean isOfWaiting(Circumstance c) {
        return waiting(c)
                .filter(m -> c.ofConnection()
                        .filter(later ->
                                later.index() > m.index() && later.segment().length() > 0)
                        .anyMatch(later -> !isPredicted(later.segment(), m.segment())))
                .anyMatch(m -> stackReportsDuplicate(c, m));
    }

    private static boolean isPredicted(Injected segment, Injected former) {
        return segment.flags().matches("P?\\.")
                && segment.window() == former.window()
                && (segment.tsVal() < 0) == (former.tsVal() < 0);
    }

    /** The segments before the last step that repeated some text and went on, and since which nothing has been sent. */
    private static Stream<Moment> waiting(Circumstance c) {
        return c.ofConnection()
                .filter(m -> m.index() < c.before.size() && m.segment().start() < m.received())
                .filter(m -> m.segment().after() > m.received() && isUntold(c, m));
    }

    /** Whether nothing has been sent before the last step since a segment came. */
    static boolean isUntold(Circumstance c, Moment m) {
        return c.before.stream().skip(m.index()).allMatch(e -> new SentSegments(e).isEmpty());
    }

    /** Whether a block is text of a segment that had come before, and is no shorter than that is. */
    private static boolean isDuplicate(Circumstance c, SentSegments.Range block, Moment m) {
        long start = block.start();
        long end = block.end();
        return start >= m.segment().start()
                && end <= m.segment().end()
                && hasCome(c, block, m.index())
                && (start == m.segment().start() || !hasCome(c, new SentSegments.Range(start - 1, end), m.index()))
                && (end == m.segment().end() || !hasCome(c, new SentSegments.Range(start, end + 1), m.index()));
    }

    /** Whether the stack reports text of the last segment, which is ahead of the stream, that has come before. */
    static boolean isOfTextAhead(Circumstance c) {
        return c.segment().start() > c.received() && stackReportsDuplicate(c, last(c));
    }

    private static Moment last(Circumstance c) {
        return c.moments.get(c.moments.size() - 1);
    }
}
