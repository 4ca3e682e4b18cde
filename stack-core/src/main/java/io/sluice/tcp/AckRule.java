package io.sluice.tcp;

/**
 * How long acknowledgments of what arrives in order wait (RFC 9293 §3.8.6.3, RFC 5681 §4.2), as {@link AckPolicy} asks it. One
 * object serves all connections of a host; what it remembers of one is in {@link Tcb.Acknowledging}.
 */
interface AckRule {
    /**
     * Whether what is pending is to be acknowledged now; else the timer runs.
     *
     * @param segments how many of those pending have just come
     */
    boolean isDue(TcpConnection c, int segments, long nowNs);

    /** How long an acknowledgment of text waits now, in nanoseconds. */
    long delayNs(TcpConnection c);

    /** TCP_QUICKACK: from now on at once, with what waits; or as usual. */
    void quickAck(TcpConnection c, boolean on);

    /**
     * Text came that is next, before it is judged.
     *
     * @param sinceMs milliseconds since text last came in order
     * @param full whether it is as long as the peer's full segments
     */
    default void onText(TcpConnection c, Segment seg, int sinceMs, boolean full) {}

    /** What the peer sends shows that something is lost, or congested: it is to hear of the next {@code segments} at once. */
    default void onTrouble(TcpConnection c, int segments) {}

    /** The timer has gone off: nothing went that the acknowledgment could have gone with. */
    default void onTimer(TcpConnection c) {}

    /** An acknowledgment of what is pending leaves. */
    default void onAckSent(TcpConnection c) {}

    /** Text leaves. */
    default void onTextSent(TcpConnection c, long nowNs) {}

    /** Whether a reader who has taken something does not leave what is pending to the timer. */
    default boolean isDueAfterRead(TcpConnection c) {
        return false;
    }

    /** Whether the acknowledgment of a FIN, which is next, waits as one of text does. */
    default boolean delaysFin(TcpConnection c) {
        return false;
    }

    /** Whether new text waits as usual though text that had come before came with it (RFC 2883 §4). */
    default boolean delaysDuplicate() {
        return false;
    }

    /** Whether the acknowledgment of a SYN-ACK waits for text to go with it; then the timer runs. */
    default boolean delaysSynAck(TcpConnection c, long nowNs) {
        return false;
    }
}
