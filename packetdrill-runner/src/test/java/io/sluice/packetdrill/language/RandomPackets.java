package io.sluice.packetdrill.language;

import io.sluice.packetdrill.language.TcpOption.AccurateEcn.Spelling;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;

/** Makes random packets of everything the language has. */
final class RandomPackets extends RandomTree {
    RandomPackets(Random random) {
        super(random);
    }

    Packet packet() {
        boolean inbound = coin();
        return new Packet(
                NOWHERE,
                inbound ? Packet.Direction.INBOUND : Packet.Direction.OUTBOUND,
                list(0, 2, this::encapsulation),
                maybe(() -> ipFields(inbound)),
                switch (below(5)) {
                    case 0 -> icmp();
                    case 1 ->
                        new Transport.UdpDatagram(
                                NOWHERE, maybe(this::ports), upTo(65535), list(0, 4, this::udpOption));
                    default -> segment(inbound);
                });
    }

    private UdpOption udpOption() {
        String name = oneOf("apc", "nop", "mds", "mrds", "time", "frag", "exp", "kind", "zeros");
        int values =
                switch (name) {
                    case "nop" -> 0;
                    case "apc" -> below(2);
                    case "mrds", "time" -> 2;
                    case "frag" -> 3 + below(2);
                    case "exp", "kind" -> 1 + below(4);
                    default -> 1;
                };
        return new UdpOption(NOWHERE, name, list(values, values, () -> coin() ? UdpOption.ANY : unsigned32()));
    }

    private Encapsulation encapsulation() {
        return switch (below(4)) {
            case 0 -> new Encapsulation.Ipv4(NOWHERE, maybe(() -> ipFields(true)), "192.0.2.1", "198.51.100.255");
            case 1 ->
                new Encapsulation.Ipv6(
                        NOWHERE,
                        maybe(() -> ipFields(true)),
                        oneOf("2001:db8::1", "::"),
                        oneOf("fd::7", "1:2:3::", "::ffff:1.2.3.4"));
            case 2 -> new Encapsulation.Gre(NOWHERE, maybe(this::greHeader));
            default -> new Encapsulation.Mpls(NOWHERE, mplsLabels());
        };
    }

    Encapsulation.GreHeader greHeader() {
        return new Encapsulation.GreHeader(NOWHERE, upTo(65535), upTo(65535), upTo(65535), unsigned32(), unsigned32());
    }

    List<Encapsulation.MplsLabel> mplsLabels() {
        return list(1, 3, () -> new Encapsulation.MplsLabel(NOWHERE, upTo(0xFFFFF), upTo(7), coin(), upTo(255)));
    }

    private IpFields ipFields(boolean inbound) {
        boolean whole = coin();
        OptionalInt none = OptionalInt.empty();
        IpFields.Ecn ecn = oneOf(IpFields.Ecn.values());
        boolean open = ecn == IpFields.Ecn.ECT0_OR_ECT1 && inbound;
        return new IpFields(
                NOWHERE,
                whole ? OptionalInt.of(upTo(255)) : none,
                whole ? none : maybeUpTo(63),
                whole || open ? Optional.empty() : Optional.of(ecn),
                open || coin() ? OptionalInt.of(upTo(255)) : none,
                maybeUpTo(0xFFFFF));
    }

    private Transport.Ports ports() {
        return new Transport.Ports(NOWHERE, upTo(65535), upTo(65535));
    }

    private Transport.UdpEncapsulation udp() {
        return new Transport.UdpEncapsulation(NOWHERE, upTo(65535), upTo(65535));
    }

    private Transport icmp() {
        return new Transport.IcmpMessage(
                NOWHERE,
                oneOf("unreachable", "type_7"),
                maybe(() -> oneOf("frag_needed", "code_9", "CODE")),
                maybeUnsigned32(),
                maybeUpTo(65535),
                maybe(this::quoted));
    }

    private Transport.Quoted quoted() {
        return switch (below(3)) {
            case 0 -> new Transport.Quoted.Datagram(NOWHERE, upTo(65535));
            case 1 -> new Transport.Quoted.Raw(NOWHERE, upTo(65535));
            default -> new Transport.Quoted.Segment(NOWHERE, sequence(false), maybe(this::udp));
        };
    }

    private SequenceRange sequence(boolean mayIgnore) {
        SequenceRange.Numbering numbering = oneOf(SequenceRange.Numbering.values());
        if (numbering == SequenceRange.Numbering.IGNORED) {
            return mayIgnore
                    ? new SequenceRange(NOWHERE, numbering, 0, upTo(65535))
                    : new SequenceRange(NOWHERE, SequenceRange.Numbering.RELATIVE, 1, 8);
        }
        return new SequenceRange(NOWHERE, numbering, unsigned32(), upTo(65535));
    }

    /** A digit for ACE stands behind a letter or the dot, never alone. */
    private TcpFlags flags() {
        int bits = upTo(0x1FF);
        int withoutEcn = bits & ~(TcpFlags.AE | TcpFlags.CWR | TcpFlags.ECE);
        return withoutEcn != 0 && coin()
                ? new TcpFlags(NOWHERE, withoutEcn, OptionalInt.of(upTo(7)))
                : new TcpFlags(NOWHERE, bits, OptionalInt.empty());
    }

    private Transport segment(boolean inbound) {
        TcpFlags flags = flags();
        SequenceRange sequence = sequence(!inbound);
        boolean reason = flags.has(TcpFlags.RST) && sequence.lengthBytes() == 8;
        return new Transport.TcpSegment(
                NOWHERE,
                maybe(this::ports),
                flags,
                sequence,
                maybeUnsigned32(),
                inbound ? OptionalInt.of(upTo(65535)) : maybeUpTo(65535),
                maybeUpTo(65535),
                options(inbound),
                reason ? Optional.of(new Transport.ResetReason(NOWHERE, upTo(65535), unsigned32())) : Optional.empty(),
                maybe(this::udp));
    }

    private TcpOptions options(boolean inbound) {
        return switch (below(8)) {
            case 0 -> inbound ? new TcpOptions.Listed(List.of()) : new TcpOptions.Any();
            case 1 -> new TcpOptions.Octets(hex(40));
            default -> new TcpOptions.Listed(list(0, 5, this::option));
        };
    }

    private TcpOption option() {
        return switch (below(8)) {
            case 0 -> new TcpOption.NoOperation(NOWHERE);
            case 1 -> new TcpOption.EndOfList(NOWHERE);
            case 2 -> new TcpOption.MaximumSegmentSize(NOWHERE, upTo(65535));
            case 3 -> new TcpOption.WindowScale(NOWHERE, upTo(255));
            case 4 -> new TcpOption.SackPermitted(NOWHERE);
            case 5 ->
                new TcpOption.Sack(
                        NOWHERE, list(1, 4, () -> new TcpOption.SackBlock(NOWHERE, unsigned32(), unsigned32())));
            case 6 -> timestamps();
            default -> rareOption();
        };
    }

    private TcpOption timestamps() {
        OptionalLong value = maybeUnsigned32();
        return new TcpOption.Timestamps(NOWHERE, value, unsigned32(), coin());
    }

    private TcpOption accurateEcn() {
        Spelling spelling = oneOf(Spelling.values());
        List<Integer> counters = list(0, 3, () -> upTo(0xFFFFFF));
        boolean nameless = spelling == Spelling.LINUX && counters.isEmpty();
        return new TcpOption.AccurateEcn(NOWHERE, nameless ? 1 : below(2), spelling, counters);
    }

    private TcpOption rareOption() {
        return switch (below(7)) {
            case 0 ->
                new TcpOption.FastOpen(
                        NOWHERE, maybe(() -> oneOf(hex(16), new HexData(NOWHERE, "TFO_COOKIE"))), coin());
            case 1 -> new TcpOption.Md5Signature(NOWHERE, maybe(() -> hex(16)));
            case 2 -> new TcpOption.Authentication(NOWHERE, upTo(255), upTo(255), maybe(() -> hex(16)));
            case 3 -> accurateEcn();
            case 4 -> new TcpOption.AckRateRequest(NOWHERE, maybeUpTo(127));
            case 5 -> new TcpOption.Generic(NOWHERE, upTo(255), maybe(() -> hex(38)));
            default -> new TcpOption.Experimental(NOWHERE, upTo(65535), maybe(() -> hex(36)));
        };
    }
}
