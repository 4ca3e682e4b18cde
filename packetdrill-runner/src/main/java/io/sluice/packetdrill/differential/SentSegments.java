package io.sluice.packetdrill.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The segments that one of the two has sent in a step, as its transcript tells them, so that they can be compared without
 * regard to how data is cut into segments.
 */
final class SentSegments {
    private static final Pattern SEGMENT =
            Pattern.compile("> (\\S+) (\\d+):(\\d+)\\((\\d+)\\)(?: ack (\\d+))?((?: win 0)?(?: urg \\d+)?)(.*)");

    private final List<Segment> segments = new ArrayList<>();

    /**
     * A segment.
     *
     * @param end the sequence number behind its text
     * @param acknowledged what it acknowledges, or -1
     * @param options as scripts write them
     */
    record Segment(String flags, long start, long end, long acknowledged, String window, String options) {
        boolean has(char flag) {
            return flags.indexOf(flag) >= 0;
        }

        boolean isOfStream() {
            return !has('R') && !has('S') && (end > start || has('F'));
        }

        /** Whether it acknowledges and does nothing else. */
        boolean isAcknowledgment() {
            return flags.equals(".") && end == start;
        }

        boolean isSameButForOptions(Segment other) {
            return equals(new Segment(other.flags, other.start, other.end, other.acknowledged, other.window, options));
        }

        /** The sequence number behind it; a FIN takes one. */
        long after() {
            return has('F') ? end + 1 : end;
        }
    }

    /**
     * Sequence numbers.
     *
     * @param start the first
     * @param end the one behind the last
     */
    record Range(long start, long end) {}

    SentSegments(List<String> effects) {
        for (String effect : effects) {
            Matcher m = SEGMENT.matcher(effect);
            if (m.matches()) {
                segments.add(new Segment(
                        m.group(1),
                        Long.parseLong(m.group(2)),
                        Long.parseLong(m.group(3)),
                        m.group(5) == null ? -1 : Long.parseLong(m.group(5)),
                        m.group(6),
                        m.group(7)));
            }
        }
    }

    List<Segment> all() {
        return segments;
    }

    boolean isEmpty() {
        return segments.isEmpty();
    }

    /** What is sent for the first time, if what is below {@code next} has been sent before. */
    List<Range> fresh(long next) {
        return ranges(next, true);
    }

    /** What is sent again. */
    List<Range> repeated(long next) {
        return ranges(next, false);
    }

    /** Merged, in the order in which they were sent. */
    private List<Range> ranges(long next, boolean fresh) {
        List<Range> merged = new ArrayList<>();
        long known = next;
        for (Segment s : segments) {
            if (!s.isOfStream()) {
                continue;
            }
            long start = fresh ? Math.max(s.start, known) : s.start;
            long end = fresh ? s.after() : Math.min(s.after(), known);
            known = Math.max(known, s.after());
            if (end <= start) {
                continue;
            }
            Range last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
            if (last != null && last.end == start) {
                merged.set(merged.size() - 1, new Range(last.start, end));
            } else {
                merged.add(new Range(start, end));
            }
        }
        return merged;
    }

    /** The acknowledgment number of the last one that has one; {@code before} if there is none. */
    long acknowledged(long before) {
        long last = before;
        for (Segment s : segments) {
            last = s.acknowledged >= 0 && !s.has('R') && !s.has('S') ? s.acknowledged : last;
        }
        return last;
    }

    /** Those that are neither data, nor a FIN, nor an acknowledgment and nothing else. */
    private List<Segment> others() {
        return segments.stream()
                .filter(s -> !s.isOfStream() && !s.isAcknowledgment())
                .toList();
    }

    private List<Segment> acknowledgments() {
        return segments.stream().filter(Segment::isAcknowledgment).toList();
    }

    /**
     * Whether {@code other} is the same but for where new data, and what is repeated, ends: it begins at the same number, is
     * acknowledged by the same number, resets alike. Data does for an acknowledgment.
     *
     * @param next what had been sent before
     * @param received what had been acknowledged before
     */
    boolean isAlikeButForEnds(SentSegments other, long next, long received) {
        return acknowledgesLike(other, received)
                && ((acknowledgesFromNext(next) && other.acknowledgesFromNext(next))
                        || acknowledgments().equals(other.acknowledgments()))
                && startAlike(fresh(next), other.fresh(next), next)
                && startAlike(repeated(next), other.repeated(next), -1);
    }

    /** Whether what is sent for the first time begins at the same number, or only one of the two sends such. */
    boolean startsFreshLike(SentSegments other, long next) {
        return startAlike(fresh(next), other.fresh(next), next);
    }

    /** Whether both resets are the same, and the numbers that are acknowledged. */
    boolean acknowledgesLike(SentSegments other, long received) {
        return others().equals(other.others())
                && acknowledged(received) == other.acknowledged(received)
                && hasNoMoreAcknowledgments(other)
                && other.hasNoMoreAcknowledgments(this);
    }

    /** Whether acknowledgments without data have the number behind all that was sent before them. */
    private boolean acknowledgesFromNext(long next) {
        long known = next;
        for (Segment s : segments) {
            if (s.isAcknowledgment() && s.start != known) {
                return false;
            }
            known = s.isOfStream() ? Math.max(known, s.after()) : known;
        }
        return true;
    }

    private boolean hasNoMoreAcknowledgments(SentSegments other) {
        List<Segment> mine = acknowledgments();
        List<Segment> others = other.acknowledgments();
        if (mine.isEmpty() || others.isEmpty()) {
            return mine.isEmpty() || !other.isEmpty();
        }
        Segment last = mine.get(mine.size() - 1);
        Segment otherLast = others.get(others.size() - 1);
        return mine.size() <= others.size() + (other.segments.size() - others.size())
                && last.options.equals(otherLast.options)
                && last.window.equals(otherLast.window);
    }

    /** @param alone where the only range of one may begin if the other has none; -1 if that may not be */
    private static boolean startAlike(List<Range> some, List<Range> more, long alone) {
        if (some.size() > more.size()) {
            return startAlike(more, some, alone);
        }
        int last = more.size() - 1;
        if (some.size() < more.size()) {
            return alone >= 0 && last == 0 && more.get(0).start == alone;
        }
        return last < 0
                || (some.subList(0, last).equals(more.subList(0, last))
                        && some.get(last).start == more.get(last).start);
    }

    /** The number behind all that was sent; {@code before} if there is nothing new. */
    long next(long before) {
        long next = before;
        for (Segment s : segments) {
            next = s.isOfStream() ? Math.max(next, s.after()) : next;
        }
        return next;
    }
}
