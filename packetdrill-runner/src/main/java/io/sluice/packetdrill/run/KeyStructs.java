package io.sluice.packetdrill.run;

import io.sluice.packetdrill.language.Expression;
import io.sluice.posix.KeyStruct;
import io.sluice.posix.SocketOption;
import io.sluice.wire.IpAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The structures of TCP-AO's and TCP MD5's options as scripts write them: {@code {addr=..., sndid=1, rcvid=2, key="secret"}}. What is
 * left out is 0, but an address of a script's {@code ...} is the remote one, a prefix all of it, an algorithm hmac(sha1), and keys
 * are as long as they are.
 */
final class KeyStructs {
    private static final String USUAL_ALGORITHM = "hmac(sha1)";

    private KeyStructs() {}

    /** Whether an option can have such a structure. */
    static boolean has(SocketOption option) {
        return option.isKeys() || option == SocketOption.TCP_MD5SIG;
    }

    /** Which structure an option has. */
    static KeyStruct of(SocketOption option) {
        return option == SocketOption.TCP_MD5SIG_EXT ? KeyStruct.TCP_MD5SIG : KeyStruct.valueOf(option.name());
    }

    /** The octets of {@code value}. */
    static byte[] write(Arguments a, KeyStruct s, Expression.Struct value, IpAddress remote) throws RunFailure {
        ByteBuffer b = s.allocate();
        if (s.has("alg_name")) {
            s.put(b, "alg_name", USUAL_ALGORITHM.getBytes(StandardCharsets.US_ASCII));
        }
        for (Expression.Field field : value.fields()) {
            String name = field.name().orElse("");
            if (!s.has(name)) {
                throw a.failure(field.value(), "no field " + name + " in " + s);
            }
            if (s.isNumber(name)) {
                s.put(b, name, a.integer(field.value()));
            } else if (field.value() instanceof Expression.StringValue text) {
                octets(s, b, name, text.value().getBytes(StandardCharsets.ISO_8859_1));
            } else {
                address(s, b, name, a.address(field.value(), remote), value);
            }
        }
        return s.octets(b);
    }

    private static void octets(KeyStruct s, ByteBuffer b, String name, byte[] octets) {
        s.put(b, name, new byte[64]).put(b, name, octets);
        String length = name.replace("key", "keylen");
        if (!length.equals(name) && s.has(length)) {
            s.put(b, length, octets.length);
        }
    }

    private static void address(KeyStruct s, ByteBuffer b, String name, IpAddress address, Expression.Struct value) {
        s.put(b, name, address);
        Optional<Expression> prefix = value.field("prefix");
        if (prefix.isEmpty() && s.has("prefix")) {
            s.put(b, "prefix", address.bits());
        }
    }

    /** Compares the fields that the script names with what there is. */
    static void check(Arguments a, KeyStruct s, Expression expected, byte[] actual) throws RunFailure {
        if (!(expected instanceof Expression.Struct struct)) {
            return;
        }
        ByteBuffer b = s.wrap(actual);
        if (b == null) {
            throw a.failure(expected, "there is none");
        }
        for (Expression.Field field : struct.fields()) {
            String name = field.name().orElse("");
            if (!s.has(name) || !s.isNumber(name)) {
                throw a.failure(field.value(), "no number " + name + " in " + s);
            }
            long wanted = a.integer(field.value());
            if (s.get(b, name) != wanted) {
                throw a.failure(field.value(), name + ": expected " + wanted + ", is " + s.get(b, name));
            }
        }
    }
}
