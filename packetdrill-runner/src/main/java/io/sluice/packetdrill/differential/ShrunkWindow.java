package io.sluice.packetdrill.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where the other side has taken back window that was used: segments without text have SND.NXT, or what is still inside the window. */
final class ShrunkWindow {
    private static final Pattern EMPTY = Pattern.compile("(\\d+):\\1\\(0\\)");
    private static final Pattern EMPTY_URGENT = Pattern.compile("(?<=> R?\\.)U(?=  ack)");
    private static final Pattern POINTER = Pattern.compile("(?<=>( R?\\.)  ack \\d{1,10}) urg \\d+");
    private static final Pattern ACKNOWLEDGMENT = Pattern.compile("(> \\. )(\\d+):\\2(\\(0\\).*)");

    private ShrunkWindow() {}

    /**
     * Whether the two differ in nothing but the sequence numbers of segments without data: the stack's is SND.NXT, the
     * kernel's the end of the window that it goes by.
     */
    static boolean explains(Circumstance c) {
        boolean same = c.hasSentUrgent() ? c.answers.same(EMPTY, EMPTY_URGENT, POINTER) : c.answers.same(EMPTY);
        List<SentSegments.Segment> byStack = c.answers.stackSent.all();
        List<SentSegments.Segment> byKernel = c.answers.kernelSent.all();
        if (!c.isInFlight() || !same || byStack.size() != byKernel.size()) {
            return false;
        }
        long afterStep = c.answers.stackSent.next(c.next());
        for (int i = 0; i < byStack.size(); i++) {
            long ofStack = byStack.get(i).start();
            long ofKernel = byKernel.get(i).start();
            if (ofStack != ofKernel && (ofStack != afterStep || !c.windows.isAcceptable(ofKernel, ofStack))) {
                return false;
            }
        }
        return true;
    }

    /** The same difference as if the kernel's acknowledgments had SND.NXT; empty if they do. */
    static Optional<Finding> without(Finding finding, Circumstance c) {
        List<String> renumbered = c.answers.kernel.stream()
                .map(effect -> {
                    Matcher m = ACKNOWLEDGMENT.matcher(effect);
                    return m.matches()
                                    && c.wasInFlight()
                                    && c.windows.isAcceptable(Long.parseLong(m.group(2)), c.next())
                            ? m.group(1) + c.next() + ":" + c.next() + m.group(3)
                            : effect;
                })
                .toList();
        if (renumbered.equals(c.answers.kernel)) {
            return Optional.empty();
        }
        List<List<String>> kernel = new ArrayList<>(c.before);
        kernel.add(renumbered);
        return Optional.of(new Finding(
                finding.number(), finding.setting(), finding.steps(), finding.stack(), new Transcript(kernel)));
    }
}
