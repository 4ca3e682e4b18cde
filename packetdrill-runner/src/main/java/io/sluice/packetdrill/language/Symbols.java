package io.sluice.packetdrill.language;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the names in scripts mean on one kernel: {@code SOL_SOCKET} is 1 on Linux and 65535 on FreeBSD. The parser does
 * not ask here; whoever runs a script does. Immutable.
 */
public final class Symbols {
    private final String kernel;
    private final Map<String, Long> values;
    private final Map<Integer, String> errnoNames;

    private Symbols(String kernel, String constants, String errnos) {
        this.kernel = kernel;
        Map<String, Long> all = new LinkedHashMap<>();
        add(all, SharedSymbols.CONSTANTS);
        add(all, constants);
        Map<String, Long> numbers = new LinkedHashMap<>();
        add(numbers, SharedSymbols.ERRNOS);
        add(numbers, errnos);
        Map<Integer, String> names = new HashMap<>();
        numbers.forEach((name, value) -> names.putIfAbsent(value.intValue(), name));
        all.putAll(numbers);
        values = Map.copyOf(all);
        errnoNames = Map.copyOf(names);
    }

    private static void add(Map<String, Long> values, String table) {
        for (String entry : table.strip().split("\\s+", -1)) {
            int equals = entry.indexOf('=');
            values.put(entry.substring(0, equals), Long.decode(entry.substring(equals + 1)));
        }
    }

    /** The symbols of Linux, x86-64 and arm64. */
    public static Symbols linux() {
        return new Symbols("Linux", LinuxSymbols.CONSTANTS, LinuxSymbols.ERRNOS);
    }

    /** The symbols of FreeBSD. */
    public static Symbols freeBsd() {
        return new Symbols("FreeBSD", FreeBsdSymbols.CONSTANTS, FreeBsdSymbols.ERRNOS);
    }

    /** The value of {@code name}, errnos included; empty if the kernel has no such symbol. */
    public OptionalLong value(String name) {
        Long value = values.get(name);
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }

    /** The usual name of {@code errno}, which is positive; {@code EAGAIN} rather than {@code EWOULDBLOCK}. */
    public Optional<String> errnoName(int errno) {
        return Optional.ofNullable(errnoNames.get(errno));
    }

    @Override
    public String toString() {
        return kernel;
    }
}
