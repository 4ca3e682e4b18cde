package io.sluice.tcp;

import io.sluice.cc.CongestionWindow;

/**
 * How fast a connection sends if it is to be paced and its congestion control does not say: somewhat more than the window in each
 * round trip, so that the window stays the limit. The first window leaves at once, since nothing has been measured.
 */
final class PacingRate {
    private static final double NS_PER_SECOND = 1e9;
    private static final double PERCENT = 100;

    private final Knobs knobs;

    PacingRate(Knobs knobs) {
        this.knobs = knobs;
    }

    /** The window has changed, or how far it is validated (RFC 7661 §4.4.2: what is not leaves paced). */
    void update(TcpConnection c, long nowNs) {
        if (c.congestionControl.setsPacingRate() || c.tcb.rtt.srttNs == 0) {
            return;
        }
        if (knobs.isOn(Knob.PACE_SENDING) || c.context.validation.isUnvalidated(c, nowNs)) {
            long window = Math.max(c.window.cwnd(), LossEpisodes.countedFlight(c));
            c.window.pacingRate((long) estimate(c, window));
        } else if (c.context.validation.isOn(c)) {
            c.window.pacingRate(CongestionWindow.UNPACED);
        }
    }

    /** Octets per second at which {@code window} octets are sent in somewhat less than a round trip. */
    double estimate(TcpConnection c, long window) {
        boolean fast = c.window.cwnd() < c.window.ssthresh() / 2;
        long percent = knobs.get(fast ? Knob.SLOW_START_RATE_PERCENT : Knob.AVOIDANCE_RATE_PERCENT);
        return window * percent / PERCENT * NS_PER_SECOND / c.tcb.rtt.srttNs;
    }
}
