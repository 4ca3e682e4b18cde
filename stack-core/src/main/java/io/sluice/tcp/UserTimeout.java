package io.sluice.tcp;

import io.sluice.time.Deadline;

/**
 * The user timeout: how long data may wait for its acknowledgment, or for the peer's window (RFC 9293 §3.10.8), and its
 * exchange with the peer (RFC 5482).
 */
final class UserTimeout {
    /** L_LIMIT of RFC 5482 §3.1: at least 100 seconds, and more than the RTO. */
    private static final long LEAST_NS = 100_000_000_000L;

    /** U_LIMIT of RFC 5482 §3.1, which it leaves to the host. */
    private static final long MOST_NS = 3_600_000_000_000L;

    private static final long NS_PER_SECOND = 1_000_000_000L;

    private final TcpContext context;

    UserTimeout(TcpContext context) {
        this.context = context;
    }

    /** Data waits from now on, if none did before, for as long as the user says: RFC 9293 §3.8.3 (MUST-21). */
    void start(TcpConnection c, long nowNs) {
        if (c.options.userTimeoutNs > 0 && !c.timers.isArmed(TcpTimer.USER_TIMEOUT)) {
            c.timers.arm(TcpTimer.USER_TIMEOUT, Deadline.after(nowNs, c.options.userTimeoutNs));
        }
    }

    /** Data was acknowledged: what is left waits from now on. */
    void onProgress(TcpConnection c, long nowNs) {
        if (!c.timers.isArmed(TcpTimer.USER_TIMEOUT)) {
            return;
        }
        c.timers.disarm(TcpTimer.USER_TIMEOUT);
        if (isWaiting(c)) {
            start(c, nowNs);
        }
    }

    private static boolean isWaiting(TcpConnection c) {
        return c.tcb.flightBytes() > 0 || c.unsentBytes() > 0;
    }

    /** RFC 9293 §3.10.8: "the connection is aborted due to user timeout". Also ends an open that takes too long. */
    void onExpired(TcpConnection c, long nowNs) {
        if (!c.tcb.state().isSynchronized() || isWaiting(c)) {
            context.ending.timedOut(c, nowNs);
        }
    }

    /** ADV_UTO in seconds for a SYN of a socket with these options, or 0 if none is to be sent (RFC 5482 §3.3). */
    int advertisedSeconds(SocketOptions options) {
        return context.knobs.isOn(Knob.USER_TIMEOUT_OPTION) && options.userTimeoutNs > 0
                ? (int) Math.max(1, options.userTimeoutNs / NS_PER_SECOND)
                : 0;
    }

    /** The peer's user timeout, RFC 5482 §3.1: adopted within limits, unless the user has set one (CHANGEABLE). */
    void onOption(TcpConnection c, int remoteSeconds) {
        boolean changeable = c.options.userTimeoutNs == 0 || c.options.userTimeoutAdopted;
        if (remoteSeconds == 0 || !changeable || !context.knobs.isOn(Knob.USER_TIMEOUT_OPTION)) {
            return; // §3.3: zero is reserved
        }
        long least = Math.max(LEAST_NS, 2 * context.rttEstimator.rtoNs(c.tcb.rtt));
        SocketOptions own = c.options();
        own.userTimeoutNs = Math.min(MOST_NS, Math.max(remoteSeconds * NS_PER_SECOND, least));
        own.userTimeoutAdopted = true;
    }
}
