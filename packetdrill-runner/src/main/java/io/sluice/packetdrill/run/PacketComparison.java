package io.sluice.packetdrill.run;

import io.sluice.packetdrill.language.IpFields;
import io.sluice.packetdrill.language.Packet;
import io.sluice.packetdrill.language.ScriptPrinter;
import io.sluice.packetdrill.language.SequenceRange;
import io.sluice.packetdrill.language.SourcePosition;
import io.sluice.packetdrill.language.TcpFlags;
import io.sluice.packetdrill.language.TcpOption;
import io.sluice.packetdrill.language.TcpOptions;
import io.sluice.packetdrill.language.Transport;
import io.sluice.wire.TcpOptionKind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Compares a segment that a script expects with one that the stack sent, and writes the latter as the script would. */
final class PacketComparison {

    private static final int TIMESTAMPS_LENGTH = 10;

    private final Packet packet;
    private final Transport.TcpSegment expected;
    private final LivePacket live;
    private final FlowUnderTest flow;
    private final RunConfig config;
    private final List<String> differences = new ArrayList<>();

    private PacketComparison(
            Packet packet, Transport.TcpSegment expected, LivePacket live, FlowUnderTest flow, RunConfig config) {
        this.packet = packet;
        this.expected = expected;
        this.live = live;
        this.flow = flow;
        this.config = config;
    }

    /** How {@code live} differs from what {@code packet} says; empty if it does not. Learns the flow's numbers. */
    static List<String> differences(
            Packet packet, Transport.TcpSegment expected, LivePacket live, FlowUnderTest flow, RunConfig config)
            throws RunFailure {
        PacketComparison comparison = new PacketComparison(packet, expected, live, flow, config);
        comparison.compare();
        return comparison.differences;
    }

    private void compare() throws RunFailure {
        comparePorts();
        compareEncapsulation();
        compareFlags();
        compareSequence();
        differ("window", expected.window(), live.window());
        differ("urgent pointer", expected.urgentPointer(), live.urgentPointer());
        if (packet.ip().isPresent()) {
            live.ip().compare(packet.ip().get(), differences);
        }
        if (expected.resetReason().isPresent()) {
            long wanted = ResetDiagnostics.octets(expected.resetReason().get());
            if (wanted != live.diagnostics()) {
                differences.add("reason of the reset: expected 0x" + Long.toHexString(wanted) + ", is 0x"
                        + Long.toHexString(live.diagnostics()));
            }
        }
        compareOptions();
    }

    private void differ(String field, OptionalInt wanted, int actual) {
        if (wanted.isPresent() && wanted.getAsInt() != actual) {
            differences.add(field + ": expected " + wanted.getAsInt() + ", is " + actual);
        }
    }

    private void comparePorts() {
        if (expected.ports().isPresent()) {
            differ("source port", OptionalInt.of(expected.ports().get().source()), live.localPort());
            differ("destination port", OptionalInt.of(expected.ports().get().destination()), live.remotePort());
        } else if (!flow.adopt(live.localPort(), live.remotePort())) {
            differences.add("ports: expected " + flow.localPort() + " > " + flow.remotePort() + ", are "
                    + live.localPort() + " > " + live.remotePort());
        }
    }

    private void compareEncapsulation() {
        if (expected.udp().isEmpty()) {
            if (live.isInUdp()) {
                differences.add("encapsulation: expected none, is UDP");
            }
        } else if (!live.isInUdp()) {
            differences.add("encapsulation: expected UDP, is none");
        } else {
            Transport.UdpEncapsulation wanted = expected.udp().get();
            differ("UDP source port", OptionalInt.of(wanted.source()), live.udpSource());
            differ("UDP destination port", OptionalInt.of(wanted.destination()), live.udpDestination());
        }
    }

    private void compareFlags() {
        TcpFlags flags = expected.flags();
        int wanted = flags.bits() | flags.ace().orElse(0) << 6;
        if (wanted != live.flags()) {
            differences.add("flags: expected " + flags.letters() + ", are "
                    + new TcpFlags(flags.position(), live.flags(), OptionalInt.empty()).letters());
        }
    }

    private void compareSequence() {
        SequenceRange range = expected.sequence();
        if (range.lengthBytes() != live.payloadBytes()) {
            differences.add("payload length: expected " + range.lengthBytes() + ", is " + live.payloadBytes());
        }
        boolean ignored = range.numbering() == SequenceRange.Numbering.IGNORED;
        if (!ignored && (live.flags() & TcpFlags.SYN) != 0 && expected.flags().has(TcpFlags.SYN)) {
            flow.learnSequence(live.sequence(), range.start());
        }
        if (!ignored) {
            long actual = range.numbering() == SequenceRange.Numbering.ABSOLUTE
                    ? Integer.toUnsignedLong(live.sequence())
                    : flow.scriptedSequence(live.sequence(), (live.flags() & TcpFlags.SYN) != 0);
            if (actual != range.start()) {
                differences.add("sequence number: expected " + range.start() + ", is " + actual);
            }
        }
        if ((live.flags() & (TcpFlags.ACK | TcpFlags.RST)) == TcpFlags.ACK) {
            flow.confirmRemoteSequence();
        }
        long acknowledgment = expected.acknowledgment().orElse(0);
        long actualAcknowledgment = scriptedAcknowledgment(live, flow);
        if (acknowledgment != actualAcknowledgment) {
            differences.add("acknowledgment number: expected " + acknowledgment + ", is " + actualAcknowledgment);
        }
    }

    /** A segment without ACK has no acknowledgment number, whatever is in the field. */
    private static long scriptedAcknowledgment(LivePacket live, FlowUnderTest flow) {
        return (live.flags() & TcpFlags.ACK) == 0
                ? Integer.toUnsignedLong(live.acknowledgment())
                : flow.scriptedRemoteSequence(live.acknowledgment(), (live.flags() & TcpFlags.SYN) != 0);
    }

    private void compareOptions() throws RunFailure {
        if (expected.options() instanceof TcpOptions.Any) {
            return;
        }
        SegmentSigner signer = new SegmentSigner(config.secrets());
        ByteBuffer wanted = ByteBuffer.wrap(OptionWriter.write(expected.options(), flow, signer, false));
        if (expected.options() instanceof TcpOptions.Listed listed) {
            compareTimestamps(listed.options(), wanted);
            SegmentSigner.FlowOfPacket way = new SegmentSigner.FlowOfPacket(flow, false);
            signer.sign(listed.options(), live.whole(), live.headerOffset(), wanted, 0, way);
        }
        if (!wanted.equals(live.options())) {
            differences.add("options");
        }
    }

    /** Puts the live timestamp value into {@code wanted} where the script accepts it. */
    private void compareTimestamps(List<TcpOption> options, ByteBuffer wanted) {
        int at = positionOfTimestamps(wanted);
        Optional<TcpOption.Timestamps> scripted = options.stream()
                .filter(TcpOption.Timestamps.class::isInstance)
                .map(TcpOption.Timestamps.class::cast)
                .findFirst();
        if (scripted.isEmpty() || at < 0 || positionOfTimestamps(live.options()) != at) {
            return;
        }
        int actual = live.options().getInt(at + 2);
        OptionalLong value = scripted.get().value();
        OptionalInt due = value.isEmpty() ? OptionalInt.empty() : flow.expectedTimestamp((int) value.getAsLong());
        long tick = config.timing().timestampTickNs();
        long toleranceTicks = tick == 0 ? Long.MAX_VALUE : Math.max(1, config.toleranceNs() / tick);
        if (due.isEmpty() || Math.abs((long) (actual - due.getAsInt())) <= toleranceTicks) {
            wanted.putInt(at + 2, actual);
            value.ifPresent(v -> flow.learnTimestamp(actual, (int) v));
        }
    }

    private static int positionOfTimestamps(ByteBuffer options) {
        int at = 0;
        while (at + 1 < options.limit()) {
            int kind = options.get(at) & 0xFF;
            if (kind == TcpOptionKind.TIMESTAMPS) {
                return at + TIMESTAMPS_LENGTH <= options.limit() ? at : -1;
            }
            int length = kind == TcpOptionKind.EOL || kind == TcpOptionKind.NOP ? 1 : options.get(at + 1) & 0xFF;
            at += Math.max(1, length);
        }
        return -1;
    }

    /** {@code live} in the language of scripts. */
    static String describe(LivePacket live, FlowUnderTest flow, boolean withIp) {
        SourcePosition nowhere = new SourcePosition(1, 1);
        boolean hasAck = (live.flags() & TcpFlags.ACK) != 0;
        long sequence = flow.scriptedSequence(live.sequence(), (live.flags() & TcpFlags.SYN) != 0);
        Transport.TcpSegment segment = new Transport.TcpSegment(
                nowhere,
                Optional.empty(),
                new TcpFlags(nowhere, live.flags(), OptionalInt.empty()),
                new SequenceRange(nowhere, SequenceRange.Numbering.RELATIVE, sequence, live.payloadBytes()),
                hasAck ? OptionalLong.of(scriptedAcknowledgment(live, flow)) : OptionalLong.empty(),
                OptionalInt.of(live.window()),
                live.urgentPointer() == 0 ? OptionalInt.empty() : OptionalInt.of(live.urgentPointer()),
                new TcpOptions.Listed(OptionReader.read(live.options(), flow, nowhere)),
                ResetDiagnostics.reason(live.diagnostics(), nowhere),
                live.isInUdp()
                        ? Optional.of(new Transport.UdpEncapsulation(nowhere, live.udpSource(), live.udpDestination()))
                        : Optional.empty());
        Optional<IpFields> ip = withIp ? Optional.of(live.ip().describe(nowhere)) : Optional.empty();
        return ScriptPrinter.print(new Packet(nowhere, Packet.Direction.OUTBOUND, List.of(), ip, segment));
    }
}
