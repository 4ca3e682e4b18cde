package io.sluice.packetdrill.differential;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A difference, and what had happened to the connection before: what {@link Deviation}s look at. Everything here is worked out
 * from the script and from what both had answered alike up to the last step.
 */
final class Circumstance {
    private static final Pattern STATE = Pattern.compile("state (\\d+)");
    private static final Pattern SACK =
            Pattern.compile(",nop,nop,sack [^>,]*|,nop,nop,sack [^>]*| <nop,nop,sack [^>]*>");
    private static final Pattern ECHO = Pattern.compile("ecr \\d+");
    private static final Pattern LENGTHS = Pattern.compile("> F?[.U]+ \\d+:\\d+\\(\\d+\\)");
    private static final Pattern EMPTY = Pattern.compile("\\d+:\\d+\\(0\\)");
    private static final Pattern SENT = Pattern.compile("> (\\S+) (\\d+):(\\d+)\\((\\d+)\\)(?: ack (\\d+))?.*");
    private static final String DATA = ".*\\([1-9].*";
    private static final Pattern CLOSED = Pattern.compile("close = 0");

    /** The last step, in which the two differ. */
    final String step;

    private final Injected segment;

    /** Every segment that was injected, the last step's among them, and what the connection looked like then. */
    final List<Moment> moments = new ArrayList<>();

    final List<String> stack;
    final List<String> kernel;

    /** The state before, as the kernel numbers it (10 is that of the listener, as long as nothing is accepted). */
    final String state;

    /** All states until then. */
    final Set<String> states = new HashSet<>();

    final List<Step> steps;

    /** What the other side was acknowledged last, and what it acknowledged; what the stack has sent, less one. */
    private long received;

    private long acknowledged;
    private long next;

    /** Whether what was acknowledged last includes the FIN. */
    private boolean finReceived;

    private boolean closed;

    private boolean passive;
    private boolean accepted;

    /** The step in which the connection began. */
    private int start;

    /**
     * A segment at the moment of its arrival.
     *
     * @param index which step it was
     * @param received RCV.NXT then
     * @param acknowledged SND.UNA then
     * @param next SND.NXT then
     * @param finReceived whether the stream had ended before
     * @param state the state, as {@link Circumstance#state} has it
     */
    record Moment(
            int index,
            Injected segment,
            long received,
            long acknowledged,
            long next,
            boolean finReceived,
            String state) {

        /** Whether no text of it is new, or what it acknowledges is old or was never sent. */
        boolean isStale() {
            boolean oldText = segment.start() < received;
            boolean oddAcknowledgment = segment.acknowledged() < acknowledged || segment.acknowledged() > next;
            return oldText || oddAcknowledgment || segment.has('S') || segment.has('R') || !segment.has('.');
        }
    }

    Circumstance(Finding finding) {
        steps = finding.steps();
        int last = steps.size() - 1;
        step = steps.get(last).lines().get(0);
        segment = Objects.requireNonNullElse(Injected.parse(step), Injected.NONE);
        stack = finding.stack().effects().get(last);
        kernel = finding.kernel().effects().get(last);
        String before = "";
        for (int i = 0; i <= last; i++) {
            Injected injected = Injected.parse(steps.get(i).lines().get(0));
            if (injected != null) {
                moments.add(new Moment(i, injected, received, acknowledged, next, finReceived, before));
            }
            if (i < last) {
                before = learn(i, injected, finding.kernel().effects().get(i));
            }
        }
        state = before;
    }

    /** Takes in what came of a step; returns the state after it. */
    private String learn(int index, @Nullable Injected injected, List<String> effects) {
        String after = "";
        for (String effect : effects) {
            Matcher sent = SENT.matcher(effect);
            Matcher told = STATE.matcher(effect);
            if (told.matches()) {
                after = told.group(1);
            } else if (sent.matches() && !sent.group(1).contains("R")) {
                beginIfNew(index, injected, sent.group(1));
                learnSent(sent);
            }
            accepted |= effect.equals("accept = as written");
            closed |= CLOSED.matcher(effect).matches();
        }
        if (injected != null && injected.has('.')) {
            boolean plausible = injected.acknowledged() <= next;
            acknowledged = plausible ? Math.max(acknowledged, injected.acknowledged()) : acknowledged;
        }
        finReceived |= moments.stream().anyMatch(this::isFinThatWasTaken);
        states.add(after);
        return after;
    }

    private void learnSent(Matcher sent) {
        long takes = sent.group(1).matches(".*[SF].*") ? 1 : 0;
        next = Math.max(next, Long.parseLong(sent.group(3)) + takes);
        received = sent.group(5) == null ? received : Math.max(received, Long.parseLong(sent.group(5)));
    }

    private boolean isFinThatWasTaken(Moment m) {
        return m.index() >= start
                && m.segment().has('F')
                && !m.segment().has('R')
                && m.segment().end() + 1 == received;
    }

    /** A SYN-ACK for a SYN, or a SYN, starts a connection. */
    private void beginIfNew(int index, @Nullable Injected injected, String flags) {
        boolean answer = flags.equals("S.")
                && states.stream().noneMatch("2"::equals)
                && injected != null
                && injected.has('S')
                && !injected.has('.');
        if (answer || flags.equals("S")) {
            start = index;
            passive = answer;
            accepted = false;
            received = 0;
            acknowledged = 0;
            next = 0;
            finReceived = false;
            closed = false;
        }
    }

    /** The last step as a segment, {@link Injected#NONE} if it is none. */
    Injected segment() {
        return segment;
    }

    long received() {
        return received;
    }

    long next() {
        return next;
    }

    /** Whether the FIN of the other side has been taken. */
    boolean finReceived() {
        return finReceived;
    }

    /** Whether the user has closed the socket. */
    boolean isClosed() {
        return closed;
    }

    /** Whether nobody has accepted the connection, or SYNs have crossed, so that it may be half-open. */
    boolean isUnaccepted() {
        return (passive && !accepted) || state.equals("3");
    }

    /** Whether that was so before the last step. */
    boolean wasInFlight() {
        return next > acknowledged;
    }

    /** Whether the other side has had a window that is less than the usual segment. */
    boolean isSmallWindow() {
        return moments.stream()
                .anyMatch(m -> m.segment().window() > 0 && m.segment().window() < 1460);
    }

    /** Whether data, a FIN, or a SYN waits for its acknowledgment. */
    boolean isInFlight() {
        return wasInFlight()
                || (stack.toString().matches(DATA) && kernel.toString().matches(DATA));
    }

    /** Whether what is in flight before the last step is acknowledged, or is by it. */
    boolean isAllAcknowledged() {
        return next == acknowledged || segment.acknowledged() == next;
    }

    /** Whether a FIN, a reset, or an ICMP error has arrived on this connection or one before. */
    boolean hasEnded() {
        return moments.stream()
                        .anyMatch(m -> m.segment().has('F') || m.segment().has('R'))
                || hasStep("< icmp .*");
    }

    /** Whether a segment that acknowledged nothing new had a smaller window than one before it. */
    boolean hasShrunk() {
        int largest = -1;
        for (Moment m : moments) {
            if (m.segment().window() < largest && m.segment().acknowledged() <= m.acknowledged()) {
                return true;
            }
            largest = Math.max(largest, m.segment().window());
        }
        return false;
    }

    /** Whether an earlier step, or this one, is {@code pattern}. */
    boolean hasStep(String pattern) {
        return steps.stream().anyMatch(s -> s.lines().get(0).matches(pattern));
    }

    /** Whether time passed in which a timer may have expired. */
    boolean waited() {
        return steps.stream().anyMatch(s -> s.waitNs() > 0);
    }

    /** How many segments were injected whose sequence number or acknowledgment asks for an answer and for nothing else. */
    long challenges() {
        return moments.stream().filter(Moment::isStale).count();
    }

    boolean kernelResets() {
        return kernel.stream().anyMatch(e -> e.startsWith("> R"));
    }

    boolean stackResets() {
        return stack.stream().anyMatch(e -> e.startsWith("> R"));
    }

    boolean kernelIsSilent() {
        return isSilent(kernel);
    }

    boolean stackIsSilent() {
        return isSilent(stack);
    }

    private static boolean isSilent(List<String> effects) {
        return effects.stream().noneMatch(e -> e.startsWith(">"));
    }

    /** Whether one of the two sends one more segment without text that acknowledges, and they agree in all else. */
    boolean differsByOneAcknowledgment() {
        return isWithoutAcknowledgment(stack, kernel) || isWithoutAcknowledgment(kernel, stack);
    }

    private static boolean isWithoutAcknowledgment(List<String> less, List<String> more) {
        List<String> rest = new ArrayList<>(more);
        rest.removeIf(e -> e.matches("> (F?\\. (\\d+):\\2|S\\. 0:0)\\(0\\).*"));
        return rest.size() == more.size() - 1 && rest.equals(less);
    }

    /** Whether the two agree but for segments, in what calls return and in the state. */
    boolean agreesButForSegments() {
        return withoutSegments(stack).equals(withoutSegments(kernel));
    }

    private static List<String> withoutSegments(List<String> effects) {
        return effects.stream().filter(e -> !e.startsWith(">")).toList();
    }

    /** Whether the two differ in nothing but how much data which segment has. */
    boolean sameButForLengths() {
        return same(LENGTHS) || withoutData(stack).equals(withoutData(kernel));
    }

    private static List<String> withoutData(List<String> effects) {
        return effects.stream()
                .filter(e -> !e.matches("> F?\\.U? \\d+:\\d+\\([1-9]\\d*\\).*"))
                .map(e -> LENGTHS.matcher(e).replaceAll("> ."))
                .filter(e -> !e.startsWith("> . ack"))
                .toList();
    }

    /** Whether the two differ in nothing but the sequence numbers of segments without data. */
    boolean sameButForSequence() {
        return same(EMPTY);
    }

    boolean sameButForSack() {
        return same(SACK);
    }

    boolean sameButForEcho() {
        return same(ECHO) || same(SACK, ECHO);
    }

    private boolean same(Pattern... without) {
        String ofStack = stack.toString();
        String ofKernel = kernel.toString();
        for (Pattern each : without) {
            ofStack = each.matcher(ofStack).replaceAll("");
            ofKernel = each.matcher(ofKernel).replaceAll("");
        }
        return ofStack.equals(ofKernel);
    }

    /** The larger of the two timestamps that are echoed; -1 if there is none. */
    long echoed() {
        Matcher m = ECHO.matcher(stack + " " + kernel);
        long largest = -1;
        while (m.find()) {
            largest = Math.max(largest, Long.parseLong(m.group().substring(4)));
        }
        return largest;
    }
}
