package io.sluice.tcp;

import java.util.function.Consumer;

/** What few users set on a socket. Immutable: what changes something makes another. */
public final class RareSettings {
    /** What sockets begin with. */
    public static final RareSettings NONE = new RareSettings();

    /** FIN-WAIT-2 is not waited in. */
    public static final long NO_FIN_WAIT_2 = -1;

    private int windowClamp;
    private int receiveLowWater = 1;
    private long finWait2Ns;
    private long deferAcceptNs;
    private PathMtuMode pathMtu = PathMtuMode.WANT;
    private boolean reportsErrors;
    private boolean stampsReceived;
    private boolean savesSyn;
    private int minimumHopLimit;

    private RareSettings() {}

    private RareSettings with(Consumer<RareSettings> change) {
        RareSettings other = new RareSettings();
        other.windowClamp = windowClamp;
        other.receiveLowWater = receiveLowWater;
        other.finWait2Ns = finWait2Ns;
        other.deferAcceptNs = deferAcceptNs;
        other.pathMtu = pathMtu;
        other.reportsErrors = reportsErrors;
        other.stampsReceived = stampsReceived;
        other.savesSyn = savesSyn;
        other.minimumHopLimit = minimumHopLimit;
        change.accept(other);
        return other;
    }

    /** TCP_WINDOW_CLAMP: the largest window to announce, in octets; 0 for what the buffer allows. */
    public int windowClamp() {
        return windowClamp;
    }

    public RareSettings windowClamp(int octets) {
        return with(s -> s.windowClamp = octets);
    }

    /** SO_RCVLOWAT: octets that make a socket readable, 1 at least. */
    public int receiveLowWater() {
        return receiveLowWater;
    }

    public RareSettings receiveLowWater(int octets) {
        return with(s -> s.receiveLowWater = octets);
    }

    /**
     * TCP_LINGER2: how long FIN-WAIT-2 lasts after the user has closed, in nanoseconds; 0 for the host's limit, {@link #NO_FIN_WAIT_2}
     * for not at all: then the peer is reset instead.
     */
    public long finWait2Ns() {
        return finWait2Ns;
    }

    public RareSettings finWait2Ns(long ns) {
        return with(s -> s.finWait2Ns = ns);
    }

    /**
     * TCP_DEFER_ACCEPT: for how long a listener waits for data before it hands a connection out, in nanoseconds; 0 hands it out when the
     * handshake is over.
     */
    public long deferAcceptNs() {
        return deferAcceptNs;
    }

    public RareSettings deferAcceptNs(long ns) {
        return with(s -> s.deferAcceptNs = ns);
    }

    /** IP_MTU_DISCOVER. */
    public PathMtuMode pathMtu() {
        return pathMtu;
    }

    public RareSettings pathMtu(PathMtuMode mode) {
        return with(s -> s.pathMtu = mode);
    }

    /** IP_RECVERR: ICMP errors that do not end the connection become pending errors at once. */
    public boolean reportsErrors() {
        return reportsErrors;
    }

    public RareSettings reportsErrors(boolean on) {
        return with(s -> s.reportsErrors = on);
    }

    /** SO_TIMESTAMP: the time when data arrived is kept until it is read. */
    public boolean stampsReceived() {
        return stampsReceived;
    }

    public RareSettings stampsReceived(boolean on) {
        return with(s -> s.stampsReceived = on);
    }

    /** TCP_SAVE_SYN: of each connection that a listener has, the headers of the SYN are kept until they are asked for. */
    public boolean savesSyn() {
        return savesSyn;
    }

    public RareSettings savesSyn(boolean on) {
        return with(s -> s.savesSyn = on);
    }

    /** IP_MINTTL: packets with a lower TTL or hop limit are not for this socket; 0 for any. */
    public int minimumHopLimit() {
        return minimumHopLimit;
    }

    public RareSettings minimumHopLimit(int least) {
        return with(s -> s.minimumHopLimit = least);
    }
}
