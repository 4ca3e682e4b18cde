package io.sluice.posix;

import io.sluice.api.Endpoint;
import io.sluice.api.Sockets;
import io.sluice.udp.ReceivedOptions;
import io.sluice.udp.SendOptions;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The calls of SOCK_DGRAM sockets, which share the descriptors of {@link PosixSockets}: {@code close}, {@code dup}, {@code
 * fcntl}, {@code poll} and {@code epoll} are made there. UDP options (RFC 9868) are set by the UDP_OPT socket options, or
 * given with a datagram. Confined to the host's thread.
 */
public final class DatagramSockets {
    private final PosixSockets posix;
    private final Sockets sockets;

    DatagramSockets(PosixSockets posix, Sockets sockets) {
        this.posix = posix;
        this.sockets = sockets;
    }

    /** {@code socket(ipv6 ? AF_INET6 : AF_INET, SOCK_DGRAM, IPPROTO_UDP)}: the descriptor. */
    public Call socket(boolean ipv6, boolean nonBlocking) {
        DatagramSocket made = new DatagramSocket(posix.profile(), sockets.udp(ipv6), ipv6);
        made.nonBlocking = nonBlocking;
        return posix.open(made);
    }

    /** Whether the descriptor is that of a datagram socket. */
    public boolean has(int fd) {
        return posix.descriptor(fd) instanceof DatagramSocket;
    }

    @FunctionalInterface
    private interface DatagramCall {
        Call on(DatagramSocket socket);
    }

    private Call with(int fd, DatagramCall call) {
        Descriptor d = posix.descriptor(fd);
        return d instanceof DatagramSocket s ? call.on(s) : Call.failed(d == null ? Errno.EBADF : Errno.ENOTSOCK);
    }

    /** {@code bind}. */
    public Call bind(int fd, Endpoint local) {
        return with(fd, s -> s.outcome(s.socket().bind(local), 0));
    }

    /** {@code connect}: never blocks. */
    public Call connect(int fd, Endpoint remote, long nowNs) {
        return with(fd, s -> s.outcome(s.socket().connect(remote, nowNs), 0));
    }

    /** {@code sendto}, and without {@code to} {@code send}: one datagram, with options of its own if they are given. */
    public Call sendto(
            int fd, ByteBuffer data, Set<MessageFlag> flags, @Nullable Endpoint to, SendOptions special, long nowNs) {
        return with(fd, s -> {
            boolean mayBlock = !s.nonBlocking && !flags.contains(MessageFlag.MSG_DONTWAIT);
            return posix.run(s, mayBlock, 0, (c, t) -> s.send(c, data, to, special, t), nowNs);
        });
    }

    /** {@code recvfrom}: as {@link #recvmsg}, into memory in one piece. */
    public Call recvfrom(int fd, ByteBuffer into, Set<MessageFlag> flags, long nowNs) {
        return recvmsg(fd, List.of(into), flags, nowNs);
    }

    /**
     * {@code recvmsg}: one datagram into {@code into}, as far as there is room; {@link #lastMessage} and {@link #lastOptions} say
     * what came with it.
     */
    public Call recvmsg(int fd, List<ByteBuffer> into, Set<MessageFlag> flags, long nowNs) {
        return with(fd, s -> {
            boolean mayBlock = !s.nonBlocking && !flags.contains(MessageFlag.MSG_DONTWAIT);
            return posix.run(s, mayBlock, 0, (c, t) -> s.receive(c, into, flags.contains(MessageFlag.MSG_PEEK)), nowNs);
        });
    }

    /** {@code sendmsg}: one datagram of memory in pieces, with what control messages say of it; EINVAL if one is wrong. */
    public Call sendmsg(
            int fd,
            List<ByteBuffer> pieces,
            Set<MessageFlag> flags,
            @Nullable Endpoint to,
            List<ControlMessage> control,
            long nowNs) {
        return with(fd, s -> {
            SendOptions special = control.isEmpty() ? SendOptions.NONE : s.settings.special(control, s.lastOptions());
            return special == null
                    ? Call.failed(Errno.EINVAL)
                    : sendto(fd, new Pieces(pieces, 0).data, flags, to, special, nowNs);
        });
    }

    /** What came with the datagram that was received last; null if none was. */
    public @Nullable DatagramMessage lastMessage(int fd) {
        return posix.descriptor(fd) instanceof DatagramSocket s ? s.lastMessage() : null;
    }

    /** The UDP options of the datagram that was received last; null if it had no surplus area. */
    public @Nullable ReceivedOptions lastOptions(int fd) {
        return posix.descriptor(fd) instanceof DatagramSocket s ? s.lastOptions() : null;
    }

    /** {@code setsockopt}. */
    public Call setsockopt(int fd, SocketOption option, long[] values, long nowNs) {
        return with(fd, s -> {
            Errno wrong = s.settings.set(s.socket().options(), option, values);
            if (wrong == null && option == SocketOption.UDP_OPT_PLPMTUD) {
                s.searchPathMtu(nowNs);
            }
            return wrong == null ? Call.returned(0) : Call.failed(wrong);
        });
    }

    /** {@code getsockopt}. */
    public Call getsockopt(int fd, SocketOption option, long[] out) {
        return with(fd, s -> {
            if (option == SocketOption.SO_ERROR) {
                out[0] = s.takeErrorNumber();
                return Call.returned(0);
            }
            if (option == SocketOption.UDP_OPT_PLPMTUD_INFO) {
                s.pathMtuSearch(out);
                return Call.returned(0);
            }
            Errno wrong = s.settings.get(s.socket().options(), option, out);
            return wrong == null ? Call.returned(0) : Call.failed(wrong);
        });
    }

    /** {@code getsockname}; null if {@code fd} is no datagram socket. */
    public @Nullable Endpoint getsockname(int fd) {
        if (!(posix.descriptor(fd) instanceof DatagramSocket s)) {
            return null;
        }
        Endpoint local = s.socket().localEndpoint();
        return local == null ? s.unspecified() : local;
    }
}
