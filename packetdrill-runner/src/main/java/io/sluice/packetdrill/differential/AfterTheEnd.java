package io.sluice.packetdrill.differential;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** What calls return once the connection is over, where the stack and the kernel differ. */
final class AfterTheEnd {
    private static final String OVER = "state 7";

    /** The SYN, and the two numbers that the kernel leaves out before another SYN of the socket. */
    private static final int SKIPPED = 3;

    private AfterTheEnd() {}

    /** Whether nothing waits for an acknowledgment in the stack, and in the kernel what did when the connection ended. */
    static boolean explainsQueue(Circumstance c) {
        OptionalInt end = IntStream.range(c.startOfDescriptor() + 1, Math.min(c.endOfDescriptor(), c.before.size()))
                .filter(i -> c.before.get(i).contains(OVER))
                .findFirst();
        if (end.isEmpty() || !c.answers.stack.equals(List.of("ioctl = as written", OVER))) {
            return false;
        }
        if (wasGivenUp(c, end.getAsInt())) {
            return c.answers.kernel.equals(List.of("ioctl = [" + SKIPPED + "]", OVER));
        }
        boolean shut = c.before.stream().skip(c.startOfDescriptor()).anyMatch(e -> e.contains("shutdown = 0"));
        long written = 1
                + Written.octets(c, c.startOfDescriptor())
                + (shut ? 1 : 0); // the number behind the last octet, and the FIN
        long unacknowledged = written - c.before(end.getAsInt() + 1).acknowledged();
        return unacknowledged > 0 && c.answers.kernel.equals(List.of("ioctl = [" + unacknowledged + "]", OVER));
    }

    /** Whether a step was a shutdown while the SYN was on its way. */
    private static boolean wasGivenUp(Circumstance c, int index) {
        return c.before.get(index).contains("shutdown = 0")
                && c.before.get(index - 1).contains("state 2")
                && c.before(index).acknowledged() == 0;
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
