package io.sluice.tls.bouncycastle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.sluice.tls.HandshakeDriver;
import io.sluice.tls.TlsIdentity;
import io.sluice.tls.TlsParameters;
import io.sluice.tls.TlsVersion;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Vector;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.DefaultTlsServer;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsExtensionsUtils;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsFatalAlertReceived;
import org.bouncycastle.tls.TlsProtocol;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.TlsServerProtocol;
import org.bouncycastle.tls.TlsSession;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCryptoProvider;
import org.jspecify.annotations.Nullable;

/** The library's own client and server, which say in extensions what they are told to, and keep to none of it. */
@SuppressWarnings({"rawtypes", "unchecked"}) // as the library has them
final class BareEnds {
    private static final JcaTlsCrypto CRYPTO =
            new JcaTlsCryptoProvider().setProvider(new BouncyCastleProvider()).create(new SecureRandom());
    private static final int FLIGHTS = 4;

    private BareEnds() {}

    static TlsProtocol client(TlsVersion version, TlsIdentity identity, Map<Integer, byte[]> extensions)
            throws IOException {
        return client(version, identity, extensions, new TlsSession[1]);
    }

    /** As above, with a session to resume, or for the one that is made. */
    static TlsProtocol client(
            TlsVersion version, TlsIdentity identity, Map<Integer, byte[]> extensions, @Nullable TlsSession[] kept)
            throws IOException {
        RecordSizes forgotten = new RecordSizes(TlsParameters.server(identity).build());
        TlsClientProtocol protocol = new TlsClientProtocol() {
            @Override
            protected void receive13EncryptedExtensions(ByteArrayInputStream all) throws IOException {
                super.receive13EncryptedExtensions(forgotten.takeFrom(all));
            }
        };
        protocol.connect(new BareClient(new End(version, identity, extensions, kept)));
        return protocol;
    }

    static TlsProtocol server(TlsVersion version, TlsIdentity identity, Map<Integer, byte[]> extensions)
            throws IOException {
        return server(version, identity, extensions, new TlsSession[1]);
    }

    /** As above, with a session to resume, or for the one that is made. */
    static TlsProtocol server(
            TlsVersion version, TlsIdentity identity, Map<Integer, byte[]> extensions, @Nullable TlsSession[] kept)
            throws IOException {
        TlsServerProtocol protocol = new TlsServerProtocol();
        protocol.accept(new BareServer(new End(version, identity, extensions, kept)));
        return protocol;
    }

    /** Lets both talk until nothing is left to say. */
    static void talk(TlsProtocol bare, HandshakeDriver ours) throws IOException {
        for (int flight = 0; flight < FLIGHTS; flight++) {
            byte[] output = new byte[bare.getAvailableOutputBytes()];
            bare.readOutput(output, 0, output.length);
            ours.onOctets(Unpooled.wrappedBuffer(output));
            bare.offerInput(ByteBufUtil.getBytes(ours.takeOutput()));
        }
    }

    /** Lets both talk until ours has had enough, and the other knows why. */
    static void assertRefused(int alert, TlsProtocol bare, HandshakeDriver ours) {
        TlsFatalAlert sent = assertThrows(TlsFatalAlert.class, () -> talk(bare, ours));
        assertEquals(alert, sent.getAlertDescription());
        byte[] output = ByteBufUtil.getBytes(ours.takeOutput());
        TlsFatalAlertReceived received = assertThrows(TlsFatalAlertReceived.class, () -> bare.offerInput(output));
        assertEquals(alert, received.getAlertDescription());
    }

    /** What an end is told. */
    private static final class End {
        final Map<Integer, byte[]> extensions;

        /** The session to resume, or where the one goes that is made. */
        final @Nullable TlsSession[] kept;

        private final TlsVersion version;
        private final TlsIdentity identity;

        End(TlsVersion version, TlsIdentity identity, Map<Integer, byte[]> extensions, @Nullable TlsSession[] kept) {
            this.version = version;
            this.identity = identity;
            this.extensions = extensions;
            this.kept = kept;
        }

        ProtocolVersion[] versions() {
            return Credentials.versions(List.of(version));
        }

        TlsCredentials credentials(TlsContext context, Vector algorithms, byte[] requestContext) throws IOException {
            return Credentials.signer(context, CRYPTO, identity, algorithms, requestContext);
        }
    }

    private static final class BareClient extends DefaultTlsClient {
        private final End end;

        BareClient(End end) {
            super(CRYPTO);
            this.end = end;
        }

        @Override
        protected ProtocolVersion[] getSupportedVersions() {
            return end.versions();
        }

        @Override
        public @Nullable TlsSession getSessionToResume() {
            return end.kept[0];
        }

        @Override
        public void notifyHandshakeComplete() throws IOException {
            super.notifyHandshakeComplete();
            end.kept[0] = context.getSession();
        }

        @Override
        public Hashtable getClientExtensions() throws IOException {
            Hashtable all = super.getClientExtensions();
            all.putAll(end.extensions);
            return all;
        }

        @Override
        public TlsAuthentication getAuthentication() {
            return new TlsAuthentication() {
                @Override
                public void notifyServerCertificate(TlsServerCertificate certificate) {}

                @Override
                public TlsCredentials getClientCredentials(CertificateRequest request) throws IOException {
                    byte[] requestContext = request.getCertificateRequestContext();
                    return end.credentials(
                            context,
                            request.getSupportedSignatureAlgorithms(),
                            requestContext == null ? TlsUtils.EMPTY_BYTES : requestContext);
                }
            };
        }
    }

    private static final class BareServer extends DefaultTlsServer {
        private final End end;

        BareServer(End end) {
            super(CRYPTO);
            this.end = end;
        }

        @Override
        protected ProtocolVersion[] getSupportedVersions() {
            return end.versions();
        }

        @Override
        public byte[] getNewSessionID() {
            return new byte[] {1, 2, 3};
        }

        @Override
        public @Nullable TlsSession getSessionToResume(byte[] id) {
            return end.kept[0];
        }

        @Override
        public void notifyHandshakeComplete() throws IOException {
            super.notifyHandshakeComplete();
            end.kept[0] = context.getSession();
        }

        @Override
        public void getServerExtensionsForConnection(Hashtable all) throws IOException {
            super.getServerExtensionsForConnection(all);
            all.remove(TlsExtensionsUtils.EXT_record_size_limit); // that of a resumed session
            all.putAll(end.extensions);
        }

        @Override
        public TlsCredentials getCredentials() throws IOException {
            return end.credentials(
                    context, context.getSecurityParametersHandshake().getClientSigAlgs(), TlsUtils.EMPTY_BYTES);
        }
    }
}
