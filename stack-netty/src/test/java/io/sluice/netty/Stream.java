package io.sluice.netty;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/** A stream whose every octet follows from its position, so that a wrong, missing or doubled one is found where it is. */
final class Stream {
    private static final int WORD = Long.BYTES;

    private Stream() {}

    private static long word(long index) {
        long z = (index ^ (index >>> 30)) * 0xBF58476D1CE4E5B9L;
        return (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    }

    private static byte octet(long position) {
        return (byte) (word(position / WORD) >>> ((WORD - 1 - position % WORD) * 8));
    }

    /** Fills the room of {@code target} with the octets from {@code position} on. */
    static void fill(ByteBuffer target, long position) {
        long at = position;
        while (target.hasRemaining()) {
            if (at % WORD == 0 && target.remaining() >= WORD) {
                target.putLong(word(at / WORD));
                at += WORD;
            } else {
                target.put(octet(at++));
            }
        }
    }

    /** Where {@code data}'s remaining octets, which begin at {@code position}, are wrong first; -1 if they are right. */
    static long firstWrong(ByteBuffer data, long position) {
        long at = position;
        while (data.hasRemaining()) {
            if (at % WORD == 0 && data.remaining() >= WORD) {
                if (data.getLong(data.position()) != word(at / WORD)) {
                    return firstWrongOctet(data, at);
                }
                data.position(data.position() + WORD);
                at += WORD;
            } else if (data.get() != octet(at++)) {
                return at - 1;
            }
        }
        return -1;
    }

    /** As {@link #firstWrong(ByteBuffer, long)}; the reader index stays. */
    static long firstWrong(ByteBuf data, long position) {
        long at = position;
        for (ByteBuffer part : data.nioBuffers()) {
            int n = part.remaining();
            long wrong = firstWrong(part, at);
            if (wrong >= 0) {
                return wrong;
            }
            at += n;
        }
        return -1;
    }

    private static long firstWrongOctet(ByteBuffer data, long position) {
        long at = position;
        while (data.get() == octet(at)) {
            at++;
        }
        return at;
    }
}
