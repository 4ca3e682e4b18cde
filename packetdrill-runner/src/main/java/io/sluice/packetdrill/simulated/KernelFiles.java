package io.sluice.packetdrill.simulated;

import io.sluice.cc.CongestionSettings.InitialSlowStart;
import io.sluice.tcp.Knob;
import io.sluice.tcp.Knobs;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The files outside of {@code /proc/sys} through which scripts set up Linux. */
final class KernelFiles {
    /** 0 none, 3 both of the ways in which CUBIC finds the end of slow start; the stack has both or none. */
    private static final String HYSTART = "/sys/module/tcp_cubic/parameters/hystart_detect";

    private static final List<String> BOTH = List.of("3");
    private static final List<String> NONE = List.of("0");

    private final Knobs knobs;

    KernelFiles(Knobs knobs) {
        this.knobs = knobs;
    }

    /** Writes a file; null, or why not. */
    @Nullable String write(String file, List<String> lines) {
        if (!file.equals(HYSTART) || !(lines.equals(BOTH) || lines.equals(NONE))) {
            return "cannot write that to " + file;
        }
        InitialSlowStart wanted = lines.equals(BOTH) ? InitialSlowStart.HYSTART : InitialSlowStart.STANDARD;
        knobs.set(Knob.INITIAL_SLOW_START, List.of(InitialSlowStart.values()).indexOf(wanted));
        return null;
    }
}
