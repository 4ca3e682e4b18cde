package io.sluice.packetdrill.run;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.packetdrill.language.IcmpNames;
import io.sluice.packetdrill.language.IpFields;
import io.sluice.packetdrill.language.Packet;
import io.sluice.packetdrill.language.SequenceRange;
import io.sluice.packetdrill.language.TcpFlags;
import io.sluice.packetdrill.language.TcpOptions;
import io.sluice.packetdrill.language.Transport;
import io.sluice.wire.Checksum;
import io.sluice.wire.IcmpHeader;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.Ipv4Header;
import io.sluice.wire.Ipv6Header;
import io.sluice.wire.TcpHeader;
import io.sluice.wire.UdpHeader;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;

/** Builds the packets that a script injects. */
final class PacketWriter {
    /** What most hosts send with, so that a script sees nothing unusual. */
    private static final int TIME_TO_LIVE = 255;

    /** Octets of the transport header that an ICMP error quotes: RFC 792. */
    private static final int QUOTED_OCTETS = 8;

    private final RunConfig config;
    private final SegmentSigner signer;

    PacketWriter(RunConfig config) {
        this.config = config;
        this.signer = new SegmentSigner(config.secrets());
    }

    /** The packet, from the remote to the local address. */
    ByteBuf write(Packet packet, FlowUnderTest flow) throws RunFailure {
        if (!packet.encapsulations().isEmpty()) {
            throw new RunFailure(packet.position(), "encapsulated packets are not supported");
        }
        if (packet.payload() instanceof Transport.TcpSegment segment) {
            return segment(packet, segment, flow);
        }
        if (packet.payload() instanceof Transport.IcmpMessage icmp) {
            return icmp(packet, icmp, flow);
        }
        if (packet.payload() instanceof Transport.UdpDatagram datagram) {
            return datagram(packet, datagram, flow);
        }
        throw new RunFailure(packet.position(), "a packet of this kind is not supported");
    }

    /** Of how many segments a device is to have merged the packet: one, unless {@code --mss} says how large they were. */
    int mergedSegments(Packet packet) {
        int mss = config.network().mergedMss();
        if (mss == 0 || !(packet.payload() instanceof Transport.TcpSegment s)) {
            return 1;
        }
        return Math.max(1, (s.sequence().lengthBytes() + mss - 1) / mss);
    }

    private ByteBuf datagram(Packet packet, Transport.UdpDatagram d, FlowUnderTest flow) throws RunFailure {
        byte[] udp = UdpDatagrams.write(
                UdpDatagrams.answering(d, flow),
                d.ports().map(Transport.Ports::source).orElse(flow.remotePort()),
                d.ports().map(Transport.Ports::destination).orElse(flow.localPort()));
        int at = ipHeaderLength();
        ByteBuffer b = ByteBuffer.allocate(at + udp.length);
        ipHeader(b, packet.ip(), IpProtocol.UDP, udp.length);
        b.put(at, udp);
        UdpHeader header = new UdpHeader();
        header.wrap(b, at, udp.length);
        IpAddress from = config.remote();
        IpAddress to = config.local();
        int length = header.datagramLength(); // options are not in the checksum
        header.updateChecksum(
                config.ipv6()
                        ? Checksum.pseudoHeader6(from.hi(), from.lo(), to.hi(), to.lo(), IpProtocol.UDP, length)
                        : Checksum.pseudoHeader4(from.v4(), to.v4(), IpProtocol.UDP, length));
        return Unpooled.wrappedBuffer(b);
    }

    private ByteBuf segment(Packet packet, Transport.TcpSegment s, FlowUnderTest flow) throws RunFailure {
        if (s.sequence().numbering() == SequenceRange.Numbering.IGNORED) {
            throw new RunFailure(s.sequence().position(), "a packet to inject needs sequence numbers");
        }
        byte[] options = OptionWriter.write(s.options(), flow, signer, true);
        int headerLength = TcpHeader.MIN_LENGTH + options.length;
        int length = headerLength + s.sequence().lengthBytes();
        int inUdp = s.udp().isPresent() ? UdpHeader.LENGTH : 0;
        int at = ipHeaderLength() + inUdp;
        ByteBuffer b = ByteBuffer.allocate(at + length);
        int protocol = s.udp().isPresent() ? IpProtocol.UDP : IpProtocol.TCP;
        long pseudoHeader = ipHeader(b, packet.ip(), protocol, inUdp + length);
        b.put(at + TcpHeader.MIN_LENGTH, options);
        s.resetReason().ifPresent(reason -> b.putLong(at + headerLength, ResetDiagnostics.octets(reason)));
        TcpHeader header = new TcpHeader()
                .emit(b, at, headerLength, length)
                .sourcePort(s.ports().map(Transport.Ports::source).orElse(flow.remotePort()))
                .destinationPort(s.ports().map(Transport.Ports::destination).orElse(flow.localPort()))
                .sequenceNumber(sequence(s, flow))
                .acknowledgmentNumber(acknowledgment(s, flow))
                .flags(flags(s.flags()))
                .window(s.window().orElse(0))
                .urgentPointer(s.urgentPointer().orElse(0));
        if (s.options() instanceof TcpOptions.Listed listed) {
            signer.sign(
                    listed.options(), b, at, b, at + TcpHeader.MIN_LENGTH, new SegmentSigner.FlowOfPacket(flow, true));
        }
        if (s.udp().isPresent()) {
            udpHeader(b, at - inUdp, s.udp().get(), length).updateChecksum(pseudoHeader);
        } else {
            header.updateChecksum(pseudoHeader);
        }
        return Unpooled.wrappedBuffer(b);
    }

    /** The header around a segment, whose own checksum stays zero. */
    private static UdpHeader udpHeader(ByteBuffer b, int at, Transport.UdpEncapsulation udp, int length) {
        return new UdpHeader().emit(b, at, length).sourcePort(udp.source()).destinationPort(udp.destination());
    }

    private static int sequence(Transport.TcpSegment s, FlowUnderTest flow) {
        long scripted = s.sequence().start();
        boolean syn = s.flags().has(TcpFlags.SYN);
        if (s.sequence().numbering() == SequenceRange.Numbering.ABSOLUTE) {
            return (int) scripted;
        }
        if (syn) {
            flow.learnRemoteSequence(scripted);
        }
        return flow.liveRemoteSequence(scripted, syn);
    }

    private static int acknowledgment(Transport.TcpSegment s, FlowUnderTest flow) {
        long scripted = s.acknowledgment().orElse(0);
        return s.flags().has(TcpFlags.ACK)
                ? flow.liveSequence(scripted, s.flags().has(TcpFlags.SYN))
                : (int) scripted;
    }

    private static int flags(TcpFlags flags) {
        // The places of the ACE field: AE, CWR, ECE (RFC 9768 §3.1).
        return flags.bits() | flags.ace().orElse(0) << 6;
    }

    private int ipHeaderLength() {
        return config.ipv6() ? Ipv6Header.LENGTH : Ipv4Header.MIN_LENGTH;
    }

    /** Writes the IP header from the remote address; returns the sum of the pseudo-header. */
    private long ipHeader(ByteBuffer b, Optional<IpFields> fields, int protocol, int length) {
        return ipHeader(b, 0, fields, protocol, length, false);
    }

    private long ipHeader(
            ByteBuffer b, int at, Optional<IpFields> fields, int protocol, int length, boolean fromLocal) {
        int trafficClass = fields.map(PacketWriter::trafficClass).orElse(0);
        int timeToLive =
                fields.map(IpFields::timeToLive).orElse(OptionalInt.empty()).orElse(TIME_TO_LIVE);
        IpAddress source = fromLocal ? config.local() : config.remote();
        IpAddress destination = fromLocal ? config.remote() : config.local();
        if (config.ipv6()) {
            return new Ipv6Header()
                    .emit(b, at, length)
                    .trafficClass(trafficClass)
                    .flowLabel(fields.map(IpFields::flowLabel)
                            .orElse(OptionalInt.empty())
                            .orElse(0))
                    .hopLimit(timeToLive)
                    .nextHeader(protocol)
                    .source(source.hi(), source.lo())
                    .destination(destination.hi(), destination.lo())
                    .pseudoHeader(protocol, length);
        }
        return new Ipv4Header()
                .emit(b, at, length)
                .trafficClass(trafficClass)
                .timeToLive(timeToLive)
                .dontFragment(true)
                .protocol(protocol)
                .source(source.v4())
                .destination(destination.v4())
                .updateChecksum()
                .pseudoHeader();
    }

    static int trafficClass(IpFields fields) {
        int octet = fields.trafficClass().orElse(fields.dscp().orElse(0) << 2);
        int ecn = fields.ecn()
                .map(e -> switch (e) {
                    case NOT_ECT -> 0;
                    case ECT1 -> 1;
                    case ECT0, ECT0_OR_ECT1 -> 2;
                    case CE -> 3;
                })
                .orElse(0);
        return octet | ecn;
    }

    private ByteBuf icmp(Packet packet, Transport.IcmpMessage icmp, FlowUnderTest flow) throws RunFailure {
        boolean ipv6 = config.ipv6();
        OptionalInt type = IcmpNames.type(ipv6, icmp.type());
        OptionalInt code = icmp.code().isPresent()
                ? IcmpNames.code(ipv6, icmp.type(), icmp.code().get())
                : OptionalInt.of(0);
        if (type.isEmpty() || code.isEmpty()) {
            throw new RunFailure(icmp.position(), "no such ICMP message in this IP version");
        }
        byte[] quoted = quoted(icmp, flow);
        int length = IcmpHeader.LENGTH + quoted.length;
        int at = ipHeaderLength();
        ByteBuffer b = ByteBuffer.allocate(at + length);
        int protocol = ipv6 ? IpProtocol.ICMPV6 : IpProtocol.ICMP;
        long pseudoHeader = ipHeader(b, packet.ip(), protocol, length);
        b.put(at + IcmpHeader.LENGTH, quoted);
        IcmpHeader header = new IcmpHeader().emit(b, at, type.getAsInt(), code.getAsInt(), quoted.length);
        if (icmp.mtu().isPresent()) {
            header.restOfHeader((int) icmp.mtu().getAsLong()); // RFC 1191 §4, RFC 4443 §3.2: the low half counts
        }
        icmp.echoIdentifier().ifPresent(header::identifier);
        header.updateChecksum(ipv6 ? pseudoHeader : 0);
        return Unpooled.wrappedBuffer(b);
    }

    /** The beginning of a packet of the stack under test: its first, if the script does not say which. */
    private byte[] quoted(Transport.IcmpMessage icmp, FlowUnderTest flow) throws RunFailure {
        if (icmp.quoted().isEmpty()) {
            return icmp.type().startsWith("echo")
                    ? new byte[0]
                    : quoted(
                            new SequenceRange(icmp.position(), SequenceRange.Numbering.RELATIVE, 0, 0),
                            Optional.empty(),
                            flow);
        }
        if (icmp.quoted().get() instanceof Transport.Quoted.Datagram datagram) {
            return quotedDatagram(datagram.payloadBytes(), flow);
        } else if (icmp.quoted().get() instanceof Transport.Quoted.Raw raw) {
            return quotedHeader(IpProtocol.RAW, raw.payloadBytes());
        }
        Transport.Quoted.Segment segment =
                (Transport.Quoted.Segment) icmp.quoted().get();
        return quoted(segment.sequence(), segment.udp(), flow);
    }

    private byte[] quotedDatagram(int payloadBytes, FlowUnderTest flow) {
        byte[] octets = quotedHeader(IpProtocol.UDP, UdpHeader.LENGTH + payloadBytes);
        new UdpHeader()
                .emit(ByteBuffer.wrap(octets), ipHeaderLength(), payloadBytes)
                .sourcePort(flow.localPort())
                .destinationPort(flow.remotePort());
        return octets;
    }

    /** The IP header of a packet of the stack under test, and room for what an ICMP error quotes of the rest. */
    private byte[] quotedHeader(int protocol, int length) {
        ByteBuffer b = ByteBuffer.allocate(ipHeaderLength() + QUOTED_OCTETS);
        ipHeader(b, 0, Optional.empty(), protocol, length, true);
        return b.array();
    }

    private byte[] quoted(SequenceRange range, Optional<Transport.UdpEncapsulation> udp, FlowUnderTest flow) {
        int at = ipHeaderLength() + (udp.isPresent() ? UdpHeader.LENGTH : 0);
        int length = TcpHeader.MIN_LENGTH + range.lengthBytes();
        ByteBuffer b = ByteBuffer.allocate(at + TcpHeader.MIN_LENGTH);
        ipHeader(
                b,
                0,
                Optional.empty(),
                udp.isPresent() ? IpProtocol.UDP : IpProtocol.TCP,
                at - ipHeaderLength() + length,
                true);
        udp.ifPresent(header -> udpHeader(b, ipHeaderLength(), header, length));
        int sequence = range.numbering() == SequenceRange.Numbering.ABSOLUTE
                ? (int) range.start()
                : flow.liveSequence(range.start(), false);
        new TcpHeader()
                .emit(b, at, TcpHeader.MIN_LENGTH, TcpHeader.MIN_LENGTH)
                .sourcePort(flow.localPort())
                .destinationPort(flow.remotePort())
                .sequenceNumber(sequence);
        byte[] octets = new byte[at + QUOTED_OCTETS];
        b.get(0, octets);
        return octets;
    }
}
