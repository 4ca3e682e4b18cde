package io.sluice.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which package belongs to which module, and who may import whom: ARCHITECTURE §2 as data. */
final class Layers {
    static final String ROOT = "io.sluice";

    /** The packages of stack-core, lowest first; a package imports only from those before it. */
    static final List<String> CORE =
            List.of("wire", "time", "event", "link", "buffer", "cc", "tcp", "ip", "icmp", "udp", "host", "api");

    /** The packages of stack-cc, lowest first; a package imports only from those before it. */
    static final List<String> STACKS = List.of("cubic", "dctcp", "rack", "bbr");

    private static final Set<String> ADAPTERS = Set.of("posix", "tun", "netty", "sim");

    /** What each other package may import besides the core and itself. */
    static final Map<String, Set<String>> ARROWS = Map.of(
            "posix", Set.of(),
            "tun", Set.of(),
            "netty", Set.of(),
            "sim", Set.of(),
            "tls", Set.of("netty"),
            "packetdrill", ADAPTERS,
            "examples", Set.of("posix", "tun", "netty", "sim", "tls"),
            "cli", Set.of("posix", "tun", "netty", "sim", "tls", "packetdrill", "examples"));

    /** Adapters know stacks by name only. */
    private static final Set<String> MAY_IMPORT_STACKS = Set.of("sim", "packetdrill", "examples", "cli");

    private Layers() {}

    static boolean isKnown(String layer) {
        return CORE.contains(layer) || STACKS.contains(layer) || ARROWS.containsKey(layer);
    }

    /** Whether a package must be without I/O, clocks, threads and randomness of its own. */
    static boolean isPure(String layer) {
        return CORE.contains(layer) || STACKS.contains(layer);
    }

    /** The package under {@code io.sluice} that {@code type} is in, or "" if it is not one of ours. */
    static String of(JavaClass type) {
        String name = type.getPackageName();
        if (!name.startsWith(ROOT + ".")) {
            return "";
        }
        int start = ROOT.length() + 1;
        int end = name.indexOf('.', start);
        return end < 0 ? name.substring(start) : name.substring(start, end);
    }

    static boolean mayImport(String from, String to) {
        if (to.isEmpty() || from.equals(to)) {
            return true;
        }
        if (CORE.contains(from)) {
            return CORE.contains(to) && CORE.indexOf(to) < CORE.indexOf(from);
        }
        if (STACKS.contains(from)) {
            return CORE.contains(to) || (STACKS.contains(to) && STACKS.indexOf(to) < STACKS.indexOf(from));
        }
        if (STACKS.contains(to)) {
            return MAY_IMPORT_STACKS.contains(from);
        }
        return CORE.contains(to) || ARROWS.getOrDefault(from, Set.of()).contains(to);
    }
}
