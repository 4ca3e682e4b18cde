package io.sluice.packetdrill.run;

import io.sluice.packetdrill.language.Expression;
import io.sluice.packetdrill.language.Symbols;
import io.sluice.posix.Call;
import io.sluice.posix.Errno;
import io.sluice.posix.PosixSockets;
import io.sluice.posix.SocketOption;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code getsockopt} and {@code setsockopt}: options by their names, at the level that each has, with values of the length that C has. */
final class SocketOptionCalls {
    /** {@code struct timeval}. */
    private static final int TIMEVAL_BYTES = 16;

    private final SystemCalls calls;
    private final PosixSockets sockets;
    private final RunConfig config;
    private final Symbols symbols;

    SocketOptionCalls(SystemCalls calls, PosixSockets sockets, RunConfig config) {
        this.calls = calls;
        this.sockets = sockets;
        this.config = config;
        this.symbols = config.personality().symbols();
    }

    private @Nullable SocketOption option(Arguments a) throws RunFailure {
        String name = a.name(2);
        for (SocketOption option : SocketOption.values()) {
            if (option.name().equals(name)) {
                checkLevel(a, name);
                return option;
            }
        }
        if (symbols.value(name).isEmpty()) {
            throw a.failure(a.get(2), name + " means nothing on " + symbols);
        }
        return null;
    }

    /** Names of options tell the level that each has; at another its number means something else. */
    private void checkLevel(Arguments a, String name) throws RunFailure {
        String kind = name.substring(0, name.indexOf('_'));
        String level = kind.equals("SO") ? "SOL_SOCKET" : "IPPROTO_" + kind;
        if (a.integer(1) != symbols.value(level).orElseThrow()) {
            throw a.failure(a.get(1), name + " is an option of the level " + level);
        }
    }

    /** Octets of a value of integers. */
    private static int length(SocketOption option) {
        return switch (option) {
            case SO_RCVTIMEO, SO_SNDTIMEO -> TIMEVAL_BYTES;
            default -> option.valueCount() * Integer.BYTES;
        };
    }

    SystemCalls.Made getsockopt(Arguments a) throws RunFailure {
        SocketOption option = option(a);
        if (option == null) {
            return SystemCalls.Made.of(Call.failed(Errno.ENOPROTOOPT));
        }
        int fd = calls.fd(a);
        Call known = sockets.isNonBlocking(fd);
        if (known.errno() != null) {
            return SystemCalls.Made.of(known);
        }
        if (option.isName()) {
            return getName(a, option);
        }
        if (option.isKeys()) {
            byte[] value = sockets.getsockopt(fd, option);
            Call call = value.length == 0 ? Call.failed(Errno.ENOENT) : Call.returned(0);
            return new SystemCalls.Made(call, () -> KeyStructs.check(a, KeyStructs.of(option), a.get(3), value), false);
        }
        if (option.isOctets()) {
            int room = a.isEllipsis(4)
                    ? Integer.MAX_VALUE
                    : (int) a.integer(a.elements(4).get(0));
            byte[] value = sockets.getsockopt(fd, option, room);
            if (value.length > room) {
                return SystemCalls.Made.of(Call.failed(Errno.EINVAL));
            }
            ByteBuffer filled = ByteBuffer.wrap(value).position(value.length);
            return new SystemCalls.Made(
                    Call.returned(0),
                    () -> {
                        SystemCalls.checkContent(a, a.get(3), filled);
                        checkLength(a, value.length);
                    },
                    false);
        }
        return getIntegers(a, option, fd);
    }

    private SystemCalls.Made getIntegers(Arguments a, SocketOption option, int fd) throws RunFailure {
        int room = room(a, option);
        if (room < 0) {
            return SystemCalls.Made.of(Call.failed(Errno.EINVAL));
        }
        long[] out = new long[option.valueCount()];
        Call call = sockets.datagrams().has(fd)
                ? sockets.datagrams().getsockopt(fd, option, out)
                : sockets.getsockopt(fd, option, out);
        return new SystemCalls.Made(
                call,
                () -> {
                    int length = returned(option, room, out);
                    if (length >= Integer.BYTES) {
                        checkValues(a, a.get(3), out);
                    } else if (length > 0) {
                        checkValues(a, a.get(3), new long[] {(byte) out[0]});
                    }
                    checkLength(a, length);
                },
                false);
    }

    /** How many octets the script has room for. */
    private static int room(Arguments a, SocketOption option) throws RunFailure {
        return a.isEllipsis(4) || a.elements(4).get(0) instanceof Expression.Ellipsis
                ? length(option)
                : (int) a.integer(a.elements(4).get(0));
    }

    /** The length that comes back: what there is room for; a small number of IPv4 in one octet, where there is none for four (ip(7)). */
    private static int returned(SocketOption option, int room, long[] out) {
        boolean small = option.name().startsWith("IP_") && out[0] >= 0 && out[0] <= 0xFF;
        return small && room > 0 && room < Integer.BYTES ? 1 : Math.min(room, length(option));
    }

    /** The length, which the script gives and the call changes: there is no more than there is, and no part of a value. */
    private static void checkLength(Arguments a, int actual) throws RunFailure {
        if (!a.isEllipsis(4)) {
            Expression length = a.elements(4).get(0);
            if (!(length instanceof Expression.Ellipsis) && a.integer(length) != actual) {
                throw a.failure(length, "the length is " + actual);
            }
        }
    }

    private SystemCalls.Made getName(Arguments a, SocketOption option) throws RunFailure {
        String name = sockets.getsockoptName(calls.fd(a), option);
        return new SystemCalls.Made(
                name == null ? Call.failed(Errno.ENOPROTOOPT) : Call.returned(0),
                () -> {
                    Expression wanted = a.get(3) instanceof Expression.Struct struct
                            ? struct.field("function_set_name").orElse(struct)
                            : a.get(3);
                    if (wanted instanceof Expression.Ellipsis) {
                        return;
                    }
                    if (!(wanted instanceof Expression.StringValue expected)) {
                        throw a.failure(wanted, "a name was expected here");
                    }
                    if (!expected.value().equals(name)) {
                        throw a.failure(wanted, "expected " + expected.value() + ", is " + name);
                    }
                },
                false);
    }

    static void checkValues(Arguments a, Expression expected, long[] out) throws RunFailure {
        if (expected instanceof Expression.Ellipsis) {
            return;
        }
        List<Expression> elements = values(a, expected);
        for (int i = 0; i < elements.size(); i++) {
            Expression element = elements.get(i);
            if (element instanceof Expression.Ellipsis) {
                continue;
            }
            long wanted = a.integer(element);
            if (i >= out.length || (wanted != out[i] && wanted != (int) out[i])) { // C reads an int
                throw a.failure(element, "expected " + wanted + ", is " + (i < out.length ? out[i] : "not there"));
            }
        }
    }

    /** The values of {@code [a, b]}, {@code {name=a, name=b}} or {@code "a"}. */
    private static List<Expression> values(Arguments a, Expression e) throws RunFailure {
        if (e instanceof Expression.StringValue text) {
            return List.of(text);
        }
        return e instanceof Expression.Struct struct
                ? struct.fields().stream().map(Expression.Field::value).toList()
                : a.elements(e);
    }

    SystemCalls.Made setsockopt(Arguments a) throws RunFailure {
        SocketOption option = option(a);
        if (option == null) {
            return SystemCalls.Made.of(Call.failed(Errno.ENOPROTOOPT));
        }
        if (KeyStructs.has(option) && a.get(3) instanceof Expression.Struct struct) {
            byte[] value = KeyStructs.write(a, KeyStructs.of(option), struct, config.remote());
            return SystemCalls.Made.of(sockets.setsockopt(calls.fd(a), option, value));
        }
        List<Expression> elements = values(a, a.get(3));
        if (option.isName()) {
            return setName(a, option, elements);
        }
        if (option.isOctets()) {
            if (elements.isEmpty() || !(elements.get(0) instanceof Expression.StringValue octets)) {
                throw a.failure(a.get(3), "octets were expected");
            }
            byte[] value = Arrays.copyOf(octets.value().getBytes(StandardCharsets.ISO_8859_1), (int) a.integer(4));
            return SystemCalls.Made.of(sockets.setsockopt(calls.fd(a), option, value));
        }
        long[] values = new long[elements.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = a.integer(elements.get(i));
        }
        return setIntegers(a, option, values);
    }

    private SystemCalls.Made setIntegers(Arguments a, SocketOption option, long[] values) throws RunFailure {
        if (values.length != option.valueCount()) {
            throw a.failure(a.get(3), option + " takes another number of values: " + option.valueCount());
        }
        int fd = calls.fd(a);
        boolean datagram = sockets.datagrams().has(fd);
        if (a.integer(4) < leastLength(option)) {
            return SystemCalls.Made.of(calls.invalid(fd));
        }
        return SystemCalls.Made.of(
                datagram
                        ? sockets.datagrams().setsockopt(fd, option, values, calls.now())
                        : sockets.setsockopt(fd, option, values, calls.now()));
    }

    /** Both kernels refuse a value that is too short; those of IPv4 may have one octet (ip(7)). */
    private static int leastLength(SocketOption option) {
        return option.name().startsWith("IP_") ? 1 : length(option);
    }

    private SystemCalls.Made setName(Arguments a, SocketOption option, List<Expression> elements) throws RunFailure {
        if (elements.isEmpty() || !(elements.get(0) instanceof Expression.StringValue name)) {
            throw a.failure(a.get(3), "a name was expected");
        }
        if (a.integer(4) < 1) {
            return SystemCalls.Made.of(calls.invalid(calls.fd(a)));
        }
        int length = (int) Math.min(a.integer(4), name.value().length());
        String read = name.value().substring(0, length);
        return SystemCalls.Made.of(sockets.setsockopt(calls.fd(a), option, read, calls.now()));
    }
}
