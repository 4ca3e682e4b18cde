package io.sluice.tls.tcnative;

import io.netty.handler.ssl.OpenSslCertificateException;
import io.netty.internal.tcnative.CertificateVerifier;
import io.sluice.tls.HostNames;
import io.sluice.tls.TlsIdentity;
import io.sluice.tls.TlsParameters;
import java.lang.ref.WeakReference;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateRevokedException;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Who a server is, by the name that its client asks for (RFC 6066 §3), and whom a client takes for the one it wants. */
final class Names extends X509ExtendedKeyManager {
    private static final String NONE = "";
    private static final Set<CertPathValidatorException.Reason> KNOWN =
            Set.of(BasicReason.EXPIRED, BasicReason.NOT_YET_VALID, BasicReason.REVOKED);

    /** Whoever makes a handshake has them; the library's context, which has this, must not keep them. */
    private final WeakReference<TlsParameters> parameters;

    /** Chosen, and asked for next by the same thread: first the chain, then the key. */
    private final Map<String, TlsIdentity> chosen = new ConcurrentHashMap<>();

    private final AtomicLong choices = new AtomicLong();

    Names(TlsParameters parameters) {
        this.parameters = new WeakReference<>(parameters);
    }

    private TlsParameters parameters() {
        return Objects.requireNonNull(parameters.get(), "a handshake without its parameters");
    }

    /** Decides as the parameters say, about the name as well. */
    X509TrustManager trust() {
        return new X509TrustManager() {
            private X509TrustManager others() throws CertificateException {
                X509TrustManager t = parameters().trust();
                if (t == null) {
                    throw new CertificateException("nobody to trust");
                }
                return t;
            }

            @Override
            public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
                try {
                    others().checkClientTrusted(chain, type);
                } catch (CertificateException e) {
                    throw withAlert(e);
                }
            }

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
                try {
                    others().checkServerTrusted(chain, type);
                    String name = parameters().serverName();
                    if (parameters().verifiesName() && name != null && !HostNames.matches(name, chain[0])) {
                        throw new CertificateException("the certificate is not for " + name);
                    }
                } catch (CertificateException e) {
                    throw withAlert(e);
                }
            }

            @Override
            public X509Certificate[] getAcceptedIssuers() {
                X509TrustManager t = parameters().trust();
                return t == null ? new X509Certificate[0] : t.getAcceptedIssuers();
            }
        };
    }

    /** RFC 8446 §6.2: the alert is unknown_ca or bad_certificate. Without a number the library would say internal_error. */
    private static CertificateException withAlert(CertificateException why) {
        int error = CertificateVerifier.X509_V_ERR_CERT_REJECTED;
        for (Throwable t = why; t != null; t = t.getCause()) {
            if (t instanceof CertPathBuilderException) {
                error = CertificateVerifier.X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY;
            } else if (isKnown(t)) {
                return why;
            }
        }
        return new OpenSslCertificateException(why.getMessage(), why, error);
    }

    /** What Netty finds a number for. */
    private static boolean isKnown(Throwable t) {
        return t instanceof CertificateExpiredException
                || t instanceof CertificateNotYetValidException
                || t instanceof CertificateRevokedException
                || (t instanceof CertPathValidatorException e && KNOWN.contains(e.getReason()));
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        String name = engine == null ? NONE : nameIn(engine);
        TlsIdentity identity = parameters().identity(name.equals(NONE) ? null : name);
        if (identity == null || !identity.key().getAlgorithm().equals(keyType.startsWith("EC") ? "EC" : keyType)) {
            return null;
        }
        String alias = Long.toString(choices.incrementAndGet());
        chosen.put(alias, identity);
        return alias;
    }

    static String nameIn(SSLEngine engine) {
        if (engine.getHandshakeSession() instanceof ExtendedSSLSession session) {
            for (SNIServerName name : session.getRequestedServerNames()) {
                if (name instanceof SNIHostName host) {
                    return host.getAsciiName();
                }
            }
        }
        return NONE;
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        TlsIdentity identity = chosen.get(alias);
        return identity == null ? null : identity.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        TlsIdentity identity = chosen.remove(alias);
        return identity == null ? null : identity.key();
    }

    /** Choices that no key was asked for yet. */
    int pending() {
        return chosen.size();
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }
}
