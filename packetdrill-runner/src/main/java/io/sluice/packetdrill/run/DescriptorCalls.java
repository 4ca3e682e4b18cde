package io.sluice.packetdrill.run;

import io.sluice.api.Endpoint;
import io.sluice.packetdrill.language.Expression;
import io.sluice.packetdrill.language.Symbols;
import io.sluice.posix.Call;
import io.sluice.posix.Errno;
import io.sluice.posix.PosixSockets;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Calls about descriptors: {@code fcntl}, {@code dup} and its kin, {@code accept4}, and the names of sockets. */
final class DescriptorCalls {
    private static final long FD_CLOEXEC = 1;

    private final SystemCalls calls;
    private final PosixSockets sockets;
    private final Symbols symbols;

    DescriptorCalls(SystemCalls calls, PosixSockets sockets, Symbols symbols) {
        this.calls = calls;
        this.sockets = sockets;
        this.symbols = symbols;
    }

    SystemCalls.Made accept4(Arguments a) throws RunFailure {
        Set<String> flags = a.flags(3, "SOCK_NONBLOCK", "SOCK_CLOEXEC");
        Call call = sockets.accept(calls.fd(a), flags.contains("SOCK_NONBLOCK"), calls.now());
        return accepted(a, call, flags.contains("SOCK_CLOEXEC"));
    }

    SystemCalls.Made accept(Arguments a) throws RunFailure {
        return accepted(a, sockets.accept(calls.fd(a), false, calls.now()), false);
    }

    private SystemCalls.Made accepted(Arguments a, Call call, boolean closeOnExec) {
        return new SystemCalls.Made(
                call,
                () -> {
                    int fd = (int) call.result();
                    sockets.fcntl().setCloseOnExec(fd, closeOnExec);
                    Endpoint peer = sockets.getpeername(fd);
                    if (peer != null && !SystemCalls.isNull(a.get(1))) {
                        a.checkAddress(1, peer);
                    }
                },
                true);
    }

    SystemCalls.Made getsockname(Arguments a) throws RunFailure {
        int fd = calls.fd(a);
        Endpoint name = sockets.datagrams().has(fd) ? sockets.datagrams().getsockname(fd) : sockets.getsockname(fd);
        return name(a, name, Errno.EBADF);
    }

    SystemCalls.Made getpeername(Arguments a) throws RunFailure {
        int fd = calls.fd(a);
        Errno missing = sockets.getsockname(fd) == null ? Errno.EBADF : Errno.ENOTCONN;
        return name(a, sockets.getpeername(fd), missing);
    }

    private static SystemCalls.Made name(Arguments a, @Nullable Endpoint name, Errno missing) {
        return name == null
                ? SystemCalls.Made.of(Call.failed(missing))
                : new SystemCalls.Made(Call.returned(0), () -> a.checkAddress(1, name), false);
    }

    SystemCalls.Made dup(Arguments a) throws RunFailure {
        return new SystemCalls.Made(sockets.fcntl().dup(calls.fd(a), 0, false), SystemCalls.Outputs.NONE, true);
    }

    /** {@code dup2}: the number is the script's to choose. */
    SystemCalls.Made dup2(Arguments a) throws RunFailure {
        int fd = calls.fd(a);
        if (a.integer(1) == a.integer(0)) {
            Call known = sockets.isNonBlocking(fd);
            return SystemCalls.Made.of(known.errno() == null ? Call.returned(a.integer(1)) : known);
        }
        return copyTo(a, fd, false);
    }

    /** {@code dup3}: as {@code dup2}, but of another number and perhaps with FD_CLOEXEC. */
    SystemCalls.Made dup3(Arguments a) throws RunFailure {
        Set<String> flags = a.flags(2, "O_CLOEXEC");
        return a.integer(1) == a.integer(0)
                ? SystemCalls.Made.of(Call.failed(Errno.EINVAL))
                : copyTo(a, calls.fd(a), flags.contains("O_CLOEXEC"));
    }

    private SystemCalls.Made copyTo(Arguments a, int fd, boolean closeOnExec) throws RunFailure {
        long number = a.integer(1);
        if (number < 0 || number > Integer.MAX_VALUE) {
            return SystemCalls.Made.of(Call.failed(Errno.EBADF));
        }
        Call copy = sockets.fcntl().dup(fd, 0, closeOnExec);
        if (copy.errno() != null) {
            return SystemCalls.Made.of(copy);
        }
        if (calls.descriptor(number) >= 0) {
            sockets.close(calls.descriptor(number), calls.now());
        }
        calls.name(number, (int) copy.result());
        return SystemCalls.Made.of(Call.returned(number));
    }

    SystemCalls.Made fcntl(Arguments a) throws RunFailure {
        int fd = calls.fd(a);
        String command = a.name(1);
        boolean asks = command.equals("F_GETFL") || command.equals("F_GETFD");
        if (!asks && a.count() < 3) {
            throw a.failure(a.get(1), command + " takes an argument");
        }
        return switch (command) {
            case "F_SETFL" -> SystemCalls.Made.of(setStatus(a, fd));
            case "F_GETFL" -> SystemCalls.Made.of(status(fd));
            case "F_DUPFD" -> duplicate(a, fd, false);
            case "F_DUPFD_CLOEXEC" -> duplicate(a, fd, true);
            case "F_SETFD" -> SystemCalls.Made.of(sockets.fcntl().setCloseOnExec(fd, (a.integer(2) & FD_CLOEXEC) != 0));
            case "F_GETFD" -> SystemCalls.Made.of(sockets.fcntl().isCloseOnExec(fd));
            default -> throw a.failure(a.get(1), command + " is not supported");
        };
    }

    /** The new number is no lower than the one that is given. */
    private SystemCalls.Made duplicate(Arguments a, int fd, boolean closeOnExec) throws RunFailure {
        long least = a.integer(2);
        if (least < 0 || least > Integer.MAX_VALUE) {
            return SystemCalls.Made.of(calls.invalid(fd));
        }
        Call copy = sockets.fcntl().dup(fd, (int) least, closeOnExec);
        Expression expected = a.call().result();
        return new SystemCalls.Made(
                copy,
                () -> {
                    if (!(expected instanceof Expression.Ellipsis) && a.integer(expected) < least) {
                        throw a.failure(expected, "returned " + copy.result());
                    }
                },
                true);
    }

    /** Which access a descriptor allows, and O_NONBLOCK. */
    private Call status(int fd) {
        Call flag = sockets.isNonBlocking(fd);
        return flag.errno() != null
                ? flag
                : Call.returned(sockets.fcntl().accessMode(fd).result() | (flag.result() == 1 ? nonBlocking() : 0));
    }

    private long nonBlocking() {
        return symbols.value("O_NONBLOCK").orElseThrow();
    }

    /** Kernels ignore the access mode here. */
    private Call setStatus(Arguments a, int fd) throws RunFailure {
        long flags = a.integer(2);
        if ((flags & ~nonBlocking() & ~symbols.value("O_ACCMODE").orElseThrow()) != 0) {
            throw a.failure(a.get(2), "only O_NONBLOCK can be switched");
        }
        return sockets.setNonBlocking(fd, (flags & nonBlocking()) != 0);
    }

    /** {@code cap_set}: what a script may do is not limited here, and nothing that it does is refused for want of a right. */
    SystemCalls.Made capSet(Arguments a) throws RunFailure {
        List<Expression> all = a.call().arguments();
        if (all.isEmpty()) {
            throw new RunFailure(a.call().position(), "cap_set needs the capabilities to keep");
        }
        return SystemCalls.Made.of(Call.returned(0));
    }
}
