package io.sluice.tls;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Who one is: a private key and the certificates for it.
 *
 * @param key RSA, EC or EdDSA
 * @param chain the certificate of the key first, each certified by the next
 */
public record TlsIdentity(PrivateKey key, List<X509Certificate> chain) {
    /**
     * An identity.
     *
     * @throws IllegalArgumentException if there is no certificate
     */
    public TlsIdentity {
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("an identity needs a certificate");
        }
        chain = List.copyOf(chain);
    }
}
