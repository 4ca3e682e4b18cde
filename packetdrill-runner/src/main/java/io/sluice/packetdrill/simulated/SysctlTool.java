package io.sluice.packetdrill.simulated;

import io.sluice.cc.NewReno;
import io.sluice.packetdrill.command.Tool;
import io.sluice.packetdrill.run.LinuxDefaults;
import io.sluice.tcp.Knob;
import io.sluice.tcp.Knobs;
import io.sluice.tcp.TcpLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * {@code sysctl name=value...} and {@code sysctl [-n] name...}, and Google's {@code set_sysctls.py path=value...}: names of both
 * kernels, to knobs of the stack. A name that is not known fails, and so does a value that the stack cannot do.
 */
final class SysctlTool implements Tool {
    private static final String PROC = "/proc/sys/";

    /** Names of Linux that are spelt differently from the knob's, or set several. */
    private static final String RECEIVE_MEMORY = "net.ipv4.tcp_rmem";

    private static final String SEND_MEMORY = "net.ipv4.tcp_wmem";

    private final Knobs knobs;
    private final Sysctls freeBsd;
    private final FastOpenSysctls fastOpen;

    SysctlTool(TcpLayer tcp) {
        this.knobs = tcp.knobs();
        this.freeBsd = new Sysctls(knobs);
        this.fastOpen = new FastOpenSysctls(tcp);
    }

    @Override
    public Outcome run(List<String> words, List<String> input) {
        List<String> lines = new ArrayList<>();
        for (String word : words.subList(1, words.size())) {
            int equals = word.indexOf('=');
            String problem = null;
            if (word.startsWith("-")) {
                continue;
            } else if (equals < 0) {
                problem = read(dotted(word), words.contains("-n"), lines);
            } else {
                problem = set(dotted(word.substring(0, equals)), word.substring(equals + 1));
            }
            if (problem != null) {
                return Outcome.failed(word + ": " + problem);
            }
        }
        return Outcome.of(lines);
    }

    /** Adds what {@code sysctl name} writes, or says why there is nothing to write. */
    private @Nullable String read(String name, boolean bare, List<String> lines) {
        OptionalLong value = freeBsd.get(name);
        if (value.isEmpty()) {
            return IgnoredSysctl.named(name).isPresent() ? "has no value to read here" : "unknown, or no number";
        }
        String separator = name.startsWith("net.inet") || name.startsWith("kern.ipc") ? ": " : " = ";
        lines.add(bare ? String.valueOf(value.getAsLong()) : name + separator + value.getAsLong());
        return null;
    }

    /** What {@code common/defaults.sh} does. */
    Outcome setDefaults() {
        for (Map.Entry<String, String> entry : LinuxDefaults.values().entrySet()) {
            String problem = set(entry.getKey(), entry.getValue());
            if (problem != null) {
                return Outcome.failed(entry.getKey() + ": " + problem);
            }
        }
        return Outcome.done();
    }

    /** {@code net/ipv4/x} and {@code /proc/sys/net/ipv4/x} are {@code net.ipv4.x}, too. */
    static String dotted(String name) {
        return (name.startsWith(PROC) ? name.substring(PROC.length()) : name).replace('/', '.');
    }

    private @Nullable String set(String name, String value) {
        if (name.equals(RECEIVE_MEMORY)) {
            return setBuffer(value, Knob.RECEIVE_BUFFER, Knob.RECEIVE_BUFFER_MAX, Knob.MAX_SOCKET_BUFFER);
        }
        if (name.equals(SEND_MEMORY)) {
            return setBuffer(value, Knob.SEND_BUFFER, Knob.SEND_BUFFER_MAX);
        }
        if (Knobs.namesCongestionControl(name)) {
            return knobs.congestionControl(value.equals("reno") ? NewReno.NAME : value)
                    ? null
                    : "there is no such congestion control";
        }
        Optional<IgnoredSysctl> known = IgnoredSysctl.named(name);
        if (known.isPresent() && !known.get().isKnob()) {
            return known.get().accepts(value) ? null : "the stack cannot do that yet";
        }
        try {
            return fastOpen.knows(name)
                    ? fastOpen.set(name, value)
                    : freeBsd.set(name, Long.decode(value)).orElse(null);
        } catch (IllegalArgumentException e) {
            return problem(e);
        }
    }

    /** The least, the default and the largest size of a buffer. */
    private @Nullable String setBuffer(String value, Knob usual, Knob... largest) {
        String[] sizes = value.strip().split("\\s+", -1);
        if (sizes.length != 3) {
            return "three sizes were expected";
        }
        try {
            knobs.set(usual, Long.parseLong(sizes[1]));
            for (Knob knob : largest) {
                knobs.set(knob, Long.parseLong(sizes[2]));
            }
            return null;
        } catch (IllegalArgumentException e) {
            return problem(e);
        }
    }

    private static String problem(IllegalArgumentException e) {
        return e instanceof NumberFormatException ? "a number was expected" : String.valueOf(e.getMessage());
    }
}
