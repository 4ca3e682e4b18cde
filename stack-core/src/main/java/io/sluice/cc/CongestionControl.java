package io.sluice.cc;

/**
 * Decides how much may be in flight, and how fast; never which segment is lost (loss recovery) and never what is sent
 * (output). One instance a connection; its results go into the connection's {@link CongestionWindow}. Called on the
 * host's thread; an exception aborts the connection.
 */
public interface CongestionControl {
    /** The name users choose it by ({@code TCP_CONGESTION}). */
    String name();

    /** This algorithm takes over a connection: the window holds what the one before left, or the initial values. */
    default void onStart(CongestionWindow window, ConnectionView connection, long nowNs) {}

    /** Data left for the first time or again. */
    default void onSent(CongestionWindow window, ConnectionView connection, long bytes, long nowNs) {}

    /** New data was acknowledged. While {@link AckSample#inRecovery} the window belongs to recovery unless {@link #ownsRecoveryWindow}. */
    void onAck(CongestionWindow window, ConnectionView connection, AckSample ack);

    /** A loss ends the window as it was; at most once for each window of data (RFC 5681 §3.2). */
    void onCongestion(CongestionWindow window, ConnectionView connection, long nowNs);

    /**
     * A range was just taken for lost, before {@link #onCongestion} or {@link #onRetransmissionTimeout} if it ends the window;
     * called for each such range, and again when its repetition is lost.
     */
    default void onRangeLost(CongestionWindow window, ConnectionView connection, LostRange lost, long nowNs) {}

    /**
     * The peer echoed a mark, for the first time in this window of data (RFC 3168 §6.1.2): less, as after a loss. The ACK's
     * other news follows with {@link #onAck}.
     */
    default void onEcnEcho(CongestionWindow window, ConnectionView connection, AckSample ack) {
        onCongestion(window, connection, ack.nowNs);
    }

    /** Recovery is over: everything outstanding when it began is acknowledged. */
    default void onRecovered(CongestionWindow window, ConnectionView connection, long nowNs) {}

    /** The retransmission timer expired; {@code first} unless the same data timed out before (RFC 5681 §3.1). */
    void onRetransmissionTimeout(CongestionWindow window, ConnectionView connection, boolean first, long nowNs);

    /** The last reduction was wrong (RFC 3522, RFC 4015, RFC 5682): back to the window before it. */
    default void onUndo(CongestionWindow window, long priorCwnd, long priorSsthresh, long nowNs) {
        window.cwnd(Math.max(window.cwnd(), priorCwnd));
        window.ssthresh(Math.max(window.ssthresh(), priorSsthresh));
    }

    /** Sending resumes after an idle time of more than one RTO (RFC 5681 §4.1). */
    default void onIdleRestart(CongestionWindow window, ConnectionView connection, long initialWindow, long nowNs) {
        window.cwnd(Math.min(window.cwnd(), initialWindow));
    }

    /** The maximum segment size changed, and with it the unit of the window. */
    default void onMss(CongestionWindow window, int oldSmss, long nowNs) {}

    /** Whether this algorithm decides how the connection is paced, rather than the host. */
    default boolean setsPacingRate() {
        return ownsRecoveryWindow();
    }

    /** Whether connections with this algorithm ask for ECN whatever else the host does. */
    default boolean needsEcn() {
        return false;
    }

    /**
     * Whether this side, as a receiver, echoes for each packet whether it was marked (RFC 8257 §3.2), rather than that one was
     * (RFC 3168 §6.1.3).
     */
    default boolean echoesEachMark() {
        return false;
    }

    /** Whether this algorithm, not the recovery algorithm, sets the window while losses are repaired. */
    default boolean ownsRecoveryWindow() {
        return false;
    }
}
