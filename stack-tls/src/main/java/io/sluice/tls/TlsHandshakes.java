package io.sluice.tls;

import java.io.IOException;

/** A TLS library that can do handshakes. Shared by threads; keeps the sessions that can be resumed. */
public interface TlsHandshakes {
    /**
     * Starts one.
     *
     * @throws IOException if the library cannot do what the parameters ask for
     */
    TlsHandshake start(TlsParameters parameters) throws IOException;
}
