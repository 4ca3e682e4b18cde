package io.sluice.tls;

import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** A handshake has failed. */
public final class TlsHandshakeException extends SSLHandshakeException {
    private static final long serialVersionUID = 1;

    /** @param cause what the TLS library says, or null */
    public TlsHandshakeException(String reason, @Nullable Throwable cause) {
        super(reason);
        initCause(cause);
    }
}
