package io.sluice.buffer;

import io.netty.buffer.ByteBuf;
import io.sluice.event.SocketError;
import org.jspecify.annotations.Nullable;

/**
 * What stands between the reassembled stream and the reader: decryption of records (TLS). Gets in-order bytes as they
 * become in-order, puts what they mean into the receive queue. What is not data it keeps, and says how much data may be
 * read before it.
 */
public interface StreamTransform {
    /**
     * Takes in-order bytes of the stream.
     *
     * @param data borrowed; retained by the transform if it keeps it
     * @param into where the result goes
     * @return null, or why the stream is broken: the user is told when it has read what came before, and nothing is
     *     received any more
     */
    @Nullable SocketError onStream(ByteBuf data, ReceiveQueue into, long nowNs);

    /** The peer's FIN has arrived, and everything before it: null, or what is wrong about that. */
    default @Nullable SocketError onEnd(long nowNs) {
        return null;
    }

    /** Whether the end has come, by what the stream itself says: the rest is thrown away. */
    default boolean isEnded() {
        return false;
    }

    /** Octets that may be read before the next {@link #takeRecord}. */
    default int readLimit() {
        return Integer.MAX_VALUE;
    }

    /** The user has read so many octets. */
    default void onRead(int octets) {}

    /** Whether the next thing to be taken is not data. */
    default boolean isRecordNext() {
        return false;
    }

    /** Takes it; null if there is none, or data comes first. */
    default @Nullable StreamRecord takeRecord() {
        return null;
    }

    /** Octets of memory that are kept here. */
    default long heldBytes() {
        return 0;
    }

    /** Nobody will read any more, but the stream may go on: let go of what waits, and keep nothing. */
    default void readerGone() {}

    /** The connection is gone: let go of what can never be read. */
    void close();

    /** Nobody will read any more: let go of everything. */
    default void discard() {
        close();
    }
}
