package io.sluice.tls.tcnative;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.tls.Certificates;
import io.sluice.tls.CipherSuite;
import io.sluice.tls.ClientAuthentication;
import io.sluice.tls.HandshakeDriver;
import io.sluice.tls.HandshakeEnds;
import io.sluice.tls.TlsHandshakes;
import io.sluice.tls.TlsIdentity;
import io.sluice.tls.TlsParameters;
import io.sluice.tls.TlsVersion;
import io.sluice.tls.bouncycastle.BouncyCastleHandshakes;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** BoringSSL's side of handshakes, with itself and with Bouncy Castle: what was agreed on, and that the keys fit. */
final class TcnativeHandshakeTest extends HandshakeEnds {

    private final TcnativeHandshakes boring = new TcnativeHandshakes();
    private final TlsHandshakes castle = new BouncyCastleHandshakes();

    TcnativeHandshakeTest() throws IOException {}

    /** BoringSSL has no DHE, and nothing without forward secrecy is offered. */
    static Stream<CipherSuite> suites() {
        return Arrays.stream(CipherSuite.values())
                .filter(s -> s.version() == TlsVersion.TLS_1_3 || s.name().startsWith("TLS_ECDHE_"));
    }

    @ParameterizedTest
    @MethodSource("suites")
    void everySuiteAsClient(CipherSuite suite) throws IOException {
        TlsIdentity identity = suite.name().contains("_RSA_") ? RSA : EC;
        TlsParameters s = TlsParameters.server(identity)
                .versions(suite.version())
                .suites(suite)
                .applicationProtocols("http/1.1")
                .build();
        TlsParameters c = client().applicationProtocols("h2", "http/1.1").build();
        shake(boring, c, castle, s, Integer.MAX_VALUE);
        assertEquals(suite, of(client).suite());
        assertEquals("http/1.1", of(client).applicationProtocol());
        assertEquals("server.example", of(server).serverName());
        assertEquals(identity.chain(), of(client).peerCertificates());
        assertKeysFit();
    }

    @ParameterizedTest
    @MethodSource("suites")
    void everySuiteAsServer(CipherSuite suite) throws IOException {
        TlsIdentity identity = suite.name().contains("_RSA_") ? RSA : EC;
        TlsParameters s =
                TlsParameters.server(identity).applicationProtocols("http/1.1").build();
        TlsParameters c = client().versions(suite.version())
                .suites(suite)
                .applicationProtocols("h2", "http/1.1")
                .build();
        shake(castle, c, boring, s, Integer.MAX_VALUE);
        assertEquals(suite, of(server).suite());
        assertEquals("http/1.1", of(server).applicationProtocol());
        assertEquals("server.example", of(server).serverName());
        assertEquals(identity.chain(), of(client).peerCertificates());
        assertKeysFit();
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void withItselfOctetByOctet(TlsVersion version) throws IOException {
        shake(
                boring,
                client().versions(version).build(),
                boring,
                TlsParameters.server(RSA).build(),
                1);
        assertEquals(version, of(client).suite().version());
        assertKeysFit();
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void clientsThatShowWhoTheyAre(TlsVersion version) throws IOException {
        TlsParameters asks = TlsParameters.server(RSA)
                .authenticateClients(ClientAuthentication.REQUIRED, Certificates.trusting(CLIENT))
                .build();
        shake(boring, client().versions(version).identity(CLIENT).build(), castle, asks, Integer.MAX_VALUE);
        assertEquals(CLIENT.chain(), of(server).peerCertificates());
        assertKeysFit();
        shake(castle, client().versions(version).identity(CLIENT).build(), boring, asks, Integer.MAX_VALUE);
        assertEquals(CLIENT.chain(), of(server).peerCertificates());
        assertKeysFit();
        TlsParameters nobody = client().versions(version).build();
        TlsHandshakes withoutSessions = new BouncyCastleHandshakes();
        assertThrows(IOException.class, () -> shake(withoutSessions, nobody, boring, asks, Integer.MAX_VALUE));
        assertTrue(server.takeOutput().isReadable(), "an alert says why");
    }

    /** RFC 5246 §7.3: also who the client was is remembered. */
    @Test
    void aServerResumesSessionsOfTls12() throws IOException {
        TlsParameters asks = TlsParameters.server(RSA)
                .authenticateClients(ClientAuthentication.REQUIRED, Certificates.trusting(CLIENT))
                .build();
        TlsParameters c = client().versions(TlsVersion.TLS_1_2).identity(CLIENT).build();
        for (int i = 0; i < 2; i++) {
            shake(castle, c, boring, asks, Integer.MAX_VALUE);
            assertEquals(i == 1, of(client).resumed());
            assertEquals(i == 1, of(server).resumed());
            assertEquals(CLIENT.chain(), of(server).peerCertificates());
            assertKeysFit();
        }
    }

    @Test
    void serversThatAreNotWhoTheySay() throws IOException {
        TlsParameters s = TlsParameters.server(RSA).build();
        TlsParameters distrusts = TlsParameters.client("server.example", Certificates.trusting(CLIENT))
                .build();
        assertThrows(IOException.class, () -> shake(boring, distrusts, castle, s, Integer.MAX_VALUE));
        assertTrue(client.takeOutput().isReadable(), "an alert says why");
        TlsParameters other = TlsParameters.client("other.example", Certificates.trusting(RSA))
                .build();
        assertThrows(IOException.class, () -> shake(boring, other, castle, s, Integer.MAX_VALUE));
        TlsParameters anyName = TlsParameters.client("other.example", Certificates.trusting(RSA))
                .verifiesName(false)
                .build();
        shake(boring, anyName, castle, s, Integer.MAX_VALUE);
        assertNotNull(of(client));
    }

    @Test
    void theNameDecidesAboutTheIdentity() throws IOException {
        TlsIdentity other = Certificates.identity("EC", "other.example");
        TlsParameters byName = TlsParameters.server(
                        name -> "server.example".equals(name) ? RSA : "other.example".equals(name) ? other : null)
                .build();
        shake(castle, client().build(), boring, byName, Integer.MAX_VALUE);
        assertEquals(RSA.chain(), of(client).peerCertificates());
        TlsParameters asksOther = TlsParameters.client("other.example", Certificates.trusting(other))
                .build();
        shake(castle, asksOther, boring, byName, Integer.MAX_VALUE);
        assertEquals(other.chain(), of(client).peerCertificates());
        TlsParameters nobody = TlsParameters.client("nobody.example", Certificates.trusting(other))
                .build();
        assertThrows(IOException.class, () -> shake(castle, nobody, boring, byName, Integer.MAX_VALUE));
    }

    /** A client can ask for any number of names. */
    @Test
    void namesThatWereAskedForAreNotKept() throws IOException {
        TlsParameters s = TlsParameters.server(EC).build();
        for (int i = 0; i < 20; i++) {
            TlsParameters c = TlsParameters.client("n" + i + ".example", Certificates.trusting(EC))
                    .verifiesName(false)
                    .build();
            shake(castle, c, boring, s, Integer.MAX_VALUE);
            assertEquals("n" + i + ".example", of(server).serverName());
            assertKeysFit();
        }
        assertEquals(0, boring.context(s).names().pending());
    }

    /** Also of a handshake that does not come to its end. */
    @Test
    void secretsAreNotKept() throws IOException {
        TlsParameters s = TlsParameters.server(EC).build();
        client = new HandshakeDriver(castle.start(client().build()));
        server = new HandshakeDriver(boring.start(s));
        pass(client, server, Integer.MAX_VALUE);
        KeyLog secrets = boring.context(s).secrets();
        assertEquals(2, secrets.kept());
        server.close();
        assertEquals(0, secrets.kept());
        shake(castle, client().build(), boring, s, Integer.MAX_VALUE);
        assertKeysFit();
        assertEquals(0, secrets.kept());
    }

    /** The library gives up by itself then, and forgets its name for the handshake. */
    @Test
    void secretsOfABrokenHandshakeAreNotKept() throws IOException {
        TlsParameters s = TlsParameters.server(EC).build();
        client = new HandshakeDriver(castle.start(client().build()));
        server = new HandshakeDriver(boring.start(s));
        pass(client, server, Integer.MAX_VALUE);
        KeyLog secrets = boring.context(s).secrets();
        assertEquals(2, secrets.kept());
        ByteBuf broken =
                Unpooled.wrappedBuffer(new byte[] {23, 3, 3, 0, 17, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
        assertThrows(IOException.class, () -> server.onOctets(broken));
        server.close();
        assertEquals(0, secrets.kept());
    }

    @Test
    void whatTheLibraryTellsIsOverwritten() {
        KeyLog secrets = new KeyLog();
        byte[] line = ("SERVER_TRAFFIC_SECRET_0 " + "0".repeat(64) + " 01fe").getBytes(StandardCharsets.US_ASCII);
        byte[] again = line.clone();
        secrets.handle(1, line);
        assertArrayEquals(new byte[line.length], line);
        assertEquals(null, secrets.take(1, true));
        assertArrayEquals(new byte[] {1, (byte) 0xFE}, secrets.take(1, false));
        assertEquals(null, secrets.take(1, false));
        secrets.handle(2, again);
        secrets.forget(2);
        assertEquals(0, secrets.kept());
    }

    /** The library's part is native memory. */
    @Test
    @Timeout(60)
    void aContextIsFreedWithItsParameters() throws Exception {
        WeakReference<Context> context = shakeOnce();
        while (boring.contexts() > 0 || context.get() != null) {
            System.gc();
            Thread.sleep(1); // which the timeout can interrupt
        }
    }

    private WeakReference<Context> shakeOnce() throws IOException {
        TlsParameters s = TlsParameters.server(EC)
                .authenticateClients(ClientAuthentication.WANTED, Certificates.trusting(CLIENT))
                .build();
        shake(boring, client().identity(CLIENT).build(), boring, s, Integer.MAX_VALUE);
        assertKeysFit();
        WeakReference<Context> context = new WeakReference<>(boring.context(s));
        shake(
                castle,
                client().build(),
                castle,
                TlsParameters.server(EC).build(),
                Integer.MAX_VALUE); // forgets the first
        return context;
    }
}
