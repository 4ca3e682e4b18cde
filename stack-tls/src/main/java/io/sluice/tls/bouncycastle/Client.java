package io.sluice.tls.bouncycastle;

import io.sluice.tls.CipherSuite;
import io.sluice.tls.HostNames;
import io.sluice.tls.TlsIdentity;
import io.sluice.tls.TlsParameters;
import io.sluice.tls.TlsSession;
import io.sluice.tls.TlsVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Hashtable;
import java.util.List;
import java.util.Vector;
import javax.net.ssl.X509TrustManager;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.NameType;
import org.bouncycastle.tls.ProtocolName;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.ServerName;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsExtensionsUtils;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.jspecify.annotations.Nullable;

/** The client of a handshake. */
final class Client extends DefaultTlsClient implements Peer {
    private final JcaTlsCrypto crypto;
    private final TlsParameters parameters;
    private final SessionCache sessions;
    private final RecordSizes sizes;
    private List<X509Certificate> peer = List.of();
    private @Nullable TlsSession session;

    Client(JcaTlsCrypto crypto, TlsParameters parameters, SessionCache sessions, RecordSizes sizes) {
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
    protected @Nullable Vector<ServerName> getSNIServerNames() {
        String name = parameters.serverName();
        if (name == null || HostNames.isAddress(name)) {
            return null; // RFC 6066 §3: no addresses
        }
        Vector<ServerName> names = new Vector<>();
        names.add(new ServerName(NameType.host_name, name.getBytes(StandardCharsets.US_ASCII)));
        return names;
    }

    @Override
    public Hashtable<?, ?> getClientExtensions() throws IOException {
        Hashtable<?, ?> extensions = TlsExtensionsUtils.ensureExtensionsInitialised(super.getClientExtensions());
        sizes.announce(extensions, parameters.versions().contains(TlsVersion.TLS_1_3));
        return extensions;
    }

    @Override
    @SuppressWarnings("rawtypes") // as the library has it
    public void processServerExtensions(Hashtable extensions) throws IOException {
        super.processServerExtensions(extensions);
        if (!Credentials.isTls13(context)) {
            sizes.onPeers(extensions);
        }
    }

    @Override
    public org.bouncycastle.tls.@Nullable TlsSession getSessionToResume() {
        return sessions.ofServer(parameters.serverName());
    }

    @Override
    public void notifyHandshakeComplete() throws IOException {
        super.notifyHandshakeComplete();
        session = Secrets.session(context, peer, sizes);
        sessions.keepForServer(parameters.serverName(), context.getSession());
    }

    @Override
    public TlsAuthentication getAuthentication() {
        return new TlsAuthentication() {
            @Override
            public void notifyServerCertificate(TlsServerCertificate certificate) throws IOException {
                peer = Credentials.toJava(certificate.getCertificate());
                check();
            }

            @Override
            public @Nullable TlsCredentials getClientCredentials(CertificateRequest request) throws IOException {
                TlsIdentity identity = parameters.identity(null);
                byte[] requestContext = request.getCertificateRequestContext();
                return identity == null
                        ? null
                        : Credentials.signer(
                                context,
                                crypto,
                                identity,
                                request.getSupportedSignatureAlgorithms(),
                                requestContext == null ? TlsUtils.EMPTY_BYTES : requestContext);
            }
        };
    }

    private void check() throws TlsFatalAlert {
        X509TrustManager trust = parameters.trust();
        String name = parameters.serverName();
        try {
            if (trust == null || peer.isEmpty()) {
                throw new CertificateException("nobody to trust");
            }
            trust.checkServerTrusted(peer.toArray(X509Certificate[]::new), "UNKNOWN");
            if (parameters.verifiesName() && name != null && !HostNames.matches(name, peer.get(0))) {
                throw new CertificateException("the certificate is not for " + name);
            }
        } catch (CertificateException e) {
            throw new TlsFatalAlert(AlertDescription.bad_certificate, e);
        }
    }
}
