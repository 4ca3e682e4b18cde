package io.sluice.packetdrill.run;

import io.sluice.api.Endpoint;
import io.sluice.packetdrill.language.Expression;
import io.sluice.packetdrill.language.ScriptPrinter;
import io.sluice.packetdrill.language.Symbols;
import io.sluice.packetdrill.language.SystemCall;
import io.sluice.posix.MessageFlag;
import io.sluice.wire.IpAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The arguments of one system call of a script, as the values that they stand for. */
public final class Arguments {
    private final SystemCall call;
    private final Symbols symbols;

    public Arguments(SystemCall call, Symbols symbols) {
        this.call = call;
        this.symbols = symbols;
    }

    public SystemCall call() {
        return call;
    }

    public int count() {
        return call.arguments().size();
    }

    public RunFailure failure(Expression at, String message) {
        return new RunFailure(at.position(), message);
    }

    public Expression get(int i) throws RunFailure {
        if (i >= count()) {
            throw new RunFailure(call.position(), call.name() + " needs " + (i + 1) + " arguments");
        }
        return call.arguments().get(i);
    }

    public boolean isEllipsis(int i) throws RunFailure {
        return get(i) instanceof Expression.Ellipsis;
    }

    public long integer(int i) throws RunFailure {
        return integer(get(i));
    }

    public long integer(Expression e) throws RunFailure {
        if (e instanceof Expression.IntegerValue number) {
            return number.value();
        }
        if (e instanceof Expression.Name name) {
            return symbols.value(name.name())
                    .orElseThrow(() -> failure(e, name.name() + " means nothing on " + symbols));
        }
        if (e instanceof Expression.BitwiseOr or) {
            long value = 0;
            for (Expression operand : or.operands()) {
                value |= integer(operand);
            }
            return value;
        }
        if (e instanceof Expression.Call function
                && function.arguments().size() == 1
                && (function.function().equals("htons") || function.function().equals("htonl"))) {
            return integer(function.arguments().get(0));
        }
        throw failure(e, "an integer was expected here");
    }

    /** The name written as argument {@code i}: option names and the like are told apart by name, not number. */
    public String name(int i) throws RunFailure {
        if (get(i) instanceof Expression.Name name) {
            return name.name();
        }
        throw failure(get(i), "a name was expected here");
    }

    /** The names of an argument {@code A | B}; none for 0. */
    public List<String> names(int i) throws RunFailure {
        List<String> names = new ArrayList<>();
        Expression e = get(i);
        List<Expression> operands = e instanceof Expression.BitwiseOr or ? or.operands() : List.of(e);
        for (Expression operand : operands) {
            if (operand instanceof Expression.Name name) {
                names.add(name.name());
            } else if (integer(operand) != 0) {
                throw failure(operand, "a name was expected here");
            }
        }
        return names;
    }

    public Set<MessageFlag> messageFlags(int i) throws RunFailure {
        Set<MessageFlag> flags = EnumSet.noneOf(MessageFlag.class);
        for (String name : names(i)) {
            boolean known = false;
            for (MessageFlag flag : MessageFlag.values()) {
                if (flag.name().equals(name)) {
                    known = flags.add(flag);
                }
            }
            if (!known) {
                throw failure(get(i), name + " is not supported");
            }
        }
        return flags;
    }

    /** The elements of {@code [a, b]}. */
    public List<Expression> elements(int i) throws RunFailure {
        return elements(get(i));
    }

    /** The elements of {@code [a, b]}, which is a part of an argument. */
    List<Expression> elements(Expression e) throws RunFailure {
        if (e instanceof Expression.Array array) {
            return array.elements();
        }
        throw failure(e, "an array was expected here");
    }

    /** What a script says of a buffer to send: its own octets, or as many zeros as {@code length} says. */
    public ByteBuffer bytes(int i, long length) throws RunFailure {
        return bytes(get(i), length);
    }

    /** As {@link #bytes(int, long)}, of a part of an argument. */
    ByteBuffer bytes(Expression e, long length) throws RunFailure {
        if (e instanceof Expression.StringValue text) {
            byte[] octets = text.value().getBytes(StandardCharsets.ISO_8859_1);
            ByteBuffer b = ByteBuffer.allocate((int) length);
            b.put(octets, 0, Math.min(octets.length, b.remaining()));
            return b.rewind();
        }
        if (!(e instanceof Expression.Ellipsis)) {
            throw failure(e, "a string or ... was expected here");
        }
        return ByteBuffer.allocate((int) length);
    }

    /** The socket address of argument {@code i}; {@code usual} where the script leaves it open. */
    public Endpoint endpoint(int i, Endpoint usual) throws RunFailure {
        Expression e = get(i);
        if (e instanceof Expression.Ellipsis) {
            return usual;
        }
        if (e instanceof Expression.Struct struct) {
            int port = usual.port();
            IpAddress address = usual.address();
            for (Expression.Field field : struct.fields()) {
                String name = field.name().orElse("");
                if (name.endsWith("_port") && !(field.value() instanceof Expression.Ellipsis)) {
                    port = (int) integer(field.value());
                } else if (name.endsWith("_addr")) {
                    address = address(field.value(), usual.address());
                }
            }
            return new Endpoint(address, port);
        }
        throw failure(e, "a socket address was expected here");
    }

    /** The address that an expression stands for; {@code usual} where the script leaves it open. */
    IpAddress address(Expression e, IpAddress usual) throws RunFailure {
        if (e instanceof Expression.Ellipsis) {
            return usual;
        }
        if (e instanceof Expression.Name name && name.name().equals("in6addr_any")) {
            return IpAddress.ANY6;
        } else if (e instanceof Expression.Name name && name.name().equals("in6addr_loopback")) {
            return IpAddress.LOOPBACK6;
        }
        if (e instanceof Expression.Call function) {
            for (Expression argument : function.arguments()) {
                if (argument instanceof Expression.StringValue text) {
                    return parse(e, text.value());
                }
                if (argument instanceof Expression.Name name && name.name().equals("INADDR_ANY")) {
                    return IpAddress.ANY4;
                }
            }
        }
        throw failure(e, "an address was expected here: " + ScriptPrinter.print(call));
    }

    private IpAddress parse(Expression at, String text) throws RunFailure {
        try {
            return IpAddress.parse(text);
        } catch (IllegalArgumentException e) {
            throw failure(at, "no IP address: " + text);
        }
    }
}
