package io.sluice.tls.bouncycastle;

import io.sluice.tls.TlsIdentity;
import io.sluice.tls.TlsVersion;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Vector;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateEntry;
import org.bouncycastle.tls.HashAlgorithm;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;

/** Certificates and signatures between Java's types and the library's. */
final class Credentials {
    private Credentials() {}

    static boolean isTls13(TlsContext context) {
        return TlsUtils.isTLSv13(context);
    }

    static ProtocolVersion[] versions(Iterable<TlsVersion> versions) {
        List<ProtocolVersion> all = new ArrayList<>();
        for (TlsVersion v : versions) {
            all.add(v == TlsVersion.TLS_1_3 ? ProtocolVersion.TLSv13 : ProtocolVersion.TLSv12);
        }
        all.sort((x, y) -> Integer.compare(y.getFullVersion(), x.getFullVersion())); // the newest first
        return all.toArray(ProtocolVersion[]::new);
    }

    /**
     * What signs with an identity, by the first algorithm that the peer takes.
     *
     * @param peerAlgorithms SignatureAndHashAlgorithms that the peer takes
     * @param requestContext of TLS 1.3's CertificateRequest; empty for a server
     */
    static TlsCredentialedSigner signer(
            TlsContext context,
            JcaTlsCrypto crypto,
            TlsIdentity identity,
            Vector<?> peerAlgorithms,
            byte[] requestContext)
            throws IOException {
        for (SignatureAndHashAlgorithm a : algorithms(identity, isTls13(context))) {
            if (peerAlgorithms.contains(a)) {
                return new JcaDefaultTlsCredentialedSigner(
                        new TlsCryptoParameters(context),
                        crypto,
                        identity.key(),
                        chain(context, crypto, identity, requestContext),
                        a);
            }
        }
        throw new TlsFatalAlert(AlertDescription.handshake_failure, "no signature algorithm in common");
    }

    private static List<SignatureAndHashAlgorithm> algorithms(TlsIdentity identity, boolean tls13) {
        List<SignatureAndHashAlgorithm> all = new ArrayList<>();
        switch (identity.key().getAlgorithm()) {
            case "RSA" -> {
                all.add(SignatureAndHashAlgorithm.rsa_pss_rsae_sha256);
                all.add(SignatureAndHashAlgorithm.rsa_pss_rsae_sha384);
                all.add(SignatureAndHashAlgorithm.rsa_pss_rsae_sha512);
                if (!tls13) { // RFC 8446 §4.2.3: not for messages of TLS 1.3
                    all.add(SignatureAndHashAlgorithm.getInstance(HashAlgorithm.sha256, SignatureAlgorithm.rsa));
                }
            }
            case "EC" -> {
                int bits = identity.chain().get(0).getPublicKey() instanceof java.security.interfaces.ECPublicKey k
                        ? k.getParams().getOrder().bitLength()
                        : 0;
                short hash =
                        bits > 384 ? HashAlgorithm.sha512 : bits > 256 ? HashAlgorithm.sha384 : HashAlgorithm.sha256;
                all.add(SignatureAndHashAlgorithm.getInstance(hash, SignatureAlgorithm.ecdsa));
            }
            default -> {
                all.add(SignatureAndHashAlgorithm.ed25519);
                all.add(SignatureAndHashAlgorithm.ed448);
            }
        }
        return all;
    }

    private static Certificate chain(
            TlsContext context, JcaTlsCrypto crypto, TlsIdentity identity, byte[] requestContext) throws IOException {
        List<TlsCertificate> chain = new ArrayList<>();
        for (X509Certificate c : identity.chain()) {
            try {
                chain.add(crypto.createCertificate(c.getEncoded()));
            } catch (CertificateEncodingException e) {
                throw new TlsFatalAlert(AlertDescription.internal_error, e);
            }
        }
        if (!isTls13(context)) {
            return new Certificate(chain.toArray(TlsCertificate[]::new));
        }
        CertificateEntry[] entries =
                chain.stream().map(c -> new CertificateEntry(c, null)).toArray(CertificateEntry[]::new);
        return new Certificate(requestContext, entries);
    }

    /** The peer's certificates as Java has them. */
    static List<X509Certificate> toJava(Certificate chain) throws IOException {
        List<X509Certificate> all = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (TlsCertificate c : chain.getCertificateList()) {
                all.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(c.getEncoded())));
            }
        } catch (CertificateException e) {
            throw new TlsFatalAlert(AlertDescription.bad_certificate, e);
        }
        return all;
    }
}
