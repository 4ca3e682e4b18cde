package io.sluice.packetdrill.run;

import io.sluice.packetdrill.language.Expression;
import io.sluice.posix.Call;
import io.sluice.posix.PosixSockets;
import io.sluice.posix.Transfers;
import java.util.List;
import java.util.Set;

/** {@code open}, {@code sendfile} and {@code ioctl}. */
final class FileCalls {
    private static final long SPLICE_F_NONBLOCK = 2;
    private static final long SPLICE_F_MORE = 4;

    /** With SPLICE_F_MOVE and SPLICE_F_GIFT: what becomes of pages, of which there are none here. */
    private static final long SPLICE_F_ALL = 0xF;

    private final SystemCalls calls;
    private final PosixSockets sockets;

    FileCalls(SystemCalls calls, PosixSockets sockets) {
        this.calls = calls;
        this.sockets = sockets;
    }

    SystemCalls.Made open(Arguments a) throws RunFailure {
        if (a.get(0) instanceof Expression.StringValue path) {
            Set<String> flags = a.flags(1, "O_RDONLY", "O_CLOEXEC");
            SystemCalls.Made made = new SystemCalls.Made(sockets.open(path.value()), SystemCalls.Outputs.NONE, true);
            return calls.closingOnExec(made, flags.contains("O_CLOEXEC"));
        }
        throw a.failure(a.get(0), "a path was expected here");
    }

    SystemCalls.Made sendfile(Arguments a) throws RunFailure {
        int file = calls.descriptor(a.integer(1));
        long offset = SystemCalls.isNull(a.get(2))
                ? Transfers.Offsets.NONE
                : a.integer(a.elements(2).get(0));
        if (offset < 0 && !SystemCalls.isNull(a.get(2))) {
            return SystemCalls.Made.of(calls.invalid(file));
        }
        return SystemCalls.Made.of(sockets.transfers().sendfile(calls.fd(a), file, offset, a.integer(3), calls.now()));
    }

    SystemCalls.Made pipe(Arguments a) throws RunFailure {
        return pipe(a, Set.of());
    }

    SystemCalls.Made pipe2(Arguments a) throws RunFailure {
        return pipe(a, a.flags(1, "O_NONBLOCK", "O_CLOEXEC"));
    }

    private SystemCalls.Made pipe(Arguments a, Set<String> flags) throws RunFailure {
        int[] ends = new int[2];
        List<Expression> names = a.elements(0);
        if (names.size() != ends.length) {
            throw a.failure(a.get(0), "a pipe has two ends");
        }
        Call call = sockets.transfers().pipe(ends);
        for (int i = 0; call.errno() == null && i < ends.length; i++) {
            sockets.setNonBlocking(ends[i], flags.contains("O_NONBLOCK"));
            sockets.fcntl().setCloseOnExec(ends[i], flags.contains("O_CLOEXEC"));
            calls.name(a.integer(names.get(i)), ends[i]);
        }
        return SystemCalls.Made.of(call);
    }

    SystemCalls.Made splice(Arguments a) throws RunFailure {
        long flags = a.integer(5);
        if ((flags & ~SPLICE_F_ALL) != 0) {
            return SystemCalls.Made.of(calls.invalid(calls.fd(a)));
        }
        Transfers.Offsets offsets = new Transfers.Offsets(offset(a, 1), offset(a, 3));
        Call call = sockets.transfers()
                .splice(
                        calls.fd(a),
                        calls.descriptor(a.integer(2)),
                        offsets,
                        a.integer(4),
                        (flags & SPLICE_F_NONBLOCK) != 0,
                        (flags & SPLICE_F_MORE) != 0,
                        calls.now());
        return SystemCalls.Made.of(call);
    }

    /** An offset, which scripts write as an array of one number; none for NULL. */
    private static long offset(Arguments a, int i) throws RunFailure {
        if (SystemCalls.isNull(a.get(i))) {
            return Transfers.Offsets.NONE;
        }
        return a.get(i) instanceof Expression.Array array && array.elements().size() == 1
                ? a.integer(array.elements().get(0))
                : a.integer(i);
    }

    SystemCalls.Made ioctl(Arguments a) throws RunFailure {
        if (a.name(1).equals("FIONBIO")) {
            List<Expression> value = a.elements(2);
            return SystemCalls.Made.of(sockets.setNonBlocking(calls.fd(a), a.integer(value.get(0)) != 0));
        }
        Call call =
                switch (a.name(1)) {
                    case "SIOCINQ", "TIOCINQ", "FIONREAD" ->
                        sockets.queueLengths().unread(calls.fd(a));
                    case "SIOCOUTQNSD" -> sockets.queueLengths().unsent(calls.fd(a));
                    case "SIOCATMARK" -> sockets.sockatmark(calls.fd(a));
                    case "SIOCOUTQ", "TIOCOUTQ", "FIONWRITE" ->
                        sockets.queueLengths().unacknowledged(calls.fd(a));
                    default -> throw a.failure(a.get(1), a.name(1) + " is not supported");
                };
        if (call.errno() != null) {
            return SystemCalls.Made.of(call);
        }
        long[] out = {call.result()};
        return new SystemCalls.Made(Call.returned(0), () -> SocketOptionCalls.checkValues(a, a.get(2), out), false);
    }
}
