package io.sluice.packetdrill.run;

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
    private final SystemCalls calls;
    private final PacketWriter writer;
    private final OutboundPackets outbound;
    private final CodeRunner code;
    private final List<String> exchange = new ArrayList<>();
    private @Nullable BlockedCall blocked;

    /** A call that the script lets block, until it has returned. */
    private static final class BlockedCall {
        final SystemCall scripted;
        final SystemCalls.Made made;
        final long endNs;
        long doneNs = -1;

        BlockedCall(SystemCall scripted, SystemCalls.Made made, long endNs) {
            this.scripted = scripted;
            this.made = made;
            this.endNs = endNs;
        }
    }

    ScriptRun(RunConfig config, BackEnd backEnd) {
        this.config = config;
        this.backEnd = backEnd;
        this.flows = new FlowTracker(config.bindPort());
        this.calls = new SystemCalls(config, backEnd, flows);
        this.writer = new PacketWriter(config);
        this.outbound = new OutboundPackets(config, backEnd, flows, this::observe);
        this.code = new CodeRunner(
                new TcpInfoNames(config, backEnd.sockets(), calls::lastDescriptor), line -> log("printed", line));
    }

    List<String> exchange() {
        return exchange;
    }

    void run(Script.Selection script) throws RunFailure {
        try {
            for (ShellCommand command : script.initCommands()) {
                backEnd.execute(command);
            }
            for (Event event : script.events()) {
                run(event);
            }
            if (blocked != null) {
                awaitBlocked(blocked);
            }
            outbound.checkNothingLeft();
        } finally {
            for (ShellCommand command : script.cleanupCommands()) {
                backEnd.execute(command);
            }
        }
    }

    private void run(Event event) throws RunFailure {
        long before = backEnd.nowNs();
        Action action = event.action();
        if (action instanceof Packet packet && packet.direction() == Packet.Direction.OUTBOUND) {
            String seen = outbound.expect(event.time(), packet, segment(packet));
            log("outbound", seen);
            return;
        }
        long dueNs = due(event.time(), before);
        if (dueNs < before - config.toleranceNs()) {
            throw new RunFailure(event.position(), "time goes back: it is " + seconds(before) + " already");
        }
        backEnd.advance(dueNs, () -> {
            observe();
            return false;
        });
        outbound.checkNothingCutOff(event.position());
        if (blocked != null && blocked.doneNs >= 0) {
            awaitBlocked(blocked); // so that what it returned can be used
        }
        perform(action, before);
    }

    private static long due(EventTime time, long lastNs) {
        if (time instanceof EventTime.Absolute absolute) {
            return absolute.atNs();
        }
        return time instanceof EventTime.Relative relative ? lastNs + relative.afterNs() : lastNs;
    }

    private void perform(Action action, long originNs) throws RunFailure {
        if (action instanceof Packet packet) {
            log("inbound", ScriptPrinter.print(packet));
            outbound.onInject();
            backEnd.inject(writer.write(packet, flow(packet)));
            backEnd.advance(backEnd.nowNs(), () -> false);
        } else if (action instanceof SystemCall call) {
            log("call", ScriptPrinter.print(call));
            systemCall(call, originNs);
        } else if (action instanceof ShellCommand command) {
            log("command", command.text());
            backEnd.execute(command);
        } else if (action instanceof CodeBlock block) {
            log("code", ScriptPrinter.print(block));
            code.run(block);
        }
    }

    private FlowUnderTest flow(Packet packet) {
        return packet.payload() instanceof Transport.TcpSegment segment
                ? flows.flow(segment.ports(), true)
                : flows.current();
    }

    private static Transport.TcpSegment segment(Packet packet) throws RunFailure {
        if (packet.payload() instanceof Transport.TcpSegment segment
                && packet.encapsulations().isEmpty()) {
            return segment;
        }
        throw new RunFailure(packet.position(), "this runner can only expect TCP segments");
    }

    private void systemCall(SystemCall call, long originNs) throws RunFailure {
        if (blocked != null) {
            awaitBlocked(blocked);
        }
        SystemCalls.Made made = calls.make(call);
        if (call.isBlocking()) {
            blocked = new BlockedCall(call, made, originNs + call.endNs().orElseThrow());
        } else if (!made.call().isDone()) {
            throw new RunFailure(call.position(), call.name() + " blocks");
        } else {
            check(call, made);
        }
        backEnd.advance(backEnd.nowNs(), () -> {
            observe();
            return false;
        });
    }

    private void check(SystemCall call, SystemCalls.Made made) throws RunFailure {
        try {
            String difference = calls.difference(call, made);
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

    /** Notes when the call that blocks returns. */
    private void observe() {
        BlockedCall b = blocked;
        if (b != null && b.doneNs < 0 && b.made.call().isDone()) {
            b.doneNs = backEnd.nowNs();
        }
    }

    private void awaitBlocked(BlockedCall b) throws RunFailure {
        observe();
        backEnd.advance(b.endNs + config.toleranceNs(), () -> {
            observe();
            return b.doneNs >= 0;
        });
        blocked = null;
        if (b.doneNs < 0) {
            throw new RunFailure(
                    b.scripted.position(),
                    b.scripted.name() + " should have returned at " + seconds(b.endNs) + " and still blocks");
        }
        if (Math.abs(b.doneNs - b.endNs) > config.toleranceNs()) {
            throw new RunFailure(
                    b.scripted.position(),
                    b.scripted.name() + " should have returned at " + seconds(b.endNs) + " and did at "
                            + seconds(b.doneNs));
        }
        check(b.scripted, b.made);
    }

    private void log(String kind, String what) {
        exchange.add(seconds(backEnd.nowNs()) + " " + kind + ": " + what);
    }

    static String seconds(long ns) {
        return String.format(java.util.Locale.ROOT, "%.6f", ns / NS_PER_SECOND);
    }
}
