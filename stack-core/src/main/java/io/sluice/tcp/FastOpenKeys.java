package io.sluice.tcp;

import io.sluice.wire.AddressKey;
import io.sluice.wire.SipHash;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The keys of Fast Open cookies (RFC 7413 §4.1.2): cookies are made with the first, and taken if any of them made it, so
 * that keys can be changed without turning clients away. A cookie is SipHash-2-4 over the client's and the server's
 * address, as with both kernels; hosts that share keys therefore take each other's cookies. Immutable.
 */
public final class FastOpenKeys {
    /** Octets of one key. */
    public static final int KEY_OCTETS = 16;

    /** Octets of a cookie made here. */
    static final int COOKIE_OCTETS = 8;

    private final long[] words;

    private FastOpenKeys(long[] words) {
        this.words = words;
    }

    /** Keys of {@link #KEY_OCTETS} octets each, the first one first; null if that is not what {@code octets} are. */
    public static @Nullable FastOpenKeys of(byte[] octets) {
        if (octets.length == 0 || octets.length % KEY_OCTETS != 0) {
            return null;
        }
        ByteBuffer b = ByteBuffer.wrap(octets).order(ByteOrder.LITTLE_ENDIAN);
        long[] words = new long[octets.length / Long.BYTES];
        b.asLongBuffer().get(words);
        return new FastOpenKeys(words);
    }

    static FastOpenKeys of(long key0, long key1) {
        return new FastOpenKeys(new long[] {key0, key1});
    }

    /** A new first key, behind which only the one that was first stays. */
    FastOpenKeys rotated(long key0, long key1) {
        return new FastOpenKeys(new long[] {key0, key1, words[0], words[1]});
    }

    /** How many there are. */
    public int count() {
        return words.length / 2;
    }

    /** The keys as {@link #of(byte[])} takes them: to be kept secret. */
    public byte[] octets() {
        ByteBuffer b = ByteBuffer.allocate(words.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        b.asLongBuffer().put(words);
        return b.array();
    }

    /** The cookie that the first key gives the client of {@code seg}. */
    byte[] cookie(Segment seg) {
        byte[] cookie = new byte[COOKIE_OCTETS];
        ByteBuffer.wrap(cookie).order(ByteOrder.LITTLE_ENDIAN).putLong(cookie(0, seg));
        return cookie;
    }

    /** The number of the key, from 0, that made this cookie for the client of {@code seg}; or -1. */
    int find(byte[] cookie, Segment seg) {
        if (cookie.length != COOKIE_OCTETS) {
            return -1;
        }
        long given = ByteBuffer.wrap(cookie).order(ByteOrder.LITTLE_ENDIAN).getLong();
        int found = -1;
        for (int i = count() - 1; i >= 0; i--) {
            found = cookie(i, seg) == given ? i : found;
        }
        return found;
    }

    private long cookie(int key, Segment seg) {
        long key0 = words[2 * key];
        long key1 = words[2 * key + 1];
        if (AddressKey.isV4(seg.remoteHi, seg.remoteLo)) {
            long client = Integer.toUnsignedLong(Integer.reverseBytes((int) seg.remoteLo));
            long server = Integer.toUnsignedLong(Integer.reverseBytes((int) seg.localLo));
            return SipHash.hash(key0, key1, server << Integer.SIZE | client);
        }
        return SipHash.hash(
                key0,
                key1,
                Long.reverseBytes(seg.remoteHi),
                Long.reverseBytes(seg.remoteLo),
                Long.reverseBytes(seg.localHi),
                Long.reverseBytes(seg.localLo));
    }

    /** How many, never which. */
    @Override
    public String toString() {
        return count() + " Fast Open keys";
    }
}
