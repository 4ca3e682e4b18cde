package io.sluice.sim;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How much of what a seed may do it has done, by name: {@code REGIONS} that were sent, their {@code REGION_OCTETS}, and {@code
 * LATE_READS} of them; of mixed seeds {@code MD5_CONNECTIONS} accepted with a signature of MD5; {@code
 * STACK_SWAPS} of open connections, those of them that came in a state or while a loss was repaired ({@code SWAPS_IN_...}), and
 * those of connections with AccECN ({@code SWAPS_WITH_ACCECN}); {@code CONGESTION_CONTROL_SWAPS}, be it for the one that it has;
 * {@code KEY_CHANGES}: TCP-AO keys that both sides have given up for the next one; {@code SURE_DATAGRAMS} that had to arrive,
 * since nothing was lost on their wires, and did; {@code MARKED} packets; {@code SENT_FOR_...} segments that were sent again for
 * that cause.
 */
final class MixTally {
    private final SortedMap<String, Long> counts = new TreeMap<>();

    /** One more of {@code what}, or several. */
    void add(String what, long more) {
        counts.merge(what, more, Long::sum);
    }

    /** All of another one. */
    void addAll(MixTally other) {
        other.counts.forEach(this::add);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<String, Long> e : counts.entrySet()) {
            text.append(text.length() == 0 ? "" : " ")
                    .append(e.getKey())
                    .append('=')
                    .append(e.getValue());
        }
        return text.toString();
    }
}
