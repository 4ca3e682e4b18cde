package io.sluice.tls.bouncycastle;

import io.sluice.tls.CipherSuite;
import io.sluice.tls.TlsSession;
import io.sluice.tls.TlsVersion;
import io.sluice.tls.TrafficKeys;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Vector;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.NameType;
import org.bouncycastle.tls.ProtocolName;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.ServerName;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.bouncycastle.tls.crypto.impl.AbstractTlsCrypto;
import org.bouncycastle.tls.crypto.impl.AbstractTlsSecret;
import org.jspecify.annotations.Nullable;

/** Copies what the stack needs out of a finished handshake. */
final class Secrets {
    private Secrets() {}

    /** Opens a copy of a secret, which the library otherwise uses up when it gives it. */
    private static final class Copy extends AbstractTlsSecret {
        private Copy() {
            super(new byte[0]);
        }

        static byte[] of(TlsSecret secret) {
            return copyData((AbstractTlsSecret) secret);
        }

        @Override
        protected AbstractTlsCrypto getCrypto() {
            throw onlyCopies();
        }

        @Override
        public TlsSecret deriveUsingPRF(int prfAlgorithm, String label, byte[] seed, int length) {
            throw onlyCopies();
        }

        @Override
        public TlsSecret hkdfExpand(int cryptoHashAlgorithm, byte[] info, int length) {
            throw onlyCopies();
        }

        @Override
        public TlsSecret hkdfExtract(int cryptoHashAlgorithm, TlsSecret ikm) {
            throw onlyCopies();
        }

        private static UnsupportedOperationException onlyCopies() {
            return new UnsupportedOperationException("only copies");
        }
    }

    /** What was agreed on; both directions have their first records before them, in TLS 1.2 after Finished. */
    static TlsSession session(TlsContext context, List<X509Certificate> peer, RecordSizes sizes) throws TlsFatalAlert {
        SecurityParameters p = context.getSecurityParametersConnection();
        CipherSuite suite = CipherSuite.of(p.getCipherSuite());
        if (suite == null) {
            throw new TlsFatalAlert(AlertDescription.internal_error, "a suite that was not offered");
        }
        boolean tls13 = suite.version() == TlsVersion.TLS_1_3;
        ProtocolName protocol = p.getApplicationProtocol();
        return new TlsSession(
                keys(p, suite, !context.isServer()).withContentLimit(sizes.transmitLimit(p, tls13)),
                keys(p, suite, context.isServer()).withContentLimit(sizes.receiveLimit(p, tls13)),
                protocol == null ? null : protocol.getUtf8Decoding(),
                serverName(p),
                peer,
                p.isResumedSession());
    }

    private static TrafficKeys keys(SecurityParameters p, CipherSuite suite, boolean ofClient) {
        if (suite.version() == TlsVersion.TLS_1_3) {
            byte[] secret = Copy.of(ofClient ? p.getTrafficSecretClient() : p.getTrafficSecretServer());
            return TrafficKeys.ofSecret(suite, secret, 0);
        }
        byte[] master = Copy.of(p.getMasterSecret());
        return TrafficKeys.ofMasterSecret(suite, master, p.getClientRandom(), p.getServerRandom(), ofClient, 1);
    }

    /** The name of SNI, or null. */
    static @Nullable String serverName(SecurityParameters p) {
        Vector<?> names = p.getClientServerNames();
        for (int i = 0; names != null && i < names.size(); i++) {
            ServerName name = (ServerName) names.get(i);
            if (name.getNameType() == NameType.host_name) {
                return new String(name.getNameData(), StandardCharsets.US_ASCII);
            }
        }
        return null;
    }
}
