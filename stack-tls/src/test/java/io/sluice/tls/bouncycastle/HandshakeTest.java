package io.sluice.tls.bouncycastle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.tls.Certificates;
import io.sluice.tls.CipherSuite;
import io.sluice.tls.ClientAuthentication;
import io.sluice.tls.HandshakeDriver;
import io.sluice.tls.HandshakeEnds;
import io.sluice.tls.TlsIdentity;
import io.sluice.tls.TlsParameters;
import io.sluice.tls.TlsSession;
import io.sluice.tls.TlsVersion;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.stream.Stream;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SessionParameters;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCryptoProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Both ends of a handshake by Bouncy Castle: what they agree on, and that their keys fit. */
final class HandshakeTest extends HandshakeEnds {

    private final BouncyCastleHandshakes clients = new BouncyCastleHandshakes();
    private final BouncyCastleHandshakes servers = new BouncyCastleHandshakes();

    static Stream<CipherSuite> suites() {
        return Arrays.stream(CipherSuite.values()).filter(s -> !s.name().startsWith("TLS_RSA_"));
    }

    private void shake(TlsParameters ofClient, TlsParameters ofServer, int step) throws IOException {
        shake(clients, ofClient, servers, ofServer, step);
    }

    @ParameterizedTest
    @MethodSource("suites")
    void everySuite(CipherSuite suite) throws IOException {
        TlsIdentity identity = suite.name().contains("_RSA_") ? RSA : EC;
        shake(
                client().versions(suite.version())
                        .suites(suite)
                        .applicationProtocols("h2", "http/1.1")
                        .build(),
                TlsParameters.server(identity).applicationProtocols("http/1.1").build(),
                Integer.MAX_VALUE);
        TlsSession c = of(client);
        TlsSession s = of(server);
        assertEquals(suite, c.suite());
        assertEquals(suite, s.suite());
        assertEquals("http/1.1", c.applicationProtocol());
        assertEquals("http/1.1", s.applicationProtocol());
        assertEquals("server.example", s.serverName());
        assertEquals(identity.chain(), c.peerCertificates());
        assertKeysFit();
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void octetByOctet(TlsVersion version) throws IOException {
        shake(client().versions(version).build(), TlsParameters.server(RSA).build(), 1);
        assertNull(of(client).applicationProtocol());
        assertKeysFit();
    }

    /** What comes right behind the handshake stays where it was. */
    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void stopsWithTheLastRecordOfTheHandshake(TlsVersion version) throws IOException {
        client = new HandshakeDriver(clients.start(client().versions(version).build()));
        server = new HandshakeDriver(servers.start(TlsParameters.server(RSA).build()));
        byte[] data = {23, 3, 3, 0, 1, 99};
        int left = 0;
        for (int flight = 0; flight < 4; flight++) {
            ByteBuf toServer = Unpooled.wrappedBuffer(client.takeOutput(), Unpooled.wrappedBuffer(data));
            boolean last = client.session() != null || (version == TlsVersion.TLS_1_2 && flight == 1);
            if (!last) {
                toServer = toServer.slice(0, toServer.readableBytes() - data.length);
            }
            server.onOctets(toServer);
            if (server.session() != null) {
                left = toServer.readableBytes();
                break;
            }
            client.onOctets(server.takeOutput());
        }
        assertEquals(data.length, left);
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void clientsThatShowWhoTheyAre(TlsVersion version) throws IOException {
        TlsParameters asks = TlsParameters.server(RSA)
                .authenticateClients(ClientAuthentication.REQUIRED, Certificates.trusting(CLIENT))
                .build();
        shake(client().versions(version).identity(CLIENT).build(), asks, Integer.MAX_VALUE);
        assertEquals(CLIENT.chain(), of(server).peerCertificates());
        TlsParameters unknown = client().versions(version).identity(EC).build();
        assertThrows(IOException.class, () -> shake(unknown, asks, Integer.MAX_VALUE));
        assertThrows(IOException.class, () -> shake(client().versions(version).build(), asks, Integer.MAX_VALUE));
        assertTrue(server.takeOutput().isReadable(), "an alert says why");
        TlsParameters wants = TlsParameters.server(RSA)
                .authenticateClients(ClientAuthentication.WANTED, Certificates.trusting(CLIENT))
                .build();
        shake(client().versions(version).build(), wants, Integer.MAX_VALUE);
        assertTrue(of(server).peerCertificates().isEmpty());
    }

    @Test
    void serversThatAreNotWhoTheySay() throws IOException {
        TlsParameters distrusts = TlsParameters.client("server.example", Certificates.trusting(CLIENT))
                .build();
        assertThrows(
                IOException.class,
                () -> shake(distrusts, TlsParameters.server(RSA).build(), Integer.MAX_VALUE));
        assertTrue(client.takeOutput().isReadable(), "an alert says why");
        TlsParameters other = TlsParameters.client("other.example", Certificates.trusting(RSA))
                .build();
        assertThrows(
                IOException.class, () -> shake(other, TlsParameters.server(RSA).build(), Integer.MAX_VALUE));
        TlsParameters anyName = TlsParameters.client("other.example", Certificates.trusting(RSA))
                .verifiesName(false)
                .build();
        shake(anyName, TlsParameters.server(RSA).build(), Integer.MAX_VALUE);
        assertNotNull(of(client));
    }

    @Test
    void theNameDecidesAboutTheIdentity() throws IOException {
        TlsIdentity other = Certificates.identity("EC", "other.example");
        TlsParameters byName = TlsParameters.server(
                        name -> "server.example".equals(name) ? RSA : "other.example".equals(name) ? other : null)
                .build();
        shake(client().build(), byName, Integer.MAX_VALUE);
        assertEquals(RSA.chain(), of(client).peerCertificates());
        shake(
                TlsParameters.client("other.example", Certificates.trusting(other))
                        .build(),
                byName,
                Integer.MAX_VALUE);
        assertEquals(other.chain(), of(client).peerCertificates());
        TlsParameters nobody = TlsParameters.client("nobody.example", Certificates.trusting(other))
                .build();
        assertThrows(IOException.class, () -> shake(nobody, byName, Integer.MAX_VALUE));
    }

    @Test
    void sessionsOfTls12AreResumed() throws IOException {
        TlsParameters c = client().versions(TlsVersion.TLS_1_2).build();
        TlsParameters s = TlsParameters.server(RSA).build();
        shake(c, s, Integer.MAX_VALUE);
        assertFalse(of(client).resumed());
        shake(c, s, Integer.MAX_VALUE);
        assertTrue(of(client).resumed());
        assertTrue(of(server).resumed());
        assertKeysFit();
        shake(client().versions(TlsVersion.TLS_1_2).build(), s, Integer.MAX_VALUE);
        assertFalse(of(client).resumed(), "other parameters may trust others");
        shake(c, TlsParameters.server(RSA).build(), Integer.MAX_VALUE);
        assertFalse(of(server).resumed(), "and another server may take other suites");
    }

    /** RFC 6066 §3: "MUST NOT accept the request to resume the session if the server_name extension contains a different name." */
    @Test
    void aSessionIsNotResumedForAnotherName() throws IOException {
        SessionCache cache = new SessionCache();
        org.bouncycastle.tls.TlsSession session = TlsUtils.importSession(
                new byte[] {1},
                new SessionParameters.Builder()
                        .setCipherSuite(0xC02F)
                        .setMasterSecret(new JcaTlsCryptoProvider()
                                .create(new SecureRandom())
                                .createSecret(new byte[48]))
                        .setNegotiatedVersion(ProtocolVersion.TLSv12)
                        .build());
        cache.keepById(session, "one.example");
        assertNotNull(cache.ofId(new byte[] {1}, "one.example"));
        assertNull(cache.ofId(new byte[] {1}, "other.example"));
        assertNull(cache.ofId(new byte[] {1}, null));
    }

    @Test
    void nothingInCommon() {
        assertThrows(
                IOException.class,
                () -> shake(
                        client().versions(TlsVersion.TLS_1_2).build(),
                        TlsParameters.server(RSA).versions(TlsVersion.TLS_1_3).build(),
                        Integer.MAX_VALUE));
        assertThrows(
                IOException.class,
                () -> shake(
                        client().applicationProtocols("h2").build(),
                        TlsParameters.server(RSA)
                                .applicationProtocols("http/1.1")
                                .build(),
                        Integer.MAX_VALUE));
    }

    @Test
    void whatIsNoTlsAtAll() throws IOException {
        server = new HandshakeDriver(servers.start(TlsParameters.server(RSA).build()));
        byte[] http =
                "GET / HTTP/1.1\r\nHost: server.example\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        assertThrows(IOException.class, () -> server.onOctets(Unpooled.wrappedBuffer(http)));
    }
}
