package io.sluice.packetdrill.kernel;

import com.sun.jna.Memory;
import io.sluice.packetdrill.language.Expression;
import io.sluice.packetdrill.run.Arguments;
import io.sluice.packetdrill.run.RunFailure;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Calls that ask for and change what a descriptor is like. */
final class OptionCalls {
    private static final int OUTPUT_BYTES = 512;

    private final Descriptors descriptors;

    OptionCalls(Descriptors descriptors) {
        this.descriptors = descriptors;
    }

    Map<String, KernelSystemCalls.Handler> handlers() {
        return Map.of(
                "getsockopt", this::getsockopt,
                "setsockopt", this::setsockopt,
                "fcntl", this::fcntl,
                "ioctl", this::ioctl);
    }

    private Prepared getsockopt(Arguments a) throws RunFailure {
        int fd = descriptors.of(a, 0);
        int level = (int) a.integer(1);
        int name = (int) a.integer(2);
        Memory length = new Memory(Integer.BYTES);
        boolean any = a.isEllipsis(4);
        List<Expression> lengths = any ? List.of() : a.elements(4);
        length.setInt(0, any ? Integer.BYTES : (int) a.integer(lengths.get(0)));
        Memory value = new Memory(OUTPUT_BYTES);
        value.clear();
        return Prepared.of(() -> KernelLibC.getsockopt(fd, level, name, value, length))
                .checking(() -> {
                    if (!any && length.getInt(0) != a.integer(lengths.get(0))) {
                        throw a.failure(lengths.get(0), "the length is " + length.getInt(0));
                    }
                    checkValue(a, value, length.getInt(0));
                });
    }

    private static void checkValue(Arguments a, Memory value, int length) throws RunFailure {
        Expression expected = a.get(3);
        if (expected instanceof Expression.Ellipsis) {
            return;
        }
        if (expected instanceof Expression.StringValue text) {
            String actual = new String(value.getByteArray(0, length), StandardCharsets.ISO_8859_1);
            if (!actual.startsWith(text.value())) {
                throw a.failure(expected, "is " + actual);
            }
            return;
        }
        List<Expression> elements = elements(a);
        int size = length < Integer.BYTES ? Byte.BYTES : Integer.BYTES;
        for (int i = 0; i < elements.size(); i++) {
            Expression element = elements.get(i);
            if (element instanceof Expression.Ellipsis) {
                continue;
            }
            long actual = size == Byte.BYTES ? value.getByte(i) : value.getInt((long) i * size);
            if ((int) a.integer(element) != (int) actual) {
                throw a.failure(element, "expected " + a.integer(element) + ", is " + actual);
            }
        }
    }

    /** The values of {@code [a]} or {@code {name=a, name=b}}. */
    private static List<Expression> elements(Arguments a) throws RunFailure {
        return a.get(3) instanceof Expression.Struct struct
                ? struct.fields().stream().map(Expression.Field::value).toList()
                : a.elements(3);
    }

    private Prepared setsockopt(Arguments a) throws RunFailure {
        int fd = descriptors.of(a, 0);
        int level = (int) a.integer(1);
        int name = (int) a.integer(2);
        int length = (int) a.integer(4);
        Memory value = value(a, length);
        return Prepared.of(() -> KernelLibC.setsockopt(fd, level, name, value, length));
    }

    /** Integers of C, or of as many octets as there are for each. */
    private static Memory value(Arguments a, int length) throws RunFailure {
        Memory value = new Memory(Math.max(OUTPUT_BYTES, length));
        value.clear();
        if (a.get(3) instanceof Expression.StringValue text) {
            byte[] octets = text.value().getBytes(StandardCharsets.ISO_8859_1);
            value.write(0, octets, 0, octets.length);
            return value;
        }
        List<Expression> elements = elements(a);
        int size = Math.max(1, length / Math.max(1, elements.size()));
        for (int i = 0; i < elements.size(); i++) {
            long number = a.integer(elements.get(i));
            if (size >= Long.BYTES) {
                value.setLong((long) i * Long.BYTES, number);
            } else {
                value.setInt((long) i * Math.min(size, Integer.BYTES), (int) number);
            }
        }
        return value;
    }

    private Prepared fcntl(Arguments a) throws RunFailure {
        int fd = descriptors.of(a, 0);
        int command = (int) a.integer(1);
        long argument = a.count() > 2 ? a.integer(2) : 0;
        if (!a.name(1).startsWith("F_DUPFD")) {
            return Prepared.of(() -> KernelLibC.fcntl(fd, command, argument));
        }
        Expression expected = a.call().result();
        return Prepared.descriptor(() -> KernelLibC.fcntl(fd, command, argument))
                .checking(() -> {
                    if (!(expected instanceof Expression.Ellipsis) && a.integer(expected) < argument) {
                        throw a.failure(expected, "returned no number below " + argument);
                    }
                });
    }

    private Prepared ioctl(Arguments a) throws RunFailure {
        int fd = descriptors.of(a, 0);
        long request = a.integer(1);
        Memory argument = new Memory(Long.BYTES);
        argument.clear();
        Expression expected = a.elements(2).get(0);
        if (!(expected instanceof Expression.Ellipsis)) {
            argument.setInt(0, (int) a.integer(expected));
        }
        return Prepared.of(() -> KernelLibC.ioctl(fd, request, argument)).checking(() -> {
            if (!(expected instanceof Expression.Ellipsis) && argument.getInt(0) != (int) a.integer(expected)) {
                throw a.failure(expected, "is " + argument.getInt(0));
            }
        });
    }
}
