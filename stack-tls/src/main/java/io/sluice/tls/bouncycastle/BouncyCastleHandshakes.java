package io.sluice.tls.bouncycastle;

import io.sluice.tls.CipherSource;
import io.sluice.tls.TlsHandshake;
import io.sluice.tls.TlsHandshakes;
import io.sluice.tls.TlsParameters;
import io.sluice.tls.TlsSession;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Map;
import java.util.WeakHashMap;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsProtocol;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCryptoProvider;
import org.jspecify.annotations.Nullable;

/**
 * Handshakes by Bouncy Castle's TLS (bctls), with the cryptography of bcprov: TLS 1.3 and 1.2, certificates of both sides,
 * ALPN, SNI; sessions of TLS 1.2 are resumed, with the same parameters and server name, those of TLS 1.3 are not, since bctls cannot.
 */
public final class BouncyCastleHandshakes implements TlsHandshakes {
    private final JcaTlsCrypto crypto = new JcaTlsCryptoProvider()
            .setProvider(new BouncyCastleProvider()) // not registered: the rest of the JVM does not notice
            .create(new SecureRandom());

    /** With other parameters others may be trusted, or other suites taken. */
    private final Map<TlsParameters, SessionCache> sessions = new WeakHashMap<>();

    /** Made when the program starts: measures ciphers ({@link CipherSource#fastest}), so that no connection waits for that. */
    public BouncyCastleHandshakes() {
        CipherSource.fastest();
    }

    private SessionCache sessions(TlsParameters parameters) {
        synchronized (sessions) {
            return sessions.computeIfAbsent(parameters, p -> new SessionCache());
        }
    }

    @Override
    public TlsHandshake start(TlsParameters parameters) throws IOException {
        RecordSizes sizes = new RecordSizes(parameters);
        SessionCache kept = sessions(parameters);
        if (parameters.isClient()) {
            Client client = new Client(crypto, parameters, kept, sizes);
            ClientProtocol protocol = new ClientProtocol(sizes);
            protocol.connect(client);
            return new Handshake<>(protocol, client, sizes);
        }
        Server server = new Server(crypto, parameters, kept, sizes);
        ServerProtocol protocol = new ServerProtocol(sizes);
        protocol.accept(server);
        return new Handshake<>(protocol, server, sizes);
    }

    /** One handshake: the library's protocol without its streams. */
    private static final class Handshake<P extends TlsProtocol & LimitedProtocol> implements TlsHandshake {
        private final P protocol;
        private final Peer peer;
        private final RecordSizes sizes;

        Handshake(P protocol, Peer peer, RecordSizes sizes) {
            this.protocol = protocol;
            this.peer = peer;
            this.sizes = sizes;
        }

        @Override
        public void onRecord(byte[] record, int length) throws IOException {
            checkSize(record, length);
            protocol.offerInput(record, 0, length);
            checkSize(record, length); // it may be the one with the server's limit
        }

        /** RFC 8449 §4. */
        private void checkSize(byte[] record, int length) throws IOException {
            if (sizes.isTooLong(record, length)) {
                protocol.refuse(AlertDescription.record_overflow, "a record beyond record_size_limit");
            }
        }

        @Override
        public byte[] takeOutput() {
            byte[] output = new byte[protocol.getAvailableOutputBytes()];
            protocol.readOutput(output, 0, output.length);
            return output;
        }

        @Override
        public @Nullable TlsSession session() {
            return peer.session();
        }

        @Override
        public void close() {
            // Nothing to do: closing the protocol would only make it say goodbye with keys that are not its own any
            // more.
        }
    }
}
