package io.sluice.packetdrill.differential;

import java.util.List;

/** What calls return once the connection is over, where the stack and the kernel differ. */
final class AfterTheEnd {
    private AfterTheEnd() {}

    /** Whether shutdown succeeds in the stack, and in the kernel finds no connection. */
    static boolean explainsShutdown(Circumstance c) {
        return c.answers.stack.equals(List.of("shutdown = 0", "state 7"))
                && c.answers.kernel.equals(List.of("shutdown = -1 ENOTCONN", "state 7"));
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
}
