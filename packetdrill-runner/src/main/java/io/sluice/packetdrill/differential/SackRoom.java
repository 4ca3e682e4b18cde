package io.sluice.packetdrill.differential;

import java.util.List;

/** Where the kernel's segments are shorter by the SACK blocks that it has to report, which the stack leaves out of full ones. */
final class SackRoom {
    /** The least MSS that the scripts agree on, and what four SACK blocks take. */
    private static final int LEAST_SEGMENT = 500;

    private static final int MAX_OPTION = 36;

    /** That of one block. */
    private static final int LEAST_OPTION = 12;

    private static final int BLOCK = 8;
    private static final String CORK = "setsockopt\\(\\d+, SOL_TCP, TCP_(CORK|NODELAY), .*";
    private static final String CORK_ON = ".*TCP_CORK, \\[1\\].*";

    private SackRoom() {}

    static boolean explains(Circumstance c) {
        return (isLess(c) || isCorked(c)) && c.answers.sameButForLengths();
    }

    /** Whether the kernel's new data ends earlier, by no more than the SACK option that there is to send, for each segment. */
    private static boolean isLess(Circumstance c) {
        int option = isHolding(c) ? MAX_OPTION : isDuplicate(c) ? LEAST_OPTION : 0;
        long further = c.answers.furtherByStack();
        long segments = (c.answers.stackSent.next(c.next()) - c.next()) / LEAST_SEGMENT + 1;
        return further > 0 && further <= segments * option;
    }

    /** Whether the two send as many full segments as there is text for, each of its own size, and a cork holds the rest back. */
    private static boolean isCorked(Circumstance c) {
        List<String> corks = c.steps.stream()
                .map(s -> s.lines().get(0))
                .filter(s -> s.matches(CORK))
                .toList();
        if (corks.isEmpty() || !corks.get(corks.size() - 1).matches(CORK_ON) || !isHolding(c)) {
            return false;
        }
        int size = RepetitionDifference.segmentSize(c);
        int option = LEAST_OPTION - BLOCK + BLOCK * blocks(c);
        long waiting = 1 + Written.octets(c) - c.next();
        return c.answers.stackSent.next(c.next()) - c.next() == waiting - waiting % size
                && c.answers.kernelSent.next(c.next()) - c.next() == waiting - waiting % (size - option);
    }

    /** How many blocks there are to report: as many as were last, less one that was of a duplicate. */
    private static int blocks(Circumstance c) {
        for (int i = c.before.size() - 1; i >= c.start(); i--) {
            List<SentSegments.Range> blocks = Answers.blocks(c.before.get(i));
            if (!blocks.isEmpty()) {
                SentSegments.Range first = blocks.get(0);
                boolean duplicate = first.start() < c.received()
                        || blocks.stream().skip(1).anyMatch(b -> b.start() <= first.start() && b.end() >= first.end());
                return blocks.size() - (duplicate ? 1 : 0);
            }
        }
        return 0;
    }

    /** Whether something was received ahead of the stream, and still is, where SACK is agreed. */
    private static boolean isHolding(Circumstance c) {
        return c.before.stream().skip(c.start()).flatMap(List::stream).anyMatch(e -> e.contains("nop,nop,sack"))
                && c.ofConnection()
                        .anyMatch(m -> m.segment().start() > c.received()
                                && (m.segment().length() > 0 || m.segment().has('F')));
    }

    /** Whether text that came before has been repeated, which a SACK block reports (RFC 2883 §4), and nothing has been sent since. */
    private static boolean isDuplicate(Circumstance c) {
        return RepetitionDifference.hasSack(c)
                && c.ofConnection()
                        .filter(m -> m.segment().length() > 0 && m.segment().start() < m.received())
                        .filter(m -> Circumstance.isInWindow(m.segment(), m.received()))
                        .anyMatch(m -> SackDifference.isUntold(c, m));
    }
}
