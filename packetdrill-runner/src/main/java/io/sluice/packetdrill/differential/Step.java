package io.sluice.packetdrill.differential;

import java.util.List;

/**
 * One thing that a script does: a packet or a call, or calls that belong together.
 *
 * @param lines each as in a script, without a time, and without a meaningful result
 * @param waitNs how much time passes after it
 */
record Step(List<String> lines, long waitNs) {
    Step {
        lines = List.copyOf(lines);
    }

    static Step of(String line) {
        return new Step(List.of(line), 0);
    }

    Step waiting(long newWaitNs) {
        return new Step(lines, newWaitNs);
    }

    /** Whether it injects a packet. */
    boolean isPacket() {
        return lines.get(0).startsWith("<");
    }
}
