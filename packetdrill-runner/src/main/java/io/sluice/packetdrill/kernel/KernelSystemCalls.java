package io.sluice.packetdrill.kernel;

import io.sluice.packetdrill.language.Expression;
import io.sluice.packetdrill.language.Symbols;
import io.sluice.packetdrill.language.SystemCall;
import io.sluice.packetdrill.run.ArgumentCounts;
import io.sluice.packetdrill.run.Arguments;
import io.sluice.packetdrill.run.PendingCall;
import io.sluice.packetdrill.run.RunFailure;
import io.sluice.packetdrill.run.SystemInterface;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The kernel's own system calls, made by a {@link Caller}. */
final class KernelSystemCalls implements SystemInterface {
    private final Symbols symbols;
    private final Caller caller;
    private final Descriptors descriptors;
    private final Map<String, Handler> handlers = new HashMap<>();

    /** Puts the arguments of a call where C finds them. */
    @FunctionalInterface
    interface Handler {
        Prepared prepare(Arguments a) throws RunFailure;
    }

    KernelSystemCalls(Symbols symbols, Caller caller, Descriptors descriptors) {
        this.symbols = symbols;
        this.caller = caller;
        this.descriptors = descriptors;
    }

    /** Adds calls, by their names. */
    KernelSystemCalls with(Map<String, Handler> more) {
        handlers.putAll(more);
        return this;
    }

    @Override
    public PendingCall make(SystemCall call) throws RunFailure {
        Handler handler = handlers.get(call.name());
        if (handler == null) {
            throw new RunFailure(call.position(), "system call " + call.name() + " is not supported");
        }
        ArgumentCounts.check(call);
        Prepared prepared = handler.prepare(new Arguments(call, symbols));
        CallTask task = caller.make(prepared.call());
        if (!call.isBlocking()) {
            caller.settle(task);
        }
        prepared.made().run();
        return new Made(call, prepared, task);
    }

    @Override
    public Map<String, Object> tcpInfo() {
        return KernelTcpInfo.of(descriptors.last());
    }

    private final class Made implements PendingCall {
        private final SystemCall scripted;
        private final Prepared prepared;
        private final CallTask task;

        Made(SystemCall scripted, Prepared prepared, CallTask task) {
            this.scripted = scripted;
            this.prepared = prepared;
            this.task = task;
        }

        @Override
        public boolean isDone() {
            return task.isDone();
        }

        @Override
        public long doneNs() {
            return task.doneNs();
        }

        @Override
        public @Nullable String difference() throws RunFailure {
            if (!(scripted.result() instanceof Expression.Ellipsis)) {
                long expected = new Arguments(scripted, symbols).integer(scripted.result());
                boolean opened = prepared.makesDescriptor() && expected >= 0 && task.result() >= 0;
                if (opened) {
                    descriptors.bind(expected, (int) task.result());
                } else if (task.result() != expected) {
                    return "expected " + expected
                            + scripted.error().map(e -> " " + e).orElse("") + ", returned " + returned();
                }
            }
            String errno = errnoDifference();
            if (errno == null && task.result() >= 0) {
                prepared.outputs().check();
            }
            return errno;
        }

        private @Nullable String errnoDifference() throws RunFailure {
            Optional<String> expected = scripted.error();
            if (expected.isEmpty()) {
                return null;
            }
            long number = symbols.value(expected.get())
                    .orElseThrow(() -> new RunFailure(scripted.position(), "no errno: " + expected.get()));
            return task.errno() == number ? null : "expected errno " + expected.get() + ", returned " + returned();
        }

        @Override
        public String returned() {
            if (task.errno() == 0) {
                return Long.toString(task.result());
            }
            return "-1 " + symbols.errnoName(task.errno()).orElse("errno " + task.errno());
        }
    }
}
