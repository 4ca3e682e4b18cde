package io.sluice.packetdrill.language;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A UDP option of a script (RFC 9868): {@code mds 1472}, {@code time 7 0}, {@code exp 0xabcd 1 2}. A surplus area is a list of
 * them behind the length of the payload: {@code udp (5) <mds 1472, eol, zeros 3>}.
 *
 * @param position where its name is
 * @param name as {@link #ARGUMENTS} has it
 * @param values the numbers behind the name, 0 to 2^32 - 1; {@link #ANY} where the script has {@code ...}
 */
public record UdpOption(SourcePosition position, String name, List<Long> values) {
    /** A value that the script leaves open. */
    public static final long ANY = -1;

    /** Any number of octets. */
    private static final int OCTETS = Integer.MAX_VALUE;

    /**
     * Names, and how many values there are at most. Beside the options: {@code apc} without a value is right for the payload,
     * {@code res} without one, in a datagram to the stack, answers the last {@code req} that came from it;
     * {@code frag} takes start, identification, offset and for the last fragment the start of options; {@code ocs} comes first
     * and replaces the right checksum; {@code zeros} are so many zero octets behind {@code eol}, {@code data} the octets of
     * a fragment, of which only the length is said; {@code kind} is an option by its number, with the octets of its value.
     */
    private static final Map<String, Integer> ARGUMENTS = Map.ofEntries(
            Map.entry("ocs", 1),
            Map.entry("eol", 0),
            Map.entry("nop", 0),
            Map.entry("apc", 1),
            Map.entry("frag", 4),
            Map.entry("mds", 1),
            Map.entry("mrds", 2),
            Map.entry("req", 1),
            Map.entry("res", 1),
            Map.entry("time", 2),
            Map.entry("exp", OCTETS),
            Map.entry("uexp", OCTETS),
            Map.entry("kind", OCTETS),
            Map.entry("zeros", 1),
            Map.entry("data", 1));

    /** How many values an option of this name may have; empty if there is none of that name. */
    static OptionalInt maxValues(String name) {
        Integer max = ARGUMENTS.get(name);
        return max == null ? OptionalInt.empty() : OptionalInt.of(max);
    }

    /** How many it has to have. */
    static int minValues(String name) {
        return switch (name) {
            case "eol", "nop", "apc", "res" -> 0;
            case "frag" -> 3;
            case "mrds", "time" -> 2;
            default -> 1;
        };
    }

    @Override
    public String toString() {
        StringBuilder s = new StringBuilder(name);
        for (long value : values) {
            s.append(' ').append(value == ANY ? "..." : Long.toString(value));
        }
        return s.toString();
    }
}
