package io.sluice.packetdrill.language;

import java.util.List;

/** What a script says of the options of a segment. */
public sealed interface TcpOptions {
    /**
     * The options in order; nothing written means none.
     *
     * @param options the options
     */
    record Listed(List<TcpOption> options) implements TcpOptions {
        /** Copies the list. */
        public Listed {
            options = List.copyOf(options);
        }
    }

    /** {@code <...>}: whatever options an outbound segment has. */
    record Any() implements TcpOptions {}

    /**
     * {@code <0204ffff>}: the octets of the options.
     *
     * @param octets the octets
     */
    record Octets(HexData octets) implements TcpOptions {}
}
