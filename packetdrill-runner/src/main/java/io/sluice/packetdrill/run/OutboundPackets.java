package io.sluice.packetdrill.run;

import io.sluice.packetdrill.language.EventTime;
import io.sluice.packetdrill.language.Packet;
import io.sluice.packetdrill.language.ScriptPrinter;
import io.sluice.packetdrill.language.SourcePosition;
import io.sluice.packetdrill.language.TcpFlags;
import io.sluice.packetdrill.language.Transport;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What the stack under test sends, against what the script expects. */
final class OutboundPackets {
    /** How long {@code *} waits: longer than any timer of TCP. */
    private static final long PATIENCE_NS = 7_200_000_000_000L;

    /** Flags that only the last of several segments has. */
    private static final int END_FLAGS = TcpFlags.PSH | TcpFlags.FIN;

    private final RunConfig config;
    private final BackEnd backEnd;
    private final FlowTracker flows;
    private final SentPackets sent;

    /** The rest of a segment of which the script has only mentioned the beginning so far. */
    private @Nullable LivePacket rest;

    private long lastPacketNs;

    OutboundPackets(RunConfig config, BackEnd backEnd, FlowTracker flows, BooleanSupplier observer) {
        this.config = config;
        this.backEnd = backEnd;
        this.flows = flows;
        this.sent = new SentPackets(backEnd, observer);
    }

    /** When a packet has to come, nanoseconds since the start. */
    private record Window(long fromNs, long toNs) {
        /** With {@code more} time at the end. */
        Window later(long moreNs) {
            return new Window(fromNs, toNs + moreNs);
        }

        static Window of(EventTime time, long lastNs) {
            if (time instanceof EventTime.Absolute t) {
                return new Window(t.atNs(), t.atNs());
            } else if (time instanceof EventTime.Relative t) {
                return new Window(lastNs + t.afterNs(), lastNs + t.afterNs());
            } else if (time instanceof EventTime.AbsoluteRange t) {
                return new Window(t.fromNs(), t.toNs());
            } else if (time instanceof EventTime.RelativeRange t) {
                return new Window(lastNs + t.fromNs(), lastNs + t.toNs());
            }
            return new Window(0, lastNs + PATIENCE_NS);
        }

        boolean holds(long atNs, long toleranceNs) {
            return atNs >= fromNs - toleranceNs && atNs <= toNs + toleranceNs;
        }

        @Override
        public String toString() {
            return fromNs == toNs
                    ? ScriptRun.seconds(fromNs)
                    : ScriptRun.seconds(fromNs) + " to " + ScriptRun.seconds(toNs);
        }
    }

    /**
     * What came.
     *
     * @param text as the script would write it
     * @param atNs when, in nanoseconds since the start
     */
    record Seen(String text, long atNs) {}

    /**
     * Waits for the packet.
     *
     * @param lastNs when the event before happened
     */
    Seen expect(EventTime time, long lastNs, Packet packet, Transport.TcpSegment expected) throws RunFailure {
        Window written = Window.of(time, lastNs);
        Window window = written.later(backEnd.timerGranularityNs(written.toNs() - lastNs));
        FlowUnderTest flow = flows.flow(expected.ports(), false);
        long untilNs = window.toNs() + toleranceNs(window, lastNs);
        LivePacket live = next(window, untilNs, packet, flow);
        int wanted = expected.sequence().lengthBytes();
        while (!config.strictSegments() && isBeginningOf(live, wanted)) {
            LivePacket more = poll(untilNs, packet, flow);
            if (more == null) {
                break;
            }
            if (!continues(live, more)) {
                rest = more;
                break;
            }
            live = live.joined(more, END_FLAGS);
        }
        if (!config.strictSegments() && wanted > 0 && live.payloadBytes() > wanted) {
            rest = live.tail(wanted);
            live = live.head(wanted, END_FLAGS);
        }
        List<String> differences = PacketComparison.differences(packet, expected, live, flow, config);
        String seen = PacketComparison.describe(live, flow, packet.ip().isPresent());
        if (!differences.isEmpty()) {
            throw new RunFailure(
                    packet.position(),
                    "the packet differs: " + String.join("; ", differences) + sideBySide(packet, seen, live));
        }
        if (!window.holds(live.atNs(), toleranceNs(window, lastNs))) {
            throw new RunFailure(
                    packet.position(),
                    "the packet came at " + ScriptRun.seconds(live.atNs()) + ", expected was " + window
                            + sideBySide(packet, seen, live));
        }
        lastPacketNs = backEnd.nowNs();
        return new Seen(seen, live.atNs());
    }

    /** Waits for a UDP datagram; see {@link #expect(EventTime, long, Packet, Transport.TcpSegment)}. */
    Seen expect(EventTime time, long lastNs, Packet packet, Transport.UdpDatagram expected) throws RunFailure {
        return expectWhole(time, lastNs, packet, false, captured -> {
            UdpDatagrams.Live live = UdpDatagrams.read(captured);
            return new Compared(
                    UdpDatagrams.differences(expected, live, flows.flow(expected.ports(), false)), live.describe());
        });
    }

    /** Waits for an ICMP message; see {@link #expect(EventTime, long, Packet, Transport.TcpSegment)}. */
    Seen expect(EventTime time, long lastNs, Packet packet, Transport.IcmpMessage expected) throws RunFailure {
        return expectWhole(time, lastNs, packet, true, captured -> {
            IcmpPackets.Live live = IcmpPackets.read(captured);
            return new Compared(IcmpPackets.differences(expected, live, flows.current()), live.describe());
        });
    }

    /**
     * What was found out about a packet.
     *
     * @param text as the script would write it
     */
    private record Compared(List<String> differences, String text) {}

    @FunctionalInterface
    private interface Comparison {
        Compared with(BackEnd.Captured captured) throws PacketReader.Unreadable;
    }

    /** Waits for a packet that is neither cut nor merged. */
    private Seen expectWhole(EventTime time, long lastNs, Packet packet, boolean icmp, Comparison comparison)
            throws RunFailure {
        Window written = Window.of(time, lastNs);
        Window window = written.later(backEnd.timerGranularityNs(written.toNs() - lastNs));
        BackEnd.Captured captured = sent.next(window.toNs() + toleranceNs(window, lastNs), icmp);
        if (captured == null) {
            throw new RunFailure(packet.position(), "no packet came, expected was " + ScriptPrinter.print(packet));
        }
        try {
            Compared compared = comparison.with(captured);
            List<String> differences = compared.differences();
            packet.ip().ifPresent(ip -> LiveIp.of(captured.packet().nioBuffer()).compare(ip, differences));
            if (!window.holds(captured.atNs(), toleranceNs(window, lastNs))) {
                differences.add("time: expected was " + window);
            }
            if (!differences.isEmpty()) {
                throw new RunFailure(
                        packet.position(),
                        "the packet differs: " + String.join("; ", differences) + "\n    expected: "
                                + ScriptPrinter.print(packet) + "\n      actual: " + compared.text() + "   at "
                                + ScriptRun.seconds(captured.atNs()));
            }
            lastPacketNs = backEnd.nowNs();
            return new Seen(compared.text(), captured.atNs());
        } catch (PacketReader.Unreadable e) {
            throw new RunFailure(packet.position(), "the stack sent " + e.getMessage());
        } finally {
            captured.packet().release();
        }
    }

    /** What the script allows: so much time, or a part of the wait, whichever is more. */
    private long toleranceNs(Window window, long lastNs) {
        return config.timing().toleranceNs(window.toNs() - lastNs);
    }

    private static String sideBySide(Packet packet, String seen, LivePacket live) {
        return "\n    expected: " + ScriptPrinter.print(packet) + "\n      actual: " + seen + "   at "
                + ScriptRun.seconds(live.atNs());
    }

    private LivePacket next(Window window, long untilNs, Packet packet, FlowUnderTest flow) throws RunFailure {
        LivePacket live = poll(untilNs, packet, flow);
        if (live == null) {
            throw new RunFailure(
                    packet.position(),
                    "no packet came, expected was " + window + "\n    expected: " + ScriptPrinter.print(packet)
                            + "\n      actual: nothing until " + ScriptRun.seconds(backEnd.nowNs()));
        }
        return live;
    }

    /**
     * The next packet, or null if none comes in time. What still comes of connections before the one that the script is
     * about now is no matter of the script.
     */
    private @Nullable LivePacket poll(long untilNs, Packet packet, FlowUnderTest flow) throws RunFailure {
        LivePacket carried = rest;
        if (carried != null) {
            rest = null;
            return carried;
        }
        while (true) {
            BackEnd.Captured captured = sent.next(untilNs, false);
            if (captured == null) {
                return null;
            }
            LivePacket live = read(captured, packet.position());
            if (!flows.isFormer(live.localPort(), live.remotePort(), flow)) {
                return live;
            }
        }
    }

    private static LivePacket read(BackEnd.Captured captured, SourcePosition position) throws RunFailure {
        try {
            return PacketReader.read(captured);
        } catch (PacketReader.Unreadable e) {
            throw new RunFailure(position, "the stack sent " + e.getMessage());
        } finally {
            captured.packet().release();
        }
    }

    private static boolean isBeginningOf(LivePacket live, int wanted) {
        return live.payloadBytes() > 0 && live.payloadBytes() < wanted && (live.flags() & TcpFlags.FIN) == 0;
    }

    private static boolean continues(LivePacket first, LivePacket more) {
        return more.sequence() == first.sequence() + first.payloadBytes()
                && more.payloadBytes() > 0
                && more.acknowledgment() == first.acknowledgment()
                && more.localPort() == first.localPort()
                && more.remotePort() == first.remotePort();
    }

    /** Something else than an outbound packet comes next in the script. */
    void checkNothingCutOff(SourcePosition position) throws RunFailure {
        if (rest != null) {
            throw new RunFailure(
                    position,
                    "the stack sent more than the script says\n      actual: "
                            + PacketComparison.describe(rest, flows.current(), false));
        }
    }

    /** A packet is about to be injected. */
    void onInject() {
        lastPacketNs = backEnd.nowNs();
    }

    /**
     * The script is over: what the stack sent before the last packet of the script, and the script does not mention, is a
     * failure. What it sent after that nobody asked about.
     */
    void checkNothingLeft() throws RunFailure {
        SourcePosition end = new SourcePosition(1, 1);
        checkNothingCutOff(end);
        for (BackEnd.Captured captured = sent.left(); captured != null; captured = sent.left()) {
            if (captured.atNs() >= lastPacketNs || !config.strictness().unmentionedPackets()) {
                captured.packet().release();
                continue;
            }
            LivePacket live = read(captured, end);
            throw new RunFailure(
                    end,
                    "a packet that the script does not mention\n      actual: "
                            + PacketComparison.describe(live, flows.current(), false) + "   at "
                            + ScriptRun.seconds(live.atNs()));
        }
    }

    /** The run is over. */
    void release() {
        sent.release();
    }
}
