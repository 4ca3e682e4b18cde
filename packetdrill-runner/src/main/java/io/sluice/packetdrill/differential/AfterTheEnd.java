package io.sluice.packetdrill.differential;

import java.util.List;
import java.util.Objects;

/** What calls return once FINs were exchanged and the connection is over, where the stack and the kernel differ. */
final class AfterTheEnd {
    private AfterTheEnd() {}

    /**
     * A difference.
     *
     * @param call its name
     * @param stack what the stack returns
     * @param kernel what the kernel returns
     * @param reset whether it takes a reset
     */
    private record Pair(String call, String stack, String kernel, boolean reset) {}

    private static final List<Pair> PAIRS = List.of(new Pair("shutdown", "0", "-1 ENOTCONN", false));

    /** Whether the difference is one of these, and there is no other. */
    static boolean explains(Circumstance c) {
        String call = c.step.replaceFirst("\\(.*", "");
        return PAIRS.stream()
                .filter(pair -> pair.call.equals(call) && (!pair.reset || c.isReset()))
                .anyMatch(pair -> Objects.equals(c.answers.stack, answers(pair.call, pair.stack))
                        && Objects.equals(c.answers.kernel, answers(pair.call, pair.kernel)));
    }

    /** Whether a connection that is over may or may not be opened again, as either has it; the stack tells of a pending error. */
    static boolean explainsReuse(Circumstance c) {
        String stack = c.answers.stack.get(0);
        String kernel = c.answers.kernel.get(0);
        boolean rest = c.answers
                .stack
                .subList(1, c.answers.stack.size())
                .equals(c.answers.kernel.subList(1, c.answers.kernel.size()));
        boolean connect = stack.matches("connect = -1 (ECONNABORTED|ECONNRESET|EPIPE|EISCONN)")
                && kernel.matches("connect = -1 (EISCONN|EINVAL)")
                && !stack.equals(kernel);
        return rest && (connect || (stack.equals("listen = -1 EINVAL") && kernel.equals("listen = 0")));
    }

    private static List<String> answers(String call, String result) {
        return List.of(call + " = " + result, "state 7");
    }
}
