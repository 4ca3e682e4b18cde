package io.sluice.packetdrill.kernel;

import com.sun.jna.Memory;
import io.sluice.packetdrill.language.Expression;
import io.sluice.packetdrill.run.Arguments;
import io.sluice.packetdrill.run.RunFailure;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Compares the control messages that {@code recvmsg} has left with those that a script expects. */
final class ControlMessages {
    private static final int LEVEL = 8;
    private static final int TYPE = 12;
    private static final int DATA = 16;
    private static final long NS_PER_SECOND = 1_000_000_000L;

    /** Octets of {@code struct sock_extended_err} that each field has its number in: where and how many. */
    private static final Map<String, List<Integer>> EXTENDED_ERROR = Map.of(
            "ee_errno", List.of(0, 4),
            "ee_origin", List.of(4, 1),
            "ee_type", List.of(5, 1),
            "ee_code", List.of(6, 1),
            "ee_info", List.of(8, 4),
            "ee_data", List.of(12, 4));

    /** The fields of {@code struct timespec}, as scripts call them. */
    private static final Set<String> TIMESTAMP = Set.of("scm_sec", "scm_nsec");

    private final Arguments a;
    private final long toleranceNs;
    private final Instant start;

    /** @param start what timestamps in the script count from */
    ControlMessages(Arguments a, long toleranceNs, Instant start) {
        this.a = a;
        this.toleranceNs = toleranceNs;
        this.start = start;
    }

    /** Writes the control messages of a call that sends, whose values are numbers of four octets; returns how many octets they are. */
    static long write(Arguments a, Expression messages, Memory control) throws RunFailure {
        int at = 0;
        for (Expression each : a.elements(messages)) {
            if (!(each instanceof Expression.Struct message)) {
                throw a.failure(each, "a control message was expected here");
            }
            if (at + DATA + Long.BYTES > control.size()) {
                throw a.failure(each, "so many control messages are not supported");
            }
            control.setLong(at, DATA + Integer.BYTES);
            control.setInt(at + LEVEL, (int) number(a, message, "cmsg_level"));
            control.setInt(at + TYPE, (int) number(a, message, "cmsg_type"));
            control.setInt(at + DATA, (int) number(a, message, "cmsg_data"));
            at += DATA + Long.BYTES;
        }
        return at;
    }

    private static long number(Arguments a, Expression.Struct in, String name) throws RunFailure {
        return a.integer(in.field(name).orElseThrow(() -> a.failure(in, name + " is missing")));
    }

    void check(Expression.Array expected, byte[] octets) throws RunFailure {
        ByteBuffer control = ByteBuffer.wrap(octets).order(ByteOrder.nativeOrder());
        int at = 0;
        for (Expression message : expected.elements()) {
            if (octets.length - at < DATA) {
                throw a.failure(message, "there is no such control message");
            }
            int length = (int) control.getLong(at);
            checkMessage((Expression.Struct) message, control.slice(at, length).order(ByteOrder.nativeOrder()));
            at += (length + 7) & ~7;
        }
        if (at < octets.length) {
            throw a.failure(
                    expected,
                    "there is another control message, of level " + control.getInt(at + LEVEL) + " and type "
                            + control.getInt(at + TYPE));
        }
    }

    private void checkMessage(Expression.Struct expected, ByteBuffer actual) throws RunFailure {
        checkNumber(expected, "cmsg_level", actual.getInt(LEVEL));
        checkNumber(expected, "cmsg_type", actual.getInt(TYPE));
        Expression data = expected.field("cmsg_data").orElse(expected);
        if (!(data instanceof Expression.Struct fields)) {
            if (!(data instanceof Expression.Ellipsis)) {
                checkNumber(expected, "cmsg_data", number(data, actual));
            }
            return;
        }
        if (fields.field("scm_sec").isPresent()) {
            checkTimestamp(fields, actual);
        }
        for (Expression.Field field : fields.fields()) {
            String name = field.name().orElse("");
            List<Integer> place = EXTENDED_ERROR.get(name);
            if (place != null) {
                int at = DATA + place.get(0);
                long number = place.get(1) == 1 ? actual.get(at) & 0xFF : actual.getInt(at) & 0xFFFF_FFFFL;
                checkNumber(fields, name, number);
            } else if (!TIMESTAMP.contains(name)) {
                throw a.failure(field.value(), "there is no " + name + " in a control message");
            }
        }
    }

    /** The number that a message is, by its length. */
    private long number(Expression expected, ByteBuffer actual) throws RunFailure {
        int octets = actual.limit() - DATA;
        return switch (octets) {
            case Byte.BYTES -> actual.get(DATA) & 0xFF;
            case Integer.BYTES -> actual.getInt(DATA);
            case Long.BYTES -> actual.getLong(DATA);
            default -> throw a.failure(expected, "the message has " + octets + " octets, which are no number");
        };
    }

    private void checkNumber(Expression.Struct in, String name, long actual) throws RunFailure {
        Expression expected = in.field(name).orElseThrow(() -> a.failure(in, name + " is missing"));
        if (!(expected instanceof Expression.Ellipsis) && a.integer(expected) != actual) {
            throw a.failure(expected, name + " is " + actual);
        }
    }

    private void checkTimestamp(Expression.Struct fields, ByteBuffer actual) throws RunFailure {
        Expression seconds = fields.field("scm_sec").orElseThrow(() -> a.failure(fields, "scm_sec is missing"));
        Expression nanos = fields.field("scm_nsec").orElseThrow(() -> a.failure(fields, "scm_nsec is missing"));
        long expectedNs = a.integer(seconds) * NS_PER_SECOND + a.integer(nanos);
        Instant stamp = Instant.ofEpochSecond(actual.getLong(DATA), actual.getLong(DATA + Long.BYTES));
        long actualNs = Duration.between(start, stamp).toNanos();
        if (Math.abs(actualNs - expectedNs) > toleranceNs) {
            throw a.failure(fields, "the timestamp is " + actualNs + " ns after the start, expected " + expectedNs);
        }
    }
}
