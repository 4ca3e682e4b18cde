package io.sluice.packetdrill.run;

import io.sluice.packetdrill.language.Expression;
import io.sluice.posix.Call;
import io.sluice.posix.EpollEvent;
import io.sluice.posix.Errno;
import io.sluice.posix.PollFd;
import io.sluice.posix.PosixSockets;
import io.sluice.posix.PosixSockets.EpollOperation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code poll} and {@code epoll}: what is asked for, and what was found against what the script says. */
final class EventCalls {
    private final SystemCalls calls;
    private final PosixSockets sockets;

    EventCalls(SystemCalls calls, PosixSockets sockets) {
        this.calls = calls;
        this.sockets = sockets;
    }

    SystemCalls.Made poll(Arguments a) throws RunFailure {
        List<PollFd> entries = new ArrayList<>();
        List<Expression> expected = a.elements(0);
        long count = a.integer(1);
        if (count < 0 || count > expected.size()) {
            throw a.failure(a.get(1), "there are " + expected.size() + " entries");
        }
        for (Expression element : expected.subList(0, (int) count)) {
            entries.add(new PollFd(calls.descriptor(field(a, element, "fd")), (int) field(a, element, "events")));
        }
        Call call = sockets.poll(entries, a.integer(2), calls.now());
        return new SystemCalls.Made(call, () -> checkPoll(a, expected, entries), false);
    }

    private static void checkPoll(Arguments a, List<Expression> expected, List<PollFd> entries) throws RunFailure {
        for (int i = 0; i < entries.size(); i++) {
            Optional<Expression> revents = struct(a, expected.get(i)).field("revents");
            if (revents.isPresent()
                    && a.integer(revents.get()) != entries.get(i).revents()) {
                throw a.failure(
                        revents.get(),
                        "revents: expected " + a.integer(revents.get()) + ", is "
                                + entries.get(i).revents());
            }
        }
    }

    /** The size is not looked at, but has to be one. */
    SystemCalls.Made epollCreate(Arguments a) throws RunFailure {
        return a.integer(0) <= 0
                ? SystemCalls.Made.of(Call.failed(Errno.EINVAL))
                : new SystemCalls.Made(sockets.epollCreate(), SystemCalls.Outputs.NONE, true);
    }

    SystemCalls.Made epollCreate1(Arguments a) throws RunFailure {
        Set<String> flags = a.flags(0, "EPOLL_CLOEXEC");
        SystemCalls.Made made = new SystemCalls.Made(sockets.epollCreate(), SystemCalls.Outputs.NONE, true);
        return calls.closingOnExec(made, flags.contains("EPOLL_CLOEXEC"));
    }

    /** There are no signals here. */
    SystemCalls.Made epollPwait(Arguments a) throws RunFailure {
        if (!SystemCalls.isNull(a.get(4))) {
            throw a.failure(a.get(4), "only NULL is supported: there are no signals here");
        }
        return epollWait(a);
    }

    SystemCalls.Made epollControl(Arguments a) throws RunFailure {
        EpollOperation operation =
                switch (a.name(1)) {
                    case "EPOLL_CTL_ADD" -> EpollOperation.EPOLL_CTL_ADD;
                    case "EPOLL_CTL_MOD" -> EpollOperation.EPOLL_CTL_MOD;
                    case "EPOLL_CTL_DEL" -> EpollOperation.EPOLL_CTL_DEL;
                    default -> throw a.failure(a.get(1), "no operation of epoll_ctl");
                };
        EpollEvent event = a.get(3) instanceof Expression.Struct
                ? new EpollEvent((int) field(a, a.get(3), "events"), data(a, a.get(3)))
                : new EpollEvent(0, 0);
        int epoll = calls.descriptor(a.integer(0));
        return SystemCalls.Made.of(sockets.epollCtl(epoll, operation, calls.descriptor(a.integer(2)), event));
    }

    SystemCalls.Made epollWait(Arguments a) throws RunFailure {
        List<EpollEvent> found = new ArrayList<>();
        int epoll = calls.descriptor(a.integer(0));
        Call call = sockets.epollWait(epoll, found, (int) a.integer(2), a.integer(3), calls.now());
        return new SystemCalls.Made(call, () -> checkEpoll(a, found), false);
    }

    private static void checkEpoll(Arguments a, List<EpollEvent> found) throws RunFailure {
        List<Expression> expected = a.get(1) instanceof Expression.Array array ? array.elements() : List.of(a.get(1));
        for (int i = 0; i < found.size() && i < expected.size(); i++) {
            if (expected.get(i) instanceof Expression.Ellipsis) {
                continue;
            }
            EpollEvent wanted = new EpollEvent((int) field(a, expected.get(i), "events"), data(a, expected.get(i)));
            if (!wanted.equals(found.get(i))) {
                throw a.failure(expected.get(i), "expected " + wanted + ", is " + found.get(i));
            }
        }
    }

    /** What is kept with an interest: the union's field that the script writes. */
    private static long data(Arguments a, Expression struct) throws RunFailure {
        for (String name : List.of("fd", "ptr", "u32", "u64")) {
            Optional<Expression> value = struct(a, struct).field(name);
            if (value.isPresent()) {
                return a.integer(value.get());
            }
        }
        return 0;
    }

    private static long field(Arguments a, Expression struct, String name) throws RunFailure {
        Optional<Expression> value = struct(a, struct).field(name);
        if (value.isEmpty()) {
            throw a.failure(struct, name + " is missing");
        }
        return a.integer(value.get());
    }

    private static Expression.Struct struct(Arguments a, Expression e) throws RunFailure {
        if (e instanceof Expression.Struct struct) {
            return struct;
        }
        throw a.failure(e, "a structure was expected here");
    }
}
