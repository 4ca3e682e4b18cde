package io.sluice.packetdrill.differential;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The ICMP errors that came: what they were about. */
final class IcmpErrors {
    private static final Pattern QUOTED = Pattern.compile(".*\\[(\\d+):.*");

    private IcmpErrors() {}

    /** Whether an ICMP error came before the last step while the connection was being opened. */
    static boolean cameWhileConnecting(Circumstance c) {
        for (int i = Math.max(1, c.start()); i < c.before.size(); i++) {
            boolean opening = c.before.get(i - 1).contains("state 2")
                    || c.before.get(i - 1).contains("state 3");
            if (opening && c.steps.get(i).lines().get(0).startsWith("< icmp unreachable ")) {
                return true;
            }
        }
        return false;
    }

    /** Whether an acknowledgment has come after the last ICMP error. */
    static boolean areBeforeAcknowledgment(Circumstance c) {
        int last = c.steps.size() - 1;
        while (last > c.start() && !c.steps.get(last).lines().get(0).startsWith("< icmp ")) {
            last--;
        }
        int error = last;
        return c.ofConnection().anyMatch(m -> m.index() > error && c.isTaken(m) && m.isPlausible());
    }

    /** Whether an ICMP error before the last step, or in it, was about what is in flight; {@code type} is a pattern. */
    static boolean areInFlight(Circumstance c, String type) {
        for (int i = c.start(); i < c.steps.size(); i++) {
            Matcher quoted = QUOTED.matcher(c.steps.get(i).lines().get(0));
            if (c.steps.get(i).lines().get(0).matches("< icmp (unreachable )?" + type + " .*") && quoted.matches()) {
                long number = Long.parseLong(quoted.group(1));
                if (number < c.next() && number >= Math.min(c.acknowledged(), unacknowledgedAt(c, i))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static long unacknowledgedAt(Circumstance c, int index) {
        return c.moments.stream()
                .filter(m -> m.index() < index)
                .reduce((first, second) -> second)
                .map(Moment::acknowledged)
                .orElse(0L);
    }
}
