package io.sluice.tls;

/** Whether a server asks its clients for a certificate. */
public enum ClientAuthentication {
    /** It does not. */
    NONE,
    /** It does, and goes on without. */
    WANTED,
    /** It does, and ends the handshake without. */
    REQUIRED
}
