package io.sluice.tls;

import javax.net.ssl.SSLException;

/** What a peer has sent where a handshake should be is no record of TLS. */
public final class NotTlsException extends SSLException {
    private static final long serialVersionUID = 1;

    NotTlsException(String reason) {
        super(reason);
    }
}
