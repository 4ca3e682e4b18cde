package io.sluice.packetdrill.run;

import io.sluice.packetdrill.language.Expression;
import io.sluice.posix.Call;
import io.sluice.posix.PosixSockets;

/** {@code open}, {@code sendfile} and {@code ioctl}. */
final class FileCalls {
    private final SystemCalls calls;
    private final PosixSockets sockets;

    FileCalls(SystemCalls calls, PosixSockets sockets) {
        this.calls = calls;
        this.sockets = sockets;
    }

    SystemCalls.Made open(Arguments a) throws RunFailure {
        if (a.get(0) instanceof Expression.StringValue path) {
            return new SystemCalls.Made(sockets.open(path.value()), SystemCalls.Outputs.NONE, true);
        }
        throw a.failure(a.get(0), "a path was expected here");
    }

    SystemCalls.Made sendfile(Arguments a) throws RunFailure {
        int file = calls.descriptor(a.integer(1));
        long offset = a.get(2) instanceof Expression.Array array
                ? a.integer(array.elements().get(0))
                : -1;
        return SystemCalls.Made.of(sockets.sendfile(calls.fd(a), file, offset, a.integer(3), calls.now()));
    }

    SystemCalls.Made ioctl(Arguments a) throws RunFailure {
        Call call =
                switch (a.name(1)) {
                    case "SIOCINQ", "FIONREAD" -> sockets.unreadBytes(calls.fd(a));
                    case "SIOCOUTQ" -> sockets.unacknowledgedBytes(calls.fd(a));
                    default -> throw a.failure(a.get(1), a.name(1) + " is not supported");
                };
        if (call.errno() != null) {
            return SystemCalls.Made.of(call);
        }
        long[] out = {call.result()};
        return new SystemCalls.Made(Call.returned(0), () -> SystemCalls.checkValues(a, a.get(2), out), false);
    }
}
