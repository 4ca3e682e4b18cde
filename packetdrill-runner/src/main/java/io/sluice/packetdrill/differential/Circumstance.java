package io.sluice.packetdrill.differential;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A difference, and what had happened to the connection before: what {@link Deviation}s look at. Everything here is worked out
 * from the script and from what both had answered alike up to the last step.
 */
final class Circumstance {
    private static final Pattern STATE = Pattern.compile("state (\\d+)");
    private static final long USUAL_WINDOW = 64_000;

    static final int USUAL_SEGMENT = 1460;

    /** The least retransmission timeout under Linux's profile. */
    static final long LEAST_TIMEOUT_NS = 200_000_000;

    private static final Pattern CALL = Pattern.compile("[a-z]+\\((\\d+),.*");
    private static final Pattern SENT = Pattern.compile("> (\\S+) (\\d+):(\\d+)\\((\\d+)\\)(?: ack (\\d+))?.*");
    private static final Pattern CLOSED = Pattern.compile("close = 0");

    /** The last step, in which the two differ. */
    final String step;

    private final Injected segment;

    /** Every segment that was injected, the last step's among them, and what the connection looked like then. */
    final List<Moment> moments = new ArrayList<>();

    /** What the two have answered to it. */
    final Answers answers;

    /** The windows that were told of until then, that of the last step among them. */
    final ToldWindows windows;

    /** The state before, as the kernel numbers it (10 is that of the listener, as long as nothing is accepted). */
    final String state;

    /** All states until then. */
    final Set<String> states = new HashSet<>();

    final List<Step> steps;

    /** How the two were compared. */
    final Setting setting;

    /** What came of every step but the last, in both. */
    final List<List<String>> before;

    /** RCV.NXT, or what the other side was acknowledged last, which is the same unless acknowledgments may wait; and that. */
    private long received;

    private long told;

    private long acknowledged;
    private long next;

    /** Where the connection stood before each step, the last one included. */
    private final List<Standing> standings = new ArrayList<>();

    /** Whether that, or the other side's, was so on a connection before. */
    private boolean finExchanged;

    /** Whether the FIN of the stack has been sent. */
    private boolean finSent;

    /** Whether what was acknowledged last includes the FIN. */
    private boolean finReceived;

    private boolean closed;

    private boolean passive;

    /**
     * The initial sequence number of the other side that the stack has acknowledged first: in a SYN scripts count from 0, in every other
     * segment from this.
     */
    private long initial;

    private boolean confirmed;

    /** What acknowledges the SYN of the connection. */
    private long afterSyn;

    /** The step in which the connection began, and where all did. */
    private int start;

    private final List<Integer> starts = new ArrayList<>();

    /**
     * Where a connection stands.
     *
     * @param text the number behind the text that has come
     * @param acknowledged SND.UNA
     * @param next SND.NXT
     * @param ended whether the FIN of the other side has been taken
     */
    record Standing(long text, long acknowledged, long next, boolean ended) {
        boolean isInFlight() {
            return next > acknowledged;
        }
    }

    Circumstance(Finding finding) {
        steps = finding.steps();
        setting = finding.setting();
        int last = steps.size() - 1;
        step = steps.get(last).lines().get(0);
        before = finding.kernel().effects().subList(0, last);
        String former = "";
        for (int i = 0; i <= last; i++) {
            Injected injected = injected(i);
            standings.add(new Standing(received - (finReceived ? 1 : 0), acknowledged, next, finReceived));
            if (injected != null) {
                moments.add(new Moment(i, injected, received, told, acknowledged, next, finReceived, former));
            }
            if (i < last) {
                former = learn(i, injected, finding.kernel().effects().get(i));
            }
        }
        segment = moments.isEmpty() || moments.get(moments.size() - 1).index() < last
                ? Injected.NONE
                : moments.get(moments.size() - 1).segment();
        state = former;
        windows = new ToldWindows(
                ofConnection().toList(), ofConnection().filter(this::isTaken).toList());
        answers = new Answers(
                finding.stack().effects().get(last),
                finding.kernel().effects().get(last),
                new Answers.Position(received, acknowledged, next, initial, Written.urgentMark(steps, before, start)));
    }

    /** What a step injects, all of its numbers counted from the initial ones; null if it does not. */
    private @Nullable Injected injected(int index) {
        Injected injected = Injected.parse(steps.get(index).lines().get(0));
        if (injected == null || !injected.has('S')) {
            return injected;
        }
        initial = confirmed ? initial : injected.start();
        return injected.startingAt(fromInitial(injected.start()));
    }

    /** Sequence numbers are compared modulo 2^32. */
    private long fromInitial(long number) {
        return (int) (number - initial);
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
            closed |= CLOSED.matcher(effect).matches();
        }
        if (injected != null && injected.has('.') && isTaken(moments.get(moments.size() - 1))) {
            boolean plausible = injected.acknowledged() <= next;
            acknowledged = plausible ? Math.max(acknowledged, injected.acknowledged()) : acknowledged;
        }
        received = setting.delaysAcks() ? inOrder() : received;
        finReceived |= moments.stream().anyMatch(this::isFinThatWasTaken);
        states.add(after);
        return after;
    }

    /** RCV.NXT after all that has been injected; nothing is in order behind the other side's FIN. */
    long inOrder() {
        List<Injected> left = new ArrayList<>(ofConnection()
                .filter(m -> m.received() > 0 && isTaken(m) && m.isPlausible())
                .map(Moment::segment)
                .filter(s -> !s.has('S'))
                .toList());
        long end = received;
        boolean ended = finReceived;
        for (int i = 0; i < left.size() && !ended; i++) {
            if (left.get(i).start() <= end && left.get(i).after() > end) {
                Injected next = left.remove(i);
                end = next.after();
                ended = next.has('F');
                i = -1;
            }
        }
        return end;
    }

    private void learnSent(Matcher sent) {
        long takes = sent.group(1).matches(".*[SF].*") ? 1 : 0;
        next = Math.max(next, Long.parseLong(sent.group(3)) + takes);
        finSent |= sent.group(1).contains("F");
        if (sent.group(5) != null) {
            long number = Long.parseLong(sent.group(5));
            afterSyn = sent.group(1).contains("S") ? fromInitial(number) : afterSyn;
            told = Math.max(told, sent.group(1).contains("S") ? afterSyn : number);
            received = Math.max(received, told);
            confirmed = true;
        }
    }

    private boolean isFinThatWasTaken(Moment m) {
        return m.index() >= start
                && m.segment().has('F')
                && m.segment().has('.')
                && !m.segment().has('S') // challenged, whatever else it says (RFC 5961 §4.2)
                && !m.segment().has('R')
                && m.segment().end() >= m.received() // where text has come it is none
                && m.segment().end() + 1 == received;
    }

    /** A SYN-ACK for a SYN, or a SYN, starts a connection. */
    private void beginIfNew(int index, @Nullable Injected injected, String flags) {
        boolean answer = flags.equals("S.")
                && states.stream().noneMatch("2"::equals)
                && injected != null
                && injected.has('S')
                && !injected.has('.')
                && !isSynReceived();
        if (answer || flags.equals("S")) {
            start = index;
            starts.add(index);
            confirmed &= !steps.get(index).lines().get(0).startsWith("connect(");
            passive = answer;
            received = 0;
            told = 0;
            acknowledged = 0;
            next = 0;
            finExchanged |= finReceived || finSent;
            finReceived = false;
            finSent = false;
            closed = false;
        }
    }

    /** Whether a SYN has been answered, nothing acknowledges that, and nothing has reset it. */
    private boolean isSynReceived() {
        return isHalfOpen()
                && received == afterSyn
                && ofConnection().noneMatch(m -> m.segment().has('R') && isInWindow(m.segment(), m.received()));
    }

    /** Whether a segment is a SYN whose options count: one that comes before another was acknowledged. */
    boolean isOpening(Moment m) {
        return m.segment().has('S') && (m.received() == 0 || m.index() == start);
    }

    /** The last step as a segment, {@link Injected#NONE} if it is none. */
    Injected segment() {
        return segment;
    }

    long received() {
        return received;
    }

    /** What the other side was acknowledged last. */
    long told() {
        return told;
    }

    long next() {
        return next;
    }

    /** Whether the FIN of the other side has been taken. */
    boolean finReceived() {
        return finReceived;
    }

    /** Whether a FIN has been taken or sent, on this connection or one of the same addresses before. */
    boolean isFinExchanged() {
        return finExchanged || finReceived || finSent;
    }

    /** What was injected on this connection, the last step's segment among them. */
    Stream<Moment> ofConnection() {
        return moments.stream().filter(m -> m.index() >= start);
    }

    long acknowledged() {
        return acknowledged;
    }

    /** The step in which the connection began. */
    int start() {
        return start;
    }

    /** The step in which the connection of {@link #descriptor} began: not one that nobody has accepted, if there is another. */
    int startOfDescriptor() {
        int accepted = steps.size();
        for (int i = 0; i < before.size(); i++) {
            accepted = before.get(i).contains("accept = as written") ? i : accepted;
        }
        int last = accepted;
        return starts.stream().filter(i -> i <= last).reduce(start, (former, later) -> later);
    }

    /** The step in which another one began; behind the last if none did. */
    int endOfDescriptor() {
        int first = startOfDescriptor();
        return starts.stream().filter(i -> i > first).findFirst().orElse(steps.size());
    }

    /** Where the connection stood before a step. */
    Standing before(int index) {
        return standings.get(index);
    }

    /** The descriptor of the connection. */
    int descriptor() {
        return passive ? 4 : 3;
    }

    /** Whether the last step is a call that is about another descriptor, and the state that it tells is that of another socket. */
    boolean isCallElsewhere() {
        Matcher call = CALL.matcher(step);
        return call.matches() && Integer.parseInt(call.group(1)) != descriptor();
    }

    /** Whether nothing that the stack has sent was acknowledged, its SYN included. */
    boolean isHalfOpen() {
        return passive && acknowledged == 0;
    }

    /** Whether the user has closed the socket. */
    boolean isClosed() {
        return closed;
    }

    /** Whether it is the stack that opened it. */
    boolean isActive() {
        return !passive;
    }

    /** Whether that was so before the last step. */
    boolean wasInFlight() {
        return next > acknowledged;
    }

    /** Whether data, a FIN, or a SYN waits for its acknowledgment. */
    boolean isInFlight() {
        return wasInFlight()
                || (!answers.stackSent.fresh(next).isEmpty()
                        && !answers.kernelSent.fresh(next).isEmpty());
    }

    /** Whether what is in flight before the last step is acknowledged, or is by it. */
    boolean isAllAcknowledged() {
        return next == acknowledged || segment.acknowledged() == next;
    }

    /** Whether the last segment acknowledges a part of what was in flight. */
    boolean isPartlyAcknowledged() {
        return segment.acknowledged() > acknowledged && segment.acknowledged() < next;
    }

    /** Whether text came after, and beyond, a FIN that was ahead of the stream and is where the kernel says the stream ends. */
    boolean hasTextBehindFin() {
        return ofConnection()
                .filter(f -> f.segment().has('F') && f.segment().after() == answers.kernelSent.acknowledged(-1))
                .anyMatch(f -> ofConnection()
                        .anyMatch(t -> t.index() > f.index()
                                && t.segment().length() > 0
                                && t.segment().end() >= f.segment().after()
                                && t.received() < f.segment().after()));
    }

    /** Whether an earlier step, or this one, is {@code pattern}. */
    boolean hasStep(String pattern) {
        return steps.stream().anyMatch(s -> s.lines().get(0).matches(pattern));
    }

    /** Whether the user has sent urgent data. */
    boolean hasSentUrgent() {
        return hasStep("send\\(.*MSG_OOB.*");
    }

    /** Whether the stack sends nothing that is beyond all windows that it was told of. */
    boolean isStackInWindow() {
        return windows.allow(answers.stackSent, next);
    }

    /** Whether the last step's timestamps, as both echo them, are ones that came. */
    boolean isEchoOfWhatCame() {
        return answers.echoes()
                .allMatch(echo -> ofConnection().anyMatch(m -> m.segment().tsVal() == echo));
    }

    /** Whether time passed in which a timer may have expired. */
    boolean waited() {
        return steps.stream().anyMatch(s -> s.waitNs() > 0);
    }

    /** Whether time passes in the last step. */
    boolean waits() {
        return steps.get(steps.size() - 1).waitNs() > 0;
    }

    /**
     * Whether the last segment is one that is answered only so often, and one before it was answered: the connection's
     * allowance may be used up.
     */
    boolean isPastTheLimit() {
        return segment.length() >= 0 && moments.get(moments.size() - 1).isChallenge() && challenges() > 0;
    }

    /** Whether the last segment is one that is challenged, and a SYN has had its SYN-ACK repeated since a reset. */
    boolean isAfterSynAckAgain() {
        int answered = 0;
        for (int i = 0; i < before.size(); i++) {
            answered += before.get(i).stream().anyMatch(e -> e.startsWith("> S. ")) ? 1 : 0;
            int step = i;
            boolean reset = moments.stream()
                    .anyMatch(m -> m.index() == step && m.segment().has('R') && isInWindow(m.segment(), m.received()));
            answered = reset ? 0 : answered;
        }
        return answered > 1
                && segment.length() >= 0
                && moments.get(moments.size() - 1).isChallenge();
    }

    /** How many such segments were answered before; what opens a connection is none. */
    private long challenges() {
        int last = steps.size() - 1;
        return ofConnection()
                .filter(m -> m.index() < last && m.isChallenge() && !isOpening(m))
                .filter(m -> new SentSegments(before.get(m.index()))
                        .all().stream().anyMatch(SentSegments.Segment::isAcknowledgment))
                .count();
    }

    /** Whether the last segment begins in a window that the stack surely has. */
    boolean isInWindow() {
        return segment.start() >= received && isInWindow(segment, received);
    }

    /**
     * Whether what a segment acknowledges counts: not if its timestamp is old (RFC 7323 §5.3), and a SYN or a reset is looked at
     * otherwise once there is a connection.
     */
    boolean isTaken(Moment m) {
        Injected injected = m.segment();
        boolean accepted = (isOpening(m) || isInWindow(injected, m.told())) && !isTimestampOld(m);
        return accepted && !injected.has('R') && (!injected.has('S') || isOpening(m));
    }

    /** Whether the timestamp of a segment is older than one that came before (RFC 7323 §5.3). */
    boolean isTimestampOld(Moment m) {
        long value = m.segment().tsVal();
        return value >= 0
                && hasTimestamps()
                && ofConnection()
                        .filter(e -> e.index() < m.index() && e.segment().tsVal() >= 0)
                        .anyMatch(e -> (int) (value - e.segment().tsVal()) < 0);
    }

    /** Whether the kernel's new data fills the window, and the stack's ends less than a segment before. */
    boolean isFillingWindow() {
        long further = answers.kernelSent.next(next) - answers.stackSent.next(next);
        return windows.isEdge(answers.kernelSent.next(next)) && further > 0 && further < USUAL_SEGMENT;
    }

    /** Whether a segment reaches into such a window, or ends where it begins (RFC 9293 §3.10.7.4, first). */
    static boolean isInWindow(Injected injected, long next) {
        return injected.after() >= next && injected.start() < next + USUAL_WINDOW;
    }

    /** Whether urgent data has come. */
    boolean hasUrgentArrived() {
        return moments.stream().anyMatch(m -> m.segment().has('U'));
    }

    /** Whether timestamps are agreed: what the stack has sent has them, and not only the SYN that asks for them. */
    boolean hasTimestamps() {
        return before.stream()
                .skip(start)
                .flatMap(List::stream)
                .anyMatch(e -> e.contains("TS val") && !e.startsWith("> S "));
    }
}
