package io.sluice.packetdrill.differential;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What reading leads to on a connection to which urgent data has come (RFC 9293 §3.8.5): worked out, from what both of the two
 * had answered alike, by the rules of one of them. Positions are counted from the SYN.
 */
abstract class UrgentReader {
    static final long NONE = -1;

    /** POLLIN and POLLPRI. */
    static final int READABLE = 1;

    static final int URGENT = 2;

    private static final int BITS = READABLE | URGENT;

    /** Of what is no answer of {@code poll}. */
    private static final int NOT_POLLED = 1 << 30;

    private static final Pattern RECEIVE = Pattern.compile("recv\\((\\d+), \\.\\.\\., (\\d+), ([A-Z_0]+)\\).*");
    private static final Pattern IN_LINE =
            Pattern.compile("setsockopt\\((\\d+), SOL_SOCKET, SO_OOBINLINE, \\[(\\d)\\].*");
    private static final Pattern POLLED = Pattern.compile("poll = \\d \\[(\\d+)\\]");

    /** What is read next, and where text ends that is here. */
    long next = 1;

    long end = 1;

    /** The octet at the mark, or {@link #NONE}. */
    long mark = NONE;

    /** Whether it stays in the stream. */
    boolean inLine;

    /** Whether the stream has ended. */
    boolean ended;

    /** Whether the connection is over, or in TIME-WAIT. */
    boolean over;

    /** A segment is looked at, before its text is. */
    abstract void onSegment(Injected segment);

    /** The text that is here has become more. */
    abstract void onText();

    /** How many octets {@code recv} gets. */
    abstract int read(int most, boolean peek);

    /** What {@code recv} with MSG_OOB tells. */
    abstract String readApart(boolean peek);

    /** What SIOCINQ tells. */
    abstract long queued();

    /** What {@code poll} tells of {@link #READABLE} and {@link #URGENT}. */
    abstract int events();

    /** Whether the two differ in the last step, a call, as their rules for urgent data have them differ, and in nothing else. */
    static boolean explains(Circumstance c) {
        UrgentReader stack = new UrgentReaderOfStack();
        UrgentReader kernel = new UrgentReaderOfKernel();
        return c.hasUrgentArrived()
                && c.segment().length() < 0
                && !c.answers.stack.isEmpty()
                && !c.answers.kernel.isEmpty()
                && stack.follows(c)
                && kernel.follows(c)
                && c.answers
                        .stack
                        .subList(1, c.answers.stack.size())
                        .equals(c.answers.kernel.subList(1, c.answers.kernel.size()))
                && stack.answers(c, c.answers.stack.get(0))
                && kernel.answers(c, c.answers.kernel.get(0))
                && differAlike(c);
    }

    /** Whether closing, which resets for one of the two, is all that differs. */
    static boolean explainsClose(Circumstance c) {
        UrgentReader stack = new UrgentReaderOfStack();
        UrgentReader kernel = new UrgentReaderOfKernel();
        return c.hasUrgentArrived()
                && c.step.startsWith("close(")
                && stack.follows(c)
                && kernel.follows(c)
                && endsOnce(c, c.answers.stackSent)
                && endsOnce(c, c.answers.kernelSent)
                && c.answers.stackResets() == stack.end > stack.next
                && c.answers.kernelResets() == kernel.end > kernel.next
                && c.answers.agreesButForSegments();
    }

    /** Whether there is no more than a FIN, or a reset, but for what a timeout has repeated after the FIN. */
    private static boolean endsOnce(Circumstance c, SentSegments sent) {
        return sent.all().size() <= 1
                || (c.waits()
                        && sent.all().get(0).has('F')
                        && sent.all().stream()
                                .skip(1)
                                .allMatch(s -> s.isOfStream() && s.start() == c.acknowledged() && s.end() <= c.next()));
    }

    /** Of {@code poll}, whether all other events are the same. */
    private static boolean differAlike(Circumstance c) {
        return !c.step.startsWith("poll(")
                || ((events(c.answers.stack.get(0)) ^ events(c.answers.kernel.get(0))) & ~BITS) == 0;
    }

    private static int events(String effect) {
        Matcher m = POLLED.matcher(effect);
        return m.matches() ? Integer.parseInt(m.group(1)) : NOT_POLLED;
    }

    /** Goes through all steps but the last; whether the rules lead to what was answered. */
    private boolean follows(Circumstance c) {
        boolean same = true;
        for (int i = 0; i < c.before.size(); i++) {
            option(c, i);
            if (i >= c.startOfDescriptor() && i < c.endOfDescriptor()) {
                arrive(c, i);
            }
            same &= i < c.startOfDescriptor() || call(c, i);
        }
        return same;
    }

    private void option(Circumstance c, int index) {
        Matcher m = IN_LINE.matcher(line(c, index));
        boolean heard =
                m.matches() && (index < c.startOfDescriptor() || Integer.parseInt(m.group(1)) == c.descriptor());
        inLine = heard ? m.group(2).equals("1") : inLine;
    }

    private void arrive(Circumstance c, int index) {
        c.moments.stream()
                .filter(m -> m.index() == index && c.isTaken(m) && m.isPlausible())
                .forEach(m -> onSegment(m.segment()));
        long text = c.before(index + 1).text();
        if (text > end) {
            end = text;
            onText();
        }
        ended = c.before(index + 1).ended();
        over |= c.before.get(index).contains("state 7"); // what another socket's call tells is the state of that
    }

    /** Makes a call; whether it led to what was answered. */
    private boolean call(Circumstance c, int index) {
        Matcher m = RECEIVE.matcher(line(c, index));
        return !m.matches()
                || Integer.parseInt(m.group(1)) != c.descriptor()
                || receive(m).equals(c.before.get(index).get(0));
    }

    private String receive(Matcher call) {
        boolean peek = call.group(3).equals("MSG_PEEK");
        if (call.group(3).equals("MSG_OOB")) {
            return readApart(peek);
        }
        int n = read(Integer.parseInt(call.group(2)), peek);
        return n > 0 || ended ? "recv = " + n : "recv = -1 EAGAIN";
    }

    /** Whether {@code effect} is what the last step leads to. */
    private boolean answers(Circumstance c, String effect) {
        Matcher m = RECEIVE.matcher(c.step);
        if (m.matches()) {
            return Integer.parseInt(m.group(1)) == c.descriptor() && receive(m).equals(effect);
        }
        if (c.step.contains("SIOCINQ")) {
            return effect.equals(queued() == 0 ? "ioctl = as written" : "ioctl = [" + queued() + "]");
        }
        return c.step.startsWith("poll(") && (events(effect) & (BITS | NOT_POLLED)) == events();
    }

    private static String line(Circumstance c, int index) {
        return c.steps.get(index).lines().get(0);
    }
}
