package io.sluice.packetdrill.run;

import io.netty.buffer.ByteBuf;
import io.sluice.packetdrill.language.Action;
import io.sluice.packetdrill.language.Expression;
import io.sluice.packetdrill.language.Packet;
import io.sluice.packetdrill.language.SystemCall;
import io.sluice.packetdrill.language.TcpFlags;
import io.sluice.packetdrill.language.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Does what a script says step by step, expects nothing, and tells what came of each step: what the call returned, the
 * segments that were sent, the state of the connection. What two stacks may choose for themselves is left out: initial
 * sequence numbers, values of timestamps, how data is cut into segments, the size of a window that is open.
 */
public final class StepRecorder implements AutoCloseable {
    /** What a script calls the last timestamp value that the stack has sent, in the echo of a packet to inject. */
    public static final int LATEST_TIMESTAMP = 0x7FFF_0001;

    private static final Pattern RETURNED = Pattern.compile("returned (.*)");
    private static final Pattern IS = Pattern.compile("is (-?\\d+)$");
    private static final Pattern RESET_SEQUENCE = Pattern.compile("R\\. \\d+:\\d+\\(0\\)");
    private static final Pattern DATA_SACK = Pattern.compile(",nop,nop,sack [^>]*| <nop,nop,sack [^>]*>");
    private static final Pattern TIMESTAMP_VALUE = Pattern.compile("TS val \\d+");
    private static final String AS_WRITTEN = "as written";
    private static final Object TIME_WAIT = 6L;
    private static final Object CLOSE = 7L;
    private static final Object LISTEN = 10L;
    private static final int END_FLAGS = TcpFlags.PSH | TcpFlags.FIN;
    private static final int TIMESTAMPS_KIND = 8;
    private static final int TIMESTAMPS_LENGTH = 10;

    private final BackEnd backEnd;
    private final FlowTracker flows;
    private final SystemInterface calls;
    private final PacketWriter writer;
    private final long stepNs;
    private final List<String> watched;
    private int liveIsn;
    private boolean isnKnown;
    private long nextSequence;

    /**
     * @param stepNs how long each step takes, in virtual time; 0 where it takes some anyway
     * @param watched fields of TCP_INFO that are told of after each step, besides the state
     */
    public StepRecorder(RunConfig config, BackEnd backEnd, long stepNs, List<String> watched) {
        this.watched = List.copyOf(watched);
        this.backEnd = backEnd;
        this.stepNs = stepNs;
        this.flows = new FlowTracker(config.bindPort());
        this.calls = backEnd.systemCalls(flows);
        this.writer = new PacketWriter(config);
        backEnd.start();
    }

    /** One more than the last sequence number that the stack has sent, counted from its SYN. */
    public long nextSequence() {
        return nextSequence;
    }

    /**
     * Does one thing, and lets time pass.
     *
     * @param action a call, whose result is not looked at but for the name of a new descriptor, or a packet to inject
     * @return what came of it, a line each
     * @throws RunFailure if the script cannot be understood
     */
    public List<String> perform(Action action, long waitNs) throws RunFailure {
        List<String> effects = new ArrayList<>();
        if (action instanceof SystemCall call) {
            effects.add(call.name() + " = " + outcome(call, calls.make(call)));
        } else if (action instanceof Packet packet) {
            inject(packet);
        }
        backEnd.advance(backEnd.nowNs() + stepNs, () -> false);
        take(effects);
        if (waitNs > 0) {
            backEnd.advance(backEnd.nowNs() + waitNs, () -> false);
            take(effects);
        }
        Map<String, Object> info = calls.tcpInfo();
        Object state = info.get("tcpi_state");
        if (state != null) {
            // In the kernel a socket is closed once its connection is in TIME-WAIT: what waits is something else.
            effects.add("state " + (state.equals(TIME_WAIT) ? CLOSE : state));
            if (!state.equals(LISTEN) && !state.equals(CLOSE)) {
                watched.forEach(name -> effects.add(name + " " + info.get(name)));
            }
        }
        return effects;
    }

    private void inject(Packet packet) throws RunFailure {
        FlowUnderTest flow = packet.payload() instanceof Transport.TcpSegment segment
                ? flows.flow(segment.ports(), true)
                : flows.current();
        backEnd.inject(writer.write(packet, flow), writer.mergedSegments(packet));
    }

    /** What a call returned, in words that say nothing of who was asked: the runner says them when it finds another result. */
    private static String outcome(SystemCall call, PendingCall made) {
        if (!made.isDone()) {
            return "blocks";
        }
        if (call.result() instanceof Expression.Ellipsis) {
            return made.returned() + outcome(made).replace(AS_WRITTEN, "").replace("[", " [");
        }
        return outcome(made);
    }

    private static String outcome(PendingCall made) {
        String said;
        try {
            said = made.difference();
        } catch (RunFailure failure) {
            said = failure.problem();
        }
        if (said == null) {
            return AS_WRITTEN;
        }
        Matcher returned = RETURNED.matcher(said);
        if (returned.find()) {
            return returned.group(1);
        }
        Matcher is = IS.matcher(said);
        return is.find() ? "[" + is.group(1) + "]" : said;
    }

    private void take(List<String> effects) {
        LivePacket last = null;
        for (BackEnd.Captured c = backEnd.poll(); c != null; c = backEnd.poll()) {
            LivePacket live = read(c, effects);
            if (live == null || !isOfFlow(live)) {
                continue;
            }
            if (last != null && continues(last, live)) {
                last = last.joined(live, END_FLAGS);
            } else {
                if (last != null && !isSaidBy(last, live)) {
                    add(last, effects);
                }
                last = live;
            }
        }
        add(last, effects);
    }

    private static @Nullable LivePacket read(BackEnd.Captured captured, List<String> effects) {
        ByteBuf packet = captured.packet();
        try {
            return PacketReader.read(captured);
        } catch (PacketReader.Unreadable e) {
            effects.add(e.getMessage());
            return null;
        } finally {
            packet.release();
        }
    }

    private boolean isOfFlow(LivePacket live) {
        FlowUnderTest flow = flows.current();
        return flow.adopt(live.localPort(), live.remotePort());
    }

    /** Whether an acknowledgment by itself adds nothing to the data that follows it at once. */
    private static boolean isSaidBy(LivePacket acknowledgment, LivePacket data) {
        return acknowledgment.payloadBytes() == 0
                && (acknowledgment.flags() & ~TcpFlags.URG) == TcpFlags.ACK
                && (data.payloadBytes() > 0 || (data.flags() & TcpFlags.FIN) != 0)
                && data.acknowledgment() == acknowledgment.acknowledgment();
    }

    private static boolean continues(LivePacket first, LivePacket more) {
        return first.payloadBytes() > 0
                && more.payloadBytes() > 0
                && more.sequence() == first.sequence() + first.payloadBytes()
                && more.acknowledgment() == first.acknowledgment();
    }

    private void add(@Nullable LivePacket live, List<String> effects) {
        if (live == null) {
            return;
        }
        FlowUnderTest flow = flows.current();
        boolean syn = (live.flags() & TcpFlags.SYN) != 0;
        if (syn && (!isnKnown || live.sequence() != liveIsn)) {
            liveIsn = live.sequence();
            isnKnown = true;
            nextSequence = 0;
            flow.restartSequence(live.sequence());
        }
        learnTimestamp(live, flow);
        if ((live.flags() & (TcpFlags.ACK | TcpFlags.RST)) == TcpFlags.ACK) {
            flow.confirmRemoteSequence();
        }
        boolean takesNumber = (live.flags() & (TcpFlags.SYN | TcpFlags.FIN)) != 0;
        long end = flow.scriptedSequence(live.sequence(), false) + live.payloadBytes() + (takesNumber ? 1 : 0);
        if ((live.flags() & TcpFlags.RST) == 0 && (int) (end - nextSequence) > 0) {
            nextSequence = end;
        }
        effects.add(describe(live, flow));
    }

    private static String describe(LivePacket live, FlowUnderTest flow) {
        String text = PacketComparison.describe(live, flow, false);
        if ((live.flags() & TcpFlags.RST) != 0 && live.sequence() == 0) {
            text = RESET_SEQUENCE.matcher(text).replaceFirst("R. 0:0(0)"); // on the wire, from no connection
        }
        boolean closed = live.window() == 0 && (live.flags() & (TcpFlags.SYN | TcpFlags.RST)) == 0;
        text = text.replace(" win " + live.window(), closed ? " win 0" : "").replaceFirst("P", "");
        if (live.payloadBytes() > 0) {
            text = DATA_SACK.matcher(text).replaceFirst(""); // not where a full segment has no room
        }
        return TIMESTAMP_VALUE.matcher(text).replaceFirst("TS val .");
    }

    private static void learnTimestamp(LivePacket live, FlowUnderTest flow) {
        int at = 0;
        while (at + 1 < live.options().limit()) {
            int kind = live.options().get(at) & 0xFF;
            if (kind == TIMESTAMPS_KIND
                    && at + TIMESTAMPS_LENGTH <= live.options().limit()) {
                flow.learnTimestamp(live.options().getInt(at + 2), LATEST_TIMESTAMP);
                return;
            }
            at += kind <= 1 ? 1 : Math.max(2, live.options().get(at + 1) & 0xFF);
        }
    }

    /** Ends the run, and what it was run against. */
    @Override
    public void close() {
        backEnd.close();
    }
}
