package io.sluice.buffer;

import io.netty.buffer.ByteBuf;

/**
 * Octets whose number is known, and which are fetched only when they are about to be sent: of a file, for one. Whoever
 * sends them asks for what the windows let go next, and takes what has come; so acknowledgments drive the reading. What
 * was taken is never asked for again. Confined to the host's thread.
 */
public interface SendRegion {
    /** What {@link #ready} answers when the rest will never come. */
    int BROKEN = -1;

    /** It is this region's turn. */
    void start(Runnable whenReady);

    /** Octets that were not taken yet. */
    long remaining();

    /**
     * Octets that can be taken now. If these are fewer than wanted, {@code whenReady} runs when there are more, or when
     * there will be none.
     *
     * @param wanted what could be sent at once
     * @param windowBytes what may be in flight: how much is worth fetching at a time
     * @return {@link #BROKEN} if nothing is left that could come
     */
    int ready(int wanted, long windowBytes);

    /** Takes at most {@code most} octets that are ready, as many as one buffer has; its reference is the caller's. */
    ByteBuf take(int most);

    /** Copies octets that are ready, and takes them. */
    void take(byte[] target, int at, int octets);

    /** All was taken, or nothing will be any more. */
    void close();
}
