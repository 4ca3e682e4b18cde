package io.sluice.packetdrill.language;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes packets. */
final class PacketPrinter {
    private PacketPrinter() {}

    static void print(StringBuilder out, Packet packet) {
        out.append(packet.direction() == Packet.Direction.INBOUND ? "< " : "> ");
        for (Encapsulation header : packet.encapsulations()) {
            encapsulation(out, header);
            out.append(": ");
        }
        packet.ip().ifPresent(fields -> ipFields(out, fields));
        if (packet.payload() instanceof Transport.TcpSegment segment) {
            segment(out, segment);
        } else if (packet.payload() instanceof Transport.UdpDatagram datagram) {
            out.append("udp ");
            ports(out, datagram.ports());
            out.append('(').append(datagram.payloadBytes()).append(')');
            if (!datagram.options().isEmpty()) {
                out.append(" <");
                for (int i = 0; i < datagram.options().size(); i++) {
                    out.append(i == 0 ? "" : ", ").append(datagram.options().get(i));
                }
                out.append('>');
            }
        } else if (packet.payload() instanceof Transport.IcmpMessage icmp) {
            icmp(out, icmp);
        }
    }

    private static void encapsulation(StringBuilder out, Encapsulation header) {
        if (header instanceof Encapsulation.Ipv4 ip) {
            out.append("ipv4 ");
            ip.fields().ifPresent(fields -> ipFields(out, fields));
            out.append(ip.source()).append(" > ").append(ip.destination());
        } else if (header instanceof Encapsulation.Ipv6 ip) {
            out.append("ipv6 ");
            ip.fields().ifPresent(fields -> ipFields(out, fields));
            out.append(ip.source()).append(" > ").append(ip.destination());
        } else if (header instanceof Encapsulation.Gre gre) {
            out.append("gre");
            gre.header().ifPresent(fields -> greHeader(out.append(' '), fields));
        } else if (header instanceof Encapsulation.Mpls mpls) {
            out.append("mpls ");
            mplsLabels(out, mpls.labels());
        }
    }

    static void greHeader(StringBuilder out, Encapsulation.GreHeader header) {
        out.append("flags 0x").append(Integer.toHexString(header.flags()));
        out.append(", sum ").append(header.checksum());
        out.append(", off ").append(header.offset());
        out.append(", key=").append(header.key());
        out.append(", seq ").append(header.sequence());
    }

    static void mplsLabels(StringBuilder out, List<Encapsulation.MplsLabel> labels) {
        for (Encapsulation.MplsLabel label : labels) {
            out.append("(label ").append(label.label());
            out.append(", tc ").append(label.trafficClass());
            out.append(label.bottom() ? ", [S], ttl " : ", ttl ");
            out.append(label.timeToLive()).append(')');
        }
    }

    private static void ipFields(StringBuilder out, IpFields fields) {
        List<String> parts = new ArrayList<>();
        fields.trafficClass().ifPresent(octet -> parts.add("tos 0x" + Integer.toHexString(octet)));
        fields.dscp().ifPresent(dscp -> parts.add("dscp 0x" + Integer.toHexString(dscp)));
        fields.ecn().ifPresent(ecn -> parts.add(ecn.word()));
        fields.timeToLive().ifPresent(ttl -> parts.add("ttl " + ttl));
        fields.flowLabel().ifPresent(label -> parts.add("flowlabel 0x" + Integer.toHexString(label)));
        out.append('(').append(String.join(", ", parts)).append(") ");
    }

    private static void segment(StringBuilder out, Transport.TcpSegment segment) {
        ports(out, segment.ports());
        out.append(segment.flags().letters()).append(' ');
        sequence(out, segment.sequence());
        segment.acknowledgment().ifPresent(ack -> out.append(" ack ").append(ack));
        segment.window().ifPresent(window -> out.append(" win ").append(window));
        segment.urgentPointer().ifPresent(urgent -> out.append(" urg ").append(urgent));
        if (segment.options() instanceof TcpOptions.Any) {
            out.append(" <...>");
        } else if (segment.options() instanceof TcpOptions.Octets raw) {
            out.append(" <").append(raw.octets().text()).append('>');
        } else if (segment.options() instanceof TcpOptions.Listed listed) {
            OptionPrinter.print(out, listed.options());
        }
        segment.resetReason().ifPresent(reason -> out.append(" [code ")
                .append(reason.code())
                .append(", pen ")
                .append(reason.enterpriseNumber())
                .append(']'));
        udp(out, segment.udp());
    }

    private static void ports(StringBuilder out, Optional<Transport.Ports> ports) {
        ports.ifPresent(p ->
                out.append(p.source()).append(" > ").append(p.destination()).append(' '));
    }

    private static void udp(StringBuilder out, Optional<Transport.UdpEncapsulation> udp) {
        udp.ifPresent(ports -> out.append("/udp(")
                .append(ports.source())
                .append(" > ")
                .append(ports.destination())
                .append(')'));
    }

    private static void sequence(StringBuilder out, SequenceRange range) {
        if (range.numbering() == SequenceRange.Numbering.IGNORED) {
            out.append("...(").append(range.lengthBytes()).append(')');
            return;
        }
        out.append(range.start()).append(':').append(range.end());
        out.append('(').append(range.lengthBytes()).append(')');
        out.append(range.numbering() == SequenceRange.Numbering.ABSOLUTE ? "!" : "");
    }

    private static void icmp(StringBuilder out, Transport.IcmpMessage icmp) {
        out.append("icmp ").append(icmp.type());
        icmp.code().ifPresent(code -> out.append(' ').append(code));
        icmp.mtu().ifPresent(mtu -> out.append(" mtu ").append(mtu));
        icmp.echoIdentifier().ifPresent(id -> out.append(" id ").append(id));
        icmp.quoted().ifPresent(quoted -> {
            out.append(" [");
            if (quoted instanceof Transport.Quoted.Segment segment) {
                sequence(out, segment.sequence());
                udp(out, segment.udp());
            } else if (quoted instanceof Transport.Quoted.Datagram datagram) {
                out.append("udp (").append(datagram.payloadBytes()).append(')');
            } else if (quoted instanceof Transport.Quoted.Raw raw) {
                out.append("raw (").append(raw.payloadBytes()).append(')');
            }
            out.append(']');
        });
    }
}
