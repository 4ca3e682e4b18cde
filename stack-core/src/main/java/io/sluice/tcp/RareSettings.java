package io.sluice.tcp;

import java.util.function.Consumer;

/**
 * What few users set on a socket. Immutable.
 *
 * @param windowClamp TCP_WINDOW_CLAMP: the largest window to announce, in octets; 0 for what the buffer allows
 * @param receiveLowWater SO_RCVLOWAT: octets that make a socket readable, 1 at least
 * @param finWait2Ns TCP_LINGER2: how long FIN-WAIT-2 lasts after the user has closed, in nanoseconds; 0 for the host's limit, -1
 *     for not at all: then the peer is reset instead
 * @param deferAcceptNs TCP_DEFER_ACCEPT: for how long a listener waits for data before it hands a connection out, in
 *     nanoseconds; 0 hands it out when the handshake is over
 * @param pathMtu IP_MTU_DISCOVER
 * @param reportsErrors IP_RECVERR: ICMP errors that do not end the connection become pending errors at once
 * @param stampsReceived SO_TIMESTAMP: the time when data arrived is kept until it is read
 * @param savesSyn TCP_SAVE_SYN: of each connection that a listener has, the headers of the SYN are kept until they are asked for
 * @param minimumHopLimit IP_MINTTL: packets with a lower TTL or hop limit are not for this socket; 0 for any
 * @param timers TCP_RTO_MIN_US, TCP_RTO_MAX_MS and TCP_DELACK_MAX_US
 */
public record RareSettings(
        int windowClamp,
        int receiveLowWater,
        long finWait2Ns,
        long deferAcceptNs,
        PathMtuMode pathMtu,
        boolean reportsErrors,
        boolean stampsReceived,
        boolean savesSyn,
        int minimumHopLimit,
        TimerBounds timers) {
    /** What sockets begin with. */
    public static final RareSettings NONE =
            new RareSettings(0, 1, 0, 0, PathMtuMode.WANT, false, false, false, 0, TimerBounds.OF_HOST);

    /** FIN-WAIT-2 is not waited in. */
    public static final long NO_FIN_WAIT_2 = -1;

    public RareSettings windowClamp(int octets) {
        return with(draft -> draft.windowClamp = octets);
    }

    public RareSettings receiveLowWater(int octets) {
        return with(draft -> draft.receiveLowWater = octets);
    }

    public RareSettings finWait2Ns(long ns) {
        return with(draft -> draft.finWait2Ns = ns);
    }

    public RareSettings deferAcceptNs(long ns) {
        return with(draft -> draft.deferAcceptNs = ns);
    }

    public RareSettings pathMtu(PathMtuMode mode) {
        return with(draft -> draft.pathMtu = mode);
    }

    public RareSettings reportsErrors(boolean on) {
        return with(draft -> draft.reportsErrors = on);
    }

    public RareSettings stampsReceived(boolean on) {
        return with(draft -> draft.stampsReceived = on);
    }

    public RareSettings savesSyn(boolean on) {
        return with(draft -> draft.savesSyn = on);
    }

    public RareSettings minimumHopLimit(int least) {
        return with(draft -> draft.minimumHopLimit = least);
    }

    public RareSettings timers(TimerBounds bounds) {
        return with(draft -> draft.timers = bounds);
    }

    private RareSettings with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.settings();
    }

    /** Settings in the making. */
    private static final class Draft {
        private int windowClamp;
        private int receiveLowWater;
        private long finWait2Ns;
        private long deferAcceptNs;
        private PathMtuMode pathMtu;
        private boolean reportsErrors;
        private boolean stampsReceived;
        private boolean savesSyn;
        private int minimumHopLimit;
        private TimerBounds timers;

        Draft(RareSettings from) {
            windowClamp = from.windowClamp;
            receiveLowWater = from.receiveLowWater;
            finWait2Ns = from.finWait2Ns;
            deferAcceptNs = from.deferAcceptNs;
            pathMtu = from.pathMtu;
            reportsErrors = from.reportsErrors;
            stampsReceived = from.stampsReceived;
            savesSyn = from.savesSyn;
            minimumHopLimit = from.minimumHopLimit;
            timers = from.timers;
        }

        RareSettings settings() {
            return new RareSettings(
                    windowClamp,
                    receiveLowWater,
                    finWait2Ns,
                    deferAcceptNs,
                    pathMtu,
                    reportsErrors,
                    stampsReceived,
                    savesSyn,
                    minimumHopLimit,
                    timers);
        }
    }
}
