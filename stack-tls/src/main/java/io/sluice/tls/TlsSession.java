package io.sluice.tls;

import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a handshake has agreed on.
 *
 * @param transmit the keys of this side's records
 * @param receive the keys of the peer's records
 * @param applicationProtocol by ALPN, or null
 * @param serverName that the client has asked for, or null
 * @param peerCertificates that were checked, the peer's own first; none if it showed none or the session was resumed
 * @param resumed whether an earlier session was resumed
 */
public record TlsSession(
        TrafficKeys transmit,
        TrafficKeys receive,
        @Nullable String applicationProtocol,
        @Nullable String serverName,
        List<X509Certificate> peerCertificates,
        boolean resumed) {
    /** The suite, and so the version. */
    public CipherSuite suite() {
        return transmit.suite();
    }
}
