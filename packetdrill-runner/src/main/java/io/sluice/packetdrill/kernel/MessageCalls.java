package io.sluice.packetdrill.kernel;

import com.sun.jna.Memory;
import io.sluice.api.Endpoint;
import io.sluice.packetdrill.language.Expression;
import io.sluice.packetdrill.run.Arguments;
import io.sluice.packetdrill.run.RunConfig;
import io.sluice.packetdrill.run.RunFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code sendmsg} and {@code recvmsg}. */
final class MessageCalls {
    /** {@code struct msghdr} under LP64. */
    private static final int MESSAGE_BYTES = 56;

    private static final int NAME = 0;
    private static final int NAME_LENGTH = 8;
    private static final int VECTORS = 16;
    private static final int VECTOR_COUNT = 24;
    private static final int CONTROL = 32;
    private static final int CONTROL_LENGTH = 40;
    private static final int FLAGS = 48;
    private static final int VECTOR_BYTES = 16;
    private static final int CONTROL_CAPACITY = 1024;

    private final RunConfig config;
    private final Descriptors descriptors;
    private final TransferCalls transfers;
    private final KernelClock clock;

    MessageCalls(RunConfig config, Descriptors descriptors, TransferCalls transfers, KernelClock clock) {
        this.config = config;
        this.descriptors = descriptors;
        this.transfers = transfers;
        this.clock = clock;
    }

    Map<String, KernelSystemCalls.Handler> handlers() {
        return Map.of("sendmsg", this::sendmsg, "recvmsg", this::recvmsg, "readv", this::readv, "writev", this::writev);
    }

    /**
     * A message in memory, with what it points to.
     *
     * @param header the {@code struct msghdr}
     * @param port where it goes, or 0
     * @param parts what must not be collected before the call is over
     */
    private record Message(Memory header, int port, List<Memory> parts) {}

    private static Expression.Struct struct(Arguments a) throws RunFailure {
        if (a.get(1) instanceof Expression.Struct struct) {
            return struct;
        }
        throw a.failure(a.get(1), "a message was expected here");
    }

    private Prepared sendmsg(Arguments a) throws RunFailure {
        int fd = descriptors.of(a, 0);
        int flags = (int) a.integer(2);
        Message message = message(a, struct(a), false);
        return transfers.connecting(
                Prepared.of(() -> KernelLibC.sendmsg(fd, message.header(), flags)), fd, flags, message.port());
    }

    private Message message(Arguments a, Expression.Struct struct, boolean receiving) throws RunFailure {
        Memory header = new Memory(MESSAGE_BYTES);
        header.clear();
        Memory name = null;
        int port = 0;
        Optional<Expression> named = struct.field("msg_name");
        if (named.isPresent() && !SocketCalls.isNull(named.get())) {
            port = config.connectPort();
            name = SocketAddress.of(new Endpoint(config.remote(), port), config.ipv6Sockets());
            header.setPointer(NAME, name);
            header.setInt(NAME_LENGTH, (int) name.size());
        }
        List<Expression> vectors = vectors(a, struct);
        List<Memory> buffers = new ArrayList<>();
        Memory array = array(a, vectors, buffers);
        header.setPointer(VECTORS, array);
        header.setLong(VECTOR_COUNT, vectors.size());
        Memory control = new Memory(CONTROL_CAPACITY);
        control.clear();
        Optional<Expression> sent = struct.field("msg_control");
        long length =
                receiving ? CONTROL_CAPACITY : sent.isPresent() ? ControlMessages.write(a, sent.get(), control) : 0;
        if (length > 0) {
            header.setPointer(CONTROL, control);
            header.setLong(CONTROL_LENGTH, length);
        }
        buffers.add(array);
        buffers.add(control);
        if (name != null) {
            buffers.add(name);
        }
        return new Message(header, port, List.copyOf(buffers));
    }

    /** An array of {@code struct iovec}; what they point to is added to {@code buffers}. */
    private static Memory array(Arguments a, List<Expression> vectors, List<Memory> buffers) throws RunFailure {
        Memory array = new Memory(Math.max(1, vectors.size()) * (long) VECTOR_BYTES);
        for (int i = 0; i < vectors.size(); i++) {
            Expression.Struct vector = (Expression.Struct) vectors.get(i);
            long length = a.integer(vector.fields().get(1).value());
            Memory data = new Memory(Math.max(1, length));
            data.clear();
            buffers.add(data);
            array.setPointer((long) i * VECTOR_BYTES, data);
            array.setLong((long) i * VECTOR_BYTES + Long.BYTES, length);
        }
        return array;
    }

    private Prepared readv(Arguments a) throws RunFailure {
        int fd = descriptors.of(a, 0);
        Message message = vectors(a);
        int count = message.parts().size();
        return Prepared.of(() -> KernelLibC.readv(fd, message.header(), count));
    }

    private Prepared writev(Arguments a) throws RunFailure {
        int fd = descriptors.of(a, 0);
        Message message = vectors(a);
        int count = message.parts().size();
        return Prepared.of(() -> KernelLibC.writev(fd, message.header(), count));
    }

    /** The vectors of {@code readv} and {@code writev} in the place of a header. */
    private static Message vectors(Arguments a) throws RunFailure {
        List<Expression> vectors = vectorsOf(a, a.get(1));
        List<Memory> buffers = new ArrayList<>();
        return new Message(array(a, vectors, buffers), 0, buffers);
    }

    private static List<Expression> vectors(Arguments a, Expression.Struct struct) throws RunFailure {
        Optional<Expression> found = struct.field("msg_iov");
        if (found.isEmpty()) {
            throw a.failure(struct, "msg_iov is missing");
        }
        return vectorsOf(a, found.get());
    }

    private static List<Expression> vectorsOf(Arguments a, Expression vectors) throws RunFailure {
        if (vectors instanceof Expression.Array array) {
            for (Expression e : array.elements()) {
                if (!(e instanceof Expression.Struct vector) || vector.fields().size() != 2) {
                    throw a.failure(e, "{buffer, length} was expected here");
                }
            }
            return array.elements();
        }
        throw a.failure(vectors, "[{buffer, length}, ...] was expected here");
    }

    private Prepared recvmsg(Arguments a) throws RunFailure {
        int fd = descriptors.of(a, 0);
        int flags = (int) a.integer(2);
        Expression.Struct struct = struct(a);
        Message message = message(a, struct, true);
        return Prepared.of(() -> KernelLibC.recvmsg(fd, message.header(), flags))
                .checking(() -> {
                    checkFlags(a, struct, message.header().getInt(FLAGS));
                    checkControl(a, struct, message.header());
                });
    }

    private static void checkFlags(Arguments a, Expression.Struct struct, int actual) throws RunFailure {
        Optional<Expression> expected = struct.field("msg_flags");
        if (expected.isPresent()
                && !(expected.get() instanceof Expression.Ellipsis)
                && a.integer(expected.get()) != actual) {
            throw a.failure(expected.get(), "msg_flags is 0x" + Integer.toHexString(actual));
        }
    }

    private void checkControl(Arguments a, Expression.Struct struct, Memory header) throws RunFailure {
        Optional<Expression> expected = struct.field("msg_control");
        if (expected.isEmpty() || !(expected.get() instanceof Expression.Array array)) {
            return;
        }
        int length = (int) header.getLong(CONTROL_LENGTH);
        new ControlMessages(a, config.toleranceNs(), clock.startInstant())
                .check(array, header.getPointer(CONTROL).getByteArray(0, length));
    }
}
