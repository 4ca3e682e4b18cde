package io.sluice.posix;

import io.sluice.event.SocketError;
import io.sluice.posix.PosixProfile.Trait;
import io.sluice.tcp.EndOfReading;
import io.sluice.tcp.SocketOptions;
import io.sluice.tcp.TcpConnection;
import io.sluice.tcp.TcpState;
import org.jspecify.annotations.Nullable;

/** {@code shutdown} of a stream socket, and {@code connect} to AF_UNSPEC, which ends what it was. */
final class StreamEnding {
    private final StreamSocket stream;

    /** SHUT_RD where it throws nothing away. */
    private boolean readsEnd;

    private boolean writesEnd;

    StreamEnding(StreamSocket stream) {
        this.stream = stream;
    }

    /** Whether SHUT_RD has ended reading without throwing anything away. */
    boolean readsEnd() {
        return readsEnd;
    }

    /** Whether both directions were shut down here. */
    boolean isOver() {
        return readsEnd && writesEnd;
    }

    Call shutdown(boolean reading, boolean writing, long nowNs) {
        if (stream.isListening()) {
            return shutdownListener(reading, nowNs);
        }
        if (stream.has(Trait.FAILED_CONNECT_AGAIN) && abandonsConnecting(nowNs)) {
            return Call.returned(0);
        }
        stream.confirmUnlessOpening();
        if (isFinished() && stream.has(Trait.READS_AFTER_SHUTDOWN)) {
            readsEnd |= reading;
            return Call.failed(Errno.ENOTCONN);
        }
        SocketError error = reading ? shutdownReading() : null;
        if (writing && error == null) {
            error = stream.socket().shutdownOutput(nowNs);
            writesEnd |= error == null;
        }
        if (error == null) {
            stream.changed(); // who waits for events looks again
        }
        return stream.outcome(error);
    }

    private @Nullable SocketError shutdownReading() {
        if (!stream.has(Trait.READS_AFTER_SHUTDOWN)) {
            return stream.socket().shutdownInput();
        }
        readsEnd = true;
        TcpConnection c = stream.socket().connection();
        if (c == null) {
            return SocketError.NOT_CONNECTED;
        }
        EndOfReading.declare(c);
        return null;
    }

    /** Whether there was a connection and is none: Linux keeps nothing of TIME-WAIT with the socket. */
    private boolean isFinished() {
        boolean over = stream.state() == TcpState.CLOSED || stream.state() == TcpState.TIME_WAIT;
        return over && stream.socket().connection() != null;
    }

    /** Whether the attempt to connect has ended with this, so that the socket is as new, but for the error. */
    private boolean abandonsConnecting(long nowNs) {
        if (stream.state() != TcpState.SYN_SENT
                || stream.socket().shutdownOutput(nowNs) != null
                || stream.state() != TcpState.CLOSED) {
            return false;
        }
        stream.abandon(SocketError.CONNECTION_RESET);
        stream.renew(stream.socket().options(), nowNs);
        return true;
    }

    private Call shutdownListener(boolean reading, long nowNs) {
        if (!stream.has(Trait.LISTENERS_SHUT_WRITING)) {
            return Call.failed(stream.errno(Situation.SHUTDOWN_LISTENING));
        }
        if (reading) {
            SocketOptions options = stream.options();
            stream.closeListener(nowNs);
            stream.renew(options, nowNs);
        }
        return Call.returned(0);
    }

    /**
     * {@code connect} to AF_UNSPEC: the socket is as new, with its options and the address that it was bound to. A connection is reset
     * (RFC 9293 §3.10.5), and what is left of it an error to be told once.
     */
    Call disconnect(long nowNs) {
        if (!stream.has(Trait.DISCONNECTS)) {
            return Call.failed(Errno.EAFNOSUPPORT);
        }
        SocketOptions options = stream.options();
        TcpState state = stream.state();
        if (stream.isListening()) {
            stream.closeListener(nowNs);
        } else if (stream.socket().connection() == null) {
            return Call.returned(0);
        } else {
            stream.abandon(
                    hasPeer(state)
                            ? SocketError.CONNECTION_RESET
                            : stream.socket().takeError());
            stream.socket().abort(nowNs);
        }
        readsEnd = false;
        writesEnd = false;
        stream.renew(options, nowNs);
        stream.changed();
        return Call.returned(0);
    }

    /** Whether the other side may wait for something. */
    private static boolean hasPeer(TcpState state) {
        return switch (state) {
            case SYN_SENT, SYN_RECEIVED, ESTABLISHED, CLOSE_WAIT, FIN_WAIT_1, FIN_WAIT_2 -> true;
            default -> false;
        };
    }
}
