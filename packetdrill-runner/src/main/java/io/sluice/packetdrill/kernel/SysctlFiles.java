package io.sluice.packetdrill.kernel;

import io.sluice.packetdrill.command.Tool;
import io.sluice.packetdrill.run.LinuxDefaults;
import io.sluice.tun.namespace.NetworkNamespace;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * {@code sysctl} and {@code set_sysctls.py}: {@code /proc/sys/net} of the namespace, and nothing beside it. What the kernel
 * keeps there ends with the namespace.
 *
 * <p>A congestion control that is not for all in the initial namespace cannot be made a namespace's default; then every
 * socket is told of it instead, which has the same effect.
 */
final class SysctlFiles implements Tool {
    private static final Pattern ALLOWED = Pattern.compile("net\\.(ipv4|ipv6|core)\\.[a-zA-Z0-9_.]+");
    private static final String CONGESTION_CONTROL = "net.ipv4.tcp_congestion_control";

    private final NetworkNamespace namespace;
    private String congestionControl = "reno";

    SysctlFiles(NetworkNamespace namespace) {
        this.namespace = namespace;
    }

    /** What every socket is to be told. */
    String congestionControl() {
        return congestionControl;
    }

    /** What this kernel does not have any more is left out. */
    Outcome setDefaults() {
        for (Map.Entry<String, String> entry : LinuxDefaults.values().entrySet()) {
            set(entry.getKey(), entry.getValue());
        }
        return Outcome.done();
    }

    @Override
    public Outcome run(List<String> words, List<String> input) {
        boolean lenient = false;
        for (String word : words.subList(1, words.size())) {
            int equals = word.indexOf('=');
            if (word.startsWith("-")) {
                lenient |= word.equals("-e");
            } else if (equals < 0) {
                return Outcome.failed("only name=value is supported");
            } else {
                String name = word.substring(0, equals)
                        .replaceFirst("^/proc/sys/", "")
                        .replace('/', '.');
                Outcome outcome = set(name, word.substring(equals + 1));
                if (outcome.problem() != null && !lenient) {
                    return outcome;
                }
            }
        }
        return Outcome.done();
    }

    Outcome set(String name, String value) {
        if (!ALLOWED.matcher(name).matches()) {
            return Outcome.failed("only net.ipv4, net.ipv6 and net.core may be set");
        }
        if (name.equals(CONGESTION_CONTROL)) {
            congestionControl = value;
            return Outcome.done();
        }
        try {
            namespace.sysctl(name, value);
            return Outcome.done();
        } catch (IOException e) {
            return Outcome.failed(name + ": " + e.getMessage());
        }
    }
}
