package io.sluice.packetdrill.language;

import java.util.List;
import java.util.Optional;

/**
 * A packet that is injected into the stack under test or expected from it.
 *
 * @param position where the direction is written
 * @param direction which way it goes
 * @param encapsulations the headers around the packet, outermost first
 * @param ip what is said of the IP header; empty if nothing is
 * @param payload what the packet carries
 */
public record Packet(
        SourcePosition position,
        Direction direction,
        List<Encapsulation> encapsulations,
        Optional<IpFields> ip,
        Transport payload)
        implements Action {
    /** Copies the list. */
    public Packet {
        encapsulations = List.copyOf(encapsulations);
    }

    /** Which way a packet goes. */
    public enum Direction {
        /** {@code <}: injected into the stack under test. */
        INBOUND,
        /** {@code >}: expected from the stack under test. */
        OUTBOUND
    }
}
