package io.sluice.packetdrill.language;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a script says of the IP header, in parentheses or brackets: {@code (ttl 64)}, {@code (class 0xe0)},
 * {@code (dscp ef, ecn ect0)}, {@code [ce]}. What is not said is not looked at, and is the default when injected.
 *
 * @param position where the bracket is
 * @param trafficClass the whole octet that IPv4 calls TOS and IPv6 traffic class
 * @param dscp its upper six bits (RFC 2474 §3)
 * @param ecn its lower two bits
 * @param timeToLive TTL or hop limit
 * @param flowLabel the flow label of IPv6
 */
public record IpFields(
        SourcePosition position,
        OptionalInt trafficClass,
        OptionalInt dscp,
        Optional<Ecn> ecn,
        OptionalInt timeToLive,
        OptionalInt flowLabel) {

    /** The names of the differentiated services code points: RFC 2474, 2597, 3246, 5865 and 8622. */
    static final Map<String, Integer> DSCP_NAMES = Map.ofEntries(
            Map.entry("cs0", 0),
            Map.entry("le", 1),
            Map.entry("cs1", 8),
            Map.entry("af11", 10),
            Map.entry("af12", 12),
            Map.entry("af13", 14),
            Map.entry("cs2", 16),
            Map.entry("af21", 18),
            Map.entry("af22", 20),
            Map.entry("af23", 22),
            Map.entry("cs3", 24),
            Map.entry("af31", 26),
            Map.entry("af32", 28),
            Map.entry("af33", 30),
            Map.entry("cs4", 32),
            Map.entry("af41", 34),
            Map.entry("af42", 36),
            Map.entry("af43", 38),
            Map.entry("cs5", 40),
            Map.entry("voice-admit", 44),
            Map.entry("ef", 46),
            Map.entry("cs6", 48),
            Map.entry("cs7", 56));

    /** The ECN field (RFC 3168 §5). */
    public enum Ecn {
        /** Not ECN-capable: 0. */
        NOT_ECT("noecn"),
        /** ECT(1): 1. */
        ECT1("ect1"),
        /** ECT(0): 2. */
        ECT0("ect0"),
        /** Congestion experienced: 3. */
        CE("ce"),
        /** Either ECT(0) or ECT(1); only for outbound packets. */
        ECT0_OR_ECT1("ect01");

        private final String word;

        Ecn(String word) {
            this.word = word;
        }

        /** How a script writes it. */
        public String word() {
            return word;
        }

        static Optional<Ecn> of(String word) {
            for (Ecn ecn : values()) {
                if (ecn.word.equals(word)) {
                    return Optional.of(ecn);
                }
            }
            return Optional.empty();
        }
    }
}
