package io.sluice.posix;

import io.sluice.api.Endpoint;
import io.sluice.event.SocketError;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * How a kernel's socket calls differ where POSIX leaves room: error numbers, which error stands for what, defaults.
 * Immutable data; no code asks which profile it has.
 */
public final class PosixProfile {
    private static final int LINUX_INET6 = 10;
    private static final int BSD_INET6 = 28;

    private static final Set<Trait> FREEBSD_TRAITS = Set.of(
            Trait.IPV6_ONLY,
            Trait.ACCEPTED_INHERITS_NON_BLOCKING,
            Trait.SEND_TO_CONNECTED_FAILS,
            Trait.SEND_TO_CONNECTS,
            Trait.FAST_OPEN_IS_SWITCH,
            Trait.FAMILY_NUMBERS_OF_BSD,
            Trait.MAXSEG_ONLY_LOWERS,
            Trait.SWITCHES_READ_AS_FLAGS,
            Trait.DEFAULT_STACK_IS_FREEBSD,
            Trait.UNKNOWN_CONGESTION_CONTROL_IS_ESRCH,
            Trait.SYN_FINDS_NO_ROUTE);

    private static final Set<Trait> LINUX_TRAITS = Set.of(
            Trait.CONNECT_CONFIRMS_ONCE,
            Trait.WINDOW_IN_SEGMENTS,
            Trait.KEEPALIVE_LIMITS,
            Trait.NEW_SOCKET_HANGS_UP,
            Trait.DISCONNECTS);

    /** What most users expect: Linux's numbers and POSIX's words. */
    public static final PosixProfile STANDARD =
            new PosixProfile("STANDARD", Errno::linux, errors(), linuxErrors(), LINUX_TRAITS);

    /** FreeBSD's. */
    public static final PosixProfile FREEBSD =
            new PosixProfile("FREEBSD", Errno::freeBsd, freeBsdSocketErrors(), freeBsdErrors(), FREEBSD_TRAITS);

    /** Linux's. */
    public static final PosixProfile LINUX = new PosixProfile(
            "LINUX",
            Errno::linux,
            errors(),
            linuxErrors(),
            with(
                    LINUX_TRAITS,
                    Trait.READS_AFTER_SHUTDOWN,
                    Trait.EMPTY_READS_WAIT,
                    Trait.OPTIONS_OF_LINUX,
                    Trait.SO_ERROR_TELLS_SOFT_ERRORS,
                    Trait.NEWRENO_IS_RENO,
                    Trait.COUNTS_UNACKNOWLEDGED_FIN,
                    Trait.LISTENERS_SHUT_WRITING,
                    Trait.FAILED_CONNECT_AGAIN,
                    Trait.CONNECT_AGAIN_WAITS,
                    Trait.END_HIDES_ERROR,
                    Trait.NOTHING_URGENT_UNCONNECTED));

    private final String name;
    private final ToIntFunction<Errno> numbers;
    private final Map<SocketError, Errno> errors;
    private final Map<Situation, Errno> situations;
    private final Set<Trait> traits;

    /** What a kernel does or does not do. */
    enum Trait {
        /** A new IPv6 socket takes no IPv4 connections (IPV6_V6ONLY; RFC 3493 §5.3 says it does). */
        IPV6_ONLY,
        /** {@code connect} on a socket that has become connected meanwhile succeeds once, before {@code EISCONN}. */
        CONNECT_CONFIRMS_ONCE,
        /** What a listener with O_NONBLOCK accepts has O_NONBLOCK, too. */
        ACCEPTED_INHERITS_NON_BLOCKING,
        /** {@code sendto} with an address fails on a connected stream socket. */
        SEND_TO_CONNECTED_FAILS,
        /** {@code sendto} with an address connects a stream socket that is not connected. */
        SEND_TO_CONNECTS,
        /** TCP_FASTOPEN is a switch, for sockets that listen or will connect. */
        FAST_OPEN_IS_SWITCH,
        /** Once the peer's FIN has come, reading never tells of an error: the stream has ended. */
        END_HIDES_ERROR,
        /** MSG_OOB on a socket that was never connected fails with EINVAL, as where nothing is urgent. */
        NOTHING_URGENT_UNCONNECTED,
        /** {@code poll} says that a stream socket which was never connected is hung up, and that it can be written to. */
        NEW_SOCKET_HANGS_UP,
        /** {@code tcp_info} counts the congestion window in segments, not octets. */
        WINDOW_IN_SEGMENTS,
        /**
         * A socket that could not connect, or has told why, may connect again, as one does that has listened until {@code
         * shutdown(SHUT_RD)}; one that was connected once never does.
         */
        FAILED_CONNECT_AGAIN,
        /** {@code connect} again on a blocking socket waits for the connection that is being made, too. */
        CONNECT_AGAIN_WAITS,
        /** {@code connect} to AF_UNSPEC ends a connection, or listening, and the socket is as new. */
        DISCONNECTS,
        /** {@code shutdown(SHUT_WR)} of a listening socket succeeds, and changes nothing. */
        LISTENERS_SHUT_WRITING,
        /** TCP_KEEPIDLE and TCP_KEEPINTVL are 1 to 32767, TCP_KEEPCNT is 1 to 127. */
        KEEPALIVE_LIMITS,
        /** SO_ERROR tells, where no error is pending, what ICMP reported without ending the connection. */
        SO_ERROR_TELLS_SOFT_ERRORS,
        /** After SHUT_RD what has come and what comes can still be read; only nobody waits for it. */
        READS_AFTER_SHUTDOWN,
        /** {@code recv} of no octets waits for data as any other does; {@code read} does not. */
        EMPTY_READS_WAIT,
        /** What values options take where Linux does not what the standards say, nor FreeBSD: see {@link LinuxRanges}. */
        OPTIONS_OF_LINUX,
        /** AF_INET6 is 28, not 10. */
        FAMILY_NUMBERS_OF_BSD,
        /** TCP_MAXSEG can only be lowered, and is what a segment can carry of data and options together. */
        MAXSEG_ONLY_LOWERS,
        /** Switches that are on read as the bit that the kernel keeps them in, not as 1. */
        SWITCHES_READ_AS_FLAGS,
        /** TCP_CONGESTION fails with ESRCH rather than ENOENT for a name that the host does not know. */
        UNKNOWN_CONGESTION_CONTROL_IS_ESRCH,
        /**
         * {@code connect} of a stream socket without a route fails with EHOSTUNREACH, as any packet does, but over IPv4 with
         * ENETUNREACH where it has to choose the local address, too.
         */
        SYN_FINDS_NO_ROUTE,
        /** The default TCP stack is called freebsd. */
        DEFAULT_STACK_IS_FREEBSD,
        /** NewReno is called reno. */
        NEWRENO_IS_RENO,
        /** SIOCOUTQ counts a FIN that is not acknowledged as an octet, and nothing before the handshake is over. */
        COUNTS_UNACKNOWLEDGED_FIN
    }

    private PosixProfile(
            String name,
            ToIntFunction<Errno> numbers,
            Map<SocketError, Errno> errors,
            Map<Situation, Errno> situations,
            Set<Trait> traits) {
        this.name = name;
        this.numbers = numbers;
        this.errors = errors;
        this.situations = situations;
        this.traits = traits;
    }

    private static Set<Trait> with(Set<Trait> traits, Trait... more) {
        Set<Trait> all = EnumSet.copyOf(traits);
        all.addAll(List.of(more));
        return all;
    }

    private static Map<SocketError, Errno> errors() {
        Map<SocketError, Errno> errors = new EnumMap<>(SocketError.class);
        errors.put(SocketError.CONNECTION_REFUSED, Errno.ECONNREFUSED);
        errors.put(SocketError.CONNECTION_RESET, Errno.ECONNRESET);
        errors.put(SocketError.CONNECTION_ABORTED, Errno.ECONNABORTED);
        errors.put(SocketError.TIMED_OUT, Errno.ETIMEDOUT);
        errors.put(SocketError.HOST_UNREACHABLE, Errno.EHOSTUNREACH);
        errors.put(SocketError.NETWORK_UNREACHABLE, Errno.ENETUNREACH);
        errors.put(SocketError.PROTOCOL_UNREACHABLE, Errno.ENOPROTOOPT);
        errors.put(SocketError.ADDRESS_NOT_AVAILABLE, Errno.EADDRNOTAVAIL);
        errors.put(SocketError.ADDRESS_IN_USE, Errno.EADDRINUSE);
        errors.put(SocketError.FAMILY_NOT_SUPPORTED, Errno.EAFNOSUPPORT);
        errors.put(SocketError.NOT_CONNECTED, Errno.ENOTCONN);
        errors.put(SocketError.ALREADY_CONNECTED, Errno.EISCONN);
        errors.put(SocketError.IN_PROGRESS, Errno.EINPROGRESS);
        errors.put(SocketError.ALREADY_IN_PROGRESS, Errno.EALREADY);
        errors.put(SocketError.BROKEN_PIPE, Errno.EPIPE);
        errors.put(SocketError.WOULD_BLOCK, Errno.EAGAIN);
        errors.put(SocketError.MESSAGE_TOO_LONG, Errno.EMSGSIZE);
        errors.put(SocketError.NO_BUFFERS, Errno.ENOBUFS);
        errors.put(SocketError.INVALID_ARGUMENT, Errno.EINVAL);
        errors.put(SocketError.NO_SUCH_NAME, Errno.ENOENT);
        errors.put(SocketError.EXISTS, Errno.EEXIST);
        errors.put(SocketError.BUSY, Errno.EBUSY);
        errors.put(SocketError.KEY_REJECTED, Errno.EKEYREJECTED);
        errors.put(SocketError.NOT_SUPPORTED, Errno.EOPNOTSUPP);
        errors.put(SocketError.PERMISSION_DENIED, Errno.EHOSTUNREACH);
        errors.put(SocketError.DESTINATION_REQUIRED, Errno.EDESTADDRREQ);
        errors.put(SocketError.BAD_DESCRIPTOR, Errno.EBADF);
        errors.put(SocketError.BAD_MESSAGE, Errno.EBADMSG);
        errors.put(SocketError.PROTOCOL, Errno.EPROTO);
        errors.put(SocketError.TRUNCATED, Errno.EMSGSIZE); // as FreeBSD's TLS in the kernel
        errors.put(SocketError.INTERNAL, Errno.EIO);
        return errors;
    }

    /** FreeBSD takes an ICMP prohibition, or an unknown protocol, for a refusal. */
    private static Map<SocketError, Errno> freeBsdSocketErrors() {
        Map<SocketError, Errno> errors = errors();
        errors.put(SocketError.PROTOCOL_UNREACHABLE, Errno.ECONNREFUSED);
        errors.put(SocketError.PERMISSION_DENIED, Errno.ECONNREFUSED);
        return errors;
    }

    private static Map<Situation, Errno> freeBsdErrors() {
        return new EnumMap<>(Map.of(
                Situation.SEND_UNCONNECTED, Errno.ENOTCONN,
                Situation.SEND_WHILE_CONNECTING, Errno.ENOTCONN,
                Situation.RECEIVE_WHILE_CONNECTING, Errno.EAGAIN,
                Situation.SHUTDOWN_LISTENING, Errno.ENOTCONN,
                Situation.LISTEN_CONNECTED, Errno.EINVAL,
                Situation.CONNECT_LISTENING, Errno.EOPNOTSUPP,
                Situation.CONNECT_AFTER_FAILURE, Errno.EINVAL,
                Situation.CONNECT_TIMED_OUT, Errno.EAGAIN));
    }

    private static Map<Situation, Errno> linuxErrors() {
        return new EnumMap<>(Map.of(
                Situation.SEND_UNCONNECTED, Errno.EPIPE,
                Situation.SEND_WHILE_CONNECTING, Errno.EAGAIN,
                Situation.RECEIVE_WHILE_CONNECTING, Errno.EAGAIN,
                Situation.SHUTDOWN_LISTENING, Errno.ENOTCONN,
                Situation.LISTEN_CONNECTED, Errno.EINVAL,
                Situation.CONNECT_LISTENING, Errno.EISCONN,
                Situation.CONNECT_AFTER_FAILURE, Errno.ECONNABORTED,
                Situation.CONNECT_TIMED_OUT, Errno.EINPROGRESS));
    }

    public String name() {
        return name;
    }

    /** The number that {@code errno} has, positive. */
    public int number(Errno errno) {
        return numbers.applyAsInt(errno);
    }

    /** Why {@code connect} from {@code local} (null, or any address: not bound to one) to {@code remote} fails. */
    @Nullable SocketError connectError(@Nullable SocketError error, @Nullable Endpoint local, Endpoint remote) {
        boolean chooses = local == null || local.address().isUnspecified();
        return error == SocketError.NETWORK_UNREACHABLE
                        && has(Trait.SYN_FINDS_NO_ROUTE)
                        && (remote.address().isV6() || !chooses)
                ? SocketError.HOST_UNREACHABLE
                : error;
    }

    /** The number of AF_INET6. */
    int inet6() {
        return has(Trait.FAMILY_NUMBERS_OF_BSD) ? BSD_INET6 : LINUX_INET6;
    }

    /** The error of a situation; {@link Errno#EAGAIN} means to wait, where the socket may. */
    Errno errno(Situation situation) {
        Errno errno = situations.get(situation);
        return errno == null ? Errno.EINVAL : errno;
    }

    /** Whether {@code tcp_info} counts the congestion window in segments rather than octets. */
    public boolean countsWindowInSegments() {
        return has(Trait.WINDOW_IN_SEGMENTS);
    }

    boolean has(Trait trait) {
        return traits.contains(trait);
    }

    /** What the core's errors are called here. */
    Errno errno(SocketError error) {
        Errno errno = errors.get(error);
        return errno == null ? Errno.EIO : errno;
    }

    @Override
    public String toString() {
        return name;
    }
}
