package io.sluice.posix;

import io.sluice.wire.IpAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The structures that Linux's options of TCP-AO and TCP MD5 take and give, field by field at the places that they have in {@code
 * <linux/tcp.h>} of a 64-bit machine. Addresses are as in {@code struct sockaddr_storage}.
 */
public enum KeyStruct {
    /** {@code struct tcp_md5sig}. */
    TCP_MD5SIG(
            216,
            "tcpm_addr:0:128 tcpm_flags:128:1 tcpm_prefixlen:129:1 tcpm_keylen:130:2 tcpm_ifindex:132:4 tcpm_key:136:80"),
    /** {@code struct tcp_ao_add}. */
    TCP_AO_ADD_KEY(
            288,
            "addr:0:128 alg_name:128:64 ifindex:192:4 set_current:196.0 set_rnext:196.1 prefix:202:1 sndid:203:1 rcvid:204:1"
                    + " maclen:205:1 keyflags:206:1 keylen:207:1 key:208:80"),
    /** {@code struct tcp_ao_del}. */
    TCP_AO_DEL_KEY(
            144,
            "addr:0:128 ifindex:128:4 set_current:132.0 set_rnext:132.1 del_async:132.2 prefix:138:1 sndid:139:1 rcvid:140:1"
                    + " current_key:141:1 rnext:142:1 keyflags:143:1"),
    /** {@code struct tcp_ao_info_opt}. */
    TCP_AO_INFO(
            48,
            "set_current:0.0 set_rnext:0.1 ao_required:0.2 set_counters:0.3 accept_icmps:0.4 current_key:6:1 rnext:7:1"
                    + " pkt_good:8:8 pkt_bad:16:8 pkt_key_not_found:24:8 pkt_ao_required:32:8 pkt_dropped_icmp:40:8"),
    /** {@code struct tcp_ao_getsockopt}; the key itself is never told. */
    TCP_AO_GET_KEYS(
            304,
            "addr:0:128 alg_name:128:64 key:192:80 nkeys:272:4 is_current:276.0 is_rnext:276.1 get_all:276.2 sndid:278:1 rcvid:279:1"
                    + " prefix:280:1 maclen:281:1 keyflags:282:1 keylen:283:1 ifindex:284:4 pkt_good:288:8 pkt_bad:296:8");

    /** The code does not cover other options (in {@code keyflags}). */
    public static final int KEYF_EXCLUDE_OPT = 2;

    /** {@code tcpm_prefixlen} counts (in {@code tcpm_flags}). */
    public static final int MD5SIG_FLAG_PREFIX = 1;

    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int LONGEST_NUMBER = 8;

    private final int size;
    private final String layout;

    /** @param bit which bit of the octet, or -1 */
    private record Field(int at, int octets, int bit) {
        static Field of(String text) {
            String[] parts = text.split("[:.]", -1);
            boolean bit = text.indexOf('.') >= 0;
            int third = Integer.parseInt(parts[2]);
            return new Field(Integer.parseInt(parts[1]), bit ? 1 : third, bit ? third : -1);
        }
    }

    /** @param layout of each field the name, the first octet, and how many or (behind a point) which bit */
    KeyStruct(int size, String layout) {
        this.size = size;
        this.layout = layout;
    }

    /** Its octets, all zero. */
    public ByteBuffer allocate() {
        return ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
    }

    /** A view of {@code octets}, or null if they are too few. */
    public @Nullable ByteBuffer wrap(byte[] octets) {
        return octets.length < size ? null : ByteBuffer.wrap(octets).order(ByteOrder.nativeOrder());
    }

    /** Octets of one. */
    public int size() {
        return size;
    }

    /** Whether there is a field of this name. */
    public boolean has(String field) {
        return find(field) != null;
    }

    /** Whether the field is a number, rather than octets or an address. */
    public boolean isNumber(String field) {
        return field(field).octets <= LONGEST_NUMBER;
    }

    private @Nullable Field find(String name) {
        for (String field : layout.split(" ", -1)) {
            if (field.startsWith(name + ":")) {
                return Field.of(field);
            }
        }
        return null;
    }

    private Field field(String name) {
        Field f = find(name);
        if (f == null) {
            throw new IllegalArgumentException("no field " + name + " in " + this);
        }
        return f;
    }

    /** All octets of one. */
    public byte[] octets(ByteBuffer struct) {
        byte[] octets = new byte[size];
        struct.get(0, octets);
        return octets;
    }

    /** The value of a number. */
    public long get(ByteBuffer struct, String name) {
        Field f = field(name);
        if (f.bit >= 0) {
            return (struct.get(f.at) & 0xFFL) >>> f.bit & 1;
        }
        return switch (f.octets) {
            case 1 -> struct.get(f.at) & 0xFF;
            case 2 -> struct.getShort(f.at) & 0xFFFF;
            case 4 -> struct.getInt(f.at);
            default -> struct.getLong(f.at);
        };
    }

    /** Sets a number. */
    public KeyStruct put(ByteBuffer struct, String name, long value) {
        Field f = field(name);
        if (f.bit >= 0) {
            int others = struct.get(f.at) & ~(1 << f.bit);
            struct.put(f.at, (byte) (others | (value == 0 ? 0 : 1 << f.bit)));
            return this;
        }
        switch (f.octets) {
            case 1 -> struct.put(f.at, (byte) value);
            case 2 -> struct.putShort(f.at, (short) value);
            case 4 -> struct.putInt(f.at, (int) value);
            default -> struct.putLong(f.at, value);
        }
        return this;
    }

    /** The first {@code length} octets of a field. */
    public byte[] octets(ByteBuffer struct, String name, int length) {
        byte[] octets = new byte[length];
        struct.get(field(name).at, octets);
        return octets;
    }

    /** Sets octets, as many as fit. */
    public KeyStruct put(ByteBuffer struct, String name, byte[] octets) {
        Field f = field(name);
        struct.put(f.at, octets, 0, Math.min(f.octets, octets.length));
        return this;
    }

    /** The text in a field, up to the first zero. */
    String text(ByteBuffer struct, String name) {
        Field f = field(name);
        String text = new String(octets(struct, name, f.octets), StandardCharsets.ISO_8859_1);
        int end = text.indexOf(0);
        return end < 0 ? text : text.substring(0, end);
    }

    /** The address in a field, or null if it is of neither family. */
    @Nullable IpAddress address(ByteBuffer struct, String name) {
        int at = field(name).at;
        ByteBuffer b = struct.duplicate().order(ByteOrder.BIG_ENDIAN);
        return switch (struct.getShort(at)) {
            case AF_INET -> IpAddress.ofV4(b.getInt(at + 4));
            case AF_INET6 -> unmapped(IpAddress.ofV6(b.getLong(at + 8), b.getLong(at + 16)));
            default -> null;
        };
    }

    private static IpAddress unmapped(IpAddress address) {
        return address.isV4Mapped() ? IpAddress.ofV4((int) address.lo()) : address;
    }

    /** Sets an address, with port 0. */
    public KeyStruct put(ByteBuffer struct, String name, IpAddress address) {
        int at = field(name).at;
        ByteBuffer b = struct.duplicate().order(ByteOrder.BIG_ENDIAN);
        struct.putShort(at, (short) (address.isV6() ? AF_INET6 : AF_INET));
        if (address.isV6()) {
            b.putLong(at + 8, address.hi()).putLong(at + 16, address.lo());
        } else {
            b.putInt(at + 4, address.v4());
        }
        return this;
    }
}
