package io.sluice.packetdrill.language;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What an IP packet of a script carries. */
public sealed interface Transport {
    /** Where it begins. */
    SourcePosition position();

    /**
     * A TCP segment (RFC 9293 §3.1).
     *
     * @param position where the flags are, or the ports
     * @param ports the ports if they are given; otherwise those of the connection under test
     * @param flags the control bits
     * @param sequence sequence numbers and length
     * @param acknowledgment the acknowledgment number if given, 0 to 2^32 - 1, relative like the sequence numbers
     * @param window the window field if given, 0 to 65535, unscaled; not checked in an outbound segment without it
     * @param urgentPointer the urgent pointer if given, 0 to 65535
     * @param options the options
     * @param resetReason the diagnostic payload of a RST
     * @param udp the UDP header around the segment, for TCP over UDP
     */
    record TcpSegment(
            SourcePosition position,
            Optional<Ports> ports,
            TcpFlags flags,
            SequenceRange sequence,
            OptionalLong acknowledgment,
            OptionalInt window,
            OptionalInt urgentPointer,
            TcpOptions options,
            Optional<ResetReason> resetReason,
            Optional<UdpEncapsulation> udp)
            implements Transport {}

    /**
     * {@code udp (1000)}: a UDP datagram (RFC 768), perhaps with options (RFC 9868).
     *
     * @param position where it begins
     * @param ports the ports if they are given
     * @param payloadBytes the length of the payload, 0 to 65535
     * @param options what is in the surplus area; nothing if there is none
     */
    record UdpDatagram(SourcePosition position, Optional<Ports> ports, int payloadBytes, List<UdpOption> options)
            implements Transport {}

    /**
     * {@code icmp unreachable frag_needed mtu 1200 [1:1461(1460)]}: an ICMP message of the IP version in use.
     *
     * @param position where it begins
     * @param type the name of the type
     * @param code the name of the code
     * @param mtu the next-hop MTU, in bytes
     * @param echoIdentifier the identifier of an echo
     * @param quoted the packet quoted by an error
     */
    record IcmpMessage(
            SourcePosition position,
            String type,
            Optional<String> code,
            OptionalLong mtu,
            OptionalInt echoIdentifier,
            Optional<Quoted> quoted)
            implements Transport {}

    /** The packet that an ICMP error quotes; it is one of the stack under test. */
    sealed interface Quoted {
        /** Where the opening bracket is. */
        SourcePosition position();

        /**
         * {@code [1:1461(1460)]}: a TCP segment.
         *
         * @param position where the bracket is
         * @param sequence its sequence numbers
         * @param udp the UDP header around it
         */
        record Segment(SourcePosition position, SequenceRange sequence, Optional<UdpEncapsulation> udp)
                implements Quoted {}

        /**
         * {@code [udp (1000)]}: a UDP datagram.
         *
         * @param position where the bracket is
         * @param payloadBytes the length of its payload
         */
        record Datagram(SourcePosition position, int payloadBytes) implements Quoted {}

        /**
         * {@code [raw (1000)]}: an IP packet of a protocol without ports.
         *
         * @param position where the bracket is
         * @param payloadBytes the length of its payload
         */
        record Raw(SourcePosition position, int payloadBytes) implements Quoted {}
    }

    /**
     * {@code 1234 > 80}.
     *
     * @param position where the source port is
     * @param source the source port
     * @param destination the destination port
     */
    record Ports(SourcePosition position, int source, int destination) {}

    /**
     * {@code /udp(9899 > 54321)}: the segment is the payload of a UDP datagram.
     *
     * @param position where the slash is
     * @param source the source port
     * @param destination the destination port
     */
    record UdpEncapsulation(SourcePosition position, int source, int destination) {}

    /**
     * {@code [code 4, pen 0]}: the 8 bytes of a RST's diagnostic payload, which begin with 0x33AA
     * (draft-boucadair-tcpm-rst-diagnostic-payload).
     *
     * @param position where the bracket is
     * @param code the reason code, 0 to 65535
     * @param enterpriseNumber the private enterprise number that gives the code its meaning, 0 for IANA's
     */
    record ResetReason(SourcePosition position, int code, long enterpriseNumber) {}
}
