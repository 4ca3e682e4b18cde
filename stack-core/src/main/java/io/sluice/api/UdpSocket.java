package io.sluice.api;

import io.netty.buffer.ByteBuf;
import io.sluice.event.Readiness;
import io.sluice.event.SocketError;
import io.sluice.host.Host;
import io.sluice.ip.Interface;
import io.sluice.udp.Dplpmtud;
import io.sluice.udp.DplpmtudConfig;
import io.sluice.udp.SendOptions;
import io.sluice.udp.UdpDatagram;
import io.sluice.udp.UdpEndpoint;
import io.sluice.udp.UdpSocketOptions;
import io.sluice.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * A UDP socket (RFC 768): non-blocking, confined to its host's thread. No method throws for what the network did: calls
 * return a {@link SocketError}, or null for success. What becomes possible later is told through {@link
 * Sockets#pollReady}.
 *
 * <p>An IPv6 socket also sends to and receives from IPv4 addresses, unless {@link UdpSocketOptions#v6Only} is set before it is
 * bound.
 */
public final class UdpSocket {
    private final UdpEndpoint endpoint;
    private @Nullable Object attachment;

    UdpSocket(Host host, boolean ipv6) {
        endpoint = host.udp().open(ipv6);
        endpoint.attachment(this);
    }

    /** What the owner of this socket hung on it. */
    public @Nullable Object attachment() {
        return attachment;
    }

    public void attachment(@Nullable Object newAttachment) {
        attachment = newAttachment;
    }

    /** The options, to be changed at will; those about addresses matter when the socket is bound. */
    public UdpSocketOptions options() {
        return endpoint.options();
    }

    /**
     * Gives the socket a local address and port. A socket that is not bound binds itself to any address and a port of the
     * host's choice when it first sends or connects.
     *
     * @return null, or ADDRESS_IN_USE, ADDRESS_NOT_AVAILABLE, FAMILY_NOT_SUPPORTED, INVALID_ARGUMENT (it is bound already)
     */
    public @Nullable SocketError bind(Endpoint local) {
        return endpoint.bind(local.address(), local.port());
    }

    /**
     * Fixes whom the socket talks to: it receives from nobody else, and learns of ICMP errors ({@link #takeError}). May be
     * called again.
     *
     * @return null, or NETWORK_UNREACHABLE (no route), FAMILY_NOT_SUPPORTED, INVALID_ARGUMENT (no address or no port),
     *     PERMISSION_DENIED (a broadcast address without {@link UdpSocketOptions#broadcast}), ADDRESS_NOT_AVAILABLE (no port left)
     */
    public @Nullable SocketError connect(Endpoint remote, long nowNs) {
        return endpoint.connect(remote.address(), remote.port(), nowNs);
    }

    /** Undoes {@link #connect}. */
    public void disconnect() {
        endpoint.disconnect();
    }

    /**
     * Sends to whom the socket is connected; as {@link #send(ByteBuf, Endpoint, SendOptions, long)}, or
     * DESTINATION_REQUIRED.
     */
    public @Nullable SocketError send(ByteBuf payload, long nowNs) {
        return endpoint.send(payload, nowNs);
    }

    /** Sends to {@code remote}: see {@link #send(ByteBuf, Endpoint, SendOptions, long)}. */
    public @Nullable SocketError send(ByteBuf payload, Endpoint remote, long nowNs) {
        return send(payload, remote, SendOptions.NONE, nowNs);
    }

    /**
     * Accepts one datagram, which leaves at the end of the turn or when its link can take it.
     *
     * @param payload its readable bytes, 0 to 65507 (IPv4) or 65527 (IPv6); the buffer is the socket's if null is returned,
     *     and stays the caller's otherwise. Sent from where it is if it is direct memory in one piece that nobody else
     *     holds or may change, else copied.
     * @return null; or the pending error, which is taken by that; WOULD_BLOCK (too much is waiting: {@link
     *     Readiness#WRITABLE} tells when that has changed), MESSAGE_TOO_LONG, NETWORK_UNREACHABLE, or as for {@link
     *     #connect}
     */
    public @Nullable SocketError send(ByteBuf payload, Endpoint remote, SendOptions special, long nowNs) {
        return endpoint.send(payload, remote.address(), remote.port(), special, nowNs);
    }

    /**
     * Takes the next datagram.
     *
     * @param into is filled in; a payload that it still holds is released
     * @return false if there is none
     */
    public boolean receive(UdpDatagram into) {
        return endpoint.receive(into);
    }

    /**
     * Looks at the next datagram, which stays to be received.
     *
     * @param into is filled in, its payload shared; a payload that it still holds is released
     * @return false if there is none
     */
    public boolean peek(UdpDatagram into) {
        return endpoint.peek(into);
    }

    /** The pending error, once; null if there is none. */
    public @Nullable SocketError takeError() {
        return endpoint.takeError();
    }

    /** What can be done now without waiting: bits of {@link Readiness}. */
    public int readiness() {
        return endpoint.readiness();
    }

    /** Listens to a multicast group on an interface; null, ADDRESS_IN_USE (it does already) or INVALID_ARGUMENT. */
    public @Nullable SocketError join(Interface on, IpAddress group) {
        return endpoint.memberships().join(on, group);
    }

    /** Listens to it no longer, whoever sends; null, or ADDRESS_NOT_AVAILABLE if it does not. */
    public @Nullable SocketError leave(Interface on, IpAddress group) {
        return endpoint.memberships().leave(on, group);
    }

    /**
     * Listens to one source of a multicast group (RFC 3376, RFC 3810: INCLUDE), and with further calls to more of them.
     *
     * @return null; INVALID_ARGUMENT where the group was joined without a source, or it is none; ADDRESS_NOT_AVAILABLE if the source is
     *     listened to already; NO_BUFFERS beyond {@link io.sluice.ip.SourceFilter#MAX_SOURCES}
     */
    public @Nullable SocketError join(Interface on, IpAddress group, IpAddress source) {
        return endpoint.memberships().join(on, group, source);
    }

    /** Undoes {@link #join(Interface, IpAddress, IpAddress)}; ADDRESS_NOT_AVAILABLE if the source is not listened to. */
    public @Nullable SocketError leave(Interface on, IpAddress group, IpAddress source) {
        return endpoint.memberships().leave(on, group, source);
    }

    /** Does not listen to one source of a group that was joined without one (EXCLUDE); errors as of joining with a source. */
    public @Nullable SocketError block(Interface on, IpAddress group, IpAddress source) {
        return endpoint.memberships().block(on, group, source);
    }

    /** Undoes {@link #block}; ADDRESS_NOT_AVAILABLE if the source is not blocked. */
    public @Nullable SocketError unblock(Interface on, IpAddress group, IpAddress source) {
        return endpoint.memberships().unblock(on, group, source);
    }

    /** The local address and port, or null if the socket is not bound. */
    public @Nullable Endpoint localEndpoint() {
        IpAddress address = endpoint.localAddress();
        return address == null ? null : new Endpoint(address, endpoint.localPort());
    }

    /** Whom the socket is connected to, or null. */
    public @Nullable Endpoint remoteEndpoint() {
        IpAddress address = endpoint.remoteAddress();
        return address == null ? null : new Endpoint(address, endpoint.remotePort());
    }

    /**
     * Finds out how large packets to the peer of this connected socket may be, by probes that the peer answers (RFC 8899, RFC
     * 9869): then {@link #maxPayload} says so, and larger datagrams are cut or refused. Needs {@link
     * UdpSocketOptions#optionReception} to process options, here and there, and {@link UdpSocketOptions#answerProbes} there.
     * Ends when the socket is connected anew or closed.
     *
     * @return null, or DESTINATION_REQUIRED (not connected), BAD_DESCRIPTOR (closed)
     */
    public @Nullable SocketError startPathMtuDiscovery(DplpmtudConfig config, long nowNs) {
        return endpoint.startPathMtuDiscovery(config, nowNs);
    }

    /** Undoes {@link #startPathMtuDiscovery}. */
    public void stopPathMtuDiscovery() {
        endpoint.stopPathMtuDiscovery();
    }

    /** How the search for the path MTU stands; null without one. */
    public @Nullable Dplpmtud pathMtuDiscovery() {
        return endpoint.pathMtuDiscovery();
    }

    /**
     * MPS of RFC 8899: octets of user data, with options if there are any, that one packet to the peer carries as far as is
     * known; 0 if the socket is not connected.
     */
    public int maxPayload(long nowNs) {
        return endpoint.maxPayload(nowNs);
    }

    /** Gives up the port, and what was not read. What was accepted for sending is still sent. */
    public void close() {
        endpoint.close();
    }
}
