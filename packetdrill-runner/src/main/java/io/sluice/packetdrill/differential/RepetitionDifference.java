package io.sluice.packetdrill.differential;

import io.sluice.packetdrill.differential.Circumstance.Standing;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Where the stack and the kernel repeat at other times: what the difference has to do with. */
final class RepetitionDifference {
    private static final Pattern SACK = Pattern.compile(".*sack ([\\d: ]+)>");
    private static final Pattern SENT = Pattern.compile("> \\S+ (\\d+):(\\d+)\\(\\d+\\).*");

    private static final int DEFAULT_SEGMENT = 536;
    private static final int TIMESTAMPS = 12;
    private static final Pattern MSS = Pattern.compile("mss (\\d+)");
    private static final Pattern MAXSEG = Pattern.compile("TCP_MAXSEG, \\[(\\d+)");

    /** RFC 5681 §3.2. */
    private static final int DUPLICATE_ACK_THRESHOLD = 3;

    private RepetitionDifference() {}

    /**
     * Whether the last acknowledgment of something new was of a part of a segment, and the kernel, whose timer goes on, repeats what is
     * left of it once more.
     */
    static boolean isOfPart(Circumstance c) {
        long number = Math.max(c.acknowledged(), c.segment().acknowledged());
        return c.waits()
                && number > 1
                && number < c.next()
                && acknowledgments(c).anyMatch(m -> m.segment().acknowledged() == number)
                && !endsSegment(c, number)
                && c.answers.kernelRepeatsOnceMore(number);
    }

    /**
     * Whether, after a timeout, the last segment acknowledges a part of what that repeated, and of a segment, and the stack, which has an
     * RTT of it and room for as much, repeats what follows, and after another timeout what is first; the kernel repeats nothing.
     */
    static boolean isOfPartAfterTimeout(Circumstance c) {
        long number = c.segment().acknowledged();
        boolean timely = c.hasTimestamps() && lastWaitNs(c) >= Circumstance.LEAST_TIMEOUT_NS;
        return isPartlyAcknowledged(c)
                && acknowledgments(c).anyMatch(m -> m.index() == c.steps.size() - 1)
                && !endsSegment(c, number)
                && timely
                && c.answers.onlyStackRepeats(repeatedEnd(c, c.before.size()), number, segmentSize(c));
    }

    private static long lastWaitNs(Circumstance c) {
        return c.steps.get(c.steps.size() - 1).waitNs();
    }

    /** Whether something ended at a number that was sent before: where data is cut is seen only between two steps. */
    private static boolean endsSegment(Circumstance c, long number) {
        return c.before.stream().flatMap(List::stream).anyMatch(effect -> {
            Matcher m = SENT.matcher(effect);
            return m.matches()
                    && (Long.parseLong(m.group(2)) == number || isCut(c, Long.parseLong(m.group(1)), number));
        });
    }

    private static boolean isCut(Circumstance c, long start, long number) {
        return number > start && (number - start) % segmentSize(c) == 0;
    }

    /** Whether, without SACK, one or two duplicate acknowledgments have the kernel repeat, after one that was all that could come. */
    static boolean isOfFewDuplicates(Circumstance c) {
        List<Moment> duplicates = acknowledgments(c)
                .filter(m -> m.segment().isOnlyAcknowledgment() && m.segment().acknowledged() == m.acknowledged())
                .filter(m -> m.next() > m.acknowledged())
                .toList();
        long now = duplicates.stream()
                .filter(m -> m.acknowledged() == c.acknowledged())
                .count();
        return !hasSack(c)
                && duplicates.size() > 1
                && duplicates.get(duplicates.size() - 1).index() == c.steps.size() - 1
                && now < DUPLICATE_ACK_THRESHOLD
                && c.answers.kernelRepeatsOnceMore();
    }

    /** Whether, without SACK, a third duplicate acknowledgment has only the stack repeat, of the one segment that is in flight. */
    static boolean isOfDuplicatesOfOne(Circumstance c) {
        long duplicates = acknowledgments(c)
                .filter(m -> m.segment().isOnlyAcknowledgment() && m.segment().acknowledged() == m.acknowledged())
                .filter(m -> m.next() > m.acknowledged() && m.acknowledged() == c.acknowledged())
                .count();
        int segment = segmentSize(c);
        return !hasSack(c)
                && c.segment().isOnlyAcknowledgment()
                && c.segment().acknowledged() == c.acknowledged()
                && duplicates == DUPLICATE_ACK_THRESHOLD
                && c.next() - c.acknowledged() <= segment
                && c.answers.onlyStackRepeats(c.acknowledged(), c.acknowledged(), segment);
    }

    /** Whether a SACK block has covered what was the first that is not acknowledged, and the kernel repeats that once more. */
    static boolean isOfReportedFirst(Circumstance c) {
        long number = Math.max(c.acknowledged(), c.segment().acknowledged());
        return c.waits()
                && acknowledgments(c).anyMatch(m -> covers(c.steps.get(m.index()), number))
                && c.answers.kernelRepeatsOnceMore(number);
    }

    private static boolean covers(Step step, long number) {
        Matcher m = SACK.matcher(step.lines().get(0));
        return m.matches()
                && Stream.of(m.group(1).split(" "))
                        .map(block -> block.split(":"))
                        .anyMatch(b -> Long.parseLong(b[0]) <= number && Long.parseLong(b[1]) > number);
    }

    /**
     * Whether the user has said that nothing follows what is sent, and the stack's new data, which has no FIN, ends where the window does;
     * the kernel sends the same once, after a pause, or nothing, and only the stack has it repeated.
     */
    static boolean isOfFinWithoutRoom(Circumstance c) {
        List<SentSegments.Range> fresh = c.answers.stackSent.fresh(c.next());
        List<SentSegments.Range> byKernel = c.answers.kernelSent.fresh(c.next());
        return (c.isClosed() || c.hasStep("(shutdown|close)\\(" + c.descriptor() + "[,)].*"))
                && fresh.size() == 1
                && c.windows.isEdge(fresh.get(0).end())
                && c.answers.stackSent.all().stream().noneMatch(s -> s.has('F'))
                && (byKernel.isEmpty() || (c.waits() && byKernel.equals(fresh)))
                && c.answers.kernelSent.repeated(c.next()).isEmpty()
                && c.answers.sameButForTimeouts(c.segment().acknowledged());
    }

    /** Whether the stack fills a small window at once, for which there is more than enough, and the kernel does after a pause. */
    static boolean isOfSmallWindow(Circumstance c) {
        return c.windows.areSmall()
                && c.waits()
                && !c.hasStep(".*TCP_CORK, \\[1\\].*")
                && c.windows.isEdge(c.answers.stackSent.next(c.next()))
                && 1 + Written.octets(c) > c.answers.stackSent.next(c.next())
                && c.answers.kernelSendsLate();
    }

    /** Whether SACK is agreed: the stack agrees to it if the other side does. */
    static boolean hasSack(Circumstance c) {
        return openingSyns(c).anyMatch(line -> line.contains("sackOK"));
    }

    private static Stream<String> openingSyns(Circumstance c) {
        return c.ofConnection()
                .filter(c::isOpening)
                .map(m -> c.steps.get(m.index()).lines().get(0));
    }

    /** The octets of a full segment. */
    static int segmentSize(Circumstance c) {
        int told = openingSyns(c)
                .map(MSS::matcher)
                .mapToInt(m -> m.find() ? Integer.parseInt(m.group(1)) : DEFAULT_SEGMENT)
                .min()
                .orElse(Circumstance.USUAL_SEGMENT);
        int size = Math.min(
                Math.min(told, Circumstance.USUAL_SEGMENT), set(c).min().orElse(told));
        return size - (c.hasTimestamps() ? TIMESTAMPS : 0);
    }

    /** What the user has set TCP_MAXSEG to. */
    private static IntStream set(Circumstance c) {
        return c.steps.stream()
                .map(s -> MAXSEG.matcher(s.lines().get(0)))
                .filter(Matcher::find)
                .mapToInt(m -> Integer.parseInt(m.group(1)));
    }

    private static Stream<Moment> acknowledgments(Circumstance c) {
        return c.ofConnection().filter(m -> c.isTaken(m) && m.isPlausible());
    }

    /**
     * Whether, with SACK, a timeout had a part of what was in flight repeated, and an acknowledgment then covered more than that: of what
     * was repeated, and of what was not.
     */
    static boolean wasTimeoutPartlyRepeated(Circumstance c) {
        return hasSack(c)
                && c.ofConnection().anyMatch(m -> {
                    long end = repeatedEnd(c, m.index());
                    return end >= 0
                            && m.segment().acknowledged() > end
                            && m.segment().acknowledged() <= m.next();
                });
    }

    /** Whether the last segment acknowledges a part of what was repeated last, and not all of it. */
    private static boolean isPartlyAcknowledged(Circumstance c) {
        return c.segment().acknowledged() > c.acknowledged()
                && c.segment().acknowledged() < repeatedEnd(c, c.before.size());
    }

    /** Whether something was repeated before the last step. */
    static boolean hasRepeated(Circumstance c) {
        return repeatedEnd(c, c.before.size()) >= 0;
    }

    /** The end of what was repeated last before a step, or -1. */
    private static long repeatedEnd(Circumstance c, int index) {
        for (int i = Math.min(index, c.before.size()) - 1; i >= c.start(); i--) {
            List<SentSegments.Range> again =
                    new SentSegments(c.before.get(i)).repeated(c.before(i).next());
            if (!again.isEmpty()) {
                return again.get(again.size() - 1).end();
            }
        }
        return -1;
    }

    /**
     * Whether the stack sends full segments of the size that its user has set, or of the default size if that is less, the kernel such of
     * the default size, or if it has opened the connection of the size that its user has set.
     */
    static boolean isOfDefaultSize(Circumstance c) {
        int options = c.hasTimestamps() ? TIMESTAMPS : 0;
        int set = set(c).findFirst().orElse(DEFAULT_SEGMENT);
        int ofStack = Math.min(set, DEFAULT_SEGMENT);
        int ofKernel = c.isActive() ? set : DEFAULT_SEGMENT;
        boolean told = openingSyns(c).anyMatch(line -> MSS.matcher(line).find());
        long byKernel = c.answers.kernelSent.next(c.next()) - c.next();
        return !told
                && ofStack != ofKernel
                && (c.answers.stackSent.next(c.next()) - c.next()) % (ofStack - options) == 0
                && (byKernel % (ofKernel - options) == 0 || c.next() + byKernel == 1 + Written.octets(c))
                && c.isStackInWindow()
                && c.answers.sameButForLengths();
    }

    /**
     * Whether something has been in flight, and nothing of it was acknowledged, for {@code ns} before the last step ended, or a closed
     * window has held back what was written before so long a pause.
     */
    static boolean wasUnacknowledgedFor(Circumstance c, long ns) {
        int last = c.steps.size() - 1;
        if (lastWaitNs(c) >= ns && c.windows.isClosed(c.next()) && c.hasStep("(send|shutdown)\\(.*")) {
            return true;
        }
        long waited = c.isInFlight() ? lastWaitNs(c) : 0;
        for (int i = last; i > c.start(); i--) {
            Standing standing = c.before(i);
            if (!standing.isInFlight() || standing.acknowledged() != c.acknowledged()) {
                break;
            }
            waited += c.steps.get(i - 1).waitNs();
        }
        return waited >= ns;
    }
}
