package io.sluice.packetdrill.run;

import io.sluice.api.Endpoint;
import io.sluice.packetdrill.language.Expression;
import io.sluice.packetdrill.language.Symbols;
import io.sluice.posix.ControlMessage;
import io.sluice.posix.DatagramMessage;
import io.sluice.posix.DatagramSockets;
import io.sluice.posix.MessageFlag;
import io.sluice.posix.SocketOption;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code sendmsg} and {@code recvmsg} of datagram sockets: control messages are what is said of one datagram alone. */
final class DatagramMessageCalls {
    private final SystemCalls calls;
    private final DatagramSockets datagrams;
    private final Symbols symbols;

    DatagramMessageCalls(SystemCalls calls, DatagramSockets datagrams, Symbols symbols) {
        this.calls = calls;
        this.datagrams = datagrams;
        this.symbols = symbols;
    }

    SystemCalls.Made sendmsg(Arguments a, Expression.Struct header, List<ByteBuffer> parts, @Nullable Endpoint to)
            throws RunFailure {
        List<ControlMessage> control = new ArrayList<>();
        Optional<Expression> given = header.field("msg_control");
        if (given.isPresent()) {
            for (Expression each : a.elements(given.get())) {
                control.add(message(a, each));
            }
        }
        Set<MessageFlag> flags = calls.ofDatagrams(a, a.messageFlags(2));
        return SystemCalls.Made.of(datagrams.sendmsg(calls.fd(a), parts, flags, to, control, calls.now()));
    }

    /** @param content checks what was received into {@code into} */
    SystemCalls.Made recvmsg(Arguments a, Expression.Struct header, ByteBuffer into, SystemCalls.Outputs content)
            throws RunFailure {
        int fd = calls.fd(a);
        Set<MessageFlag> flags = calls.ofDatagrams(a, a.messageFlags(2));
        return new SystemCalls.Made(
                datagrams.recvmsg(fd, List.of(into), flags, calls.now()),
                () -> {
                    content.check();
                    check(a, header, Objects.requireNonNull(datagrams.lastMessage(fd)));
                },
                false);
    }

    /** {@code {cmsg_level=IPPROTO_UDP, cmsg_type=UDP_OPT_MRDS, cmsg_data=[4000, 3]}}. */
    private ControlMessage message(Arguments a, Expression e) throws RunFailure {
        if (!(e instanceof Expression.Struct struct)) {
            throw a.failure(e, "a control message was expected here");
        }
        Expression type = struct.field("cmsg_type").orElseThrow(() -> a.failure(e, "cmsg_type is missing"));
        Expression data = struct.field("cmsg_data").orElseThrow(() -> a.failure(e, "cmsg_data is missing"));
        List<Long> values = new ArrayList<>();
        if (data instanceof Expression.Array) {
            for (Expression value : a.elements(data)) {
                values.add(a.integer(value));
            }
        } else {
            values.add(a.integer(data));
        }
        for (SocketOption option : SocketOption.values()) {
            if (type instanceof Expression.Name name && option.name().equals(name.name())) {
                return new ControlMessage(option, values);
            }
        }
        throw a.failure(type, "no control message of datagrams");
    }

    private void check(Arguments a, Expression.Struct header, DatagramMessage actual) throws RunFailure {
        Optional<Expression> name = header.field("msg_name");
        if (name.isPresent()) {
            Endpoint wanted = a.endpoint(name.get(), actual.from());
            if (!wanted.equals(actual.from())) {
                throw a.failure(name.get(), "msg_name is " + actual.from());
            }
        }
        Optional<Expression> flags = header.field("msg_flags");
        if (flags.isPresent() && !(flags.get() instanceof Expression.Ellipsis)) {
            long is = actual.truncated() ? symbols.value("MSG_TRUNC").orElse(0) : 0;
            if (a.integer(flags.get()) != is) {
                throw a.failure(flags.get(), "msg_flags is " + is);
            }
        }
        Optional<Expression> control = header.field("msg_control");
        if (control.isEmpty() || control.get() instanceof Expression.Ellipsis) {
            return;
        }
        List<ControlMessage> expected = new ArrayList<>();
        for (Expression each : a.elements(control.get())) {
            expected.add(message(a, each));
        }
        if (!expected.equals(actual.control())) {
            throw a.failure(control.get(), "msg_control is " + actual.control());
        }
    }
}
