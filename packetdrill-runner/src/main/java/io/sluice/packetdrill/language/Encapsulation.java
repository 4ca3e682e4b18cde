package io.sluice.packetdrill.language;

import java.util.List;
import java.util.Optional;

/** A header around a packet of a script. */
public sealed interface Encapsulation {
    /** Where it begins. */
    SourcePosition position();

    /**
     * {@code ipv4 192.0.2.1 > 198.51.100.1:}.
     *
     * @param position where it begins
     * @param fields what is said of the header
     * @param source the source address as it is written
     * @param destination the destination address
     */
    record Ipv4(SourcePosition position, Optional<IpFields> fields, String source, String destination)
            implements Encapsulation {}

    /**
     * {@code ipv6 2001:db8::1 > 2001:db8::2:}.
     *
     * @param position where it begins
     * @param fields what is said of the header
     * @param source the source address as it is written
     * @param destination the destination address
     */
    record Ipv6(SourcePosition position, Optional<IpFields> fields, String source, String destination)
            implements Encapsulation {}

    /**
     * {@code gre:} or {@code gre flags [key present], sum 0, off 0, key=5, seq 0:} (RFC 2784, RFC 2890).
     *
     * @param position where it begins
     * @param header the header; empty for one without options
     */
    record Gre(SourcePosition position, Optional<GreHeader> header) implements Encapsulation {}

    /**
     * The fields of a GRE header.
     *
     * @param position where they begin
     * @param flags the flags field, 0 to 65535
     * @param checksum the checksum, 0 to 65535
     * @param offset the field next to it, 0 to 65535
     * @param key the key, 0 to 2^32 - 1
     * @param sequence the sequence number, 0 to 2^32 - 1
     */
    record GreHeader(SourcePosition position, int flags, int checksum, int offset, long key, long sequence) {
        /** A checksum is present. */
        public static final int CHECKSUM_PRESENT = 0x8000;
        /** A key is present. */
        public static final int KEY_PRESENT = 0x2000;
        /** A sequence number is present. */
        public static final int SEQUENCE_PRESENT = 0x1000;
    }

    /**
     * {@code mpls (label 0, tc 0, [S], ttl 64):} (RFC 3032 §2.1).
     *
     * @param position where it begins
     * @param labels the label stack, outermost first
     */
    record Mpls(SourcePosition position, List<MplsLabel> labels) implements Encapsulation {
        /** Copies the list. */
        public Mpls {
            labels = List.copyOf(labels);
        }
    }

    /**
     * An entry of an MPLS label stack.
     *
     * @param position where the parenthesis is
     * @param label the label, 0 to 2^20 - 1
     * @param trafficClass the traffic class, 0 to 7
     * @param bottom whether the bottom-of-stack bit is set
     * @param timeToLive the TTL, 0 to 255
     */
    record MplsLabel(SourcePosition position, int label, int trafficClass, boolean bottom, int timeToLive) {}
}
