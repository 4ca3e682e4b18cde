package io.sluice.packetdrill.run;

import io.sluice.packetdrill.language.Expression;
import io.sluice.posix.Call;
import io.sluice.posix.PosixSockets;
import java.util.List;

/** {@code open}, {@code sendfile} and {@code ioctl}. */
final class FileCalls {
    private static final long SPLICE_F_NONBLOCK = 2;
    private static final long SPLICE_F_MORE = 4;

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
        return SystemCalls.Made.of(sockets.transfers().sendfile(calls.fd(a), file, offset, a.integer(3), calls.now()));
    }

    SystemCalls.Made pipe(Arguments a) throws RunFailure {
        int[] ends = new int[2];
        Call call = sockets.transfers().pipe(ends);
        List<Expression> names = a.elements(0);
        if (call.errno() == null && names.size() == ends.length) {
            calls.name(a.integer(names.get(0)), ends[0]);
            calls.name(a.integer(names.get(1)), ends[1]);
        }
        return SystemCalls.Made.of(call);
    }

    SystemCalls.Made splice(Arguments a) throws RunFailure {
        for (int i : new int[] {1, 3}) {
            if (!SystemCalls.isNull(a.get(i))) {
                throw a.failure(a.get(i), "only splice without offsets is supported");
            }
        }
        long flags = a.integer(5);
        return SystemCalls.Made.of(sockets.transfers()
                .splice(
                        calls.fd(a),
                        calls.descriptor(a.integer(2)),
                        a.integer(4),
                        (flags & SPLICE_F_NONBLOCK) != 0,
                        (flags & SPLICE_F_MORE) != 0,
                        calls.now()));
    }

    SystemCalls.Made ioctl(Arguments a) throws RunFailure {
        Call call =
                switch (a.name(1)) {
                    case "SIOCINQ", "FIONREAD" -> sockets.queueLengths().unread(calls.fd(a));
                    case "SIOCOUTQNSD" -> sockets.queueLengths().unsent(calls.fd(a));
                    case "SIOCOUTQ", "FIONWRITE" -> sockets.queueLengths().unacknowledged(calls.fd(a));
                    default -> throw a.failure(a.get(1), a.name(1) + " is not supported");
                };
        if (call.errno() != null) {
            return SystemCalls.Made.of(call);
        }
        long[] out = {call.result()};
        return new SystemCalls.Made(Call.returned(0), () -> SystemCalls.checkValues(a, a.get(2), out), false);
    }
}
