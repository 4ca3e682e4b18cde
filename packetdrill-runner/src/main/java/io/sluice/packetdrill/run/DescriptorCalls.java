package io.sluice.packetdrill.run;

import io.sluice.api.Endpoint;
import io.sluice.packetdrill.language.Expression;
import io.sluice.packetdrill.language.Symbols;
import io.sluice.posix.Call;
import io.sluice.posix.Errno;
import io.sluice.posix.PosixSockets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Calls about descriptors: {@code fcntl}, {@code dup} and its kin, {@code accept4}, and the names of sockets. */
final class DescriptorCalls {
    private final SystemCalls calls;
    private final PosixSockets sockets;
    private final Symbols symbols;

    /** Descriptors with FD_CLOEXEC. */
    private final Set<Integer> closeOnExec = new HashSet<>();

    DescriptorCalls(SystemCalls calls, PosixSockets sockets, Symbols symbols) {
        this.calls = calls;
        this.sockets = sockets;
        this.symbols = symbols;
    }

    SystemCalls.Made accept4(Arguments a) throws RunFailure {
        boolean nonBlocking = a.names(3).contains("SOCK_NONBLOCK");
        return accepted(a, sockets.accept(calls.fd(a), nonBlocking, calls.now()));
    }

    SystemCalls.Made accept(Arguments a) throws RunFailure {
        return accepted(a, sockets.accept(calls.fd(a), false, calls.now()));
    }

    private SystemCalls.Made accepted(Arguments a, Call call) {
        return new SystemCalls.Made(
                call,
                () -> {
                    Endpoint peer = sockets.getpeername((int) call.result());
                    if (a.get(1) instanceof Expression.Struct && peer != null) {
                        checkName(a, peer);
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
                : new SystemCalls.Made(Call.returned(0), () -> checkName(a, name), false);
    }

    /** What the script does not say of an address is as it is. */
    private static void checkName(Arguments a, Endpoint actual) throws RunFailure {
        Endpoint expected = a.endpoint(1, actual);
        if (!expected.equals(actual)) {
            throw a.failure(a.get(1), "expected " + expected + ", is " + actual);
        }
    }

    SystemCalls.Made dup(Arguments a) throws RunFailure {
        return new SystemCalls.Made(sockets.dup(calls.fd(a)), SystemCalls.Outputs.NONE, true);
    }

    /** {@code dup2} and {@code dup3}: the number is the script's to choose. */
    SystemCalls.Made dup2(Arguments a) throws RunFailure {
        long number = a.integer(1);
        int fd = calls.fd(a);
        boolean same = number == a.integer(0);
        if (same && (a.call().name().equals("dup3") || sockets.isNonBlocking(fd).errno() != null)) {
            return SystemCalls.Made.of(Call.failed(a.call().name().equals("dup3") ? Errno.EINVAL : Errno.EBADF));
        }
        if (same) {
            return SystemCalls.Made.of(Call.returned(number));
        }
        Call copy = sockets.dup(fd);
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
        long nonBlocking = symbols.value("O_NONBLOCK").orElseThrow();
        long readWrite = symbols.value("O_RDWR").orElseThrow();
        int fd = calls.fd(a);
        Call flag = sockets.isNonBlocking(fd);
        return switch (a.name(1)) {
            case "F_SETFL" -> SystemCalls.Made.of(sockets.setNonBlocking(fd, (a.integer(2) & nonBlocking) != 0));
            case "F_GETFL" ->
                SystemCalls.Made.of(
                        flag.result() < 0 ? flag : Call.returned(readWrite | (flag.result() == 1 ? nonBlocking : 0)));
            case "F_DUPFD", "F_DUPFD_CLOEXEC" -> new SystemCalls.Made(sockets.dup(fd), SystemCalls.Outputs.NONE, true);
            case "F_SETFD" -> SystemCalls.Made.of(setCloseOnExec(flag, fd, (a.integer(2) & 1) != 0));
            case "F_GETFD" ->
                SystemCalls.Made.of(flag.result() < 0 ? flag : Call.returned(closeOnExec.contains(fd) ? 1 : 0));
            default -> throw a.failure(a.get(1), a.name(1) + " is not supported");
        };
    }

    /** There is no other program to become: what was set is only told again. */
    private Call setCloseOnExec(Call flag, int fd, boolean on) {
        if (flag.result() < 0) {
            return flag;
        }
        closeOnExec.remove(fd);
        if (on) {
            closeOnExec.add(fd);
        }
        return Call.returned(0);
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
