package io.sluice.tls.tcnative;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.buffer.Unpooled;
import io.sluice.tls.Certificates;
import io.sluice.tls.CipherSource;
import io.sluice.tls.CipherSuite;
import io.sluice.tls.ClientAuthentication;
import io.sluice.tls.ContentType;
import io.sluice.tls.HandshakeDriver;
import io.sluice.tls.HandshakeEnds;
import io.sluice.tls.RecordSealer;
import io.sluice.tls.TlsHandshakeException;
import io.sluice.tls.TlsParameters;
import io.sluice.tls.TlsVersion;
import io.sluice.tls.TrafficKeys;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** BoringSSL as a server hands out tickets, of which the JDK's client makes use, and the stack goes on behind them. */
@SuppressWarnings("NullAway.Init") // JUnit begins with context()
final class TcnativeResumptionTest extends HandshakeEnds {
    private static final int ROOM = 1 << 16;
    private static final byte[] TEXT = {1, 2, 3};

    private final TcnativeHandshakes boring = new TcnativeHandshakes();

    /** It keeps the sessions. */
    private SSLContext context;

    TcnativeResumptionTest() throws IOException {}

    @BeforeEach
    void context() throws Exception {
        KeyStore keys = KeyStore.getInstance(KeyStore.getDefaultType());
        keys.load(null, null);
        keys.setKeyEntry("own", CLIENT.key(), new char[0], CLIENT.chain().toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, new char[0]);
        context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), new TrustManager[] {Certificates.trusting(RSA)}, null);
    }

    private SSLEngine engine(TlsVersion version) {
        SSLEngine engine = context.createSSLEngine("server.example", 443);
        engine.setUseClientMode(true);
        engine.setEnabledProtocols(new String[] {version == TlsVersion.TLS_1_3 ? "TLSv1.3" : "TLSv1.2"});
        return engine;
    }

    /** Lets the client do what it can do with what has come; returns the data in it. */
    private static byte[] work(SSLEngine engine, ByteBuffer in, ByteArrayOutputStream out) throws IOException {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        for (int idle = 0; idle < 2; ) {
            ByteBuffer made = ByteBuffer.allocate(ROOM);
            HandshakeStatus status = engine.getHandshakeStatus();
            int before = in.remaining();
            if (status == HandshakeStatus.NEED_TASK) {
                engine.getDelegatedTask().run();
            } else if (status == HandshakeStatus.NEED_WRAP) {
                engine.wrap(ByteBuffer.allocate(0), made);
                out.write(made.array(), 0, made.position());
            } else {
                engine.unwrap(in, made);
                data.write(made.array(), 0, made.position());
                idle = in.remaining() == before && status == engine.getHandshakeStatus() ? idle + 1 : 0;
            }
        }
        return data.toByteArray();
    }

    /** A whole connection: what the stack seals behind the handshake, and behind its tickets, comes as data. */
    private void connect(TlsParameters parameters, TlsVersion version) throws IOException {
        SSLEngine engine = engine(version);
        server = new HandshakeDriver(boring.start(parameters));
        ByteArrayOutputStream toServer = new ByteArrayOutputStream();
        engine.beginHandshake();
        work(engine, ByteBuffer.allocate(0), toServer);
        while (server.session() == null) {
            server.onOctets(Unpooled.wrappedBuffer(toServer.toByteArray()));
            toServer.reset();
            byte[] answer = new byte[ROOM];
            var output = server.takeOutput();
            int length = output.readableBytes();
            output.readBytes(answer, 0, length);
            assertEquals(0, work(engine, ByteBuffer.wrap(answer, 0, length), toServer).length);
        }
        RecordSealer sealer = new RecordSealer(of(server).transmit(), CipherSource.standard());
        byte[] record = new byte[100];
        int length = sealer.seal(ContentType.APPLICATION_DATA, TEXT, 0, TEXT.length, record, 0);
        assertArrayEquals(TEXT, work(engine, ByteBuffer.wrap(record, 0, length), toServer));
        server.close();
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void aServerResumesSessions(TlsVersion version) throws IOException {
        TlsParameters asks = TlsParameters.server(RSA)
                .authenticateClients(ClientAuthentication.REQUIRED, Certificates.trusting(CLIENT))
                .build();
        for (int i = 0; i < 3; i++) {
            connect(asks, version);
            assertEquals(i > 0, of(server).resumed());
            assertEquals(CLIENT.chain(), of(server).peerCertificates());
        }
        connect(TlsParameters.server(RSA).build(), version);
        assertFalse(of(server).resumed(), "another server's ticket");
    }

    /** As a client it remembers sessions of TLS 1.2 itself, and of 1.3 by the tickets that the stack hands up. */
    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void aClientResumesSessions(TlsVersion version) throws IOException {
        TlsParameters asks = TlsParameters.server(RSA)
                .authenticateClients(ClientAuthentication.REQUIRED, Certificates.trusting(CLIENT))
                .build();
        TlsParameters c = client().versions(version).identity(CLIENT).build();
        for (int i = 0; i < 3; i++) {
            shake(boring, c, boring, asks, Integer.MAX_VALUE);
            assertEquals(i > 0, of(client).resumed());
            assertEquals(i > 0, of(server).resumed());
            assertEquals(RSA.chain(), of(client).peerCertificates());
            assertEquals(CLIENT.chain(), of(server).peerCertificates());
            assertKeysFit(); // and hands up the tickets
        }
        shake(boring, client().versions(version).identity(CLIENT).build(), boring, asks, Integer.MAX_VALUE);
        assertFalse(of(client).resumed(), "other parameters may trust others");
        assertKeysFit();
    }

    private static TrafficKeys keys() {
        return TrafficKeys.ofSecret(CipherSuite.TLS_AES_128_GCM_SHA256, new byte[32], 0);
    }

    /** Whatever a library seals: only tickets leave, and never the data. */
    @Test
    void nothingButTicketsLeaves() throws IOException {
        RecordSealer sealer = new RecordSealer(keys(), CipherSource.standard());
        byte[] out = new byte[1000];
        int tickets = sealer.seal(ContentType.HANDSHAKE, new byte[200], 0, 200, out, 0);
        tickets += sealer.seal(ContentType.HANDSHAKE, new byte[100], 0, 100, out, tickets);
        int all = tickets + sealer.seal(ContentType.APPLICATION_DATA, Tickets.DATA, 0, 1, out, tickets);
        ByteArrayOutputStream left = new ByteArrayOutputStream();
        assertEquals(2, Tickets.take(Arrays.copyOf(out, all), keys(), left));
        assertArrayEquals(Arrays.copyOf(out, tickets), left.toByteArray());

        for (int octets : new int[] {tickets, all - 1, 3}) {
            assertThrows(
                    TlsHandshakeException.class,
                    () -> Tickets.take(Arrays.copyOf(out, octets), keys(), new ByteArrayOutputStream()));
        }
        int more = all + sealer.seal(ContentType.APPLICATION_DATA, Tickets.DATA, 0, 1, out, all);
        assertThrows(
                TlsHandshakeException.class,
                () -> Tickets.take(Arrays.copyOf(out, more), keys(), new ByteArrayOutputStream()));
    }
}
