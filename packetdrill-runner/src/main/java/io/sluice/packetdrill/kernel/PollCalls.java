package io.sluice.packetdrill.kernel;

import com.sun.jna.Memory;
import io.sluice.packetdrill.language.Expression;
import io.sluice.packetdrill.run.Arguments;
import io.sluice.packetdrill.run.RunFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Calls that wait for events of descriptors. */
final class PollCalls {
    private static final int POLLFD_BYTES = 8;
    private static final int EVENTS = 4;
    private static final int RETURNED_EVENTS = 6;

    /** {@code struct epoll_event} is packed on x86-64, and nowhere else. */
    private static final boolean PACKED = System.getProperty("os.arch", "").matches("amd64|x86_64");

    private static final int EPOLL_DATA = PACKED ? 4 : 8;
    private static final int EPOLL_BYTES = EPOLL_DATA + Long.BYTES;

    private final Descriptors descriptors;

    PollCalls(Descriptors descriptors) {
        this.descriptors = descriptors;
    }

    Map<String, KernelSystemCalls.Handler> handlers() {
        return Map.of(
                "poll", this::poll,
                "epoll_create", this::epollCreate,
                "epoll_create1", this::epollCreate1,
                "epoll_ctl", this::epollControl,
                "epoll_wait", this::epollWait,
                "epoll_pwait", this::epollPwait);
    }

    private Prepared epollPwait(Arguments a) throws RunFailure {
        if (!SocketCalls.isNull(a.get(4))) {
            throw a.failure(a.get(4), "only NULL is supported: scripts know no signals");
        }
        return epollWait(a);
    }

    private static Expression field(Arguments a, Expression e, String name) throws RunFailure {
        if (e instanceof Expression.Struct struct) {
            return struct.field(name).orElseThrow(() -> a.failure(e, name + " is missing"));
        }
        throw a.failure(e, "a structure was expected here");
    }

    private Prepared poll(Arguments a) throws RunFailure {
        List<Expression> entries = a.elements(0);
        Memory fds = new Memory(Math.max(1, entries.size()) * (long) POLLFD_BYTES);
        for (int i = 0; i < entries.size(); i++) {
            long at = (long) i * POLLFD_BYTES;
            fds.setInt(at, descriptors.of(a.integer(field(a, entries.get(i), "fd"))));
            fds.setShort(at + EVENTS, (short) a.integer(field(a, entries.get(i), "events")));
            fds.setShort(at + RETURNED_EVENTS, (short) 0);
        }
        long count = a.integer(1);
        if (count < 0 || count > entries.size()) {
            throw a.failure(a.get(1), "there are " + entries.size() + " entries");
        }
        int timeoutMs = (int) a.integer(2);
        return Prepared.of(() -> KernelLibC.poll(fds, count, timeoutMs)).checking(() -> {
            for (int i = 0; i < entries.size(); i++) {
                Expression expected = field(a, entries.get(i), "revents");
                int actual = fds.getShort((long) i * POLLFD_BYTES + RETURNED_EVENTS) & 0xFFFF;
                if (!(expected instanceof Expression.Ellipsis) && a.integer(expected) != actual) {
                    throw a.failure(expected, "revents: expected " + a.integer(expected) + ", is " + actual);
                }
            }
        });
    }

    /** Of the size only counts that it is one. */
    private Prepared epollCreate(Arguments a) throws RunFailure {
        int flags = a.integer(0) > 0 ? 0 : -1; // none that there is: EINVAL, too
        return Prepared.descriptor(() -> KernelLibC.epoll_create1(flags));
    }

    private Prepared epollCreate1(Arguments a) throws RunFailure {
        int flags = (int) a.integer(0);
        return Prepared.descriptor(() -> KernelLibC.epoll_create1(flags));
    }

    /** What the script puts into {@code epoll_data}: the number that it calls the descriptor by. */
    private static long data(Arguments a, Expression event) throws RunFailure {
        if (event instanceof Expression.Struct struct) {
            for (String name : List.of("fd", "ptr", "u32", "u64")) {
                if (struct.field(name).isPresent()) {
                    return a.integer(struct.field(name).get());
                }
            }
        }
        throw a.failure(event, "fd, ptr, u32 or u64 is missing");
    }

    private Prepared epollControl(Arguments a) throws RunFailure {
        int epoll = descriptors.of(a, 0);
        int operation = (int) a.integer(1);
        int fd = descriptors.of(a.integer(2));
        Expression event = a.get(3);
        if (SocketCalls.isNull(event)) {
            return Prepared.of(() -> KernelLibC.epoll_ctl(epoll, operation, fd, null));
        }
        Memory memory = new Memory(EPOLL_BYTES);
        memory.clear();
        memory.setInt(0, (int) a.integer(field(a, event, "events")));
        memory.setLong(EPOLL_DATA, data(a, event));
        return Prepared.of(() -> KernelLibC.epoll_ctl(epoll, operation, fd, memory));
    }

    private Prepared epollWait(Arguments a) throws RunFailure {
        int epoll = descriptors.of(a, 0);
        List<Expression> expected = new ArrayList<>();
        if (a.get(1) instanceof Expression.Array array) {
            expected.addAll(array.elements());
        } else if (!a.isEllipsis(1)) {
            expected.add(a.get(1));
        }
        int most = (int) a.integer(2);
        int timeoutMs = (int) a.integer(3);
        Memory events = new Memory(Math.max(1, most) * (long) EPOLL_BYTES);
        events.clear();
        boolean none = !(a.call().result() instanceof Expression.Ellipsis)
                && a.integer(a.call().result()) == 0;
        return Prepared.of(() -> KernelLibC.epoll_wait(epoll, events, most, timeoutMs))
                .checking(() -> {
                    for (int i = 0; !none && i < Math.min(most, expected.size()); i++) {
                        checkEvent(a, expected.get(i), events, i * EPOLL_BYTES);
                    }
                });
    }

    private static void checkEvent(Arguments a, Expression expected, Memory events, int at) throws RunFailure {
        if (expected instanceof Expression.Ellipsis) {
            return;
        }
        Expression wanted = field(a, expected, "events");
        if ((int) a.integer(wanted) != events.getInt(at)) {
            throw a.failure(wanted, "events is 0x" + Integer.toHexString(events.getInt(at)));
        }
        long data = events.getLong(at + EPOLL_DATA);
        if (data(a, expected) != data) {
            throw a.failure(expected, "the data is " + data);
        }
    }
}
