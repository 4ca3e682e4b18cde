package io.sluice.packetdrill.differential;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A segment that a script injects.
 *
 * @param flags as scripts write them
 * @param start its sequence number, counted from the SYN
 * @param length octets of text
 * @param acknowledged what it acknowledges, or -1
 * @param window the window field
 * @param tsVal its timestamp, or -1
 * @param shift of the window scale option, or -1
 * @param urgent the urgent pointer, or -1
 */
record Injected(
        String flags, long start, int length, long acknowledged, int window, long tsVal, int shift, int urgent) {
    private static final Pattern SEGMENT =
            Pattern.compile("< ([FSRPEWAU.-]+) (\\d+):\\d+\\((\\d+)\\)(?: ack (\\d+))?(?: win (\\d+))?.*");
    private static final Pattern SCALE = Pattern.compile("wscale (\\d+)");
    private static final Pattern URGENT = Pattern.compile(" urg (\\d+)");
    private static final Pattern TIMESTAMP = Pattern.compile("TS val (\\d+)");

    /** RFC 7323 §2.3. */
    private static final int MAX_SHIFT = 14;

    /** No segment. */
    static final Injected NONE = new Injected("", -1, -1, -1, -1, -1, -1, -1);

    static @Nullable Injected parse(String line) {
        Matcher m = SEGMENT.matcher(line);
        if (!m.matches()) {
            return null;
        }
        Matcher scale = SCALE.matcher(line);
        Matcher timestamp = TIMESTAMP.matcher(line);
        Matcher urgent = URGENT.matcher(line);
        return new Injected(
                m.group(1),
                Long.parseLong(m.group(2)),
                Integer.parseInt(m.group(3)),
                m.group(4) == null ? -1 : Long.parseLong(m.group(4)),
                m.group(5) == null ? -1 : Integer.parseInt(m.group(5)),
                timestamp.find() ? Long.parseLong(timestamp.group(1)) : -1,
                scale.find() ? Math.min(MAX_SHIFT, Integer.parseInt(scale.group(1))) : -1,
                urgent.find() ? Integer.parseInt(urgent.group(1)) : -1);
    }

    /** The same at another sequence number. */
    Injected startingAt(long number) {
        return new Injected(flags, number, length, acknowledged, window, tsVal, shift, urgent);
    }

    /** Whether a limit of RFC 5961 §7 is for it, if nothing of it is acceptable: text, or a FIN, is always answered. */
    boolean isLimited() {
        return (length == 0 && !has('F')) || has('S') || has('R') || !has('.');
    }

    /** Whether it acknowledges and does nothing else. */
    boolean isOnlyAcknowledgment() {
        return flags.equals(".") && length == 0;
    }

    boolean has(char flag) {
        return flags.indexOf(flag) >= 0;
    }

    /** The sequence number behind it; a SYN and a FIN take one. */
    long after() {
        return end() + (has('S') ? 1 : 0) + (has('F') ? 1 : 0);
    }

    /** The sequence number behind its text. */
    long end() {
        return start + length;
    }
}
