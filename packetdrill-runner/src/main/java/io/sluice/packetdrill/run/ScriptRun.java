package io.sluice.packetdrill.run;

import io.netty.buffer.ByteBuf;
import io.sluice.packetdrill.language.Action;
import io.sluice.packetdrill.language.CodeBlock;
import io.sluice.packetdrill.language.Event;
import io.sluice.packetdrill.language.EventTime;
import io.sluice.packetdrill.language.Packet;
import io.sluice.packetdrill.language.Script;
import io.sluice.packetdrill.language.ScriptPrinter;
import io.sluice.packetdrill.language.ShellCommand;
import io.sluice.packetdrill.language.SystemCall;
import io.sluice.packetdrill.language.Transport;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One run of one script: its events in their order, each at its time. */
final class ScriptRun {
    private static final double NS_PER_SECOND = 1e9;

    private final RunConfig config;
    private final BackEnd backEnd;
    private final FlowTracker flows;
    private final SystemInterface calls;
    private final PacketWriter writer;
    private final OutboundPackets outbound;
    private final CodeRunner code;
    private final List<String> exchange = new ArrayList<>();
    private @Nullable BlockedCall blocked;

    /** When the last event happened: what relative times count from. */
    private long lastEventNs;

    /** A call that the script lets block, until it has returned. */
    private static final class BlockedCall {
        final SystemCall scripted;
        final PendingCall made;
        final long endNs;
        final long latestNs;

        /** @param latestNs when it has to have returned, without the tolerance */
        BlockedCall(SystemCall scripted, PendingCall made, long endNs, long latestNs) {
            this.scripted = scripted;
            this.made = made;
            this.endNs = endNs;
            this.latestNs = latestNs;
        }
    }

    ScriptRun(RunConfig config, BackEnd backEnd) {
        this.config = config;
        this.backEnd = backEnd;
        this.flows = new FlowTracker(config.bindPort());
        this.calls = backEnd.systemCalls(flows);
        this.writer = new PacketWriter(config);
        this.outbound = new OutboundPackets(config, backEnd, flows, this::observe);
        this.code = new CodeRunner(calls::tcpInfo, config.personality().symbols(), line -> log("printed", line));
    }

    List<String> exchange() {
        return exchange;
    }

    void run(Script.Selection script) throws RunFailure {
        try {
            for (ShellCommand command : script.initCommands()) {
                backEnd.execute(command);
            }
            backEnd.start();
            for (Event event : script.events()) {
                run(event);
                String fault = backEnd.linkFault();
                if (fault != null) {
                    throw new RunFailure(event.position(), fault);
                }
            }
            if (blocked != null) {
                awaitBlocked(blocked);
            }
            outbound.checkNothingLeft();
        } finally {
            outbound.release();
            for (ShellCommand command : script.cleanupCommands()) {
                backEnd.execute(command);
            }
        }
    }

    private void run(Event event) throws RunFailure {
        long before = lastEventNs;
        Action action = event.action();
        if (action instanceof Packet packet && packet.direction() == Packet.Direction.OUTBOUND) {
            OutboundPackets.Seen seen = expect(event.time(), before, packet);
            lastEventNs = Math.max(before, seen.atNs());
            log("outbound", seen.text(), seen.atNs());
            return;
        }
        ByteBuf toInject = action instanceof Packet packet ? toInject(packet) : null;
        long dueNs = due(event.time(), before);
        if (dueNs < before - config.toleranceNs()) {
            throw new RunFailure(event.position(), "time goes back: it is " + seconds(before) + " already");
        }
        backEnd.advance(dueNs, this::observe);
        outbound.checkNothingCutOff(event.position());
        if (blocked != null && blocked.made.isDone()) {
            awaitBlocked(blocked); // so that what it returned can be used
        }
        lastEventNs = perform(action, toInject, before);
    }

    private ByteBuf toInject(Packet packet) throws RunFailure {
        if (writer.mergedSegments(packet) > 1 && !backEnd.mergesSegments()) {
            throw new RunFailure(packet.position(), "this back end has no device that merges segments (--mss)");
        }
        return writer.write(packet, flow(packet));
    }

    private static long due(EventTime time, long lastNs) {
        if (time instanceof EventTime.Absolute absolute) {
            return absolute.atNs();
        }
        return time instanceof EventTime.Relative relative ? lastNs + relative.afterNs() : lastNs;
    }

    /** Does what an event says, now, and returns when that was. */
    private long perform(Action action, @Nullable ByteBuf toInject, long originNs) throws RunFailure {
        long nowNs = backEnd.nowNs();
        if (toInject != null) {
            outbound.onInject();
            backEnd.inject(toInject, writer.mergedSegments((Packet) action));
            log("inbound", ScriptPrinter.print((Packet) action), nowNs);
            backEnd.advance(nowNs, this::observe);
        } else if (action instanceof SystemCall call) {
            return systemCall(call, originNs);
        } else if (action instanceof ShellCommand command) {
            log("command", command.text());
            backEnd.execute(command);
            return backEnd.nowNs();
        } else if (action instanceof CodeBlock block) {
            log("code", ScriptPrinter.print(block));
            code.run(block);
        }
        return nowNs;
    }

    private FlowUnderTest flow(Packet packet) {
        if (packet.payload() instanceof Transport.UdpDatagram datagram) {
            return flows.flow(datagram.ports(), true);
        }
        return packet.payload() instanceof Transport.TcpSegment segment
                ? flows.flow(segment.ports(), true)
                : flows.current();
    }

    private OutboundPackets.Seen expect(EventTime time, long before, Packet packet) throws RunFailure {
        if (!packet.encapsulations().isEmpty()) {
            throw new RunFailure(packet.position(), "this runner cannot expect packets inside others");
        } else if (packet.payload() instanceof Transport.UdpDatagram datagram) {
            return outbound.expect(time, before, packet, datagram);
        } else if (packet.payload() instanceof Transport.IcmpMessage message) {
            return outbound.expect(time, before, packet, message);
        }
        return outbound.expect(time, before, packet, (Transport.TcpSegment) packet.payload());
    }

    /** Makes a call; returns when it returned, or for one that may block when it was made. */
    private long systemCall(SystemCall call, long originNs) throws RunFailure {
        if (blocked != null) {
            awaitBlocked(blocked);
        }
        long madeNs = backEnd.nowNs();
        PendingCall made = calls.make(call);
        log("call", ScriptPrinter.print(call), madeNs);
        if (call.isBlocking()) {
            long endNs = originNs + call.endNs().orElseThrow();
            blocked = new BlockedCall(call, made, endNs, endNs + backEnd.timerGranularityNs(endNs - madeNs));
        } else if (!made.isDone()) {
            throw new RunFailure(call.position(), call.name() + " blocks");
        } else {
            check(call, made);
        }
        backEnd.advance(backEnd.nowNs(), this::observe);
        return call.isBlocking() ? madeNs : made.doneNs();
    }

    private void check(SystemCall call, PendingCall made) throws RunFailure {
        try {
            String difference = made.difference();
            if (difference != null) {
                throw new RunFailure(call.position(), call.name() + ": " + difference);
            }
        } catch (RunFailure failure) {
            if (config.syscallErrorsFatal()) {
                throw failure;
            }
            log("ignored", failure.problem());
        }
    }

    /** Has the call that blocks note when it returns; false, since time is to pass on. */
    private boolean observe() {
        if (blocked != null) {
            blocked.made.isDone();
        }
        return false;
    }

    private void awaitBlocked(BlockedCall b) throws RunFailure {
        boolean done = b.made.isDone() || backEnd.advance(b.latestNs + config.toleranceNs(), b.made::isDone);
        blocked = null;
        if (!done) {
            throw new RunFailure(
                    b.scripted.position(),
                    b.scripted.name() + " should have returned at " + seconds(b.endNs) + " and still blocks");
        }
        long doneNs = b.made.doneNs();
        if (doneNs < b.endNs - config.toleranceNs() || doneNs > b.latestNs + config.toleranceNs()) {
            throw new RunFailure(
                    b.scripted.position(),
                    b.scripted.name() + " should have returned at " + seconds(b.endNs) + " and did at "
                            + seconds(b.made.doneNs()));
        }
        check(b.scripted, b.made);
    }

    private void log(String kind, String what) {
        log(kind, what, backEnd.nowNs());
    }

    private void log(String kind, String what, long atNs) {
        exchange.add(seconds(atNs) + " " + kind + ": " + what);
    }

    static String seconds(long ns) {
        return String.format(java.util.Locale.ROOT, "%.6f", ns / NS_PER_SECOND);
    }
}
