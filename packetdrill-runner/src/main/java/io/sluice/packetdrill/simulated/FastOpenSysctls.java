package io.sluice.packetdrill.simulated;

import io.sluice.tcp.FastOpenKeys;
import io.sluice.tcp.Knob;
import io.sluice.tcp.TcpLayer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** The sysctls of Fast Open that are more than one knob, or none. */
final class FastOpenSysctls {
    /** A set of switches on Linux. */
    private static final String SWITCHES = "net.ipv4.tcp_fastopen";

    /** One or two keys of four hexadecimal words each, on Linux. */
    private static final String KEYS = "net.ipv4.tcp_fastopen_key";

    /** On FreeBSD; switched off, clients forget what they know. */
    private static final String CLIENT = "net.inet.tcp.fastopen.client_enable";

    /** How many paths each of {@link #BUCKETS} may have on FreeBSD; which path has which bucket, nobody can tell. */
    private static final String BUCKET_LIMIT = "net.inet.tcp.fastopen.ccache_bucket_limit";

    private static final int BUCKETS = 2048;
    private static final long MAX_BUCKET_LIMIT = 0xFFFF_FFFFL;

    private static final int CLIENT_BIT = 0x1;
    private static final int SERVER_BIT = 0x2;
    private static final int CLIENT_WITHOUT_COOKIE_BIT = 0x4;
    private static final int SERVER_WITHOUT_COOKIE_BIT = 0x200;
    private static final int ALL_LISTENERS_BIT = 0x400;
    private static final int WITHOUT_COOKIE = 2;

    private final TcpLayer tcp;

    FastOpenSysctls(TcpLayer tcp) {
        this.tcp = tcp;
    }

    boolean knows(String name) {
        return switch (name) {
            case SWITCHES, KEYS, CLIENT, BUCKET_LIMIT -> true;
            default -> false;
        };
    }

    /**
     * Null, or why not.
     *
     * @throws IllegalArgumentException for what is no number, or no value of the knob
     */
    @Nullable String set(String name, String value) {
        if (name.equals(KEYS)) {
            return setKeys(value);
        }
        long number = Long.decode(value.strip());
        switch (name) {
            case CLIENT -> {
                set(Knob.FAST_OPEN_CLIENT, number);
                forgetPathsIf(number == 0);
            }
            case BUCKET_LIMIT -> {
                if (number < 0 || number > MAX_BUCKET_LIMIT) {
                    return "is from 0 to " + MAX_BUCKET_LIMIT + ", not " + number;
                }
                set(Knob.FAST_OPEN_CACHE_LIMIT, number * BUCKETS);
                forgetPathsIf(number == 0);
            }
            default -> setSwitches(number);
        }
        return null;
    }

    private void forgetPathsIf(boolean none) {
        if (none) {
            tcp.forgetFastOpenPaths();
        }
    }

    private void setSwitches(long bits) {
        set(Knob.FAST_OPEN_CLIENT, (bits & CLIENT_BIT) != 0 ? 1 : 0);
        set(Knob.FAST_OPEN_SERVER, (bits & SERVER_BIT) != 0 ? 1 : 0);
        set(Knob.FAST_OPEN_CLIENT_WITHOUT_COOKIE, (bits & CLIENT_WITHOUT_COOKIE_BIT) != 0 ? 1 : 0);
        set(Knob.FAST_OPEN_SERVER_TRUST, (bits & SERVER_WITHOUT_COOKIE_BIT) != 0 ? WITHOUT_COOKIE : 0);
        set(Knob.FAST_OPEN_ALL_LISTENERS, (bits & ALL_LISTENERS_BIT) != 0 ? 1 : 0);
    }

    private void set(Knob knob, long value) {
        tcp.knobs().set(knob, value);
    }

    private @Nullable String setKeys(String value) {
        String[] words = value.strip().split("[-,]", -1);
        ByteBuffer octets = ByteBuffer.allocate(words.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (String word : words) {
            octets.putInt(Integer.parseUnsignedInt(word, 16));
        }
        FastOpenKeys keys = FastOpenKeys.of(octets.array());
        if (keys == null || keys.count() > 2) {
            return "one or two keys of four words were expected";
        }
        tcp.fastOpenKeys(keys);
        return null;
    }
}
