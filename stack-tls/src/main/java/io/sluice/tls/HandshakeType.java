package io.sluice.tls;

/** The handshake messages that come after a handshake (RFC 8446 §4.6). */
final class HandshakeType {
    static final int NEW_SESSION_TICKET = 4;
    static final int KEY_UPDATE = 24;

    static final int UPDATE_NOT_REQUESTED = 0;
    static final int UPDATE_REQUESTED = 1;

    /** msg_type and length. */
    static final int HEADER_BYTES = 4;

    private HandshakeType() {}
}
