package io.sluice.packetdrill.run;

import io.netty.buffer.ByteBuf;
import io.sluice.packetdrill.language.Packet;
import io.sluice.packetdrill.language.ScriptPrinter;
import io.sluice.packetdrill.language.SourcePosition;
import io.sluice.packetdrill.language.Transport;
import io.sluice.packetdrill.language.UdpOption;
import io.sluice.wire.Checksum;
import io.sluice.wire.Crc32c;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.Ipv4Header;
import io.sluice.wire.Ipv6Header;
import io.sluice.wire.UdpHeader;
import io.sluice.wire.UdpOptionKind;
import io.sluice.wire.UdpOptionWriter;
import io.sluice.wire.UdpOptions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** UDP datagrams of scripts, with their options (RFC 9868): from the script to octets, and what the stack sent against it. */
final class UdpDatagrams {
    private static final int MAX_PACKET = 65_535 + Ipv6Header.LENGTH;

    private UdpDatagrams() {}

    /** With a token in {@code res} where the script leaves it out: that of the last REQ of the stack. */
    static Transport.UdpDatagram answering(Transport.UdpDatagram d, FlowUnderTest flow) throws RunFailure {
        List<UdpOption> options = new ArrayList<>();
        for (UdpOption option : d.options()) {
            boolean open = option.name().equals("res") && option.values().isEmpty();
            if (open && flow.lastRequest().isEmpty()) {
                throw new RunFailure(option.position(), "there has been no req that res could answer");
            }
            options.add(
                    open
                            ? new UdpOption(
                                    option.position(),
                                    "res",
                                    List.of(flow.lastRequest().getAsLong()))
                            : option);
        }
        return new Transport.UdpDatagram(d.position(), d.ports(), d.payloadBytes(), options);
    }

    /** The IP payload: header, zeros as payload, surplus area; with all checksums right, unless {@code ocs} says otherwise. */
    static byte[] write(Transport.UdpDatagram d, int sourcePort, int destinationPort) throws RunFailure {
        ByteBuffer b = ByteBuffer.allocate(MAX_PACKET);
        new UdpHeader().emit(b, 0, d.payloadBytes()).sourcePort(sourcePort).destinationPort(destinationPort);
        int at = UdpHeader.LENGTH + d.payloadBytes();
        if (!d.options().isEmpty()) {
            at = surplus(b, at, d);
        }
        return Arrays.copyOf(b.array(), at);
    }

    private static int surplus(ByteBuffer b, int start, Transport.UdpDatagram d) throws RunFailure {
        boolean odd = (d.payloadBytes() & 1) != 0;
        int at = UdpOptionWriter.begin(b, start, odd);
        long checksum = UdpOption.ANY;
        for (UdpOption option : d.options()) {
            if (option.name().equals("ocs")) {
                checksum = option.values().get(0);
            } else {
                at = write(b, at, option, d.payloadBytes());
            }
        }
        UdpOptionWriter.end(b, start, odd, at);
        if (checksum != UdpOption.ANY) {
            b.putShort(start + (odd ? 1 : 0), (short) checksum);
        }
        return at;
    }

    private static int write(ByteBuffer b, int at, UdpOption o, int payloadBytes) throws RunFailure {
        return switch (o.name()) {
            case "nop" -> UdpOptionWriter.nop(b, at);
            case "eol" -> UdpOptionWriter.eol(b, at, at + 1);
            case "zeros", "data" -> UdpOptionWriter.eol(b, at, at + value(o, 0));
            case "apc" -> {
                int right = Crc32c.of(b, UdpHeader.LENGTH, payloadBytes);
                yield UdpOptionWriter.apc(b, at, o.values().isEmpty() ? right : value(o, 0));
            }
            case "frag" -> fragment(b, at, o);
            case "kind" -> {
                byte[] octets = octets(o);
                int value = UdpOptionWriter.header(b, at, value(o, 0), octets.length);
                b.put(value, octets);
                yield value + octets.length;
            }
            default -> plain(b, at, o);
        };
    }

    private static int fragment(ByteBuffer b, int at, UdpOption o) {
        return o.values().size() == 3
                ? UdpOptionWriter.frag(b, at, value(o, 0), value(o, 1), value(o, 2))
                : UdpOptionWriter.terminalFrag(b, at, value(o, 0), value(o, 1), value(o, 2), value(o, 3));
    }

    private static int plain(ByteBuffer b, int at, UdpOption o) throws RunFailure {
        return switch (o.name()) {
            case "mds" -> UdpOptionWriter.maxDatagramSize(b, at, value(o, 0));
            case "mrds" -> UdpOptionWriter.maxReassembled(b, at, value(o, 0), value(o, 1));
            case "req" -> UdpOptionWriter.request(b, at, value(o, 0));
            case "res" -> UdpOptionWriter.response(b, at, value(o, 0));
            case "time" -> UdpOptionWriter.time(b, at, value(o, 0), value(o, 1));
            case "exp" -> UdpOptionWriter.experiment(b, at, UdpOptionKind.EXP, value(o, 0), octets(o));
            case "uexp" -> UdpOptionWriter.experiment(b, at, UdpOptionKind.UEXP, value(o, 0), octets(o));
            default -> throw new RunFailure(o.position(), "no UDP option: " + o.name());
        };
    }

    /** What is left open is zero, and not compared. */
    private static int value(UdpOption o, int i) {
        long value = o.values().get(i);
        return value == UdpOption.ANY ? 0 : (int) value;
    }

    private static byte[] octets(UdpOption o) {
        byte[] octets = new byte[o.values().size() - 1];
        for (int i = 0; i < octets.length; i++) {
            octets[i] = (byte) value(o, i + 1);
        }
        return octets;
    }

    /** A datagram that the stack sent. */
    record Live(long atNs, int localPort, int remotePort, int payloadBytes, ByteBuffer udp) {
        int length() {
            return udp.capacity();
        }

        /** In the language of scripts. */
        String describe() {
            SourcePosition nowhere = new SourcePosition(1, 1);
            Transport.UdpDatagram d = new Transport.UdpDatagram(
                    nowhere,
                    Optional.of(new Transport.Ports(nowhere, localPort, remotePort)),
                    payloadBytes,
                    options(nowhere));
            return ScriptPrinter.print(new Packet(nowhere, Packet.Direction.OUTBOUND, List.of(), Optional.empty(), d));
        }

        private List<UdpOption> options(SourcePosition nowhere) {
            List<UdpOption> found = new ArrayList<>();
            ByteBuffer b = udp;
            int start = UdpHeader.LENGTH + payloadBytes;
            UdpOptions view = new UdpOptions();
            if (!view.wrap(b, start, length() - start, (payloadBytes & 1) != 0)) {
                return found;
            }
            int end = length();
            int last = start + (payloadBytes & 1) + UdpOptions.OCS_LENGTH;
            while (view.next()) {
                found.add(option(view, nowhere));
                last = view.offset() + view.length();
                if (view.isFrag() && view.fragStart() <= length() && view.endAt(view.fragStart())) {
                    end = view.fragStart();
                }
            }
            if (end < length()) {
                found.add(new UdpOption(nowhere, "data", List.of((long) length() - end)));
            } else if (last < end) {
                found.add(new UdpOption(nowhere, "eol", List.of()));
                found.add(new UdpOption(nowhere, "zeros", List.of((long) end - last - 1)));
            }
            return found;
        }

        private UdpOption option(UdpOptions view, SourcePosition nowhere) {
            List<Long> values = new ArrayList<>();
            switch (view.kind()) {
                case UdpOptionKind.APC -> {
                    if (view.apc() != apc()) { // else it goes without saying
                        values.add(Integer.toUnsignedLong(view.apc()));
                    }
                }
                case UdpOptionKind.FRAG -> {
                    values.add((long) view.fragStart());
                    values.add(Integer.toUnsignedLong(view.fragIdentification()));
                    values.add((long) view.fragOffsetBytes());
                    if (view.isTerminalFrag()) {
                        values.add((long) view.reassembledOptionStart());
                    }
                }
                case UdpOptionKind.MDS -> values.add((long) view.maxDatagramSize());
                case UdpOptionKind.MRDS -> {
                    values.add((long) view.maxReassembledSize());
                    values.add((long) view.maxReassembledSegments());
                }
                case UdpOptionKind.REQ, UdpOptionKind.RES -> values.add(Integer.toUnsignedLong(view.token()));
                case UdpOptionKind.TIME -> {
                    values.add(Integer.toUnsignedLong(view.timeValue()));
                    values.add(Integer.toUnsignedLong(view.timeEcho()));
                }
                case UdpOptionKind.EXP, UdpOptionKind.UEXP -> {
                    values.add((long) view.experimentId());
                    addOctets(values, view, Short.BYTES);
                }
                default -> {
                    values.add((long) view.kind());
                    addOctets(values, view, 0);
                    return new UdpOption(nowhere, "kind", values);
                }
            }
            return new UdpOption(nowhere, UdpOptionKind.name(view.kind()).toLowerCase(Locale.ROOT), values);
        }

        private void addOctets(List<Long> values, UdpOptions view, int from) {
            for (int i = from; i < view.valueLength(); i++) {
                values.add((long) (udp.get(view.valueOffset() + i) & 0xFF));
            }
        }

        /** What APC has to be: the CRC of the payload (RFC 9868 §11.3). */
        int apc() {
            return Crc32c.of(udp, UdpHeader.LENGTH, payloadBytes);
        }
    }

    /** RFC 8200 §8.1: over IPv6 there has to be one; what RFC 6935 allows to tunnels no script can say. */
    private static void checkChecksum(UdpHeader udp, boolean v6, long pseudoHeader) throws PacketReader.Unreadable {
        boolean none = udp.checksum() == 0;
        if (none ? v6 : !udp.isChecksumValid(pseudoHeader)) {
            throw new PacketReader.Unreadable("a UDP datagram with " + (none ? "no" : "a wrong") + " checksum");
        }
    }

    /** Takes a packet apart that the stack sent. */
    static Live read(BackEnd.Captured captured) throws PacketReader.Unreadable {
        ByteBuf packet = captured.packet();
        ByteBuffer b = packet.nioBuffer();
        boolean v6 = b.remaining() > 0 && (b.get(0) & 0xFF) >>> 4 == Ipv6Header.VERSION;
        Ipv4Header ip4 = new Ipv4Header();
        Ipv6Header ip6 = new Ipv6Header();
        if (v6 ? !ip6.wrap(b, 0, b.remaining()) : !ip4.wrap(b, 0, b.remaining())) {
            throw new PacketReader.Unreadable("a malformed IP packet");
        }
        int protocol = v6 ? ip6.nextHeader() : ip4.protocol();
        int at = v6 ? ip6.payloadOffset() : ip4.payloadOffset();
        int length = v6 ? ip6.payloadLength() : ip4.payloadLength();
        UdpHeader udp = new UdpHeader();
        if (protocol != IpProtocol.UDP || !udp.wrap(b, at, length)) {
            throw new PacketReader.Unreadable("no UDP datagram");
        }
        long pseudo = v6
                ? ip6.pseudoHeader(protocol, udp.datagramLength())
                : Checksum.pseudoHeader4(ip4.source(), ip4.destination(), protocol, udp.datagramLength());
        checkChecksum(udp, v6, pseudo);
        byte[] octets = new byte[length];
        b.get(at, octets);
        return new Live(
                captured.atNs(), udp.sourcePort(), udp.destinationPort(), udp.payloadLength(), ByteBuffer.wrap(octets));
    }

    /** What differs, or nothing: everything counts but the checksums' values, payload and fragment data. */
    static List<String> differences(Transport.UdpDatagram expected, Live live, FlowUnderTest flow) {
        List<String> differences = new ArrayList<>();
        if (expected.ports().isPresent()) {
            Transport.Ports ports = expected.ports().get();
            if (ports.source() != live.localPort() || ports.destination() != live.remotePort()) {
                differences.add("ports: are " + live.localPort() + " > " + live.remotePort());
            }
        } else if (!flow.adopt(live.localPort(), live.remotePort())) {
            differences.add("ports: are " + live.localPort() + " > " + live.remotePort());
        }
        if (expected.payloadBytes() != live.payloadBytes()) {
            differences.add("payload length: expected " + expected.payloadBytes() + ", is " + live.payloadBytes());
        }
        List<UdpOption> actual = live.options(expected.position());
        actual.stream()
                .filter(option -> option.name().equals("req"))
                .forEach(option -> flow.learnRequest(option.values().get(0)));
        List<UdpOption> wanted = expected.options();
        boolean same = wanted.size() == actual.size();
        for (int i = 0; same && i < wanted.size(); i++) {
            same = matches(wanted.get(i), actual.get(i), live);
        }
        if (!same) {
            differences.add("UDP options: expected " + wanted + ", are " + actual);
        }
        int start = UdpHeader.LENGTH + live.payloadBytes();
        UdpOptions view = new UdpOptions();
        if (view.wrap(live.udp(), start, live.length() - start, (live.payloadBytes() & 1) != 0)
                && (view.ocs() == 0 || !view.isOcsValid())) {
            differences.add("option checksum: wrong");
        }
        return differences;
    }

    private static boolean matches(UdpOption wanted, UdpOption actual, Live live) {
        List<Long> values = actual.values();
        if (wanted.name().equals("apc") && !wanted.values().isEmpty() && values.isEmpty()) {
            values = List.of(Integer.toUnsignedLong(live.apc())); // what is right is not told
        }
        boolean same = wanted.name().equals(actual.name()) && wanted.values().size() == values.size();
        for (int i = 0; same && i < values.size(); i++) {
            same = wanted.values().get(i) == UdpOption.ANY
                    || wanted.values().get(i).equals(values.get(i));
        }
        return same;
    }
}
