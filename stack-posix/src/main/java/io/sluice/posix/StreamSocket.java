package io.sluice.posix;

import io.sluice.api.Endpoint;
import io.sluice.api.ErrorQueue;
import io.sluice.api.Sockets;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.event.Readiness;
import io.sluice.event.SocketError;
import io.sluice.posix.PosixProfile.Trait;
import io.sluice.tcp.IcmpNotice;
import io.sluice.tcp.KeyControl;
import io.sluice.tcp.SendNotice;
import io.sluice.tcp.SocketOptions;
import io.sluice.tcp.SoftErrors;
import io.sluice.tcp.TcpConnection;
import io.sluice.tcp.TcpState;
import io.sluice.wire.IpAddress;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A SOCK_STREAM socket: one object for what the core has two, since POSIX decides with {@code listen} or {@code connect}
 * what a socket becomes. Its methods make one attempt of a call: they complete it, or leave it be if it would block.
 */
final class StreamSocket extends Descriptor {
    private static final int AF_INET = 2;
    private final PosixProfile profile;
    private final Sockets sockets;
    private TcpSocket socket;
    private @Nullable Endpoint bound;
    private @Nullable TcpListener listener;
    private boolean connecting;

    final boolean ipv6;
    boolean ipv6Only;

    /** SO_RCVTIMEO and SO_SNDTIMEO in nanoseconds, 0 for none. */
    long receiveTimeoutNs;

    long sendTimeoutNs;

    /** SO_ZEROCOPY. */
    boolean zeroCopy;

    final StreamStamps stamps;
    private final StreamEnding ending = new StreamEnding(this);

    /** TCP_INQ. */
    boolean tellsUnread;

    /** Options that are kept, and what else is only told. */
    final Map<SocketOption, Long> kept = new EnumMap<>(SocketOption.class);

    /** SO_MARK. */
    long mark;

    /** Why there is no connection, where an attempt was given up and the socket is as new; whoever is told takes it. */
    private @Nullable SocketError abandoned;

    /** SO_PRIORITY. */
    long priority;

    StreamSocket(PosixProfile profile, Sockets sockets, TcpSocket socket, boolean ipv6) {
        this.profile = profile;
        this.sockets = sockets;
        this.socket = socket;
        this.stamps = new StreamStamps(this);
        this.ipv6 = ipv6;
        this.ipv6Only = profile.has(Trait.IPV6_ONLY);
        socket.attachment(this);
    }

    /** Its keys. */
    KeyControl authentication() {
        TcpListener l = listener;
        return l == null ? socket.authentication() : l.authentication();
    }

    /** The connection's side. */
    TcpSocket socket() {
        return socket;
    }

    boolean hasNotices() {
        TcpConnection c = socket.connection();
        return c != null && c.hasSendNotices();
    }

    ErrorQueue notices() {
        return new ErrorQueue(socket);
    }

    boolean has(Trait trait) {
        return profile.has(trait);
    }

    /** SO_DOMAIN: AF_INET or AF_INET6. */
    int domain() {
        return ipv6 ? profile.inet6() : AF_INET;
    }

    boolean isListening() {
        return listener != null;
    }

    /** The listener's side, if it listens. */
    @Nullable TcpListener listener() {
        return listener;
    }

    /** Of a listener, what Fast Open has for a queue. */
    long fastOpenQueue() {
        TcpListener l = listener;
        return l == null ? 0 : l.fastOpenQueue();
    }

    SocketOptions options() {
        TcpListener l = listener;
        return l == null ? socket.options() : l.options();
    }

    @Nullable Endpoint localEndpoint() {
        TcpListener l = listener;
        return l == null ? socket.localEndpoint() : l.localEndpoint();
    }

    TcpState state() {
        return listener != null ? TcpState.LISTEN : socket.state();
    }

    /** The address of a socket that has none yet. */
    Endpoint unspecified() {
        return new Endpoint(ipv6 ? IpAddress.ANY6 : IpAddress.ANY4, 0);
    }

    /** The socket that a socket of the core belongs to, or null if nobody knows it here. */
    static @Nullable StreamSocket of(Object coreSocket) {
        Object attached = null;
        if (coreSocket instanceof TcpSocket s) {
            attached = s.attachment();
        } else if (coreSocket instanceof TcpListener l) {
            attached = l.attachment();
        }
        return attached instanceof StreamSocket s ? s : null;
    }

    boolean isOpening() {
        return socket.isOpening();
    }

    /** Whether there is a connection: neither to come nor over. */
    boolean hasPeer() {
        return switch (state()) {
            case SYN_SENT, TIME_WAIT, CLOSED, LISTEN -> false;
            default -> true;
        };
    }

    /** Whether a message with this address is an error, since the socket is connected. */
    boolean refuses(@Nullable Endpoint to) {
        return to != null && socket.connection() != null && profile.has(Trait.SEND_TO_CONNECTED_FAILS);
    }

    boolean isAtMark() {
        TcpConnection c = socket.connection();
        return c != null && c.isAtMark();
    }

    /** Whether the host lets connections open fast. */
    boolean mayOpenFast() {
        return socket.mayOpenFast();
    }

    Errno errno(Situation situation) {
        return profile.errno(situation);
    }

    Errno errno(SocketError error) {
        return profile.errno(error);
    }

    /** Whether this is the first to hear that the connection is there. */
    boolean confirmConnected() {
        boolean first = connecting;
        connecting = false;
        return first;
    }

    /** The address that the core knows: of an IPv4-mapped one the IPv4 address (RFC 4291 §2.5.5.2, RFC 3493 §3.7). */
    private Endpoint plain(Endpoint endpoint) {
        IpAddress address = endpoint.address();
        return ipv6 && !ipv6Only && address.isV6() && address.isV4Mapped()
                ? new Endpoint(IpAddress.ofV4((int) address.lo()), endpoint.port())
                : endpoint;
    }

    private boolean isOfFamily(Endpoint asGiven) {
        return asGiven.address().isV6() == ipv6;
    }

    Call bind(Endpoint asGiven) {
        if (!isOfFamily(asGiven)) {
            return Call.failed(Errno.EAFNOSUPPORT);
        }
        SocketError error = listener == null ? socket.bind(plain(asGiven)) : SocketError.INVALID_ARGUMENT;
        bound = error == null ? socket.localEndpoint() : bound;
        return outcome(error);
    }

    /** As new, with its options and the address that it was bound to: what it was is over. */
    void renew(SocketOptions options, long nowNs) {
        TcpSocket old = socket;
        old.attachment(null);
        socket = sockets.tcp(options);
        socket.attachment(this);
        old.close(nowNs);
        if (bound != null && socket.bind(bound) != null) {
            bound = null; // taken meanwhile
        }
    }

    Call outcome(@Nullable SocketError error) {
        return error == null ? Call.returned(0) : Call.failed(profile.errno(error));
    }

    Call listen(int backlog) {
        TcpListener l = listener;
        if (l == null) {
            if (socket.connection() != null) {
                return Call.failed(profile.errno(Situation.LISTEN_CONNECTED));
            }
            SocketError unbound = socket.localEndpoint() == null ? socket.bind(unspecified()) : null;
            if (unbound != null) {
                return outcome(unbound);
            }
            l = socket.toListener();
            l.attachment(this);
            l.ipv6Only(ipv6Only);
            listener = l;
            SocketError refused = l.listen(backlog);
            if (refused != null) {
                closeListener(0);
                renew(l.options(), 0); // a socket as before
            }
            return outcome(refused);
        }
        return outcome(l.listen(backlog));
    }

    /** The next accepted connection, or null with the call completed or left to wait. */
    @Nullable StreamSocket accept(Call call) {
        TcpListener l = listener;
        if (l == null) {
            call.fail(Errno.EINVAL);
            return null;
        }
        TcpSocket accepted = l.accept();
        if (accepted == null) {
            return null;
        }
        StreamSocket stream = new StreamSocket(profile, sockets, accepted, ipv6);
        stream.zeroCopy = zeroCopy;
        stream.mark = mark;
        stream.kept.putAll(kept);
        stream.tellsUnread = tellsUnread;
        stream.receiveTimeoutNs = receiveTimeoutNs;
        stream.sendTimeoutNs = sendTimeoutNs;
        stream.stamps.timestamping(stamps.timestamping());
        return stream;
    }

    /** Starts to connect; null if the end of it is to be waited for. */
    @Nullable Call connect(Endpoint asGiven, long nowNs) {
        return connect(asGiven, false, nowNs);
    }

    /** @param fast what is written next goes with the SYN (RFC 7413) */
    @Nullable Call connect(Endpoint asGiven, boolean fast, long nowNs) {
        if (listener != null) {
            return Call.failed(profile.errno(Situation.CONNECT_LISTENING));
        }
        if (!isOfFamily(asGiven)) {
            return Call.failed(Errno.EAFNOSUPPORT);
        }
        Endpoint remote = plain(asGiven);
        if (socket.connection() != null) {
            return connectAgain(nowNs);
        }
        abandoned = null;
        SocketError error = fast ? socket.connectFastOpen(remote, nowNs) : socket.connect(remote, nowNs);
        if (error != SocketError.IN_PROGRESS) {
            return outcome(profile.connectError(error, bound, remote));
        }
        connecting = true;
        stamps.timestamping(stamps.timestamping()); // what was asked for before there was a connection
        return FastOpenCall.isPutOff(this) && !fast ? Call.returned(0) : null;
    }

    private @Nullable Call connectAgain(long nowNs) {
        if (isOpening()) {
            return nonBlocking || !has(Trait.CONNECT_AGAIN_WAITS) ? Call.failed(Errno.EALREADY) : null;
        }
        if (FastOpenCall.isPutOff(this)) {
            return Call.failed(Errno.EISCONN);
        }
        if (socket.state() == TcpState.CLOSED && (connecting || !has(Trait.FAILED_CONNECT_AGAIN))) {
            return Call.failed(failedConnect(nowNs));
        }
        boolean first = connecting && profile.has(Trait.CONNECT_CONFIRMS_ONCE);
        connecting = false;
        return first ? Call.returned(0) : Call.failed(Errno.EISCONN);
    }

    /** Why it could not connect, which ends the attempt. */
    private Errno failedConnect(long nowNs) {
        SocketError error = takeError();
        if (has(Trait.FAILED_CONNECT_AGAIN)) {
            connecting = false;
            renew(socket.options(), nowNs);
        }
        return error == null ? profile.errno(Situation.CONNECT_AFTER_FAILURE) : profile.errno(error);
    }

    /** Whether the connection attempt has come to its end. */
    void finishConnect(Call call, long nowNs) {
        if (isOpening()) {
            return;
        }
        if (socket.state() == TcpState.CLOSED) {
            call.fail(failedConnect(nowNs));
        } else {
            connecting = false;
            SocketError error = socket.takeError();
            if (error == null) {
                call.complete(0);
            } else {
                call.fail(profile.errno(error));
            }
        }
    }

    void receive(Call call, ByteBuffer target, Set<MessageFlag> flags) {
        new StreamReceive(this, call, target).attempt(flags);
    }

    /** Whether SHUT_RD has ended reading without throwing anything away. */
    boolean readsEnd() {
        return ending.readsEnd();
    }

    /** The socket has an error: for this call, or for the next if this one has moved something. */
    void onFailure(Call call) {
        if (call.moved > 0) {
            call.complete(call.moved);
        } else {
            SocketError error = takeError();
            call.fail(error == null ? Errno.EIO : profile.errno(error));
        }
    }

    void send(Call call, ByteBuffer data, Set<MessageFlag> flags, boolean mayBlock) {
        new StreamSend(this, call, data, flags).attempt(mayBlock);
    }

    /** Takes the oldest message of the error queue; null if there is none. */
    @Nullable ErrorQueueMessage takeNotice() {
        IcmpNotice icmp = notices().pollIcmp();
        if (icmp != null) {
            return ErrorQueueMessage.of(icmp, ipv6, profile.number(profile.errno(icmp.error())));
        }
        SendNotice notice = notices().poll();
        return notice == null ? null : ErrorQueueMessage.of(notice, ipv6, stamps);
    }

    Call shutdown(boolean reading, boolean writing, long nowNs) {
        return ending.shutdown(reading, writing, nowNs);
    }

    /** {@code connect} to AF_UNSPEC. */
    Call disconnect(long nowNs) {
        return ending.disconnect(nowNs);
    }

    /** The attempt to connect is given up, or what it led to: whoever asks next is told why. */
    void abandon(@Nullable SocketError why) {
        abandoned = why;
        connecting = false;
    }

    /** A user who does something with a socket that is connected knows it. */
    void confirmUnlessOpening() {
        connecting = connecting && isOpening();
    }

    void closeListener(long nowNs) {
        TcpListener l = listener;
        if (l != null) {
            l.attachment(null);
            l.close(nowNs);
            listener = null;
        }
    }

    /** The pending error; there is none after it. */
    private @Nullable SocketError takeError() {
        SocketError error = abandoned != null || listener != null ? abandoned : socket.takeError();
        abandoned = null;
        return error;
    }

    /** What a call fails with that needs a connection: the pending error, else {@code usual}. */
    Errno unconnected(Errno usual) {
        SocketError error = abandoned == null || listener != null ? null : takeError();
        return error == null ? usual : profile.errno(error);
    }

    /** Takes the pending error's number: SO_ERROR. */
    int takeErrorNumber() {
        SocketError error = takeError();
        TcpConnection c = socket.connection();
        if (error == null && c != null && has(Trait.SO_ERROR_TELLS_SOFT_ERRORS)) {
            error = SoftErrors.take(c);
        }
        return error == null ? 0 : profile.number(profile.errno(error));
    }

    @Override
    int pollEvents() {
        TcpListener l = listener;
        if (l != null) {
            return l.waitingCount() > 0 ? PollEvents.POLLIN | PollEvents.POLLRDNORM : 0;
        }
        TcpConnection c = socket.connection();
        if (c == null) {
            return PollEvents.ofNew(profile) | (abandoned == null ? 0 : PollEvents.POLLERR);
        }
        int readiness = socket.readiness() & ~Readiness.CONNECTED;
        readiness |= readsEnd() ? Readiness.READABLE | Readiness.PEER_CLOSED : 0;
        if ((readiness & Readiness.WRITABLE) == 0) {
            c.awaitRoom(); // whoever looks wants to know when
        }
        return PollEvents.of(readiness) | (ending.isOver() ? PollEvents.POLLHUP : 0);
    }

    @Override
    void close(long nowNs) {
        TcpListener l = listener;
        if (l != null) {
            l.close(nowNs);
        } else {
            socket.close(nowNs);
        }
    }

    @Override
    public String toString() {
        return listener != null ? listener.toString() : socket.toString();
    }
}
