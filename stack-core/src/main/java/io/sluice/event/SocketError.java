package io.sluice.event;

/**
 * Why a call on a socket, or the socket itself, failed. The core never throws these: calls return them, and a socket
 * holds at most one as its pending error (the {@code SO_ERROR} of POSIX). Numbers and names of a kernel's errno are the
 * business of {@code stack-posix}; exceptions that of the adapters.
 */
public enum SocketError {
    /** The peer answered a connection request with RST (RFC 9293 §3.10.7.3). */
    CONNECTION_REFUSED,
    /** The peer reset the connection (RFC 9293 §3.10.7.4). */
    CONNECTION_RESET,
    /** This side aborted the connection, or it was closed under the caller (RFC 9293 §3.10.5). */
    CONNECTION_ABORTED,
    /** Retransmission, keepalive or user timeout gave up (RFC 9293 §3.8.3). */
    TIMED_OUT,
    /** ICMP says that the host cannot be reached, or there is no neighbour. */
    HOST_UNREACHABLE,
    /** No route, or ICMP says that the network cannot be reached. */
    NETWORK_UNREACHABLE,
    /** ICMP says that the protocol is not spoken there. */
    PROTOCOL_UNREACHABLE,
    /** The local address is not one of this host. */
    ADDRESS_NOT_AVAILABLE,
    /** The local address and port are taken. */
    ADDRESS_IN_USE,
    /** The address has another family than the socket. */
    FAMILY_NOT_SUPPORTED,
    /** The socket is not connected, or not yet. */
    NOT_CONNECTED,
    /** The socket is connected already. */
    ALREADY_CONNECTED,
    /** A connection attempt is under way. */
    IN_PROGRESS,
    /** An earlier connection attempt is still under way. */
    ALREADY_IN_PROGRESS,
    /** The sending direction is closed. */
    BROKEN_PIPE,
    /** Nothing to read, or no room to write, now. */
    WOULD_BLOCK,
    /** The datagram is larger than a packet may be. */
    MESSAGE_TOO_LONG,
    /** A memory or table limit of the host or the socket was reached. */
    NO_BUFFERS,
    /** The argument, or the call in this state, makes no sense. */
    INVALID_ARGUMENT,
    /** The socket cannot do that. */
    NOT_SUPPORTED,
    /** There is nothing of that name to choose. */
    NO_SUCH_NAME,
    /** There is one like it already. */
    EXISTS,
    /** It is in use. */
    BUSY,
    /** The keys do not allow it (RFC 5925 §7.3, §8). */
    KEY_REJECTED,
    /** Filtered on the way, or by a policy of this host. */
    PERMISSION_DENIED,
    /** A destination is needed. */
    DESTINATION_REQUIRED,
    /** The socket is closed. */
    BAD_DESCRIPTOR,
    /** What stands between the stream and its reader, such as TLS, found it forged or broken. */
    BAD_MESSAGE,
    /** What stands between the stream and its reader, such as TLS, found that the peer breaks the protocol. */
    PROTOCOL,
    /** The stream ended before what stands between it and its reader, such as TLS, was told so: it may be cut off. */
    TRUNCATED,
    /** The stack itself failed on this connection; it was counted and reported. */
    INTERNAL
}
