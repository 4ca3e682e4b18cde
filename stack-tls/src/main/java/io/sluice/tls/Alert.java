package io.sluice.tls;

import io.sluice.event.SocketError;
import org.jspecify.annotations.Nullable;

/** The alerts of RFC 8446 §6, and RFC 5246's no_renegotiation. */
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
    ILLEGAL_PARAMETER(47, SocketError.PROTOCOL),

    // What a handshake fails by: a client of TLS 1.3 may hear of it behind its own (RFC 8446 §4.4.2.4).
    HANDSHAKE_FAILURE(40, SocketError.PROTOCOL),
    BAD_CERTIFICATE(42, SocketError.PROTOCOL),
    UNSUPPORTED_CERTIFICATE(43, SocketError.PROTOCOL),
    CERTIFICATE_REVOKED(44, SocketError.PROTOCOL),
    CERTIFICATE_EXPIRED(45, SocketError.PROTOCOL),
    CERTIFICATE_UNKNOWN(46, SocketError.PROTOCOL),
    UNKNOWN_CA(48, SocketError.PROTOCOL),
    ACCESS_DENIED(49, SocketError.PROTOCOL),
    DECRYPT_ERROR(51, SocketError.PROTOCOL),
    INSUFFICIENT_SECURITY(71, SocketError.PROTOCOL),
    INAPPROPRIATE_FALLBACK(86, SocketError.PROTOCOL),
    MISSING_EXTENSION(109, SocketError.PROTOCOL),
    UNSUPPORTED_EXTENSION(110, SocketError.PROTOCOL),
    UNRECOGNIZED_NAME(112, SocketError.PROTOCOL),
    BAD_CERTIFICATE_STATUS_RESPONSE(113, SocketError.PROTOCOL),
    UNKNOWN_PSK_IDENTITY(115, SocketError.PROTOCOL),
    CERTIFICATE_REQUIRED(116, SocketError.PROTOCOL),
    NO_APPLICATION_PROTOCOL(120, SocketError.PROTOCOL);

    /** Octets of an alert on the wire. */
    static final int BYTES = 2;

    static final int WARNING = 1;
    static final int FATAL = 2;

    private final int code;
    private final SocketError error;

    Alert(int code, SocketError error) {
        this.code = code;
        this.error = error;
    }

    /** The alert with this number, or null if it has none of their numbers. */
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
