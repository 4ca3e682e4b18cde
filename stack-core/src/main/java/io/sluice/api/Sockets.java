package io.sluice.api;

import io.sluice.cc.CongestionControls;
import io.sluice.event.Pollable;
import io.sluice.host.Host;
import io.sluice.tcp.KeyControl;
import io.sluice.tcp.SocketOptions;
import io.sluice.tcp.StoredKeys;
import io.sluice.tcp.TcpStack;
import io.sluice.tcp.TcpStacks;
import org.jspecify.annotations.Nullable;

/** The sockets of one host: makes them, and tells which have something to say. Confined to the host's thread. */
public final class Sockets {
    private final Host host;

    public Sockets(Host host) {
        this.host = host;
    }

    /** A TCP socket to be connected. */
    public TcpSocket tcp() {
        return new TcpSocket(host, host.tcp().layer().newOptions());
    }

    /** A TCP socket to be connected, with a copy of these options; keys are not copied. */
    public TcpSocket tcp(SocketOptions options) {
        return new TcpSocket(host, options.copy());
    }

    /** A TCP socket that will listen. */
    public TcpListener listener() {
        return new TcpListener(host);
    }

    /** A UDP socket: of IPv4, or of IPv6 and, unless it is told otherwise, of both. */
    public UdpSocket udp(boolean ipv6) {
        return new UdpSocket(host, ipv6);
    }

    /** The congestion controls that {@link TcpOption#TCP_CONGESTION} can choose from by name. */
    public CongestionControls congestionControls() {
        return host.tcp().layer().knobs().congestionControls();
    }

    /** The stacks that {@link TcpSocket#stack(String, long)} can choose from. */
    public TcpStacks tcpStacks() {
        return host.tcp().layer().stacks();
    }

    /** The keys of all sockets of this host that have none of their own for the peer (RFC 5925, RFC 2385). */
    public KeyControl authentication() {
        return new StoredKeys(host.tcp().layer().authentication());
    }

    /** How many connections of this host run {@code stack} now. Goes over all of them. */
    public int connectionsWith(TcpStack stack) {
        return host.tcp().layer().connectionsWith(stack);
    }

    /** The stack that new sockets begin with. */
    public TcpStack defaultStack() {
        return host.tcp().layer().defaultStack();
    }

    /** Sets the stack that new sockets begin with; those that exist keep theirs. */
    public void defaultStack(TcpStack stack) {
        host.tcp().layer().defaultStack(stack);
    }

    /**
     * The next socket that has something to tell, or null: a {@link TcpSocket}, a {@link TcpListener} or a {@link UdpSocket}.
     * Ask it for its readiness; each is returned once for everything that happened since.
     */
    public @Nullable Object pollReady() {
        for (Pollable p = host.pollReady(); p != null; p = host.pollReady()) {
            Object socket = p.attachment();
            if (socket != null) {
                p.takeEvents();
                return socket;
            }
        }
        return null;
    }
}
