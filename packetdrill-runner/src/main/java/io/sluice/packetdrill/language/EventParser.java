package io.sluice.packetdrill.language;

import java.util.OptionalLong;

/** Parses an event: its time and what happens then. */
final class EventParser {
    private static final long NS_PER_SECOND = 1_000_000_000L;
    private static final int FRACTION_DIGITS = 9;
    /** About 31 years; more would only serve to overflow. */
    private static final long MAX_SECONDS = 1_000_000_000L;

    private final TokenCursor cursor;
    private final PacketParser packets;
    private final SystemCallParser systemCalls;

    EventParser(TokenCursor cursor) {
        this.cursor = cursor;
        this.packets = new PacketParser(cursor);
        this.systemCalls = new SystemCallParser(cursor);
    }

    Event event() throws ScriptSyntaxException {
        EventTime time = time();
        Action action = action();
        boolean outbound = action instanceof Packet packet && packet.direction() == Packet.Direction.OUTBOUND;
        if (!outbound && !(time instanceof EventTime.Absolute || time instanceof EventTime.Relative)) {
            throw cursor.error(time.position(), "only an outbound packet can have a range of times or '*'");
        }
        if (action instanceof SystemCall call) {
            checkEnd(call, time);
        }
        return new Event(time, action);
    }

    private void checkEnd(SystemCall call, EventTime time) throws ScriptSyntaxException {
        long startNs = time instanceof EventTime.Relative relative ? relative.afterNs() : 0;
        if (time instanceof EventTime.Absolute absolute) {
            startNs = absolute.atNs();
        }
        if (call.endNs().isPresent() && call.endNs().getAsLong() < startNs) {
            throw cursor.error(call.position(), "a blocking call cannot end before it begins");
        }
    }

    private EventTime time() throws ScriptSyntaxException {
        SourcePosition position = cursor.position();
        if (cursor.accept('*')) {
            return new EventTime.Any(position);
        }
        boolean relative = cursor.accept('+');
        long fromNs = duration(
                relative
                        ? "a time in seconds after '+'"
                        : "an event, which begins with its time in seconds: '+0.1', '0.1' or '*'");
        if (!cursor.accept('~')) {
            return relative ? new EventTime.Relative(position, fromNs) : new EventTime.Absolute(position, fromNs);
        }
        if (cursor.accept('+') != relative) {
            throw cursor.error(cursor.previous(), "both ends of a range have a '+', or none");
        }
        SourcePosition endPosition = cursor.position();
        long toNs = duration("the end of the range in seconds");
        if (toNs < fromNs) {
            throw cursor.error(endPosition, "the range of times ends before it begins");
        }
        return relative
                ? new EventTime.RelativeRange(position, fromNs, toNs)
                : new EventTime.AbsoluteRange(position, fromNs, toNs);
    }

    private Action action() throws ScriptSyntaxException {
        Token token = cursor.peek();
        return switch (token.kind()) {
            case COMMAND -> {
                cursor.next();
                yield new ShellCommand(token.position(), token.text());
            }
            case CODE -> {
                cursor.next();
                yield CodeParser.parse(cursor.source(), token);
            }
            case ELLIPSIS -> {
                cursor.next();
                long endNs = duration("the time in seconds at which the call returns");
                yield systemCalls.systemCall(token.position(), OptionalLong.of(endNs));
            }
            case WORD -> systemCalls.systemCall(token.position(), OptionalLong.empty());
            default -> {
                if (!token.isSymbol('<') && !token.isSymbol('>')) {
                    throw cursor.unexpected("a packet ('<' or '>'), a system call, a command or a code block");
                }
                yield packets.packet();
            }
        };
    }

    /** Takes a number of seconds and returns nanoseconds. */
    private long duration(String what) throws ScriptSyntaxException {
        if (!cursor.at(TokenKind.INTEGER) && !cursor.at(TokenKind.FLOAT)) {
            throw cursor.unexpected(what);
        }
        Token token = cursor.next();
        String text = token.text();
        if (text.startsWith("-")) {
            throw cursor.error(token, "a time cannot be negative");
        }
        int dot = text.indexOf('.');
        String whole = dot < 0 ? text : text.substring(0, dot);
        String fraction = dot < 0 ? "" : text.substring(dot + 1);
        if (whole.length() > FRACTION_DIGITS || fraction.length() > FRACTION_DIGITS) {
            throw cursor.error(
                    token, "a time is less than " + MAX_SECONDS + " seconds and has at most nine decimal places");
        }
        long seconds = whole.isEmpty() ? 0 : Long.parseLong(whole);
        long ns = fraction.isEmpty() ? 0 : Long.parseLong(fraction);
        for (int i = fraction.length(); i < FRACTION_DIGITS; i++) {
            ns *= 10;
        }
        return seconds * NS_PER_SECOND + (fraction.isEmpty() ? 0 : ns);
    }
}
