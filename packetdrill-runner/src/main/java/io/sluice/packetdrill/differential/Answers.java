package io.sluice.packetdrill.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** What the stack and the kernel have answered to the step in which they differ, and what the difference consists of. */
final class Answers {
    private static final Pattern SACK =
            Pattern.compile(",nop,nop,sack [^>,]*|,nop,nop,sack [^>]*| <nop,nop,sack [^>]*>");
    private static final Pattern BLOCK = Pattern.compile("(?<=[ k])(\\d+):(\\d+)(?=[ >])");
    private static final Pattern BLOCKS = Pattern.compile("sack [^>]*>");
    private static final Pattern POLLED = Pattern.compile("poll = \\d \\[(\\d+)\\]");
    private static final Pattern TIMESTAMP = Pattern.compile(" <nop,nop,TS val [^>]*>");
    private static final Pattern ECHO = Pattern.compile("ecr \\d+");
    private static final Pattern MSS = Pattern.compile("(?<=> S\\.? 0:0\\(0\\).{0,12} <mss )(\\d+)");
    private static final Pattern SENT = Pattern.compile("> (\\S+) (\\d+):.*");
    private static final String OVER = "state 7";
    private static final int POLLERR = 8;

    final List<String> stack;
    final List<String> kernel;
    final SentSegments stackSent;
    final SentSegments kernelSent;
    private final Position at;

    /**
     * Where the connection stood before.
     *
     * @param received RCV.NXT
     * @param acknowledged SND.UNA
     * @param next SND.NXT
     * @param initial the initial sequence number of the other side, from which a SYN-ACK does not count
     * @param urgent the number behind the urgent data that the user has written; -1 if there is none
     */
    record Position(long received, long acknowledged, long next, long initial, long urgent) {
        /** Whether a segment acknowledges what has come and does nothing else, and tells of urgent data that is still to be sent. */
        boolean isAcknowledgment(SentSegments.Segment s) {
            boolean tells = urgent > s.start();
            return s.start() == s.end()
                    && s.acknowledged() == received
                    && s.flags().equals(tells ? ".U" : ".")
                    && s.window().matches("( win 0)?" + (tells ? " urg " + (urgent - s.start()) : ""));
        }
    }

    Answers(List<String> stack, List<String> kernel, Position at) {
        this.stack = stack;
        this.kernel = kernel;
        this.at = at;
        stackSent = new SentSegments(stack);
        kernelSent = new SentSegments(kernel);
    }

    /** Whether the stack has answered with an acknowledgment of what it has, and nothing else. */
    boolean stackChallenges() {
        return stackSent.all().size() == 1
                && stackSent.all().get(0).isAcknowledgment()
                && stackSent.all().get(0).start() == at.next
                && stackSent.acknowledged(-1) == at.received;
    }

    boolean kernelResets() {
        return kernel.stream().anyMatch(e -> e.startsWith("> R"));
    }

    boolean stackResets() {
        return stack.stream().anyMatch(e -> e.startsWith("> R"));
    }

    boolean stackIsSilent() {
        return stackSent.isEmpty();
    }

    /**
     * Whether the stack acknowledges what it has before it sends something new, the kernel with that, which reports the same if it has no
     * text, and they agree in all else.
     */
    boolean stackAcknowledgesFirst() {
        List<SentSegments.Segment> byStack = stackSent.all();
        List<SentSegments.Segment> byKernel = kernelSent.all();
        return byKernel.size() == 1
                && byStack.size() == 2
                && at.isAcknowledgment(byStack.get(0))
                && byStack.get(0).start() == at.next
                && byKernel.get(0).isOfStream()
                && byKernel.get(0).start() == at.next
                && (byKernel.get(0).end() > at.next
                        || byKernel.get(0).options().equals(byStack.get(0).options()))
                && byStack.get(1).isSameButForOptions(byKernel.get(0))
                && agreesButForSegments();
    }

    /** Whether one of the two sends one more segment without text that acknowledges, and they agree in all else. */
    boolean differsByOneAcknowledgment() {
        return isWithoutAcknowledgment(stack, kernel) || isWithoutAcknowledgment(kernel, stack);
    }

    private boolean isWithoutAcknowledgment(List<String> less, List<String> more) {
        List<String> rest = new ArrayList<>(more);
        long next = new SentSegments(more).next(at.next);
        rest.removeIf(e -> new SentSegments(List.of(e))
                .all().stream().anyMatch(s -> at.isAcknowledgment(s) && (s.start() == at.next || s.start() == next)));
        return rest.size() == more.size() - 1 && rest.equals(less);
    }

    /** Whether the two agree but for segments, in what calls return and in the state. */
    boolean agreesButForSegments() {
        return withoutSegments(stack).equals(withoutSegments(kernel));
    }

    private static List<String> withoutSegments(List<String> effects) {
        return effects.stream().filter(e -> !e.startsWith(">")).toList();
    }

    /** Whether the two differ in nothing but how data is cut into segments, and where it ends that is sent or repeated. */
    boolean sameButForLengths() {
        return agreesButForSegments() && stackSent.isAlikeButForEnds(kernelSent, at.next, at.received);
    }

    /** Whether something is repeated by both. */
    boolean bothRepeat() {
        return !stackSent.repeated(at.next).isEmpty()
                && !kernelSent.repeated(at.next).isEmpty();
    }

    /** Whether the kernel repeats the beginning of what is in flight once more, and the two agree in all else. */
    boolean kernelRepeatsOnceMore() {
        return kernelRepeatsOnceMore(at.acknowledged);
    }

    /** Whether the kernel repeats what begins at {@code number} once more, and the two agree in all else. */
    boolean kernelRepeatsOnceMore(long number) {
        List<String> rest = new ArrayList<>(kernel);
        for (int i = 0; i < rest.size(); i++) {
            Matcher sent = SENT.matcher(rest.get(i));
            if (sent.matches()
                    && Long.parseLong(sent.group(2)) == number
                    && !sent.group(1).contains("R")) {
                rest.remove(i);
                if (rest.equals(stack)) {
                    return true;
                }
                rest.add(i, kernel.get(i));
            }
        }
        return false;
    }

    /** Whether the kernel repeats, from the beginning, a part of what the stack repeats. */
    boolean kernelRepeatsPart() {
        List<SentSegments.Range> byKernel = kernelSent.repeated(at.next);
        List<SentSegments.Range> byStack =
                stackSent.repeated(at.next).stream().distinct().toList();
        return agreesButForSegments()
                && stackSent.acknowledgesLike(kernelSent, at.received)
                && byStack.size() == 1
                && byStack.get(0).start() == at.acknowledged
                && byKernel.stream()
                        .allMatch(k -> k.start() >= at.acknowledged
                                && k.end() <= byStack.get(0).end());
    }

    /**
     * Whether only the stack has had a timeout end the connection, and the kernel has done no more than repeat.
     *
     * @param unacknowledged what the last segment acknowledged, or -1
     * @param urgent whether there is urgent data, so that only the kernel may send something new before that; else it may send more
     */
    boolean onlyStackTimedOut(long unacknowledged, boolean urgent) {
        boolean ofStack = stack.contains(OVER) || stack.toString().contains("ETIMEDOUT");
        boolean ofKernel = kernel.contains(OVER) || kernel.toString().contains("ETIMEDOUT");
        return ofStack
                && !ofKernel
                && (kernelSent.fresh(at.next).equals(stackSent.fresh(at.next))
                        || ((urgent || !stackSent.fresh(at.next).isEmpty())
                                && !kernelSent.fresh(at.next).isEmpty()
                                && stackSent.startsFreshLike(kernelSent, at.next)))
                && kernelSent.repeated(at.next).stream()
                        .allMatch(r ->
                                r.start() == at.acknowledged || r.start() == unacknowledged || r.start() == at.next);
    }

    /** Whether both send the same new data, the kernel so late that only the stack repeats some of it, and they agree in all else. */
    boolean kernelSendsLate() {
        List<SentSegments.Range> fresh = stackSent.fresh(at.next);
        List<SentSegments.Range> again = stackSent.repeated(at.next);
        return agreesButForSegments()
                && stackSent.acknowledgesLike(kernelSent, at.received)
                && fresh.size() == 1
                && fresh.equals(kernelSent.fresh(at.next))
                && kernelSent.repeated(at.next).isEmpty()
                && again.size() == 1
                && again.get(0).start() == at.next
                && again.get(0).end() <= fresh.get(0).end();
    }

    /** SACK blocks that one of the two reports and the other does not. */
    List<SentSegments.Range> differingBlocks() {
        List<SentSegments.Range> ofStack = blocks(stack);
        List<SentSegments.Range> ofKernel = blocks(kernel);
        return Stream.concat(
                        ofStack.stream().filter(b -> !ofKernel.contains(b)),
                        ofKernel.stream().filter(b -> !ofStack.contains(b)))
                .toList();
    }

    static List<SentSegments.Range> blocks(List<String> effects) {
        List<SentSegments.Range> blocks = new ArrayList<>();
        Matcher option = BLOCKS.matcher(effects.toString());
        while (option.find()) {
            Matcher m = BLOCK.matcher(option.group());
            while (m.find()) {
                blocks.add(new SentSegments.Range(Long.parseLong(m.group(1)), Long.parseLong(m.group(2))));
            }
        }
        return blocks;
    }

    boolean sameButForSack() {
        return same(SACK);
    }

    boolean sameButForEcho() {
        return same(ECHO);
    }

    boolean same(Pattern... without) {
        String ofStack = stack.toString();
        String ofKernel = kernel.toString();
        for (Pattern each : without) {
            ofStack = each.matcher(ofStack).replaceAll("");
            ofKernel = each.matcher(ofKernel).replaceAll("");
        }
        return ofStack.equals(ofKernel);
    }

    /** Whether the kernel has a timestamp where the stack has none, and they agree in all else. */
    boolean sameButForTimestampOfKernel() {
        return same(TIMESTAMP)
                && TIMESTAMP.matcher(kernel.toString()).find()
                && !TIMESTAMP.matcher(stack.toString()).find();
    }

    /** The larger of the two timestamps that are echoed; -1 if there is none. */
    long echoed() {
        return echoes().max().orElse(-1);
    }

    /** The timestamps that the two echo. */
    LongStream echoes() {
        return ECHO.matcher(stack + " " + kernel)
                .results()
                .mapToLong(m -> Long.parseLong(m.group().substring(4)));
    }

    /** The events that {@code poll} has returned, or -1. */
    private static int polled(List<String> effects) {
        Matcher m = POLLED.matcher(effects.get(0));
        return m.matches() ? Integer.parseInt(m.group(1)) : -1;
    }

    /** Whether the two differ in nothing but that {@code poll} tells of an error in the kernel. */
    boolean kernelPollsError() {
        return stack.subList(1, stack.size()).equals(kernel.subList(1, kernel.size()))
                && polled(stack) >= 0
                && (polled(stack) & POLLERR) == 0
                && polled(kernel) == (polled(stack) | POLLERR);
    }

    /** Whether the two differ in nothing but which of two errors a call tells of, by name or by number. */
    boolean differInError(String ofStack, String ofKernel) {
        return !stack.equals(kernel)
                && stack.get(0).replaceFirst(ofStack, "").equals(kernel.get(0).replaceFirst(ofKernel, ""))
                && stack.subList(1, stack.size()).equals(kernel.subList(1, kernel.size()));
    }

    /** Whether the stack has sent one acknowledgment, which the kernel has not, and they agree in all else. */
    boolean stackAlsoAcknowledges() {
        return kernelSent.isEmpty() && stackChallenges() && agreesButForSegments();
    }

    /** Whether the kernel acknowledges {@code number}, where the stack does as before or is silent, and they agree in all else. */
    boolean kernelAcknowledges(long number) {
        List<String> alike = kernel.stream()
                .map(e -> e.replaceFirst(" ack " + number + "(?= |$)", " ack " + at.received))
                .toList();
        boolean one = kernelSent.all().size() == 1 && kernelSent.all().get(0).acknowledged() == number;
        boolean alone =
                stackSent.isEmpty() && kernelSent.all().stream().allMatch(SentSegments.Segment::isAcknowledgment);
        return one && (alone ? agreesButForSegments() : new Answers(stack, alike, at).sameButForSack());
    }

    /**
     * Whether the stack repeats from {@code first} on, and the kernel sends less than a segment of new data, or a FIN, instead;
     * the stack may send that after it.
     */
    boolean kernelSendsNewInsteadOfRepeating(long first, int segment) {
        List<SentSegments.Range> fresh = kernelSent.fresh(at.next);
        List<SentSegments.Range> again = stackSent.repeated(at.next);
        return agreesButForSegments()
                && stackSent.acknowledgesLike(kernelSent, at.received)
                && kernelSent.repeated(at.next).isEmpty()
                && (stackSent.fresh(at.next).isEmpty()
                        || stackSent.fresh(at.next).equals(fresh))
                && fresh.size() == 1
                && fresh.get(0).end() - fresh.get(0).start() < segment
                && again.size() == 1
                && again.get(0).start() == first;
    }

    /** Whether the kernel repeats what the stack does not, or in longer pieces, and nothing new is sent. */
    boolean kernelRepeatsMore() {
        List<SentSegments.Range> byKernel = kernelSent.repeated(at.next);
        return agreesButForSegments()
                && stackSent.acknowledgesLike(kernelSent, at.received)
                && kernelSent.fresh(at.next).isEmpty()
                && stackSent.fresh(at.next).isEmpty()
                && !byKernel.isEmpty()
                && byKernel.stream().allMatch(k -> k.start() >= at.acknowledged)
                && stackSent.repeated(at.next).stream().allMatch(k -> k.start() == at.acknowledged);
    }

    /**
     * Whether only the stack repeats: a segment at most from {@code goesOn} on, then one at most from {@code first} on, or one of the two,
     * and they agree in all else.
     */
    boolean onlyStackRepeats(long goesOn, long first, int segment) {
        List<SentSegments.Range> again = stackSent.repeated(at.next);
        long started = again.isEmpty() ? -1 : again.get(0).start();
        return agreesButForSegments()
                && stackSent.acknowledgesLike(kernelSent, at.received)
                && kernelSent.repeated(at.next).isEmpty()
                && stackSent.fresh(at.next).equals(kernelSent.fresh(at.next))
                && (again.size() == 1
                        ? started == first || started == goesOn
                        : again.size() == 2 && started == goesOn && again.get(1).start() == first)
                && again.stream().allMatch(r -> r.end() - r.start() <= segment);
    }

    /** By how much new data of the stack goes further than the kernel's, if there is new data of both. */
    long furtherByStack() {
        return stackSent.fresh(at.next).isEmpty() || kernelSent.fresh(at.next).isEmpty()
                ? 0
                : stackSent.next(at.next) - kernelSent.next(at.next);
    }

    /**
     * Whether the two differ in nothing but how much is sent, and whether a timeout repeats what is in flight, from its beginning.
     *
     * @param unacknowledged what the last segment acknowledged, or -1
     */
    boolean sameButForTimeouts(long unacknowledged) {
        return agreesButForSegments()
                && stackSent.acknowledgesLike(kernelSent, at.received)
                && stackSent.startsFreshLike(kernelSent, at.next)
                && Stream.of(stackSent, kernelSent)
                        .flatMap(sent -> sent.repeated(at.next).stream())
                        .allMatch(again -> again.start() == at.acknowledged
                                || again.start() == unacknowledged
                                || again.start() == at.next);
    }

    /** Whether the kernel, and not the stack, sends an empty segment with URG at SND.UNA, and they agree in all else. */
    boolean kernelAlsoSendsUrgent() {
        List<String> rest = new ArrayList<>(kernel);
        String start = "> .U " + at.acknowledged + ":" + at.acknowledged + "(0) ";
        return rest.removeIf(e -> e.startsWith(start)) && rest.equals(stack);
    }

    /** Whether the kernel sends one empty segment with URG where the stack has text in it, and they agree in all else. */
    boolean kernelWithholdsUrgent() {
        List<String> without = stack.stream()
                .map(e -> e.replaceFirst("^> \\.U (\\d+):\\d+\\(\\d+\\)", "> .U $1:$1(0)"))
                .toList();
        return !stack.equals(kernel) && stackSent.all().size() == 1 && without.equals(kernel);
    }

    /** Whether the stack resets a segment that acknowledges {@code number}, and the kernel does not. */
    boolean onlyStackHasNoConnection(long number) {
        return stack.equals(List.of("> R " + number + ":" + number + "(0)")) && !kernelResets();
    }

    /** Whether the stack answers a SYN with its SYN-ACK, and the kernel does not, and they agree in all else. */
    boolean stackAlsoRepeatsSynAck() {
        return kernelSent.isEmpty()
                && stackSent.all().size() == 1
                && stackSent.all().get(0).flags().equals("S.")
                && (int) (stackSent.all().get(0).acknowledged() - at.initial) == at.received
                && agreesButForSegments();
    }

    /** Whether the kernel acknowledges one more than the stack, a FIN, and goes on from there. */
    boolean kernelTakesFin() {
        return stackSent.all().size() == kernelSent.all().size()
                && kernelSent.acknowledged(-1) == stackSent.acknowledged(-1) + 1
                && stackSent.fresh(at.next).equals(kernelSent.fresh(at.next))
                && stackSent.repeated(at.next).equals(kernelSent.repeated(at.next));
    }

    /** Whether the two differ in SACK blocks, of which the kernel has none. */
    boolean kernelLacksSack() {
        return sameButForSack() && blocks(kernel).isEmpty();
    }

    /** Whether the kernel sends new data, less than a segment, the stack nothing, and they agree in all else. */
    boolean kernelPushes(int segment) {
        return stackSent.isEmpty()
                && kernelSent.all().size() == 1
                && kernelSent.fresh(at.next).size() == 1
                && kernelSent.fresh(at.next).get(0).start() == at.next
                && kernelSent.next(at.next) - at.next < segment
                && kernelSent.acknowledged(at.received) == at.received
                && agreesButForSegments();
    }

    /**
     * Whether one of the two sends nothing but probes of a closed window, the other what is new, and that again, as after a timeout, and
     * they agree in all else.
     */
    boolean oneProbes() {
        return agreesButForSegments() && (isProbing(stackSent, kernelSent) || isProbing(kernelSent, stackSent));
    }

    private boolean isProbing(SentSegments one, SentSegments other) {
        return !one.isEmpty()
                && one.all().stream().allMatch(s -> s.isAcknowledgment() && s.start() == at.acknowledged - 1)
                && one.acknowledged(at.received) == other.acknowledged(at.received)
                && other.all().stream().allMatch(s -> s.isOfStream() && s.start() >= at.next)
                && other.fresh(at.next).size() == 1
                && other.fresh(at.next).get(0).start() == at.next;
    }

    /** Whether the two differ in nothing but the MSS option, where the kernel tells less. */
    boolean kernelTellsLessMss() {
        Matcher ofStack = MSS.matcher(stack.toString());
        Matcher ofKernel = MSS.matcher(kernel.toString());
        return same(MSS)
                && ofStack.find()
                && ofKernel.find()
                && Integer.parseInt(ofKernel.group(1)) < Integer.parseInt(ofStack.group(1));
    }

    /** Whether SO_ERROR is none in the kernel and ENETUNREACH, EACCES or EHOSTUNREACH in the stack, and they agree in all else. */
    boolean onlyStackTellsSoftError() {
        return kernel.get(0).equals("getsockopt = as written")
                && stack.get(0).matches("getsockopt = \\[(13|101|111|113)\\]")
                && stack.subList(1, stack.size()).equals(kernel.subList(1, kernel.size()));
    }
}
