package io.sluice.posix;

import io.sluice.event.SocketError;
import io.sluice.tcp.AoCounters;
import io.sluice.tcp.AoInfo;
import io.sluice.tcp.AoKeyInfo;
import io.sluice.tcp.ConnectionKeys;
import io.sluice.tcp.KeyControl;
import io.sluice.tcp.authentication.AuthenticationAlgorithm;
import io.sluice.tcp.authentication.CmacAlgorithm;
import io.sluice.tcp.authentication.HmacAlgorithm;
import io.sluice.tcp.authentication.MasterKey;
import io.sluice.tcp.authentication.MasterKeyTuple;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpPrefix;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The socket options of TCP-AO (RFC 5925) and TCP MD5 (RFC 2385), as Linux has them. */
final class KeyOptions {
    private static final int LONGEST_KEY = 80;
    private static final int USUAL_MAC = 12;

    private static final Map<String, AuthenticationAlgorithm> ALGORITHMS = Map.of(
            "hmac(sha1)", HmacAlgorithm.HMAC_SHA_1_96,
            "hmac(sha256)", HmacAlgorithm.HMAC_SHA_256_128,
            "cmac(aes)", CmacAlgorithm.AES_128_CMAC_96,
            "cmac(aes128)", CmacAlgorithm.AES_128_CMAC_96);

    private final PosixProfile profile;

    KeyOptions(PosixProfile profile) {
        this.profile = profile;
    }

    /** Sets an option whose value is a {@link KeyStruct}; null, or why not. */
    @Nullable Errno set(KeyControl keys, SocketOption option, byte[] value) {
        KeyStruct layout = layout(option);
        ByteBuffer b = layout == null ? null : layout.wrap(value);
        if (layout == null || b == null) {
            return layout == null ? Errno.ENOPROTOOPT : Errno.EINVAL;
        }
        return switch (layout) {
            case TCP_MD5SIG -> setMd5(keys, b, option == SocketOption.TCP_MD5SIG_EXT);
            case TCP_AO_ADD_KEY -> add(keys, b);
            case TCP_AO_DEL_KEY -> remove(keys, b);
            case TCP_AO_INFO -> setInfo(keys, b);
            case TCP_AO_GET_KEYS -> Errno.ENOPROTOOPT;
        };
    }

    private static @Nullable KeyStruct layout(SocketOption option) {
        return switch (option) {
            case TCP_MD5SIG, TCP_MD5SIG_EXT -> KeyStruct.TCP_MD5SIG;
            case TCP_AO_ADD_KEY -> KeyStruct.TCP_AO_ADD_KEY;
            case TCP_AO_DEL_KEY -> KeyStruct.TCP_AO_DEL_KEY;
            case TCP_AO_INFO -> KeyStruct.TCP_AO_INFO;
            case TCP_AO_GET_KEYS -> KeyStruct.TCP_AO_GET_KEYS;
            default -> null;
        };
    }

    private @Nullable Errno errno(@Nullable SocketError error) {
        return error == null ? null : profile.errno(error);
    }

    private static @Nullable IpPrefix prefix(@Nullable IpAddress address, long length) {
        return address == null || length > address.bits() ? null : new IpPrefix(address, (int) length);
    }

    /** A key of no octets removes the one that there is. */
    private @Nullable Errno setMd5(KeyControl keys, ByteBuffer b, boolean extended) {
        KeyStruct s = KeyStruct.TCP_MD5SIG;
        IpAddress peer = s.address(b, "tcpm_addr");
        boolean byPrefix = extended && (s.get(b, "tcpm_flags") & KeyStruct.MD5SIG_FLAG_PREFIX) != 0;
        IpPrefix prefix = peer == null ? null : prefix(peer, byPrefix ? s.get(b, "tcpm_prefixlen") : peer.bits());
        int length = (int) s.get(b, "tcpm_keylen");
        boolean others = extended && (s.get(b, "tcpm_flags") & ~KeyStruct.MD5SIG_FLAG_PREFIX) != 0;
        if (prefix == null || length > LONGEST_KEY || others) {
            return Errno.EINVAL;
        }
        if (length == 0) {
            return errno(keys.removeMd5(prefix));
        }
        try (MasterKey key = key(s.octets(b, "tcpm_key", length))) {
            return errno(keys.addMd5(prefix, key));
        }
    }

    private static MasterKey key(byte[] octets) {
        MasterKey key = new MasterKey(octets);
        Arrays.fill(octets, (byte) 0);
        return key;
    }

    private @Nullable Errno add(KeyControl keys, ByteBuffer b) {
        KeyStruct s = KeyStruct.TCP_AO_ADD_KEY;
        IpPrefix peer = prefix(s.address(b, "addr"), s.get(b, "prefix"));
        int length = (int) s.get(b, "keylen");
        int macLength = (int) s.get(b, "maclen");
        if (peer == null || length > LONGEST_KEY || asksMore(s, b, KeyStruct.KEYF_EXCLUDE_OPT)) {
            return Errno.EINVAL;
        }
        AuthenticationAlgorithm algorithm = ALGORITHMS.get(s.text(b, "alg_name"));
        if (algorithm == null) {
            return Errno.ENOENT;
        }
        if (macLength > algorithm.longestMac()) {
            return Errno.EINVAL;
        }
        int sendId = (int) s.get(b, "sndid");
        int receiveId = (int) s.get(b, "rcvid");
        try (MasterKey key = key(s.octets(b, "key", length))) {
            MasterKeyTuple.Builder builder = MasterKeyTuple.builder(peer, key)
                    .ids(sendId, receiveId)
                    .algorithm(algorithm)
                    .macLength(macLength == 0 ? USUAL_MAC : macLength);
            boolean excludes = (s.get(b, "keyflags") & KeyStruct.KEYF_EXCLUDE_OPT) != 0;
            try (MasterKeyTuple tuple = (excludes ? builder.withoutOptions() : builder).build()) {
                Errno errno = errno(keys.add(tuple));
                return errno != null
                        ? errno
                        : select(
                                keys,
                                s.get(b, "set_current") != 0 ? sendId : -1,
                                s.get(b, "set_rnext") != 0 ? receiveId : -1);
            }
        }
    }

    /** Whether a key is to be of one interface only, which no key is here, or has flags beside those {@code known}. */
    private static boolean asksMore(KeyStruct s, ByteBuffer b, int known) {
        return s.get(b, "ifindex") != 0 || (s.get(b, "keyflags") & ~known) != 0;
    }

    /** Sets current_key and rnext_key; -1 leaves one as it is. */
    private @Nullable Errno select(KeyControl keys, long sendId, long receiveId) {
        Errno current = sendId < 0 ? null : errno(keys.current((int) sendId));
        return current != null || receiveId < 0 ? current : errno(keys.rnext((int) receiveId));
    }

    private @Nullable Errno remove(KeyControl keys, ByteBuffer b) {
        KeyStruct s = KeyStruct.TCP_AO_DEL_KEY;
        IpPrefix peer = prefix(s.address(b, "addr"), s.get(b, "prefix"));
        boolean async = s.get(b, "del_async") != 0; // of listeners: gone at once is soon enough
        if (peer == null || asksMore(s, b, 0) || (async && keys instanceof ConnectionKeys)) {
            return Errno.EINVAL;
        }
        Errno chosen = select(
                keys,
                s.get(b, "set_current") != 0 ? s.get(b, "current_key") : -1,
                s.get(b, "set_rnext") != 0 ? s.get(b, "rnext") : -1);
        return chosen != null ? chosen : errno(keys.remove(peer, (int) s.get(b, "sndid"), (int) s.get(b, "rcvid")));
    }

    private @Nullable Errno setInfo(KeyControl keys, ByteBuffer b) {
        KeyStruct s = KeyStruct.TCP_AO_INFO;
        AoCounters n = keys.counters();
        if (n == null) {
            return Errno.EINVAL;
        }
        Errno chosen = select(
                keys,
                s.get(b, "set_current") != 0 ? s.get(b, "current_key") : -1,
                s.get(b, "set_rnext") != 0 ? s.get(b, "rnext") : -1);
        if (chosen != null) {
            return chosen;
        }
        Errno required = errno(keys.required(s.get(b, "ao_required") != 0));
        if (required != null) {
            return required;
        }
        keys.acceptIcmps(s.get(b, "accept_icmps") != 0);
        if (s.get(b, "set_counters") != 0) {
            n.good = s.get(b, "pkt_good");
            n.bad = s.get(b, "pkt_bad");
            n.unknownKey = s.get(b, "pkt_key_not_found");
            n.missing = s.get(b, "pkt_ao_required");
            n.droppedIcmps = s.get(b, "pkt_dropped_icmp");
        }
        return null;
    }

    /** The value of an option: a {@link KeyStruct}, of TCP_AO_GET_KEYS one for each key; empty where there is none. */
    static byte[] get(KeyControl keys, SocketOption option) {
        return switch (option) {
            case TCP_AO_INFO -> info(keys);
            case TCP_AO_GET_KEYS -> keys(keys.keys());
            default -> new byte[0];
        };
    }

    private static byte[] info(KeyControl keys) {
        AoInfo i = keys.info();
        if (i == null) {
            return new byte[0];
        }
        KeyStruct s = KeyStruct.TCP_AO_INFO;
        ByteBuffer b = s.allocate();
        s.put(b, "ao_required", i.required() ? 1 : 0).put(b, "accept_icmps", i.acceptsIcmps() ? 1 : 0);
        s.put(b, "set_current", i.currentKey() < 0 ? 0 : 1).put(b, "current_key", Math.max(0, i.currentKey()));
        s.put(b, "set_rnext", i.rnextKey() < 0 ? 0 : 1).put(b, "rnext", Math.max(0, i.rnextKey()));
        s.put(b, "pkt_good", i.good()).put(b, "pkt_bad", i.bad()).put(b, "pkt_key_not_found", i.unknownKey());
        s.put(b, "pkt_ao_required", i.missing()).put(b, "pkt_dropped_icmp", i.droppedIcmps());
        return s.octets(b);
    }

    private static byte[] keys(List<AoKeyInfo> keys) {
        KeyStruct s = KeyStruct.TCP_AO_GET_KEYS;
        byte[] octets = new byte[keys.size() * s.size()];
        ByteBuffer all = ByteBuffer.wrap(octets);
        for (AoKeyInfo k : keys) {
            ByteBuffer b = s.allocate();
            s.put(b, "addr", k.peer().address()).put(b, "prefix", k.peer().length());
            s.put(b, "alg_name", name(k.algorithm()).getBytes(StandardCharsets.US_ASCII));
            s.put(b, "nkeys", keys.size()).put(b, "maclen", k.macLength());
            s.put(b, "sndid", k.sendId()).put(b, "rcvid", k.receiveId());
            s.put(b, "is_current", k.current() ? 1 : 0).put(b, "is_rnext", k.rnext() ? 1 : 0);
            s.put(b, "keyflags", k.coversOptions() ? 0 : KeyStruct.KEYF_EXCLUDE_OPT);
            s.put(b, "pkt_good", k.good()).put(b, "pkt_bad", k.bad());
            all.put(s.octets(b));
        }
        return octets;
    }

    private static String name(String algorithm) {
        for (Map.Entry<String, AuthenticationAlgorithm> e : ALGORITHMS.entrySet()) {
            if (e.getValue().name().equals(algorithm) && !e.getKey().equals("cmac(aes128)")) {
                return e.getKey();
            }
        }
        return algorithm;
    }
}
