package io.sluice.packetdrill.language;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;

/** Makes random scripts: what the parser can make of some text, and all of it. */
final class RandomScripts extends RandomTree {
    private final RandomPackets packets;
    private final RandomCode code;

    RandomScripts(long seed) {
        this(new Random(seed));
    }

    private RandomScripts(Random random) {
        super(random);
        packets = new RandomPackets(random);
        code = new RandomCode(random);
    }

    Script script() {
        List<Statement> statements = new ArrayList<>(list(0, 3, this::option));
        if (coin()) {
            statements.add(new Statement.InitCommand(command()));
        }
        statements.add(event());
        statements.addAll(list(0, 4, () -> eventOrCondition(2)));
        if (coin()) {
            statements.add(new Statement.CleanupCommand(command()));
        }
        return new Script(new ScriptSource("random", ""), statements, List.of());
    }

    private Statement option() {
        Optional<String> value = maybe(() -> oneOf("ipv4", "75000", "fd::1", "two words", "A=`b c`", "A=\"b c\""));
        return new Statement.Option(NOWHERE, oneOf("ip_version", "mss", "tolerance_usecs"), value);
    }

    private ShellCommand command() {
        return new ShellCommand(NOWHERE, text("`\\"));
    }

    private Statement eventOrCondition(int depth) {
        if (depth == 0 || below(4) != 0) {
            return event();
        }
        return new Statement.Conditional(
                NOWHERE,
                name(),
                coin(),
                list(0, 2, () -> eventOrCondition(depth - 1)),
                list(0, 2, () -> eventOrCondition(depth - 1)));
    }

    private Event event() {
        return switch (below(4)) {
            case 0 -> systemCallEvent();
            case 1 -> new Event(moment(), command());
            case 2 -> new Event(moment(), code.block());
            default -> {
                Packet packet = packets.packet();
                boolean outbound = packet.direction() == Packet.Direction.OUTBOUND;
                yield new Event(outbound && coin() ? range() : moment(), packet);
            }
        };
    }

    private long ns() {
        return oneOf(0L, 1L, 100_000_000L, 1_230_000_000L, 999_999_999_999_999_999L, unsigned32());
    }

    private EventTime moment() {
        return coin() ? new EventTime.Absolute(NOWHERE, ns()) : new EventTime.Relative(NOWHERE, ns());
    }

    private EventTime range() {
        long one = ns();
        long other = ns();
        long from = Math.min(one, other);
        long to = Math.max(one, other);
        return switch (below(3)) {
            case 0 -> new EventTime.Any(NOWHERE);
            case 1 -> new EventTime.AbsoluteRange(NOWHERE, from, to);
            default -> new EventTime.RelativeRange(NOWHERE, from, to);
        };
    }

    private Event systemCallEvent() {
        long one = ns();
        long other = ns();
        EventTime.Relative time = new EventTime.Relative(NOWHERE, Math.min(one, other));
        SystemCall call = new SystemCall(
                NOWHERE,
                oneOf("read", "setsockopt", "f"),
                list(0, 4, () -> expression(3)),
                result(),
                maybe(() -> oneOf("EAGAIN", "E2BIG")),
                maybe(() -> oneOf("Resource temporarily unavailable", "flags O_RDWR")),
                coin() ? OptionalLong.of(Math.max(one, other)) : OptionalLong.empty());
        return new Event(time, call);
    }

    /** No call: its parentheses would be taken for a note. */
    private Expression result() {
        return coin() ? leaf() : new Expression.Array(NOWHERE, list(0, 2, () -> expression(1)));
    }

    private Expression expression(int depth) {
        return depth > 0 && below(4) == 0
                ? new Expression.BitwiseOr(NOWHERE, list(2, 3, () -> primary(depth - 1)))
                : primary(depth);
    }

    private Expression primary(int depth) {
        if (depth == 0) {
            return leaf();
        }
        int inner = depth - 1;
        return switch (below(7)) {
            case 0 -> new Expression.Array(NOWHERE, list(0, 3, () -> expression(inner)));
            case 1 -> new Expression.Call(NOWHERE, oneOf("htons", "inet_addr"), list(0, 2, () -> expression(inner)));
            case 2 -> new Expression.Struct(NOWHERE, list(0, 3, () -> field(inner)));
            case 3 -> new Expression.MplsStack(NOWHERE, packets.mplsLabels());
            case 4 -> new Expression.GreHeaderValue(NOWHERE, packets.greHeader());
            default -> leaf();
        };
    }

    private Expression.Field field(int depth) {
        Optional<String> name = maybe(this::name);
        Optional<Expression> length = name.isPresent() ? maybe(() -> expression(depth)) : Optional.empty();
        return new Expression.Field(NOWHERE, name, length, expression(depth));
    }

    private Expression leaf() {
        return switch (below(5)) {
            case 0 -> new Expression.IntegerValue(NOWHERE, random().nextLong(), coin());
            case 1 -> new Expression.StringValue(NOWHERE, text(""), coin());
            case 2 -> new Expression.Ellipsis(NOWHERE);
            default -> new Expression.Name(NOWHERE, name());
        };
    }
}
