package io.sluice.buffer;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/**
 * Where a connection's bytes come from when they are not simply written: files, records to be framed and sealed (TLS).
 * Output pulls when it may send, so that the work is done just before transmission; what was pulled lies in the {@link
 * SendQueue}, unchanged, until it is acknowledged. A source may take writes itself; then users write to the socket as
 * they do without one.
 */
public interface SendSource {
    /** Nothing can be pulled now; the source says so to its connection when that changes. */
    int PENDING = -1;

    /** Nothing will ever come any more. */
    int END = -2;

    /** The source is used up: what is written from now on goes without it. */
    int DONE = -3;

    /**
     * Appends about {@code maxBytes} octets to the queue: it may append more, where its units are larger (a record).
     *
     * @return the octets appended (at least 1), {@link #PENDING}, {@link #END} or {@link #DONE}
     */
    int pull(SendQueue into, int maxBytes, long nowNs);

    /** Whether anything is left to pull, or will be without the user: a peer whose window is closed is asked then. */
    default boolean hasMore() {
        return false;
    }

    /** Whether the last {@link #pull} left something because the user has promised more, or holds it back: not for ever. */
    default boolean isHeldBack() {
        return false;
    }

    /** Whether what the user writes to the socket goes to {@link #write}; otherwise writes find no room. */
    default boolean takesWrites() {
        return false;
    }

    /** Whether nothing that the user writes will be taken any more: then writes fail, and do not wait. */
    default boolean isEnded() {
        return false;
    }

    /** Octets that were written and not pulled yet; they count against the send buffer. */
    default long queuedBytes() {
        return 0;
    }

    /** Octets that were pulled so far beside what the user wrote: headers, tags, units of the source's own. */
    default long framingBytes() {
        return 0;
    }

    /**
     * Takes octets that the user writes: only if {@link #takesWrites}.
     *
     * @param data borrowed, its indexes stay; retained where it is kept
     * @param stable nobody changes these octets any more
     * @return the octets that were copied
     */
    default int write(ByteBuf data, int length, boolean stable) {
        throw new UnsupportedOperationException("takes no writes: " + this);
    }

    /** Takes a copy of the remaining octets. */
    default void write(ByteBuffer data) {
        throw new UnsupportedOperationException("takes no writes: " + this);
    }

    /** Takes a region, behind what was written; false if this source takes none. */
    default boolean write(SendRegion region) {
        return false;
    }

    /** Ends the stream in a way that the peer does not take for its end; false if the source has no such way. */
    default boolean breakOff() {
        return false;
    }

    /** Whether the user has promised to write more soon (MSG_MORE), so that a unit may wait for it. */
    default void awaitMore(boolean more) {}

    /** The user has closed the sending direction: {@link #pull} answers {@link #END} when the rest was pulled. */
    default void finish() {}

    /** The connection is gone: let go of everything. */
    void close();
}
