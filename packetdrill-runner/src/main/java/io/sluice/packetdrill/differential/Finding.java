package io.sluice.packetdrill.differential;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A script in which the stack and the kernel differ, as short as it could be made; the difference is in its last step.
 */
public final class Finding {
    private static final Pattern NUMBER = Pattern.compile("\\d+");
    private static final long NS_PER_SECOND = 1_000_000_000L;

    private final int number;
    private final Setting setting;
    private final List<Step> steps;
    private final Transcript stack;
    private final Transcript kernel;

    Finding(int number, Setting setting, List<Step> steps, Transcript stack, Transcript kernel) {
        this.number = number;
        this.setting = setting;
        this.steps = List.copyOf(steps);
        this.stack = stack;
        this.kernel = kernel;
    }

    /** Which script of the run it came from. */
    int number() {
        return number;
    }

    Setting setting() {
        return setting;
    }

    List<Step> steps() {
        return steps;
    }

    /** How many steps the script has. */
    public int length() {
        return steps.size();
    }

    /** What the stack did. */
    Transcript stack() {
        return stack;
    }

    /** What the kernel did. */
    Transcript kernel() {
        return kernel;
    }

    /** What is different, without the numbers: alike for what has one cause, mostly. */
    public String signature() {
        int last = steps.size() - 1;
        String step = steps.get(last).lines().get(0).replaceFirst("<[^<]*$", "");
        return general(
                        steps.get(last).isPacket()
                                ? steps.get(last).lines().get(0).substring(0, 5)
                                : step) + " | stack " + general(lines(stack, last)) + " | kernel "
                + general(lines(kernel, last));
    }

    private static String lines(Transcript transcript, int step) {
        return step < transcript.effects().size()
                ? transcript.effects().get(step).toString()
                : "nothing";
    }

    private static String general(String text) {
        return text.startsWith("[poll = ") ? text : NUMBER.matcher(text).replaceAll("N");
    }

    /** The script, with what came of each step, and of the last step in each of the two. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        long waitNs = 0;
        for (int i = 0; i < steps.size(); i++) {
            for (String line : steps.get(i).lines()) {
                text.append(String.format(Locale.ROOT, "+%.3f ", (double) waitNs / NS_PER_SECOND))
                        .append(line.replace(" = -12345", ""))
                        .append('\n');
                waitNs = 0;
            }
            waitNs = steps.get(i).waitNs();
            boolean differs = i == steps.size() - 1;
            if (differs && waitNs > 0) {
                text.append("... ").append(waitNs / 1_000_000).append(" ms\n");
            }
            text.append(differs ? "  stack:  " : "          ")
                    .append(lines(stack, i))
                    .append('\n');
            if (differs) {
                text.append("  kernel: ").append(lines(kernel, i)).append('\n');
            }
        }
        return text.toString();
    }
}
