package io.sluice.tcp;

import io.sluice.time.Deadline;
import org.jspecify.annotations.Nullable;

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

    private static @Nullable UserTimeoutState of(TcpConnection c) {
        Occasional o = c.occasional;
        return o == null ? null : o.userTimeout;
    }

    private static UserTimeoutState own(TcpConnection c) {
        UserTimeoutState s = of(c);
        if (s == null) {
            s = new UserTimeoutState();
            c.ownOccasional().userTimeout = s;
        }
        return s;
    }

    /** How long an active open may take, in nanoseconds, 0 for no limit: a user timeout holds for the SYN, too (RFC 9293 §3.8.3, MUST-22). */
    static long ofOpening(SocketOptions options) {
        long connect = options.connectTimeoutNs;
        long user = options.userTimeoutNs;
        return connect > 0 && user > 0 ? Math.min(connect, user) : Math.max(connect, user);
    }

    /** Data waits from now on, if none did before, for as long as the user says: RFC 9293 §3.8.3 (MUST-21). */
    void start(TcpConnection c, long nowNs) {
        if (!context.knobs.isOn(Knob.USER_TIMEOUT_FROM_REPETITION)) {
            arm(c, nowNs);
        }
    }

    /** What waits is repeated, or a closed window probed. */
    void onRepetition(TcpConnection c, long nowNs) {
        if (context.knobs.isOn(Knob.USER_TIMEOUT_FROM_REPETITION)) {
            arm(c, nowNs);
        }
    }

    private static void arm(TcpConnection c, long nowNs) {
        if (c.options.userTimeoutNs > 0 && !c.timers.isArmed(TcpTimer.USER_TIMEOUT)) {
            own(c).waitingSinceNs = nowNs;
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

    /** The options may have another user timeout: it holds for what is waiting already, and the peer is told (RFC 5482 §3). */
    void changed(TcpConnection c, long nowNs) {
        UserTimeoutState s = of(c);
        long timeoutNs = c.options.userTimeoutNs;
        if (timeoutNs == (s == null ? 0 : s.knownNs)) {
            return;
        }
        s = own(c);
        s.knownNs = timeoutNs;
        s.due = !s.isAdopted(timeoutNs) && advertisedSeconds(c.options) > 0;
        boolean armed = c.timers.isArmed(TcpTimer.USER_TIMEOUT);
        c.timers.disarm(TcpTimer.USER_TIMEOUT);
        boolean counts = armed || !context.knobs.isOn(Knob.USER_TIMEOUT_FROM_REPETITION);
        if (timeoutNs > 0 && counts && isWaiting(c)) {
            s.waitingSinceNs = armed ? s.waitingSinceNs : nowNs;
            c.timers.arm(TcpTimer.USER_TIMEOUT, Math.max(nowNs, Deadline.after(s.waitingSinceNs, timeoutNs)));
        }
    }

    /** RFC 5482 §3: what went with the SYN goes with the first segment without one, too, for peers that keep little of SYNs. */
    void onEstablished(TcpConnection c) {
        if (c.options.userTimeoutNs > 0) {
            UserTimeoutState s = own(c);
            s.knownNs = c.options.userTimeoutNs;
            s.due = !s.isAdopted(s.knownNs) && advertisedSeconds(c.options) > 0;
        }
    }

    /** The seconds that the segment being written has to tell, or 0. */
    static int due(TcpConnection c) {
        UserTimeoutState s = of(c);
        return s != null && s.due ? seconds(c.options) : 0;
    }

    /** The segment tells it. */
    static void advertised(TcpConnection c) {
        own(c).due = false;
    }

    private static boolean isWaiting(TcpConnection c) {
        return c.tcb.flightBytes() > 0 || c.unsentBytes() > 0 || c.finPending();
    }

    /** RFC 9293 §3.10.8: "the connection is aborted due to user timeout". Also ends an open that takes too long. */
    void onExpired(TcpConnection c, long nowNs) {
        if (!c.tcb.state().isSynchronized() || isWaiting(c)) {
            context.ending.timedOut(c, nowNs);
        }
    }

    /** ADV_UTO in seconds for a SYN of a socket with these options, or 0 if none is to be sent (RFC 5482 §3.3). */
    int advertisedSeconds(SocketOptions options) {
        return context.knobs.isOn(Knob.USER_TIMEOUT_OPTION) && options.userTimeoutNs > 0 ? seconds(options) : 0;
    }

    private static int seconds(SocketOptions options) {
        return (int) Math.max(1, Math.min(options.userTimeoutNs / NS_PER_SECOND, Integer.MAX_VALUE));
    }

    /** The peer's user timeout, RFC 5482 §3.1: adopted within limits, unless the user has set one (CHANGEABLE). */
    void onOption(TcpConnection c, int remoteSeconds) {
        UserTimeoutState s = of(c);
        boolean changeable = c.options.userTimeoutNs == 0 || (s != null && s.isAdopted(c.options.userTimeoutNs));
        if (remoteSeconds == 0 || !changeable || !context.knobs.isOn(Knob.USER_TIMEOUT_OPTION)) {
            return; // §3.3: zero is reserved
        }
        long least = Math.max(LEAST_NS, 2 * context.rttEstimator.rtoNs(c));
        SocketOptions own = c.options();
        own.userTimeoutNs = Math.min(MOST_NS, Math.max(remoteSeconds * NS_PER_SECOND, least));
        own(c).adoptedNs = own.userTimeoutNs;
    }
}
