package io.sluice.tcp;

import io.sluice.event.SocketError;

/** Why a connection keeps the TCP stack it has. The rules are those of FreeBSD for TCP_FUNCTION_BLK. */
public enum StackRefusal {
    /** No stack of this host has that name: ENOENT. */
    UNKNOWN_NAME(SocketError.NO_SUCH_NAME),
    /** The handshake is not over, so that nobody knows whether the peer agrees to SACK, which the stack needs: EAGAIN. */
    HANDSHAKE_NOT_OVER(SocketError.WOULD_BLOCK),
    /** The FIN is sent, and data before it is not acknowledged yet, and the stack needs SACK: EAGAIN. */
    FIN_SENT(SocketError.WOULD_BLOCK),
    /** The stack needs SACK, and the peer has not agreed to it: EINVAL. */
    PEER_WITHOUT_SACK(SocketError.INVALID_ARGUMENT);

    private final SocketError error;

    StackRefusal(SocketError error) {
        this.error = error;
    }

    /** The same as the error of a call. */
    public SocketError error() {
        return error;
    }
}
