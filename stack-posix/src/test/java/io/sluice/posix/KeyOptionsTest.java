package io.sluice.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.sluice.wire.IpAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the options of TCP-AO (RFC 5925) take, and what they refuse. */
final class KeyOptionsTest {
    private static final KeyStruct ADD = KeyStruct.TCP_AO_ADD_KEY;

    private final TwoProcesses two = new TwoProcesses(PosixProfile.LINUX);
    private final int fd = two.clientSocket();

    @AfterEach
    void close() {
        two.close();
    }

    private static ByteBuffer key(String algorithm, int macLength, int id) {
        ByteBuffer b = ADD.allocate();
        byte[] secret = "secret".getBytes(StandardCharsets.US_ASCII);
        ADD.put(b, "addr", IpAddress.parse("10.0.0.2")).put(b, "prefix", 32);
        ADD.put(b, "alg_name", algorithm.getBytes(StandardCharsets.US_ASCII)).put(b, "maclen", macLength);
        ADD.put(b, "sndid", id).put(b, "rcvid", id);
        ADD.put(b, "key", secret).put(b, "keylen", secret.length);
        return b;
    }

    private @Nullable Errno set(SocketOption option, KeyStruct struct, ByteBuffer value) {
        return two.client.setsockopt(fd, option, struct.octets(value)).errno();
    }

    private @Nullable Errno add(ByteBuffer key) {
        return set(SocketOption.TCP_AO_ADD_KEY, ADD, key);
    }

    @Test
    void aCodeIsNoLongerThanItsAlgorithmMakes() {
        assertEquals(Errno.EINVAL, add(key("cmac(aes)", 17, 1)));
        assertEquals(Errno.EINVAL, add(key("hmac(sha1)", 21, 1)));
        assertEquals(Errno.EINVAL, add(key("hmac(sha256)", 25, 1)));
        assertNull(add(key("cmac(aes)", 16, 1)));
        assertNull(add(key("hmac(sha1)", 20, 2)));
        assertNull(add(key("hmac(sha256)", 24, 3)));
    }

    @Test
    void whatIsNotSupportedIsRefused() {
        ByteBuffer add = key("hmac(sha1)", 12, 1);
        ADD.put(add, "ifindex", 1);
        assertEquals(Errno.EINVAL, add(add));
        ADD.put(add, "ifindex", 0).put(add, "keyflags", 1);
        assertEquals(Errno.EINVAL, add(add));
        ADD.put(add, "keyflags", KeyStruct.KEYF_EXCLUDE_OPT);
        assertNull(add(add));
        KeyStruct del = KeyStruct.TCP_AO_DEL_KEY;
        ByteBuffer remove = del.allocate();
        del.put(remove, "addr", IpAddress.parse("10.0.0.2")).put(remove, "prefix", 32);
        del.put(remove, "sndid", 1).put(remove, "rcvid", 1).put(remove, "keyflags", 1);
        assertEquals(Errno.EINVAL, set(SocketOption.TCP_AO_DEL_KEY, del, remove));
        del.put(remove, "keyflags", 0);
        assertNull(set(SocketOption.TCP_AO_DEL_KEY, del, remove));
    }

    @Test
    void aRequirementCanBeTakenBack() {
        KeyStruct info = KeyStruct.TCP_AO_INFO;
        for (int required = 1; required >= 0; required--) {
            ByteBuffer b = info.allocate();
            info.put(b, "ao_required", required);
            assertNull(set(SocketOption.TCP_AO_INFO, info, b));
            byte[] told = two.client.getsockopt(fd, SocketOption.TCP_AO_INFO);
            assertEquals(required, info.get(Objects.requireNonNull(info.wrap(told)), "ao_required"));
        }
    }
}
