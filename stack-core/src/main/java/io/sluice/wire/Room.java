package io.sluice.wire;

import java.nio.ByteBuffer;

/** The one bounds check that every view makes before it looks at a buffer. */
final class Room {
    private Room() {}

    /** Whether {@code length} octets from {@code offset} on are inside the buffer and are at least {@code needed}. */
    static boolean has(ByteBuffer buffer, int offset, int length, int needed) {
        return length >= needed && offset >= 0 && length <= buffer.limit() - offset;
    }
}
