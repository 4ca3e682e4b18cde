package io.sluice.wire;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Buffers for tests, laid out so that reading one octet too many fails. */
final class Octets {
    private Octets() {}

    static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
    }

    /** The octets from 0 to the limit. */
    static ByteBuffer buffer(String hex) {
        return tight(hex(hex), 0, false);
    }

    /** The octets from {@code offset} to the limit, with {@code 0xA5} before them and more of it beyond the limit. */
    static ByteBuffer tight(byte[] octets, int offset, boolean direct) {
        int capacity = offset + octets.length + 16;
        ByteBuffer b = direct ? ByteBuffer.allocateDirect(capacity) : ByteBuffer.allocate(capacity);
        for (int i = 0; i < capacity; i++) {
            b.put(i, (byte) 0xA5);
        }
        b.put(offset, octets);
        return b.limit(offset + octets.length);
    }

    /** What is in a buffer, from {@code from} to {@code to}, as hexadecimal digits. */
    static String toHex(ByteBuffer b, int from, int to) {
        byte[] octets = new byte[to - from];
        b.get(from, octets);
        return HexFormat.of().formatHex(octets);
    }
}
