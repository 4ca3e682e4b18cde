package io.sluice.tcp;

import io.sluice.cc.CongestionControl;
import io.sluice.cc.CongestionControlFactory;
import io.sluice.cc.CongestionSettings;
import io.sluice.cc.CongestionWindow;
import io.sluice.link.Path;
import io.sluice.wire.Ipv6Header;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a user has set on a socket before or while it is connected; copied from a listener to what it accepts. */
public final class SocketOptions {
    /** RFC 8200 §5: octets that every IPv6 link can carry in a packet. */
    static final int MINIMAL_MTU = Ipv6Header.MINIMUM_MTU;

    /** SO_RCVBUF in octets of payload: as it is now, for it grows unless {@link #receiveBufferFixed}. */
    public int receiveBuffer;

    /** The user has chosen {@link #receiveBuffer}: it does not grow. */
    public boolean receiveBufferFixed;

    /** SO_SNDBUF in octets: as it is now, for it grows unless {@link #sendBufferFixed}. */
    public int sendBuffer;

    /** The user has chosen {@link #sendBuffer}: it does not grow. */
    public boolean sendBufferFixed;

    /** TCP_NODELAY: no Nagle algorithm, RFC 9293 §3.7.4 (MUST-17). */
    public boolean noDelay;

    /**
     * TCP_NOTSENT_LOWAT in octets, unsigned: what may be written and not sent before the socket is not writable; 0 for
     * the host's.
     */
    public int notSentLowWater;

    /** SO_MAX_PACING_RATE in octets of the stream a second, or {@link CongestionWindow#UNPACED}; less of them paces every stack. */
    public long maxPacingRate = CongestionWindow.UNPACED;

    /** TCP_CORK: only full segments until it is taken off. */
    public boolean cork;

    /** SO_KEEPALIVE: RFC 9293 §3.8.4 (MUST-24, MUST-25). */
    public boolean keepAlive;

    /** Idle time before the first keepalive probe, in nanoseconds: RFC 9293 §3.8.4 (MUST-27). */
    public long keepAliveIdleNs;

    /** Between keepalive probes, in nanoseconds. */
    public long keepAliveIntervalNs;

    /** Keepalive probes without an answer before giving up. */
    public short keepAliveProbes;

    /** SO_OOBINLINE: urgent data stays in the stream (RFC 6093 §4). */
    public boolean oobInline;

    /** SO_LINGER: -1 off, 0 abort on close, otherwise seconds. */
    public int lingerSeconds = -1;

    /** The user timeout (RFC 9293 §3.10.1) in nanoseconds, 0 for none beyond the number of retransmissions. */
    public long userTimeoutNs;

    /** Limit of an active open, in nanoseconds. */
    public long connectTimeoutNs;

    /** TCP_SYNCNT: repetitions of the SYN before an active open gives up, 0 for the host's. */
    public short synRetries;

    /** TCP_MAXSEG: the largest MSS to use, 0 for what the path allows. */
    public char maxSegment;

    /** TCP_QUICKACK: acknowledge at once for a while, or not; null for the host's. */
    public @Nullable Boolean quickAck;

    /** TCP_NOOPT: no options on SYNs, and none taken from the peer's: for tests and for peers that cannot bear them. */
    public boolean noOptions;

    /** IP_TTL or IPV6_UNICAST_HOPS, 0 for the host's: RFC 9293 §3.9.2 (MUST-49). */
    public short hopLimit;

    /** IP_TOS or IPV6_TCLASS: RFC 9293 §3.9.1.9 (MUST-48, SHLD-21). */
    public short trafficClass;

    /** TCP_REMOTE_UDP_ENCAPS_PORT: the peer's UDP port for TCP over UDP, 0 for TCP over IP. Before connecting. */
    public char remoteUdpPort;

    /** IPV6_USE_MIN_MTU: no packet larger than every IPv6 link can carry (RFC 3542 §11.1). Before connecting. */
    public boolean minimalMtu;

    /** SO_REUSEADDR. */
    public boolean reuseAddress;

    /** SO_REUSEPORT. */
    public boolean reusePort;

    /** TCP_FASTOPEN and its relatives. */
    public FastOpenSettings fastOpen = FastOpenSettings.NONE;

    /** The keys of a listener, or of a socket that will connect; null for none. Not copied: connections have their own. */
    public @Nullable Authentication authentication;

    /** What few users set. */
    public RareSettings rare = RareSettings.NONE;

    /** The stack of the connection. */
    public TcpStack stack;

    /** TCP_CONGESTION: the congestion control, null for that of the stack or the host. */
    public @Nullable CongestionControlFactory congestionControl;

    private boolean shared;

    /** What {@link #congestionControl} is where the user has not chosen, as far as the host decides. */
    private final CongestionControlFactory usualCongestionControl;

    /** The defaults of a host. */
    public SocketOptions(Knobs knobs, TcpStack stack) {
        this.stack = stack;
        usualCongestionControl = knobs.congestionControl();
        receiveBuffer = knobs.getInt(Knob.RECEIVE_BUFFER);
        sendBuffer = knobs.getInt(Knob.SEND_BUFFER);
        keepAliveIdleNs = knobs.ns(Knob.KEEPALIVE_IDLE_MS);
        keepAliveIntervalNs = knobs.ns(Knob.KEEPALIVE_INTERVAL_MS);
        keepAliveProbes = (short) Math.min(Short.MAX_VALUE, knobs.get(Knob.KEEPALIVE_PROBES));
        connectTimeoutNs = knobs.ns(Knob.CONNECT_TIMEOUT_MS);
    }

    private SocketOptions(SocketOptions o) {
        receiveBuffer = o.receiveBuffer;
        receiveBufferFixed = o.receiveBufferFixed;
        sendBuffer = o.sendBuffer;
        sendBufferFixed = o.sendBufferFixed;
        noDelay = o.noDelay;
        notSentLowWater = o.notSentLowWater;
        maxPacingRate = o.maxPacingRate;
        cork = o.cork;
        keepAlive = o.keepAlive;
        keepAliveIdleNs = o.keepAliveIdleNs;
        keepAliveIntervalNs = o.keepAliveIntervalNs;
        keepAliveProbes = o.keepAliveProbes;
        lingerSeconds = o.lingerSeconds;
        oobInline = o.oobInline;
        userTimeoutNs = o.userTimeoutNs;
        connectTimeoutNs = o.connectTimeoutNs;
        synRetries = o.synRetries;
        maxSegment = o.maxSegment;
        quickAck = o.quickAck;
        noOptions = o.noOptions;
        hopLimit = o.hopLimit;
        trafficClass = o.trafficClass;
        remoteUdpPort = o.remoteUdpPort;
        minimalMtu = o.minimalMtu;
        reuseAddress = o.reuseAddress;
        reusePort = o.reusePort;
        fastOpen = o.fastOpen;
        rare = o.rare;
        stack = o.stack;
        congestionControl = o.congestionControl;
        usualCongestionControl = o.usualCongestionControl;
    }

    /** The congestion control that the user chose, or the stack's own, or the host's. */
    public CongestionControlFactory usualCongestionControl() {
        CongestionControlFactory chosen = congestionControl;
        if (chosen != null) {
            return chosen;
        }
        Supplier<CongestionControl> ofStack = stack.congestionControl();
        return ofStack == null ? usualCongestionControl : new OfStack(ofStack);
    }

    private record OfStack(Supplier<CongestionControl> supplier) implements CongestionControlFactory {
        @Override
        public String name() {
            return supplier.get().name();
        }

        @Override
        public CongestionControl create(CongestionSettings settings) {
            return supplier.get();
        }
    }

    /** {@link #authentication}, which exists from now on. */
    public Authentication keys() {
        Authentication a = authentication;
        if (a == null) {
            a = new Authentication();
            authentication = a;
        }
        return a;
    }

    /** Wipes and forgets all keys. */
    public void wipeKeys() {
        Authentication a = authentication;
        if (a != null) {
            a.close();
            authentication = null;
        }
    }

    /** Chooses the size of the receive buffer, in octets; it does not grow any more. */
    public void fixReceiveBuffer(int bytes) {
        receiveBuffer = bytes;
        receiveBufferFixed = true;
    }

    /** Chooses the size of the send buffer, in octets; it does not grow any more. */
    public void fixSendBuffer(int bytes) {
        sendBuffer = bytes;
        sendBufferFixed = true;
    }

    /** The largest window that may be announced, in octets. */
    int largestWindow() {
        int clamp = rare.windowClamp();
        return clamp > 0 ? Math.min(clamp, receiveBuffer) : receiveBuffer;
    }

    /** TTL, DSCP, which is passed on as it is (RFC 9293 §3.9.1.9, SHLD-22), and the size of packets of this path. */
    void applyTo(Path path) {
        if (hopLimit > 0) {
            path.hopLimit(hopLimit);
        }
        path.trafficClass(trafficClass & ~Ecn.FIELD); // RFC 3168 §5: these two bits are TCP's
        if (minimalMtu && path.ipv6()) {
            path.mtu(Math.min(path.mtu(), MINIMAL_MTU));
        }
    }

    public SocketOptions copy() {
        return new SocketOptions(this);
    }

    /** A copy that several connections may hold, until one calls {@link #own()}. */
    SocketOptions copyToShare() {
        SocketOptions copy = new SocketOptions(this);
        copy.shared = true;
        return copy;
    }

    /** These options, if nobody else holds them; else a copy. */
    SocketOptions own() {
        return shared ? copy() : this;
    }
}
