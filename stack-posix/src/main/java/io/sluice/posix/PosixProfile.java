package io.sluice.posix;

import io.sluice.event.SocketError;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;

/**
 * How a kernel's socket calls differ where POSIX leaves room: error numbers, which error stands for what, defaults.
 * Immutable data; no code asks which profile it has.
 */
public final class PosixProfile {
    private static final Set<Trait> FREEBSD_TRAITS =
            Set.of(Trait.IPV6_ONLY, Trait.ACCEPTED_INHERITS_NON_BLOCKING, Trait.SEND_TO_CONNECTED_FAILS);

    /** What most users expect: Linux's numbers and POSIX's words. */
    public static final PosixProfile STANDARD = new PosixProfile(
            "STANDARD", Errno::linux, linuxErrors(), Set.of(Trait.CONNECT_CONFIRMS_ONCE, Trait.WINDOW_IN_SEGMENTS));

    /** FreeBSD's. */
    public static final PosixProfile FREEBSD =
            new PosixProfile("FREEBSD", Errno::freeBsd, freeBsdErrors(), FREEBSD_TRAITS);

    /** Linux's. */
    public static final PosixProfile LINUX = new PosixProfile(
            "LINUX", Errno::linux, linuxErrors(), Set.of(Trait.CONNECT_CONFIRMS_ONCE, Trait.WINDOW_IN_SEGMENTS));

    private final String name;
    private final ToIntFunction<Errno> numbers;
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
        /** {@code tcp_info} counts the congestion window in segments, not octets. */
        WINDOW_IN_SEGMENTS
    }

    private PosixProfile(
            String name, ToIntFunction<Errno> numbers, Map<Situation, Errno> situations, Set<Trait> traits) {
        this.name = name;
        this.numbers = numbers;
        this.situations = situations;
        this.traits = traits;
    }

    private static Map<Situation, Errno> freeBsdErrors() {
        return new EnumMap<>(Map.of(
                Situation.SEND_UNCONNECTED, Errno.ENOTCONN,
                Situation.SEND_WHILE_CONNECTING, Errno.ENOTCONN,
                Situation.RECEIVE_WHILE_CONNECTING, Errno.EAGAIN,
                Situation.SHUTDOWN_LISTENING, Errno.ENOTCONN,
                Situation.LISTEN_CONNECTED, Errno.EINVAL,
                Situation.CONNECT_LISTENING, Errno.EOPNOTSUPP,
                Situation.CONNECT_AFTER_FAILURE, Errno.EINVAL));
    }

    private static Map<Situation, Errno> linuxErrors() {
        return new EnumMap<>(Map.of(
                Situation.SEND_UNCONNECTED, Errno.EPIPE,
                Situation.SEND_WHILE_CONNECTING, Errno.EAGAIN,
                Situation.RECEIVE_WHILE_CONNECTING, Errno.EAGAIN,
                Situation.SHUTDOWN_LISTENING, Errno.ENOTCONN,
                Situation.LISTEN_CONNECTED, Errno.EINVAL,
                Situation.CONNECT_LISTENING, Errno.EISCONN,
                Situation.CONNECT_AFTER_FAILURE, Errno.ECONNABORTED));
    }

    public String name() {
        return name;
    }

    /** The number that {@code errno} has, positive. */
    public int number(Errno errno) {
        return numbers.applyAsInt(errno);
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
    static Errno errno(SocketError error) {
        return switch (error) {
            case CONNECTION_REFUSED -> Errno.ECONNREFUSED;
            case CONNECTION_RESET -> Errno.ECONNRESET;
            case CONNECTION_ABORTED -> Errno.ECONNABORTED;
            case TIMED_OUT -> Errno.ETIMEDOUT;
            case HOST_UNREACHABLE -> Errno.EHOSTUNREACH;
            case NETWORK_UNREACHABLE -> Errno.ENETUNREACH;
            case PROTOCOL_UNREACHABLE -> Errno.ENOPROTOOPT;
            case ADDRESS_NOT_AVAILABLE -> Errno.EADDRNOTAVAIL;
            case ADDRESS_IN_USE -> Errno.EADDRINUSE;
            case FAMILY_NOT_SUPPORTED -> Errno.EAFNOSUPPORT;
            case NOT_CONNECTED -> Errno.ENOTCONN;
            case ALREADY_CONNECTED -> Errno.EISCONN;
            case IN_PROGRESS -> Errno.EINPROGRESS;
            case ALREADY_IN_PROGRESS -> Errno.EALREADY;
            case BROKEN_PIPE -> Errno.EPIPE;
            case WOULD_BLOCK -> Errno.EAGAIN;
            case MESSAGE_TOO_LONG -> Errno.EMSGSIZE;
            case NO_BUFFERS -> Errno.ENOBUFS;
            case INVALID_ARGUMENT -> Errno.EINVAL;
            case NOT_SUPPORTED -> Errno.EOPNOTSUPP;
            case PERMISSION_DENIED -> Errno.EACCES;
            case DESTINATION_REQUIRED -> Errno.EDESTADDRREQ;
            case BAD_DESCRIPTOR -> Errno.EBADF;
            case INTERNAL -> Errno.EIO;
        };
    }

    @Override
    public String toString() {
        return name;
    }
}
