package io.sluice.tls.bouncycastle;

import io.sluice.tls.CipherSuite;
import io.sluice.tls.ClientAuthentication;
import io.sluice.tls.TlsIdentity;
import io.sluice.tls.TlsParameters;
import io.sluice.tls.TlsSession;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Hashtable;
import java.util.List;
import java.util.Vector;
import javax.net.ssl.X509TrustManager;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.ClientCertificateType;
import org.bouncycastle.tls.DefaultTlsServer;
import org.bouncycastle.tls.ProtocolName;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsExtensionsUtils;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.jspecify.annotations.Nullable;

/** The server of a handshake. */
final class Server extends DefaultTlsServer implements Peer {
    private static final int SESSION_ID_BYTES = 32;
    private static final short NOT_OFFERED = -1;

    private final JcaTlsCrypto crypto;
    private final TlsParameters parameters;
    private final SessionCache sessions;
    private final RecordSizes sizes;
    private List<X509Certificate> peer = List.of();
    private @Nullable TlsSession session;

    Server(JcaTlsCrypto crypto, TlsParameters parameters, SessionCache sessions, RecordSizes sizes) {
        super(crypto);
        this.crypto = crypto;
        this.parameters = parameters;
        this.sessions = sessions;
        this.sizes = sizes;
    }

    @Override
    public @Nullable TlsSession session() {
        return session;
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
        return Credentials.versions(parameters.versions());
    }

    @Override
    protected int[] getSupportedCipherSuites() {
        int[] wanted = parameters.suites().stream().mapToInt(CipherSuite::code).toArray();
        return TlsUtils.getSupportedCipherSuites(getCrypto(), wanted);
    }

    /** TLS 1.2: the suite has to fit the key. */
    @Override
    protected boolean selectCipherSuite(int code) throws IOException {
        CipherSuite suite = CipherSuite.of(code);
        if (suite == null) {
            return false;
        }
        boolean ecdsa = suite.name().contains("_ECDSA_");
        boolean rsa = suite.name().contains("_RSA_");
        boolean rsaKey = identity().key().getAlgorithm().equals("RSA");
        return (ecdsa ? !rsaKey : !rsa || rsaKey) && super.selectCipherSuite(code);
    }

    @Override
    protected @Nullable Vector<ProtocolName> getProtocolNames() {
        if (parameters.applicationProtocols().isEmpty()) {
            return null;
        }
        Vector<ProtocolName> names = new Vector<>();
        parameters.applicationProtocols().forEach(n -> names.add(ProtocolName.asUtf8Encoding(n)));
        return names;
    }

    @Override
    @SuppressWarnings("rawtypes") // as the library has it
    public void processClientExtensions(Hashtable extensions) throws IOException {
        super.processClientExtensions(extensions);
        sizes.onPeers(extensions);
        if (sizes.isAgreed()) {
            maxFragmentLengthOffered = NOT_OFFERED; // RFC 8449 §5: "MUST ignore" it
        }
    }

    /** Of a resumed session the library repeats what it said in the first handshake. */
    @Override
    @SuppressWarnings("rawtypes")
    public void getServerExtensionsForConnection(Hashtable extensions) throws IOException {
        super.getServerExtensionsForConnection(extensions);
        extensions.remove(TlsExtensionsUtils.EXT_record_size_limit);
        if (sizes.isAgreed()) {
            extensions.remove(TlsExtensionsUtils.EXT_max_fragment_length);
            sizes.announce(extensions, Credentials.isTls13(context));
        }
    }

    private TlsIdentity identity() throws TlsFatalAlert {
        TlsIdentity identity = parameters.identity(Secrets.serverName(context.getSecurityParametersHandshake()));
        if (identity == null) {
            throw new TlsFatalAlert(AlertDescription.unrecognized_name); // RFC 6066 §3
        }
        return identity;
    }

    @Override
    public TlsCredentials getCredentials() throws IOException {
        Vector<?> algorithms = context.getSecurityParametersHandshake().getClientSigAlgs();
        return Credentials.signer(context, crypto, identity(), algorithms, TlsUtils.EMPTY_BYTES);
    }

    @Override
    @SuppressWarnings("JdkObsolete") // the library wants a Vector
    public @Nullable CertificateRequest getCertificateRequest() throws IOException {
        X509TrustManager trust = parameters.trust();
        if (parameters.clientAuthentication() == ClientAuthentication.NONE || trust == null) {
            return null;
        }
        Vector<?> algorithms = TlsUtils.getDefaultSupportedSignatureAlgorithms(context);
        Vector<X500Name> authorities = new Vector<>();
        for (X509Certificate c : trust.getAcceptedIssuers()) {
            authorities.add(X500Name.getInstance(c.getSubjectX500Principal().getEncoded()));
        }
        if (Credentials.isTls13(context)) {
            Vector<X500Name> some = authorities.isEmpty() ? null : authorities;
            return new CertificateRequest(TlsUtils.EMPTY_BYTES, algorithms, null, some);
        }
        short[] types = {ClientCertificateType.rsa_sign, ClientCertificateType.ecdsa_sign};
        return new CertificateRequest(types, algorithms, authorities);
    }

    @Override
    public void notifyClientCertificate(Certificate certificate) throws IOException {
        if (certificate == null || certificate.isEmpty()) {
            if (parameters.clientAuthentication() == ClientAuthentication.REQUIRED) {
                throw new TlsFatalAlert(
                        Credentials.isTls13(context)
                                ? AlertDescription.certificate_required // RFC 8446 §4.4.2.4
                                : AlertDescription.handshake_failure); // RFC 5246 §7.4.6
            }
            return;
        }
        peer = Credentials.toJava(certificate);
        X509TrustManager trust = parameters.trust();
        try {
            if (trust == null) {
                throw new CertificateException("nobody to trust");
            }
            trust.checkClientTrusted(peer.toArray(X509Certificate[]::new), "UNKNOWN");
        } catch (CertificateException e) {
            throw new TlsFatalAlert(AlertDescription.bad_certificate, e);
        }
    }

    @Override
    public byte[] getNewSessionID() {
        return context.getNonceGenerator().generateNonce(SESSION_ID_BYTES);
    }

    @Override
    public org.bouncycastle.tls.@Nullable TlsSession getSessionToResume(byte[] id) {
        // A session does not keep the client's certificate, so where one is asked for there is no resumption.
        return parameters.clientAuthentication() == ClientAuthentication.NONE
                ? sessions.ofId(id, Secrets.serverName(context.getSecurityParametersHandshake()))
                : null;
    }

    @Override
    public void notifyHandshakeComplete() throws IOException {
        super.notifyHandshakeComplete();
        session = Secrets.session(context, peer, sizes);
        if (!Credentials.isTls13(context)) {
            sessions.keepById(context.getSession(), session.serverName());
        }
    }
}
