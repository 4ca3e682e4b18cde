package io.sluice.packetdrill.language;

import java.util.Map;
import java.util.OptionalInt;

/**
 * The numbers of the ICMP types and codes that scripts name (RFC 792, RFC 1812 §5.2.7.1, RFC 4443). {@code type_N} and
 * {@code code_N} stand for any number.
 */
public final class IcmpNames {
    private static final Map<String, Integer> TYPES_IPV4 = Map.ofEntries(
            Map.entry("echo_reply", 0),
            Map.entry("unreachable", 3),
            Map.entry("source_quench", 4),
            Map.entry("redirect", 5),
            Map.entry("echo_request", 8),
            Map.entry("time_exceeded", 11),
            Map.entry("parameter_problem", 12),
            Map.entry("timestamp_request", 13),
            Map.entry("timestamp_reply", 14),
            Map.entry("information_request", 15),
            Map.entry("information_reply", 16),
            Map.entry("address_mask_request", 17),
            Map.entry("address_mask_reply", 18));

    private static final Map<String, Integer> TYPES_IPV6 = Map.of(
            "unreachable", 1,
            "packet_too_big", 2,
            "time_exceeded", 3,
            "parameter_problem", 4,
            "echo_request", 128,
            "echo_reply", 129);

    private static final Map<String, Integer> CODES_IPV4 = Map.ofEntries(
            Map.entry("unreachable net_unreachable", 0),
            Map.entry("unreachable host_unreachable", 1),
            Map.entry("unreachable protocol_unreachable", 2),
            Map.entry("unreachable port_unreachable", 3),
            Map.entry("unreachable frag_needed", 4),
            Map.entry("unreachable source_route_failed", 5),
            Map.entry("unreachable net_unknown", 6),
            Map.entry("unreachable host_unknown", 7),
            Map.entry("unreachable source_host_isolated", 8),
            Map.entry("unreachable net_prohibited", 9),
            Map.entry("unreachable host_prohibited", 10),
            Map.entry("unreachable net_unreachable_for_tos", 11),
            Map.entry("unreachable host_unreachable_for_tos", 12),
            Map.entry("unreachable packet_filtered", 13),
            Map.entry("unreachable precedence_violation", 14),
            Map.entry("unreachable precedence_cutoff", 15),
            Map.entry("time_exceeded ttl_exceeded_in_transit", 0),
            Map.entry("time_exceeded fragment_reassembly_time_exceeded", 1));

    private static final Map<String, Integer> CODES_IPV6 = Map.ofEntries(
            Map.entry("unreachable net_unreachable", 0),
            Map.entry("unreachable no_route", 0),
            Map.entry("unreachable admin_prohibited", 1),
            Map.entry("unreachable not_neighbour", 2),
            Map.entry("unreachable address_unreachable", 3),
            Map.entry("unreachable port_unreachable", 4),
            Map.entry("time_exceeded exceeded_hop_limit", 0),
            Map.entry("time_exceeded exceeded_frag_time", 1),
            Map.entry("parameter_problem header_field", 0),
            Map.entry("parameter_problem unknown_next_header", 1),
            Map.entry("parameter_problem unknown_option", 2));

    private IcmpNames() {}

    /** The number of the type called {@code name}; empty if that IP version has none. */
    public static OptionalInt type(boolean ipv6, String name) {
        return lookUp(ipv6 ? TYPES_IPV6 : TYPES_IPV4, name, numbered(name, "type_"));
    }

    /** The number of the code called {@code name} of the type called {@code type}; empty if there is none. */
    public static OptionalInt code(boolean ipv6, String type, String name) {
        return lookUp(ipv6 ? CODES_IPV6 : CODES_IPV4, type + ' ' + name, numbered(name, "code_"));
    }

    private static OptionalInt lookUp(Map<String, Integer> table, String key, OptionalInt numbered) {
        Integer number = table.get(key);
        return number == null ? numbered : OptionalInt.of(number);
    }

    private static OptionalInt numbered(String name, String prefix) {
        if (!name.matches(prefix + "[0-9]{1,3}")) {
            return OptionalInt.empty();
        }
        int number = Integer.parseInt(name.substring(prefix.length()));
        return number <= 255 ? OptionalInt.of(number) : OptionalInt.empty();
    }
}
