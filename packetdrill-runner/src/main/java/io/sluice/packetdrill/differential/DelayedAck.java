package io.sluice.packetdrill.differential;

import java.util.ArrayList;
import java.util.List;

/** Where acknowledgments may wait, and one of the two sends one at once: what makes it do so. */
final class DelayedAck {
    /** The least full segment that scripts agree on, with timestamps. */
    private static final int LEAST_FULL_SEGMENT = 488;

    /** Less is never taken for one. */
    private static final int SMALLEST_MSS = 88;

    private DelayedAck() {}

    /** Whether the last segment is the FIN of a stream without text, and only the stack acknowledges it at once. */
    static boolean isOfEmptyStream(Circumstance c) {
        return c.segment().has('F')
                && c.segment().length() == 0
                && c.segment().start() == 1
                && c.received() == 1
                && onlyStackAcknowledges(c);
    }

    /** Whether more than a full segment waits for its acknowledgment, and one of the two sends that at once, or may have before a pause. */
    static boolean isOfMoreThanASegment(Circumstance c) {
        return (c.inOrder() - c.told() > fullSegment(c) || hasWaitedInPause(c))
                && c.segment().after() > c.segment().start()
                && (onlyStackAcknowledges(c) || acknowledges(c, c.answers.kernel, c.answers.stack));
    }

    /** The octets of the least full segment: two of one size are taken for such. */
    private static long fullSegment(Circumstance c) {
        List<Injected> text = c.ofConnection()
                .map(Moment::segment)
                .filter(s -> s.length() > 0)
                .toList();
        if (text.size() < 2) {
            return LEAST_FULL_SEGMENT;
        }
        Injected last = text.get(text.size() - 1);
        Injected former = text.get(text.size() - 2);
        boolean alike = last.length() == former.length()
                && last.flags().equals(".")
                && former.flags().equals(".");
        return alike && last.length() >= SMALLEST_MSS ? last.length() : LEAST_FULL_SEGMENT;
    }

    /** Whether more than a full segment waited in a pause, after which both have acknowledged it, one of them maybe at once. */
    private static boolean hasWaitedInPause(Circumstance c) {
        return c.ofConnection()
                .filter(m ->
                        m.index() < c.before.size() && c.steps.get(m.index()).waitNs() > 0)
                .anyMatch(m -> c.before(m.index() + 1).text() - m.told() > LEAST_FULL_SEGMENT);
    }

    /** Whether the user has closed in FIN-WAIT-2, or does, and time passes, in which only the stack acknowledges what waited for it. */
    static boolean isOfNoUser(Circumstance c) {
        boolean closing = c.step.startsWith("close(" + c.descriptor() + ")") && c.state.equals("5");
        return (closing || (c.isClosed() && c.isFinExchanged()))
                && c.isAllAcknowledged()
                && !c.finReceived()
                && c.told() < c.received()
                && c.waits()
                && onlyStackAcknowledges(c);
    }

    private static boolean onlyStackAcknowledges(Circumstance c) {
        return acknowledges(c, c.answers.stack, c.answers.kernel);
    }

    /** Whether one has one acknowledgment more than the other, of all that came in order, and they agree in all else. */
    private static boolean acknowledges(Circumstance c, List<String> more, List<String> less) {
        List<String> rest = new ArrayList<>(more);
        rest.removeIf(e -> new SentSegments(List.of(e))
                .all().stream()
                        .anyMatch(
                                s -> s.isAcknowledgment() && s.start() == c.next() && s.acknowledged() == c.inOrder()));
        return c.setting.delaysAcks() && rest.size() == more.size() - 1 && rest.equals(less);
    }
}
