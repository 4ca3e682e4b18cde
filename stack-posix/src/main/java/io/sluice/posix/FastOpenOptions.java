package io.sluice.posix;

import io.sluice.posix.PosixProfile.Trait;
import io.sluice.tcp.FastOpenKeys;
import io.sluice.tcp.FastOpenSettings;
import io.sluice.tcp.Knob;
import io.sluice.tcp.Knobs;
import io.sluice.tcp.SocketOptions;
import io.sluice.tcp.TcpState;
import org.jspecify.annotations.Nullable;

/** The socket options of Fast Open (RFC 7413). */
final class FastOpenOptions {
    private static final int MAX_KEYS = 2;

    private final Knobs knobs;

    FastOpenOptions(Knobs knobs) {
        this.knobs = knobs;
    }

    static @Nullable Errno get(StreamSocket s, SocketOptions o, SocketOption option, long[] out) {
        switch (option) {
            case TCP_FASTOPEN -> out[0] = s.has(Trait.FAST_OPEN_IS_SWITCH) ? asSwitch(o) : asQueue(s, o);
            case TCP_FASTOPEN_CONNECT -> out[0] = o.fastOpen.onConnect() ? 1 : 0;
            case TCP_FASTOPEN_NO_COOKIE -> out[0] = o.fastOpen.withoutCookie() ? 1 : 0;
            default -> {
                return Errno.ENOPROTOOPT;
            }
        }
        return null;
    }

    private static long asSwitch(SocketOptions o) {
        return o.fastOpen.queue() == FastOpenSettings.OF_BACKLOG ? 1 : Math.max(0, o.fastOpen.queue());
    }

    /** The queue is the listener's: what it accepts has none. */
    private static long asQueue(StreamSocket s, SocketOptions o) {
        if (o.fastOpen.queue() < 0) {
            return s.fastOpenQueue(); // what the host says of all listeners
        }
        return s.socket().connection() != null ? 0 : o.fastOpen.queue();
    }

    @Nullable Errno set(StreamSocket s, SocketOptions o, SocketOption option, long value) {
        boolean closed = s.state() == TcpState.CLOSED && s.socket().connection() == null;
        if (option == SocketOption.TCP_FASTOPEN && s.has(Trait.FAST_OPEN_IS_SWITCH)) {
            return setSwitch(s, o, value, closed);
        }
        boolean ofClient = option == SocketOption.TCP_FASTOPEN_CONNECT;
        if (value < 0 || (option != SocketOption.TCP_FASTOPEN && value > 1)) {
            return Errno.EINVAL;
        }
        if (ofClient && !knobs.isOn(Knob.FAST_OPEN_CLIENT)) {
            return Errno.EOPNOTSUPP;
        }
        return closed || (s.isListening() && !ofClient) ? set(o, option, value) : Errno.EINVAL;
    }

    private @Nullable Errno set(SocketOptions o, SocketOption option, long value) {
        switch (option) {
            case TCP_FASTOPEN -> o.fastOpen = o.fastOpen.queue((int) Math.min(knobs.get(Knob.MAX_BACKLOG), value));
            case TCP_FASTOPEN_CONNECT -> o.fastOpen = o.fastOpen.onConnect(value != 0);
            default -> o.fastOpen = o.fastOpen.withoutCookie(value != 0);
        }
        return null;
    }

    private @Nullable Errno setSwitch(StreamSocket s, SocketOptions o, long value, boolean closed) {
        boolean server = knobs.isOn(Knob.FAST_OPEN_SERVER);
        if (!server && (s.isListening() || !knobs.isOn(Knob.FAST_OPEN_CLIENT))) {
            return Errno.EPERM;
        }
        if (!closed && !s.isListening()) {
            return Errno.EINVAL;
        }
        o.fastOpen = o.fastOpen.queue(value != 0 ? FastOpenSettings.OF_BACKLOG : 0);
        return null;
    }

    /** TCP_FASTOPEN_KEY. */
    static @Nullable Errno setKeys(StreamSocket s, SocketOption option, byte[] value) {
        FastOpenKeys keys = FastOpenKeys.of(value);
        if (option != SocketOption.TCP_FASTOPEN_KEY) {
            return Errno.ENOPROTOOPT;
        }
        if (keys == null || keys.count() > MAX_KEYS) {
            return Errno.EINVAL;
        }
        s.options().fastOpen = s.options().fastOpen.keys(keys);
        return null;
    }

    static byte[] keys(StreamSocket s) {
        FastOpenKeys keys = s.options().fastOpen.keys();
        return keys == null ? new byte[0] : keys.octets();
    }
}
