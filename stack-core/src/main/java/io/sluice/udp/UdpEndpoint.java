package io.sluice.udp;

import io.netty.buffer.ByteBuf;
import io.sluice.event.Readiness;
import io.sluice.event.SocketError;
import io.sluice.icmp.IcmpError;
import io.sluice.ip.IpDatagram;
import io.sluice.link.Path;
import io.sluice.link.TransmitRing;
import io.sluice.link.Transmittable;
import io.sluice.udp.UdpSocketOptions.Fragmentation;
import io.sluice.wire.AddressKey;
import io.sluice.wire.IpAddress;
import io.sluice.wire.UdpHeader;
import org.jspecify.annotations.Nullable;

/**
 * A UDP socket (RFC 768; RFC 1122 §4.1). Non-blocking; calls return a {@link SocketError}, or null for success.
 *
 * <p>An IPv6 socket also speaks IPv4, unless {@link UdpSocketOptions#v6Only} (RFC 3493 §5.3); it does so with plain IPv4
 * addresses. IPv4-mapped ones are taken for them.
 */
public final class UdpEndpoint extends Transmittable {
    private static final int MAX_PAYLOAD4 = 65_507;
    private static final int MAX_PAYLOAD6 = 65_527;

    private final UdpLayer udp;
    private final boolean ipv6;
    private final UdpSocketOptions options = new UdpSocketOptions();
    private final UdpReceiveQueue receiveQueue;
    private final UdpSendQueue sendQueue;
    private final Memberships memberships;
    private final UdpRoute route;
    private @Nullable SocketError pendingError;
    private @Nullable IpAddress boundAddress;
    private @Nullable IpAddress connectedFrom;
    private @Nullable OptionState optionState;
    private boolean closed;

    @Nullable UdpEndpoint tableNext;

    @Nullable UdpEndpoint tablePrevious;

    long localHi;
    long localLo;
    long remoteHi;
    long remoteLo;
    int localPort;
    private int remotePort;
    private @Nullable IpAddress remote;

    UdpEndpoint(UdpLayer udp, boolean ipv6) {
        this.udp = udp;
        this.ipv6 = ipv6;
        receiveQueue = new UdpReceiveQueue(udp, options);
        sendQueue = new UdpSendQueue(udp, options);
        memberships = new Memberships(udp.ip.interfaces());
        route = new UdpRoute(udp.ip, udp.flowLabels);
    }

    /** The options, to be changed at will. */
    public UdpSocketOptions options() {
        return options;
    }

    /** Whether this is an IPv6 socket. */
    public boolean ipv6() {
        return ipv6;
    }

    /** The local address, or null if the socket is not bound; unspecified if bound to any. */
    public @Nullable IpAddress localAddress() {
        return remote != null ? connectedFrom : boundAddress;
    }

    /** The local port, or 0. */
    public int localPort() {
        return localPort;
    }

    /** Whom the socket is connected to, or null. */
    public @Nullable IpAddress remoteAddress() {
        return remote;
    }

    /** The port it is connected to, or 0. */
    public int remotePort() {
        return remotePort;
    }

    boolean isConnected() {
        return remote != null;
    }

    /** Whether the socket is bound, and not to one address. */
    boolean isBoundToAny() {
        return AddressKey.isUnspecified(localHi, localLo);
    }

    int ports() {
        return UdpTable.ports(localPort, remotePort);
    }

    boolean isConnectedAs(long lHi, long lLo, long rHi, long rLo, int ports) {
        return ports() == ports && remoteLo == rLo && localLo == lLo && remoteHi == rHi && localHi == lHi;
    }

    /** Whether the socket, if bound to any address, is for those of this family. */
    boolean speaks(boolean v6) {
        return v6 ? ipv6 : !ipv6 || !options.v6Only;
    }

    /**
     * Gives the socket an address and a port.
     *
     * @param address one of the host's, a group or broadcast address, or unspecified for any
     * @param port 0 to have it chosen
     */
    public @Nullable SocketError bind(IpAddress address, int port) {
        if (closed) {
            return SocketError.BAD_DESCRIPTOR;
        }
        if (localPort != 0) {
            return SocketError.INVALID_ARGUMENT;
        }
        IpAddress local = AddressKey.toAddress(AddressKey.hi(address), AddressKey.lo(address));
        if (!speaks(local.isV6())) {
            return SocketError.FAMILY_NOT_SUPPORTED;
        }
        if (!route.canBind(local)) {
            return SocketError.ADDRESS_NOT_AVAILABLE;
        }
        long hi = AddressKey.hi(local);
        long lo = AddressKey.lo(local);
        int chosen = port;
        if (port == 0) {
            chosen = udp.ports.selectAny(p -> udp.table.isFree(this, hi, lo, p));
        }
        if (chosen == 0 || !udp.table.isFree(this, hi, lo, chosen)) {
            return SocketError.ADDRESS_IN_USE;
        }
        localHi = hi;
        localLo = lo;
        localPort = chosen;
        boundAddress = local;
        udp.table.add(this);
        return null;
    }

    /**
     * Fixes whom the socket talks to: it receives from nobody else, and learns of ICMP errors. May be called again.
     *
     * @param newRemotePort 1..65535
     */
    public @Nullable SocketError connect(IpAddress address, int newRemotePort, long nowNs) {
        if (closed) {
            return SocketError.BAD_DESCRIPTOR;
        }
        IpAddress to = AddressKey.toAddress(AddressKey.hi(address), AddressKey.lo(address));
        SocketError refusal = refusal(to, newRemotePort);
        if (refusal != null) {
            return refusal;
        }
        IpAddress bound = boundAddress;
        Path found = udp.ip.paths().find(bound == null || bound.isUnspecified() ? null : bound, to, nowNs);
        if (found == null) {
            return SocketError.NETWORK_UNREACHABLE;
        }
        if (localPort == 0) {
            SocketError unbound = bindFor(found, newRemotePort);
            if (unbound != null) {
                return unbound;
            }
        }
        stopPathMtuDiscovery();
        udp.table.remove(this);
        remote = to;
        remoteHi = AddressKey.hi(to);
        remoteLo = AddressKey.lo(to);
        remotePort = newRemotePort;
        localHi = AddressKey.hi(found.local());
        localLo = AddressKey.lo(found.local());
        connectedFrom = found.local();
        route.keep(found, connectedFrom);
        udp.table.add(this);
        options.pathMtuDiscovery.ifPresent(config -> startPathMtuDiscovery(config, nowNs));
        return null;
    }

    /** Binds to any address and a port that suits the destination. */
    private @Nullable SocketError bindFor(Path to, int toPort) {
        IpAddress any = ipv6 ? IpAddress.ANY6 : IpAddress.ANY4;
        long hi = AddressKey.hi(any);
        long lo = AddressKey.lo(any);
        int port = udp.ports.select(to.local(), to.remote(), toPort, p -> udp.table.isFree(this, hi, lo, p));
        return port == 0 ? SocketError.ADDRESS_NOT_AVAILABLE : bind(any, port);
    }

    /** Undoes {@link #connect}. */
    public void disconnect() {
        IpAddress bound = boundAddress;
        if (remote == null || bound == null || closed) {
            return;
        }
        stopPathMtuDiscovery();
        udp.table.remove(this);
        remote = null;
        remotePort = 0;
        localHi = AddressKey.hi(bound);
        localLo = AddressKey.lo(bound);
        udp.table.add(this);
    }

    /** Why nothing can be sent to this destination at all; null if it can. */
    private @Nullable SocketError refusal(IpAddress to, int port) {
        if (port == 0 || to.isUnspecified()) {
            return SocketError.INVALID_ARGUMENT;
        }
        if (to.isV6() && !ipv6) {
            return SocketError.FAMILY_NOT_SUPPORTED;
        }
        if (!speaks(to.isV6())) {
            return SocketError.NETWORK_UNREACHABLE;
        }
        // RFC 1122 §3.3.6: not without being asked to
        return !options.broadcast && udp.ip.interfaces().isBroadcast(to) ? SocketError.PERMISSION_DENIED : null;
    }

    /** Sends to whom the socket is connected: see {@link #send(ByteBuf, IpAddress, int, SendOptions, long)}. */
    public @Nullable SocketError send(ByteBuf payload, long nowNs) {
        IpAddress to = remote;
        if (to == null) {
            return closed ? SocketError.BAD_DESCRIPTOR : SocketError.DESTINATION_REQUIRED;
        }
        return send(payload, to, remotePort, SendOptions.NONE, nowNs);
    }

    /**
     * Accepts a datagram, which is sent when its link can take it. An error that is pending is returned instead, once.
     *
     * @param payload its readable bytes; taken over only if null is returned. Sent from where it is if it is direct memory
     *     that nobody else holds or may change, else copied.
     * @param port 1..65535
     * @return null if it was accepted; WOULD_BLOCK if the socket holds too much already ({@link Readiness#WRITABLE} tells
     *     when that changes)
     */
    public @Nullable SocketError send(ByteBuf payload, IpAddress to, int port, SendOptions special, long nowNs) {
        SocketError refusal = closed ? SocketError.BAD_DESCRIPTOR : takeError();
        IpAddress destination = to.isV4Mapped() ? IpAddress.ofV4((int) to.lo()) : to;
        if (refusal == null) {
            refusal = refusal(destination, port);
        }
        if (refusal != null) {
            return refusal;
        }
        IpAddress source = special.source();
        if (source != null && !udp.ip.interfaces().isLocal(AddressKey.hi(source), AddressKey.lo(source))) {
            return SocketError.ADDRESS_NOT_AVAILABLE;
        }
        Path way = way(source, destination, nowNs);
        if (way == null) {
            return SocketError.NETWORK_UNREACHABLE;
        }
        if (localPort == 0) {
            refusal = bindFor(way, port);
        }
        return refusal == null ? accept(payload, way, port, special, nowNs) : refusal;
    }

    /** The way to {@code to}: from {@code source}, else from where the connection is or the socket is bound. */
    private @Nullable Path way(@Nullable IpAddress source, IpAddress to, long nowNs) {
        IpAddress from = source;
        if (from == null) {
            from = to.equals(remote) ? connectedFrom : route.usable(boundAddress, to);
        }
        return route.to(from, to, nowNs);
    }

    private @Nullable SocketError accept(ByteBuf payload, Path way, int port, SendOptions special, long nowNs) {
        DatagramOptions wanted = special.options();
        if (wanted == null) {
            wanted = options.datagramOptions;
        }
        if (optionState != null) {
            wanted = optionState.completed(wanted, way.remote(), port);
        }
        if (wanted.needsSurplus()) {
            return optionState().send(payload, outgoing(way, port, special), wanted, nowNs);
        }
        return isTooLong(payload.readableBytes(), way)
                ? SocketError.MESSAGE_TOO_LONG
                : enqueue(payload, way, port, special);
    }

    /** @param length octets behind the UDP header */
    boolean isTooLong(int length, Path way) {
        boolean cut = options.fragmentation != Fragmentation.NEVER;
        int mtu = optionState == null ? 0 : optionState.mtu(way);
        int room = (mtu == 0 ? way.maxPayload() : mtu - way.headerLength()) - UdpHeader.LENGTH;
        return length > (way.ipv6() ? MAX_PAYLOAD6 : MAX_PAYLOAD4) || (!cut && length > room);
    }

    private @Nullable SocketError enqueue(ByteBuf payload, Path way, int port, SendOptions special) {
        Outgoing o = outgoing(way, port, special);
        if (!sendQueue.add(o, payload)) {
            udp.giveBack(o);
            return SocketError.WOULD_BLOCK;
        }
        udp.ring.add(this);
        return null;
    }

    /** All about a datagram but its payload. */
    Outgoing outgoing(Path way, int port, SendOptions special) {
        IpAddress to = way.remote();
        Outgoing o = udp.takeOutgoing();
        o.path = way;
        o.sourcePort = localPort;
        o.destinationPort = port;
        int unicast = options.hopLimit == 0 ? way.link().hopLimit(way.ipv6()) : options.hopLimit;
        o.hopLimit = to.isMulticast() ? options.multicastHopLimit : unicast;
        if (special.hopLimit() != SendOptions.DEFAULT) {
            o.hopLimit = special.hopLimit();
        }
        o.trafficClass = special.trafficClass() == SendOptions.DEFAULT ? options.trafficClass : special.trafficClass();
        o.flowLabel = route.flowLabel(way, UdpTable.ports(localPort, port));
        o.checksum = special.checksum() || (to.isV6() ? options.checksum6 : options.checksum4);
        o.dontFragment = options.fragmentation != Fragmentation.ANYWHERE;
        o.mtu = optionState == null ? 0 : optionState.mtu(way);
        return o;
    }

    UdpSendQueue sendQueue() {
        return sendQueue;
    }

    /** What this socket has to do with UDP options. */
    OptionState optionState() {
        OptionState s = optionState;
        if (s == null) {
            s = new OptionState(udp, this);
            optionState = s;
        }
        return s;
    }

    /**
     * Finds out how large packets to the peer may be (RFC 8899, RFC 9869). Anew, if that was done before.
     *
     * @return DESTINATION_REQUIRED if the socket is not connected
     */
    public @Nullable SocketError startPathMtuDiscovery(DplpmtudConfig config, long nowNs) {
        Path way = remote == null ? null : way(null, remote, nowNs);
        if (way == null || closed) {
            return closed ? SocketError.BAD_DESCRIPTOR : SocketError.DESTINATION_REQUIRED;
        }
        optionState().start(way, config, nowNs);
        return null;
    }

    /** Undoes {@link #startPathMtuDiscovery}. */
    public void stopPathMtuDiscovery() {
        if (optionState != null) {
            optionState.stop();
        }
    }

    /** Octets behind the UDP header that one packet to the peer carries; 0 if the socket is not connected. */
    public int maxPayload(long nowNs) {
        Path way = remote == null ? null : way(null, remote, nowNs);
        return way == null ? 0 : optionState().mtuOrKnown(way, nowNs) - way.headerLength() - UdpHeader.LENGTH;
    }

    /** The search for the path MTU, or null if there is none. */
    public @Nullable Dplpmtud pathMtuDiscovery() {
        return optionState == null ? null : optionState.search();
    }

    @Override
    protected Outcome transmit(TransmitRing out, int budgetBytes, long nowNs) {
        Outcome outcome = sendQueue.transmit(out, budgetBytes, nowNs);
        if (closed) {
            if (sendQueue.isEmpty()) {
                udp.lingering.remove(this);
            }
        } else if (sendQueue.hasNewRoom()) {
            udp.ready.signal(this, Readiness.WRITABLE);
        }
        return outcome;
    }

    /**
     * Takes the next datagram.
     *
     * @param into is let go of what it still holds, and filled in
     * @return false if there is none
     */
    public boolean receive(UdpDatagram into) {
        return receiveQueue.poll(into);
    }

    /** Looks at the next datagram, as {@link #receive} but for taking it. */
    public boolean peek(UdpDatagram into) {
        return receiveQueue.peek(into);
    }

    /** A datagram for this socket; returns whether there was room. */
    boolean onDatagram(
            IpDatagram d, int sourcePort, ByteBuf buffer, int index, int length, @Nullable ReceivedOptions received) {
        if (!receiveQueue.add(d, sourcePort, buffer, index, length, received)) {
            return false;
        }
        udp.ready.signal(this, Readiness.READABLE);
        return true;
    }

    /**
     * An ICMP error about a datagram of this connected socket (RFC 1122 §4.1.3.3). What may pass by itself is not told, as
     * a reader could do nothing about it.
     */
    void onError(IcmpError error, long nowNs) {
        if (optionState != null) {
            optionState.onError(error, nowNs);
        }
        boolean tell =
                switch (error.kind()) {
                    case PORT_UNREACHABLE, PROTOCOL_UNREACHABLE, PROHIBITED, PRECEDENCE, PARAMETER_PROBLEM -> true;
                    case PACKET_TOO_BIG -> options.fragmentation == Fragmentation.NEVER;
                    default -> false;
                };
        if (tell) {
            pendingError = error.kind().socketError();
            udp.ready.signal(this, Readiness.ERROR);
        }
    }

    /** The pending error, once; null if there is none. */
    public @Nullable SocketError takeError() {
        SocketError taken = pendingError;
        pendingError = null;
        return taken;
    }

    /** What can be done now: bits of {@link Readiness}. */
    public int readiness() {
        int bits = receiveQueue.isEmpty() ? 0 : Readiness.READABLE;
        if (sendQueue.hasRoom() && !closed) {
            bits |= Readiness.WRITABLE;
        }
        if (pendingError != null) {
            bits |= Readiness.ERROR;
        }
        return closed ? bits | Readiness.HANGUP : bits;
    }

    /** The multicast groups that it listens to. */
    public Memberships memberships() {
        return memberships;
    }

    /** Whether the socket wants what was sent to the group or broadcast that {@code d} was sent to. */
    boolean listensTo(IpDatagram d) {
        // A broadcast is for all; who is bound to a group wants it.
        return d.destinationKind() != IpDatagram.Destination.MULTICAST || !isBoundToAny() || memberships.contains(d);
    }

    /** Gives up the port, and everything that was not read. What was accepted for sending is still sent. */
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        memberships.close();
        if (localPort != 0) {
            udp.table.remove(this);
        }
        receiveQueue.clear();
        if (optionState != null) {
            optionState.close();
        }
        if (!sendQueue.isEmpty()) {
            udp.lingering.add(this);
        }
    }

    /** Lets go of what was accepted for sending: the host is gone. */
    void abandon() {
        sendQueue.clear();
    }
}
