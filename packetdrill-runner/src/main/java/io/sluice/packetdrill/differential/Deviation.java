package io.sluice.packetdrill.differential;

import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the Linux kernel does differently on purpose, or by the way it is built, and the stack does not imitate even under
 * Linux's profile. A difference that is none of these is a mistake of one of the two.
 */
public enum Deviation {
    SYN_IN_SYN_RECEIVED(
            "A SYN inside the window of a half-open connection: the kernel resets it, the stack sends a challenge ACK"
                    + " (RFC 5961 §4.2), which somebody who only guesses cannot use.",
            d -> d.step.matches("< S.*") && d.kernel.matches(".*> R.*") && d.stack.matches(".*> \\. .*ack .*")),
    ACK_BEFORE_SEQUENCE(
            "A segment of a half-open connection with a wrong acknowledgment and a sequence number outside the window: the"
                    + " kernel looks at the acknowledgment first and resets, the stack goes by RFC 9293 §3.10.7.4, first step.",
            d -> d.state.contains("10") && d.kernel.matches(".*> R \\d+.*") && d.stack.matches(".*> \\. .*")),
    DATA_AFTER_FIN(
            "Data beyond a FIN, in CLOSE-WAIT: the kernel resets, the stack ignores the text (RFC 9293 §3.10.7.4, seventh"
                    + " step).",
            d -> d.step.startsWith("<") && d.kernel.contains("> R ") && !d.stack.contains("> ")),
    SEVERAL_FINS(
            "FINs at different places, which no TCP sends: the kernel takes the first, or one after the other.",
            d -> d.step.startsWith("<") && d.script.split("< FP?\\.", -1).length > 2),
    DATA_AFTER_CLOSE(
            "A segment ahead of something missing, for a socket that its user has closed and whose FIN is acknowledged: the"
                    + " kernel resets at once, the stack when it would have to take the text.",
            d -> d.step.startsWith("<") && d.kernel.contains("> R ") && d.stack.matches("\\[> F?\\. .*")),
    SACK_OF_WHAT_IS_DROPPED(
            "What is reported as a duplicate: the kernel also reports old FINs and segments that fail PAWS, the stack data"
                    + " that it has taken (RFC 2883 §4); and the kernel forgets what it would have reported when it takes a FIN.",
            d -> d.sameWithout(Difference.SACK)),
    TIMESTAMP_TO_ECHO(
            "TS.Recent: the kernel takes it from some segments whose acknowledgment it then ignores, and not from others; the"
                    + " stack from those that are acceptable and whose acknowledgment is plausible (RFC 7323 §4.3).",
            d -> d.sameWithout(Difference.ECHO) || d.sameWithout(Difference.SACK, Difference.ECHO)),
    OLD_ACKNOWLEDGMENTS(
            "Pure acknowledgments that fail PAWS or are old: the kernel drops some in silence, the stack answers"
                    + " (RFC 7323 §5.3, RFC 5961 §5.2) within the same limits.",
            d -> d.step.matches("< [^SFR]*\\(0\\).*") && (d.kernelIsSilent() || d.stackIsSilent())),
    TIME_WAIT_LIMITS(
            "Segments in TIME-WAIT and after it: the kernel answers at most twice a second, the stack always; a reset outside"
                    + " the window is answered by the kernel only.",
            d -> d.step.startsWith("<")
                    && (d.state.isEmpty() || d.state.contains("7"))
                    && (d.kernelIsSilent() || d.stackIsSilent())),
    CHALLENGE_LIMITS(
            "How many challenges are sent in a while: both limit them, not by the same clock.",
            d -> d.step.startsWith("<") && (d.kernelIsSilent() || d.stackIsSilent()) && d.isChallenged()),
    SYN_AGAIN_AFTER_A_WRONG_ACKNOWLEDGMENT(
            "In SYN-SENT, an acknowledgment of something else: both reset it; the kernel also repeats its SYN at once, since"
                    + " the peer may have remembered an older connection.",
            d -> d.step.startsWith("<") && d.state.equals("2") && d.kernel.matches(".*> R .*> S .*")),
    WINDOW_IN_OCTETS(
            "How much is sent where the congestion window, Nagle's algorithm or silly window avoidance decide: the kernel"
                    + " counts segments and may wait for more to put into a super-segment, the stack counts octets"
                    + " (RFC 5681) and obeys RFC 9293 §3.8.6.2.1.",
            d -> d.sameWithout(Difference.LENGTHS) || d.oneSendsMore()),
    RETRANSMISSION(
            "What is repeated together: the kernel joins small segments and counts its window in segments.",
            d -> d.waited && d.sameWithout(Difference.LENGTHS)),
    URGENT_MARK(
            "Urgent data: the kernel counts readable octets up to the urgent mark, takes the octet out of line for unread,"
                    + " and sends without Nagle's algorithm until it is acknowledged.",
            d -> d.script.contains("U.") || d.script.contains("MSG_OOB")),
    ICMP_REVERTS_BACK_OFF(
            "An ICMP error for what was retransmitted takes the back-off back in the kernel (RFC 6069, experimental).",
            d -> d.script.contains("< icmp") && d.waited),
    PATH_MTU(
            "A smaller path MTU: the kernel repeats what is larger than it, the stack all that is in flight.",
            d -> d.step.contains("frag_needed")),
    RESET_AFTER_FIN(
            "A reset one before the window after a FIN, or behind a reported block: the kernel takes it, as some peers send"
                    + " that; the stack only the exact one (RFC 5961 §3.2).",
            d -> d.step.matches("< F?S?R.*")),
    ERROR_AFTER_RESET(
            "What calls say after a reset: in CLOSE-WAIT the kernel makes it EPIPE and goes on to say that the stream has"
                    + " ended, and a socket in TIME-WAIT is not connected; the stack says ECONNRESET and 0.",
            d -> !d.step.startsWith("<") && (d.state.contains("7") || d.kernel.contains("state 7"))),
    SOFT_ERRORS(
            "SO_ERROR of an established connection: the kernel also tells of ICMP errors that change nothing, the stack tells of"
                    + " them in TcpInfo (RFC 9293 §3.9.2.2).",
            d -> d.step.contains("SO_ERROR") && d.script.contains("< icmp"));

    private final String explanation;

    @SuppressWarnings("ImmutableEnumChecker") // the tests keep nothing
    private final Predicate<Difference> test;

    Deviation(String explanation, Predicate<Difference> test) {
        this.explanation = explanation;
        this.test = test;
    }

    /** What is different, and why. */
    public String explanation() {
        return explanation;
    }

    /** The one that explains {@code finding}. */
    static Optional<Deviation> of(Finding finding) {
        Difference difference = new Difference(finding);
        for (Deviation each : values()) {
            if (each.test.test(difference)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    /** The last step of a finding, as the tests look at it. */
    private static final class Difference {
        static final Pattern SACK = Pattern.compile(",nop,nop,sack [^>,]*|,nop,nop,sack [^>]*| <nop,nop,sack [^>]*>");
        static final Pattern ECHO = Pattern.compile("ecr \\d+");
        static final Pattern LENGTHS = Pattern.compile("F?[.U]+ \\d+:\\d+\\(\\d+\\)");

        final String step;
        final String stack;
        final String kernel;

        /** The state before, as the kernel numbers it; empty if the socket is closed. */
        final String state;

        final String script;
        final boolean waited;

        Difference(Finding finding) {
            int last = finding.steps().size() - 1;
            step = finding.steps().get(last).lines().get(0);
            stack = finding.stack().effects().get(last).toString();
            kernel = finding.kernel().effects().get(last).toString();
            String before =
                    last == 0 ? "" : finding.kernel().effects().get(last - 1).toString();
            Matcher m = Pattern.compile("state (\\d+)\\]").matcher(before);
            state = m.find() ? m.group(1) : "";
            script = finding.steps().toString();
            waited = finding.steps().stream().anyMatch(s -> s.waitNs() > 0);
        }

        boolean sameWithout(Pattern... what) {
            String ofStack = stack;
            String ofKernel = kernel;
            for (Pattern each : what) {
                ofStack = each.matcher(ofStack).replaceAll("");
                ofKernel = each.matcher(ofKernel).replaceAll("");
            }
            return ofStack.equals(ofKernel);
        }

        /** Whether the step is one that asks for a challenge: a SYN, no ACK, or an ACK of what was never sent. */
        boolean isChallenged() {
            if (step.matches("< (S|SF|S\\.|SF\\.|P|F|-) .*")) {
                return true;
            }
            Matcher acked = Pattern.compile(" ack (\\d+)").matcher(step);
            Matcher next = Pattern.compile("> \\. (\\d+):").matcher(stack + kernel);
            return acked.find() && next.find() && Long.parseLong(acked.group(1)) > Long.parseLong(next.group(1));
        }

        boolean kernelIsSilent() {
            return !kernel.contains("> ") && stack.contains("> ");
        }

        boolean stackIsSilent() {
            return !stack.contains("> ") && kernel.contains("> ");
        }

        boolean oneSendsMore() {
            Pattern data = Pattern.compile("> F?\\.U? \\d+:\\d+\\(\\d+\\) ack \\d+( urg \\d+)?( <[^>]*>)?(, )?");
            boolean sends = !step.startsWith("<") || script.contains("send(");
            return sends && without(data, stack).equals(without(data, kernel));
        }

        private static String without(Pattern what, String text) {
            return what.matcher(text).replaceAll("").replace(", ]", "]");
        }
    }
}
