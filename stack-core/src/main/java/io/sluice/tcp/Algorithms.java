package io.sluice.tcp;

/** The algorithms that a connection runs: their start. */
final class Algorithms {
    private final TcpContext context;

    Algorithms(TcpContext context) {
        this.context = context;
    }

    /** The MSS is known: sets the initial window (RFC 6928 §2) and starts congestion control. */
    void start(TcpConnection c, long nowNs) {
        c.window.smss(c.effectiveMss());
        c.window.cwnd(initialWindow(c));
        c.congestionControl.onStart(c.window, c, nowNs);
    }

    /** RFC 6928 §2, equation (1), for RFC 5681 §3.1 (M4, M5), unless the route says otherwise. */
    long initialWindow(TcpConnection c) {
        int mss = c.effectiveMss();
        if (c.path.initialWindowSegments() > 0) {
            return (long) c.path.initialWindowSegments() * mss;
        }
        long segments = context.knobs.get(Knob.INITIAL_WINDOW_SEGMENTS);
        return Math.min(segments * mss, Math.max(2L * mss, segments * 1460));
    }
}
