package io.sluice.packetdrill.language;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The names defined for a script with {@code -D NAME} or {@code -D NAME=VALUE} on the command line, or with
 * {@code --define=NAME=VALUE} in its header. A value replaces the name wherever the script has it as a word; a quoted
 * value stands for a string, one in backquotes for a command. Names also decide {@code #ifdef}. Immutable.
 */
public final class Definitions {
    private static final Definitions NONE = new Definitions(Map.of());

    private final Map<String, String> values;

    private Definitions(Map<String, String> values) {
        this.values = values;
    }

    /** No definitions. */
    public static Definitions none() {
        return NONE;
    }

    /** These definitions and {@code definition}, which is {@code NAME} or {@code NAME=VALUE}; the later one wins. */
    public Definitions with(String definition) {
        int equals = definition.indexOf('=');
        return equals < 0
                ? with(definition, "")
                : with(definition.substring(0, equals), definition.substring(equals + 1));
    }

    /** These definitions and {@code name}, which stands for {@code value}; the later one wins. */
    public Definitions with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(values);
        more.put(name, value);
        return new Definitions(Map.copyOf(more));
    }

    /** Whether {@code #ifdef name} holds. */
    public boolean isDefined(String name) {
        return values.containsKey(name);
    }

    /** What {@code name} stands for; empty if it is not defined or defined without a value. */
    Optional<String> value(String name) {
        String value = values.get(name);
        return value == null || value.isEmpty() ? Optional.empty() : Optional.of(value);
    }

    boolean isEmpty() {
        return values.isEmpty();
    }

    @Override
    public String toString() {
        return "Definitions" + values;
    }
}
