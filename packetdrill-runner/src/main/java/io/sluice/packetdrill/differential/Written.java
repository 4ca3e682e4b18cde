package io.sluice.packetdrill.differential;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the user has given to a connection to send. */
final class Written {
    private static final Pattern SENT = Pattern.compile("send = (\\d+)");
    private static final String URGENT = "send\\(.*MSG_OOB.*";

    private Written() {}

    /** How many octets, those of the last step included. */
    static long octets(Circumstance c) {
        return octets(c, c.start());
    }

    /** How many octets since a step. */
    static long octets(Circumstance c, int start) {
        return Stream.concat(c.before.stream().skip(start), Stream.of(c.answers.kernel))
                .mapToLong(Written::octets)
                .sum();
    }

    private static long octets(List<String> effects) {
        return effects.stream()
                .map(SENT::matcher)
                .filter(Matcher::matches)
                .mapToLong(m -> Long.parseLong(m.group(1)))
                .sum();
    }

    /**
     * The sequence number behind the urgent data that was written last (RFC 9293 §3.8.5); -1 if none was.
     *
     * @param effects what came of the steps but the last
     * @param start the step in which the connection began
     */
    static long urgentMark(List<Step> steps, List<List<String>> effects, int start) {
        long written = 0;
        long mark = -1;
        for (int i = start; i < effects.size(); i++) {
            long octets = octets(effects.get(i));
            written += octets;
            mark = octets > 0 && steps.get(i).lines().get(0).matches(URGENT) ? 1 + written : mark;
        }
        return mark;
    }
}
