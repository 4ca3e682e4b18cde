package io.sluice.packetdrill.language;

import java.util.List;
import java.util.Optional;

/** Parses a packet from its direction on. */
final class PacketParser {
    private final TokenCursor cursor;
    private final EncapsulationParser encapsulations;
    private final IpFieldsParser ipFields;
    private final TransportParser transports;

    PacketParser(TokenCursor cursor) {
        this.cursor = cursor;
        this.encapsulations = new EncapsulationParser(cursor);
        this.ipFields = new IpFieldsParser(cursor);
        this.transports = new TransportParser(cursor);
    }

    Packet packet() throws ScriptSyntaxException {
        Token arrow = cursor.next();
        Packet.Direction direction = arrow.isSymbol('<') ? Packet.Direction.INBOUND : Packet.Direction.OUTBOUND;
        List<Encapsulation> headers = encapsulations.encapsulations();
        Optional<IpFields> ip = ipFields.ipFields();
        Transport payload = transports.transport();
        Packet packet = new Packet(arrow.position(), direction, headers, ip, payload);
        if (direction == Packet.Direction.INBOUND) {
            checkInbound(packet);
        }
        return packet;
    }

    /** What is left open can be compared with, but not sent. */
    private void checkInbound(Packet packet) throws ScriptSyntaxException {
        if (packet.ip().isPresent() && packet.ip().get().ecn().equals(Optional.of(IpFields.Ecn.ECT0_OR_ECT1))) {
            throw onlyOutbound(packet.ip().get().position(), "ect01 leaves the choice of ECT open and");
        }
        if (packet.payload() instanceof Transport.TcpSegment segment) {
            if (segment.options() instanceof TcpOptions.Any) {
                throw onlyOutbound(segment.position(), "options of '<...>'");
            }
            if (segment.sequence().numbering() == SequenceRange.Numbering.IGNORED) {
                throw onlyOutbound(segment.sequence().position(), "sequence numbers of '...'");
            }
            if (segment.window().isEmpty()) {
                throw cursor.error(segment.position(), "an inbound segment needs its window: 'win' and a number");
            }
        }
    }

    private ScriptSyntaxException onlyOutbound(SourcePosition position, String what) {
        return cursor.error(position, what + " can only be in an outbound packet");
    }
}
