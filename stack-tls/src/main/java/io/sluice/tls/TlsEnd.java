package io.sluice.tls;

/** Whether and how the receiving direction of a TLS connection has ended. */
public enum TlsEnd {
    /** It goes on. */
    OPEN,
    /** The peer has said that this was all (close_notify, RFC 8446 §6.1). */
    CLOSE_NOTIFY,
    /** The stream ended without that: something may be missing. */
    TRUNCATED,
    /** The peer has sent a fatal alert. */
    PEER_ALERT,
    /** This side has found the stream broken, and has sent the alert that says why. */
    BROKEN
}
