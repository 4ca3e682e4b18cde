package io.sluice.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Who one is: a private key and the certificates for it.
 *
 * @param key RSA, EC or EdDSA
 * @param chain the certificate of the key first, each certified by the next
 */
public record TlsIdentity(PrivateKey key, List<X509Certificate> chain) {
    private static final String BEGIN_KEY = "-----BEGIN PRIVATE KEY-----";
    private static final String END_KEY = "-----END PRIVATE KEY-----";

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

    /**
     * Reads an identity from PEM files: certificates, the own one first, and a private key in PKCS #8 ({@code BEGIN
     * PRIVATE KEY}) without a password.
     *
     * @throws IOException if they cannot be read, or hold something else
     */
    public static TlsIdentity ofPem(Path chain, Path key) throws IOException {
        String text = Files.readString(key);
        int begin = text.indexOf(BEGIN_KEY);
        int end = text.indexOf(END_KEY);
        if (begin < 0 || end < begin) {
            throw new IOException("no private key in PKCS #8 in " + key);
        }
        try (InputStream in = Files.newInputStream(chain)) {
            byte[] encoded = Base64.getMimeDecoder().decode(text.substring(begin + BEGIN_KEY.length(), end));
            List<X509Certificate> certificates = new ArrayList<>();
            for (Certificate c : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                certificates.add((X509Certificate) c);
            }
            String algorithm = certificates.get(0).getPublicKey().getAlgorithm();
            PrivateKey privateKey = KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
            return new TlsIdentity(privateKey, certificates);
        } catch (GeneralSecurityException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IOException("no identity in " + chain + " and " + key, e);
        }
    }
}
