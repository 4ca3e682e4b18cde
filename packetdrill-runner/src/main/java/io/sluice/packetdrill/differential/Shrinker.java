package io.sluice.packetdrill.differential;

import io.sluice.packetdrill.run.RunFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes a script shorter and simpler as long as the stack and the kernel still differ in its last step. */
final class Shrinker {
    private static final Pattern OPTIONS = Pattern.compile(" <[^<>]*>$");
    private static final int MOST_ATTEMPTS = 250;

    private final Subjects subjects;
    private int attempts;

    Shrinker(Subjects subjects) {
        this.subjects = subjects;
    }

    /** A script that shows a difference, and what both made of it. */
    Finding shrink(Finding found) throws RunFailure {
        Finding smallest = found;
        boolean progress = true;
        while (progress && attempts < MOST_ATTEMPTS) {
            progress = false;
            for (int i = smallest.steps().size() - 2; i >= 0; i--) {
                Finding smaller = attempt(smallest, without(smallest, i));
                progress |= smaller != null;
                smallest = smaller == null ? smallest : smaller;
            }
            for (int i = smallest.steps().size() - 1;
                    i >= 0 && i < smallest.steps().size() && !dependsOnTimes(smallest);
                    i--) {
                for (Step simpler : simpler(smallest.steps().get(i))) {
                    List<Step> steps = new ArrayList<>(smallest.steps());
                    steps.set(i, simpler);
                    Finding smaller = attempt(smallest, steps);
                    if (smaller != null) {
                        progress = true;
                        smallest = smaller;
                        break;
                    }
                }
            }
        }
        return smallest;
    }

    private static boolean dependsOnTimes(Finding finding) {
        return finding.setting().topic().dependsOnTimes();
    }

    /** Without a step; where it matters, the others come when they came. */
    private static List<Step> without(Finding finding, int i) {
        List<Step> fewer = new ArrayList<>(finding.steps());
        long waitNs = fewer.remove(i).waitNs();
        if (i > 0 && dependsOnTimes(finding)) {
            fewer.set(i - 1, fewer.get(i - 1).waiting(fewer.get(i - 1).waitNs() + waitNs));
        }
        return fewer;
    }

    private static List<Step> simpler(Step step) {
        List<Step> simpler = new ArrayList<>();
        if (step.waitNs() > 0) {
            simpler.add(step.waiting(0));
        }
        if (step.isPacket() && OPTIONS.matcher(step.lines().get(0)).find()) {
            String plain = OPTIONS.matcher(step.lines().get(0)).replaceFirst("");
            simpler.add(new Step(List.of(plain), step.waitNs()));
        }
        return simpler;
    }

    /** The finding that {@code steps} are, or null if they are none. */
    private @Nullable Finding attempt(Finding former, List<Step> steps) throws RunFailure {
        if (attempts++ >= MOST_ATTEMPTS) {
            return null;
        }
        Finding finding = Differential.compare(former.number(), steps, subjects);
        return finding != null
                        && finding.signature().equals(former.signature())
                        && Differential.isConfirmed(finding, subjects)
                ? finding
                : null;
    }
}
