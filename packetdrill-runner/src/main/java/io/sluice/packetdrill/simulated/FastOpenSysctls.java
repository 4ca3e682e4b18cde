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
        return name.equals(SWITCHES) || name.equals(KEYS) || name.equals(CLIENT);
    }

    /** Null, or why not. */
    @Nullable String set(String name, String value) {
        try {
            if (name.equals(KEYS)) {
                return setKeys(value);
            }
            long number = Long.decode(value.strip());
            if (name.equals(CLIENT)) {
                tcp.knobs().set(Knob.FAST_OPEN_CLIENT, number);
                if (number == 0) {
                    tcp.forgetFastOpenPaths();
                }
            } else {
                setSwitches(number);
            }
            return null;
        } catch (NumberFormatException e) {
            return "a number was expected";
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
