package io.sluice.tls;

import io.sluice.event.SocketError;
import org.jspecify.annotations.Nullable;

/** The alerts that a record layer sends or understands (RFC 8446 §6). */
public enum Alert {
    CLOSE_NOTIFY(0, SocketError.BROKEN_PIPE),
    UNEXPECTED_MESSAGE(10, SocketError.PROTOCOL),
    BAD_RECORD_MAC(20, SocketError.BAD_MESSAGE),
    RECORD_OVERFLOW(22, SocketError.MESSAGE_TOO_LONG),
    DECODE_ERROR(50, SocketError.PROTOCOL),
    PROTOCOL_VERSION(70, SocketError.INVALID_ARGUMENT),
    INTERNAL_ERROR(80, SocketError.INTERNAL),
    USER_CANCELED(90, SocketError.CONNECTION_ABORTED),
    NO_RENEGOTIATION(100, SocketError.PROTOCOL),
    ILLEGAL_PARAMETER(47, SocketError.PROTOCOL);

    static final int WARNING = 1;
    static final int FATAL = 2;

    private final int code;
    private final SocketError error;

    Alert(int code, SocketError error) {
        this.code = code;
        this.error = error;
    }

    /** The alert with this number, or null if it is none of these. */
    public static @Nullable Alert of(int code) {
        for (Alert a : values()) {
            if (a.code == code) {
                return a;
            }
        }
        return null;
    }

    /** AlertDescription on the wire. */
    public int code() {
        return code;
    }

    /** What the socket's user is told when this side had to send it. */
    public SocketError error() {
        return error;
    }

    /** AlertLevel on the wire: RFC 8446 §6 (all but two are fatal), RFC 5246 §7.2.2. */
    int level() {
        return this == CLOSE_NOTIFY || this == USER_CANCELED || this == NO_RENEGOTIATION ? WARNING : FATAL;
    }
}
