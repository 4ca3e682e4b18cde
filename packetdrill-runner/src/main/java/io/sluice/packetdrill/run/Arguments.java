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
    private static final int SOCKADDR_IN_BYTES = 16;
    private static final int SOCKADDR_IN6_BYTES = 28;

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

    /** As {@link #names}, where only some names mean something. */
    Set<String> flags(int i, String... known) throws RunFailure {
        List<String> names = names(i);
        for (String name : names) {
            if (!List.of(known).contains(name)) {
                throw failure(get(i), name + " is not supported here");
            }
        }
        return Set.copyOf(names);
    }

    /** Whether argument {@code i} is a socket address of no family: {@code {sa_family=AF_UNSPEC}}. */
    public boolean isUnspecified(int i) throws RunFailure {
        if (!(get(i) instanceof Expression.Struct struct)) {
            return false;
        }
        Expression family = struct.field("sa_family").orElse(null);
        return family instanceof Expression.Name name && name.name().equals("AF_UNSPEC");
    }

    /** Whether argument {@code i} is a length that the address before it does not fit in. */
    boolean isAddressTooShort(int i, Endpoint address) throws RunFailure {
        return !isEllipsis(i) && integer(i) < addressLength(address);
    }

    /** Compares the address of argument {@code i} and its length behind it: what the script does not say is as it is. */
    public void checkAddress(int i, Endpoint actual) throws RunFailure {
        Endpoint expected = endpoint(i, actual);
        if (!expected.equals(actual)) {
            throw failure(get(i), "expected " + expected + ", is " + actual);
        }
        Expression length = get(i + 1);
        if (length instanceof Expression.Array array && array.elements().size() == 1) {
            length = array.elements().get(0);
        }
        if (!(length instanceof Expression.Ellipsis) && integer(length) != addressLength(actual)) {
            throw failure(length, "the length is " + addressLength(actual));
        }
    }

    /** The length of the structure that holds an address. */
    static int addressLength(Endpoint address) {
        return address.address().isV6() ? SOCKADDR_IN6_BYTES : SOCKADDR_IN_BYTES;
    }

    public Set<MessageFlag> messageFlags(int i) throws RunFailure {
        Set<MessageFlag> flags = EnumSet.noneOf(MessageFlag.class);
        for (String name : names(i)) {
            boolean known = false;
            for (MessageFlag flag : MessageFlag.values()) {
                if (flag.name().equals(name)) {
                    known = true;
                    flags.add(flag);
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
    public List<Expression> elements(Expression e) throws RunFailure {
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
        boolean none = e instanceof Expression.Name name && name.name().equals("NULL") && length == 0;
        if (!(e instanceof Expression.Ellipsis) && !none) {
            throw failure(e, "a string or ... was expected here");
        }
        return ByteBuffer.allocate((int) length);
    }

    /** The socket address of argument {@code i}; {@code usual} where the script leaves it open. */
    public Endpoint endpoint(int i, Endpoint usual) throws RunFailure {
        return endpoint(get(i), usual);
    }

    /** As {@link #endpoint(int, Endpoint)}, of a part of an argument. */
    Endpoint endpoint(Expression e, Endpoint usual) throws RunFailure {
        if (e instanceof Expression.Ellipsis) {
            return usual;
        }
        if (!(e instanceof Expression.Struct struct)) {
            throw failure(e, "a socket address was expected here");
        }
        int port = usual.port();
        IpAddress address = usual.address();
        for (Expression.Field field : struct.fields()) {
            boolean open = field.value() instanceof Expression.Ellipsis;
            switch (field.name().orElse("")) {
                case "sin_port", "sin6_port" -> port = open ? port : (int) integer(field.value());
                case "sin_addr", "sin6_addr" -> address = address(field.value(), usual.address());
                case "sa_family", "sin_family", "sin6_family" -> {} // below
                default -> throw failure(field.value(), "there is no such field here");
            }
        }
        checkFamily(struct, address);
        return new Endpoint(address, port);
    }

    private void checkFamily(Expression.Struct struct, IpAddress address) throws RunFailure {
        for (String name : List.of("sa_family", "sin_family", "sin6_family")) {
            Expression family = struct.field(name).orElse(null);
            if (family != null && !(family instanceof Expression.Ellipsis)) {
                long wanted =
                        symbols.value(address.isV6() ? "AF_INET6" : "AF_INET").orElse(-1);
                if (integer(family) != wanted) {
                    throw failure(family, "the address is of another family");
                }
            }
        }
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
