package io.sluice.packetdrill.run;

import io.sluice.api.Endpoint;
import io.sluice.packetdrill.language.Expression;
import io.sluice.packetdrill.language.Symbols;
import io.sluice.posix.Call;
import io.sluice.posix.ControlMessage;
import io.sluice.posix.ErrorQueueMessage;
import io.sluice.posix.MessageFlag;
import io.sluice.posix.PosixSockets;
import io.sluice.posix.SocketOption;
import io.sluice.tcp.ReceiveTime;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code sendmsg} and {@code recvmsg} of streams: buffers in pieces, flags, and the control messages of the error queue. */
final class MessageCalls {
    private static final long NS_PER_MICROSECOND = 1_000;
    private static final Set<String> FIELDS = Set.of("msg_name", "msg_iov", "msg_control", "msg_flags");
    private static final List<SocketOption> SENDABLE =
            List.of(SocketOption.SO_TIMESTAMPING, SocketOption.SO_MARK, SocketOption.SO_PRIORITY);
    private static final long NS_PER_SECOND = 1_000_000_000L;

    /** SOF_TIMESTAMPING_RX_SOFTWARE and _SOFTWARE: taken, and told. */
    private static final long STAMP_RECEIVED = 0x18;

    private final SystemCalls calls;
    private final PosixSockets sockets;
    private final RunConfig config;
    private final DatagramMessageCalls datagrams;

    MessageCalls(SystemCalls calls, PosixSockets sockets, RunConfig config) {
        this.calls = calls;
        this.sockets = sockets;
        this.config = config;
        datagrams = new DatagramMessageCalls(
                calls, sockets.datagrams(), config.personality().symbols());
    }

    private static Expression.Struct header(Arguments a) throws RunFailure {
        if (!(a.get(1) instanceof Expression.Struct struct)) {
            throw a.failure(a.get(1), "a msghdr was expected here");
        }
        for (Expression.Field field : struct.fields()) {
            if (!FIELDS.contains(field.name().orElse(""))) {
                throw a.failure(field.value(), "there is no such field here");
            }
            if (field.length().isPresent() && field.value() instanceof Expression.Array) {
                checkCount(a, field.length().get(), a.elements(field.value()));
            }
        }
        return struct;
    }

    /** A number that C is given beside an array. */
    private static void checkCount(Arguments a, Expression count, List<Expression> elements) throws RunFailure {
        if (!(count instanceof Expression.Ellipsis) && a.integer(count) != elements.size()) {
            throw a.failure(count, "there are " + elements.size());
        }
    }

    /** The pieces of {@code msg_iov}. */
    private static List<Expression.Struct> pieces(Arguments a) throws RunFailure {
        Expression.Struct header = header(a);
        return pieces(a, header.field("msg_iov").orElseThrow(() -> a.failure(header, "msg_iov is missing")));
    }

    private static List<Expression.Struct> pieces(Arguments a, Expression iov) throws RunFailure {
        List<Expression.Struct> pieces = new ArrayList<>();
        for (Expression piece : a.elements(iov)) {
            if (!(piece instanceof Expression.Struct struct) || struct.fields().size() != 2) {
                throw a.failure(piece, "{buffer, length} was expected here");
            }
            pieces.add(struct);
        }
        return pieces;
    }

    private static int length(Arguments a, Expression.Struct piece) throws RunFailure {
        return (int) a.integer(piece.fields().get(1).value());
    }

    SystemCalls.Made sendmsg(Arguments a) throws RunFailure {
        List<ByteBuffer> parts = new ArrayList<>();
        for (Expression.Struct piece : pieces(a)) {
            parts.add(a.bytes(piece.fields().get(0).value(), length(a, piece)));
        }
        Optional<Expression> name = header(a).field("msg_name").filter(e -> !SystemCalls.isNull(e));
        Endpoint to = name.isPresent() ? a.endpoint(name.get(), calls.usualRemote()) : null;
        if (sockets.datagrams().has(calls.fd(a))) {
            return datagrams.sendmsg(a, header(a), parts, to);
        }
        boolean connected = calls.isConnected(calls.fd(a));
        List<ControlMessage> control = controlToSend(a);
        Call call = control == null
                ? calls.invalid(calls.fd(a))
                : sockets.messages().send(calls.fd(a), parts, a.messageFlags(2), to, control, calls.now());
        if (to != null && !connected) {
            calls.onSentTo(calls.fd(a), to);
        }
        return SystemCalls.Made.of(call);
    }

    /** What is said of one write of a stream, where those of IP and TCP mean nothing; null if one of the sockets' is none to send. */
    private @Nullable List<ControlMessage> controlToSend(Arguments a) throws RunFailure {
        Optional<Expression> given = header(a).field("msg_control");
        List<ControlMessage> control = new ArrayList<>();
        for (Expression each : given.isEmpty() ? List.<Expression>of() : a.elements(given.get())) {
            if (!(each instanceof Expression.Struct struct)) {
                throw a.failure(each, "a control message was expected here");
            }
            Symbols symbols = config.personality().symbols();
            if (value(a, struct, "cmsg_level") != symbols.value("SOL_SOCKET").orElse(-1)) {
                continue;
            }
            long type = value(a, struct, "cmsg_type");
            Optional<SocketOption> option = SENDABLE.stream()
                    .filter(o -> symbols.value(o.name()).orElse(-1) == type)
                    .findFirst();
            if (option.isEmpty()) {
                return null;
            }
            control.add(new ControlMessage(option.get(), List.of(value(a, struct, "cmsg_data"))));
        }
        return control;
    }

    SystemCalls.Made recvmsg(Arguments a) throws RunFailure {
        Set<MessageFlag> flags = a.messageFlags(2);
        if (flags.contains(MessageFlag.MSG_ERRQUEUE)) {
            List<ErrorQueueMessage> taken = new ArrayList<>();
            Call call = sockets.messages().receiveError(calls.fd(a), taken);
            return new SystemCalls.Made(call, () -> check(a, taken.get(0)), false);
        }
        int fd = calls.fd(a);
        ByteBuffer into = room(a, pieces(a));
        if (sockets.datagrams().has(fd)) {
            return datagrams.recvmsg(a, header(a), into, () -> checkContent(a, pieces(a), into));
        }
        Call call = sockets.recv(fd, into, flags, calls.now());
        return new SystemCalls.Made(
                call,
                () -> {
                    checkContent(a, pieces(a), into);
                    checkHeader(a);
                    checkControl(a, fd);
                },
                false);
    }

    private static ByteBuffer room(Arguments a, List<Expression.Struct> pieces) throws RunFailure {
        int total = 0;
        for (Expression.Struct piece : pieces) {
            total += length(a, piece);
        }
        return ByteBuffer.allocate(total);
    }

    /** What was received into {@code into}, piece by piece. */
    private static void checkContent(Arguments a, List<Expression.Struct> pieces, ByteBuffer into) throws RunFailure {
        ByteBuffer received = into.duplicate().flip();
        for (Expression.Struct piece : pieces) {
            int n = Math.min(length(a, piece), received.remaining());
            ByteBuffer part = received.slice(received.position(), n).position(n);
            received.position(received.position() + n);
            SystemCalls.checkContent(a, piece.fields().get(0).value(), part);
        }
    }

    /** A stream tells neither whom data comes from nor any flag. */
    private static void checkHeader(Arguments a) throws RunFailure {
        Optional<Expression> flags = header(a).field("msg_flags");
        if (flags.isPresent()) {
            expect(a, flags.get(), "msg_flags", 0);
        }
        if (header(a).field("msg_name").orElse(null) instanceof Expression.Struct name) {
            throw a.failure(name, "a stream does not tell where it comes from");
        }
    }

    /** The control messages that came with data: when it arrived, and how much is left (TCP_INQ). */
    private void checkControl(Arguments a, int fd) throws RunFailure {
        Optional<Expression> control = header(a).field("msg_control");
        if (control.isEmpty() || control.get() instanceof Expression.Ellipsis) {
            return;
        }
        List<Expression> expected = a.elements(control.get());
        ReceiveTime time = sockets.queueLengths().receiveTime(fd);
        List<String> stamps = time == null ? List.of() : stampTypes(fd);
        long hint = sockets.queueLengths().hint(fd);
        int count = stamps.size() + (hint < 0 ? 0 : 1);
        if (expected.size() != count) {
            throw a.failure(control.get(), "there is another number of control messages: " + count);
        }
        Symbols symbols = config.personality().symbols();
        for (int i = 0; i < count; i++) {
            if (!(expected.get(i) instanceof Expression.Struct struct)) {
                throw a.failure(expected.get(i), "a control message was expected here");
            }
            if (i < stamps.size() && time != null) {
                checkTime(a, struct, stamps.get(i), time);
            } else {
                expect(a, struct, "cmsg_level", symbols.value("SOL_TCP").orElse(-1));
                expect(a, struct, "cmsg_type", symbols.value("TCP_CM_INQ").orElse(-1));
                expect(a, struct, "cmsg_data", hint);
            }
        }
    }

    /** The control messages that tell a time, in their order. */
    private List<String> stampTypes(int fd) {
        List<String> types = new ArrayList<>();
        long[] value = new long[1];
        for (SocketOption option : List.of(SocketOption.SO_TIMESTAMP, SocketOption.SO_TIMESTAMPNS)) {
            sockets.getsockopt(fd, option, value);
            if (value[0] != 0) {
                types.add("SCM_" + option.name().substring("SO_".length()));
            }
        }
        sockets.getsockopt(fd, SocketOption.SO_TIMESTAMPING, value);
        if ((value[0] & STAMP_RECEIVED) == STAMP_RECEIVED) {
            types.add("SCM_TIMESTAMPING");
        }
        return types;
    }

    private void checkTime(Arguments a, Expression.Struct expected, String type, ReceiveTime time) throws RunFailure {
        Symbols symbols = config.personality().symbols();
        expect(a, expected, "cmsg_level", symbols.value("SOL_SOCKET").orElse(-1));
        expect(a, expected, "cmsg_type", symbols.value(type).orElse(-1));
        if (expected.field("cmsg_data").orElse(expected) instanceof Expression.Struct fields) {
            checkStamp(a, fields, time.softwareNs());
        }
    }

    /** A time as seconds and nanoseconds (or, with SCM_TIMESTAMP, microseconds) since the script began. */
    private void checkStamp(Arguments a, Expression.Struct fields, long stampNs) throws RunFailure {
        long wanted = value(a, fields, "scm_sec") * NS_PER_SECOND
                + (fields.field("scm_usec").isPresent()
                        ? value(a, fields, "scm_usec") * NS_PER_MICROSECOND
                        : value(a, fields, "scm_nsec"));
        long actual = stampNs - calls.startNs();
        if (Math.abs(actual - wanted) > config.toleranceNs()) {
            throw a.failure(fields, "the timestamp is " + actual + " ns");
        }
    }

    SystemCalls.Made writev(Arguments a) throws RunFailure {
        List<ByteBuffer> parts = new ArrayList<>();
        checkCount(a, a.get(2), a.elements(1));
        for (Expression.Struct piece : pieces(a, a.get(1))) {
            parts.add(a.bytes(piece.fields().get(0).value(), length(a, piece)));
        }
        return SystemCalls.Made.of(sockets.messages().send(calls.fd(a), parts, Set.of(), null, calls.now()));
    }

    SystemCalls.Made readv(Arguments a) throws RunFailure {
        checkCount(a, a.get(2), a.elements(1));
        List<Expression.Struct> pieces = pieces(a, a.get(1));
        ByteBuffer into = room(a, pieces);
        Call call = sockets.transfers().read(calls.fd(a), into, calls.now());
        return new SystemCalls.Made(call, () -> checkContent(a, pieces, into), false);
    }

    /** What was taken from the error queue, against what the script says. */
    private void check(Arguments a, ErrorQueueMessage message) throws RunFailure {
        Optional<Expression> flags = header(a).field("msg_flags");
        Symbols symbols = config.personality().symbols();
        if (flags.isPresent()) {
            // What was sent comes with it, and there is no room for that.
            long cut = message.isCut() ? symbols.value("MSG_TRUNC").orElse(0) : 0;
            expect(a, flags.get(), "msg_flags", symbols.value("MSG_ERRQUEUE").orElse(0) | cut);
        }
        Optional<Expression> control = header(a).field("msg_control");
        if (control.isEmpty() || control.get() instanceof Expression.Ellipsis) {
            return;
        }
        List<Expression> expected = a.elements(control.get());
        if (expected.size() != (message.isStamp() ? 2 : 1)) {
            throw a.failure(control.get(), "there is another number of control messages: " + message);
        }
        for (Expression each : expected) {
            if (!(each instanceof Expression.Struct struct)) {
                throw a.failure(each, "a control message was expected here");
            }
            checkControl(a, struct, message);
        }
    }

    private void checkControl(Arguments a, Expression.Struct expected, ErrorQueueMessage message) throws RunFailure {
        Symbols symbols = config.personality().symbols();
        boolean stamp = value(a, expected, "cmsg_type")
                        == symbols.value("SCM_TIMESTAMPING").orElse(0)
                && value(a, expected, "cmsg_level")
                        == symbols.value("SOL_SOCKET").orElse(0);
        Expression data = expected.field("cmsg_data").orElse(expected);
        if (!(data instanceof Expression.Struct fields)) {
            throw a.failure(data, "a structure was expected here");
        }
        if (stamp) {
            if (!message.isStamp()) {
                throw a.failure(data, "there is no timestamp");
            }
            checkStamp(a, fields, message.stampNs());
            return;
        }
        long level = symbols.value(message.ipv6() ? "SOL_IPV6" : "SOL_IP").orElse(-1);
        long type =
                symbols.value(message.ipv6() ? "IPV6_RECVERR" : "IP_RECVERR").orElse(-1);
        expect(a, expected.field("cmsg_level").orElse(expected), "cmsg_level", level);
        expect(a, expected.field("cmsg_type").orElse(expected), "cmsg_type", type);
        ErrorQueueMessage.Extended error = message.extended();
        expect(a, fields, "ee_errno", error.error());
        expect(a, fields, "ee_origin", error.origin());
        expect(a, fields, "ee_type", error.type());
        expect(a, fields, "ee_code", error.code());
        expect(a, fields, "ee_info", error.info());
        expect(a, fields, "ee_data", error.data());
    }

    private static long value(Arguments a, Expression.Struct struct, String field) throws RunFailure {
        Optional<Expression> value = struct.field(field);
        if (value.isEmpty()) {
            throw a.failure(struct, field + " is missing");
        }
        return a.integer(value.get());
    }

    private static void expect(Arguments a, Expression.Struct struct, String field, long actual) throws RunFailure {
        Optional<Expression> value = struct.field(field);
        if (value.isPresent()) {
            expect(a, value.get(), field, actual);
        }
    }

    private static void expect(Arguments a, Expression expected, String what, long actual) throws RunFailure {
        if (!(expected instanceof Expression.Ellipsis) && a.integer(expected) != actual) {
            throw a.failure(expected, what + ": expected " + a.integer(expected) + ", is " + actual);
        }
    }
}
