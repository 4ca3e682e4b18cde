package io.sluice.posix;

import io.sluice.tcp.SavedSyn;
import io.sluice.tcp.TcpConnection;
import org.jspecify.annotations.Nullable;

/** {@code getsockopt} and {@code setsockopt} of options whose value is octets. */
final class OctetOptions {
    private static final byte[] NONE = new byte[0];

    private final KeyOptions keys;

    OctetOptions(PosixProfile profile) {
        keys = new KeyOptions(profile);
    }

    /** Sets one; null, or why not. */
    @Nullable Errno set(StreamSocket s, SocketOption option, byte[] value) {
        if (option.isKeys() || option == SocketOption.TCP_MD5SIG) {
            return keys.set(s.authentication(), option, value);
        }
        return option == SocketOption.TCP_FASTOPEN_KEY ? FastOpenOptions.setKeys(s, option, value) : Errno.ENOPROTOOPT;
    }

    /** The value, or nothing. */
    static byte[] get(StreamSocket s, SocketOption option, int room) {
        return switch (option) {
            case TCP_FASTOPEN_KEY -> FastOpenOptions.keys(s);
            case TCP_SAVED_SYN -> savedSyn(s, room);
            default -> KeyOptions.get(s.authentication(), option);
        };
    }

    /** As on Linux: what was read is gone, what did not fit is not. */
    private static byte[] savedSyn(StreamSocket s, int room) {
        TcpConnection c = s.socket().connection();
        byte[] headers = c == null ? null : SavedSyn.of(c);
        if (c == null || headers == null) {
            return NONE;
        }
        if (headers.length <= room) {
            SavedSyn.drop(c);
        }
        return headers;
    }
}
