package io.sluice.tls.netty;

import static io.sluice.tls.netty.Peers.BEHIND;
import static io.sluice.tls.netty.Peers.CLIENT;
import static io.sluice.tls.netty.Peers.RSA;
import static io.sluice.tls.netty.Peers.TLS_12;
import static io.sluice.tls.netty.Peers.TLS_13;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.tls.Certificates;
import io.sluice.tls.CipherSuite;
import io.sluice.tls.ClientAuthentication;
import io.sluice.tls.TlsCounter;
import io.sluice.tls.TlsParameters;
import io.sluice.tls.TlsSession;
import io.sluice.tls.TlsVersion;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Limits of record sizes between our side and others: record_size_limit (RFC 8449), which GnuTLS has as well, and
 * max_fragment_length (RFC 6066 §4), which OpenSSL's client can ask for. Who gets larger records ends the connection.
 */
@Tag("netns")
@Timeout(300)
@SuppressWarnings("NullAway") // JUnit fills the fields; after a handshake there is a session
final class TlsInteropLimitsTest {
    private static final int SOME = 1000;
    private static final int MUCH = 1 << 20;
    /** Less than 512 GnuTLS does not take, unless it is told to. */
    private static final int OUR_LIMIT = 520;

    private static final int GNUTLS_LIMIT = 600;
    private static final int FRAGMENT = 512;

    /** More often GnuTLS takes for an attack. */
    private static final long REKEY_RECORDS = 50_000;

    private static final InteropReport REPORT =
            new InteropReport("Limits of record sizes", List.of(column(TLS_12), column(TLS_13)));

    /** As client with its own certificate; as server with the server's. */
    private static Peers clients;

    private static Peers servers;

    @BeforeAll
    static void begin() throws Exception {
        clients = new Peers(CLIENT, RSA);
        servers = new Peers(RSA, CLIENT);
        clients.net.rekeyRecords = REKEY_RECORDS;
        servers.net.rekeyRecords = REKEY_RECORDS;
    }

    @AfterAll
    static void end() throws IOException {
        if (clients != null) {
            clients.close();
        }
        if (servers != null) {
            servers.close();
            REPORT.write("3-limits.md");
        }
    }

    private static String column(CipherSuite suite) {
        return suite.version() == TlsVersion.TLS_1_3 ? "1.3" : "1.2";
    }

    private static void assertLimits(TlsSession session) {
        int type = session.suite().version() == TlsVersion.TLS_1_3 ? 1 : 0;
        assertEquals(OUR_LIMIT, session.receive().contentLimit() + type);
        assertEquals(GNUTLS_LIMIT, session.transmit().contentLimit(), "it adds the type itself");
    }

    /** Of what does not fit into a record gnutls-cli drops the rest; so its certificate has to show that it keeps to ours. */
    @ParameterizedTest
    @MethodSource("io.sluice.tls.netty.Peers#oneOfEachVersion")
    void gnutlsClient(CipherSuite suite) throws Exception {
        TlsParameters limits = TlsParameters.server(RSA)
                .authenticateClients(ClientAuthentication.REQUIRED, Certificates.trusting(CLIENT))
                .recordSizeLimit(OUR_LIMIT)
                .build();
        try (Endpoints.Server server = clients.net.new Server(limits, 0, MUCH)) {
            Process process = clients.start(clients.gnutlsClient(
                    server.port(),
                    suite,
                    "--recordsize=" + GNUTLS_LIMIT,
                    "--x509certfile=" + clients.file("own.pem"),
                    "--x509keyfile=" + clients.file("own.key")));
            try (OutputStream in = process.getOutputStream()) {
                Octets.check(process.getInputStream(), MUCH);
                assertLimits(Peers.await(server.done).session());
                in.flush();
            } finally {
                process.destroyForcibly();
            }
        }
        REPORT.shown("gnutls-cli", column(suite), "✓ record_size_limit, both ways");
    }

    @ParameterizedTest
    @MethodSource("io.sluice.tls.netty.Peers#oneOfEachVersion")
    void gnutlsServer(CipherSuite suite) throws Exception {
        int port = suite.version() == TlsVersion.TLS_1_3 ? 4440 : 4441;
        long taken = servers.count(TlsCounter.RECORDS_IN);
        long given = servers.count(TlsCounter.RECORDS_OUT);
        Process process = servers.start(
                servers.gnutlsServer(port, suite, "--disable-client-cert", "--recordsize=" + GNUTLS_LIMIT));
        try {
            TlsParameters parameters = TlsParameters.client("server.example", Certificates.trusting(RSA))
                    .versions(suite.version())
                    .suites(suite)
                    .recordSizeLimit(OUR_LIMIT)
                    .build();
            CompletableFuture<SluiceTlsHandler> done = servers.connectWhenReady(port, parameters, MUCH, MUCH + BEHIND);
            assertLimits(Peers.await(done).session());
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertTrue(servers.count(TlsCounter.RECORDS_IN) - taken >= MUCH / OUR_LIMIT);
        assertTrue(servers.count(TlsCounter.RECORDS_OUT) - given >= MUCH / GNUTLS_LIMIT);
        REPORT.shown("gnutls-serv", column(suite), "✓ record_size_limit, both ways");
    }

    /** OpenSSL knows max_fragment_length only, and as a client. */
    @ParameterizedTest
    @MethodSource("io.sluice.tls.netty.Peers#oneOfEachVersion")
    void opensslClient(CipherSuite suite) throws Exception {
        long given = clients.count(TlsCounter.RECORDS_OUT);
        try (Endpoints.Server server =
                clients.net.new Server(TlsParameters.server(RSA).build(), SOME, MUCH)) {
            Process process = clients.start(
                    clients.opensslClient(server.port(), "-quiet", "-maxfraglen", FRAGMENT, PeerTools.openssl(suite)));
            try (OutputStream in = process.getOutputStream()) {
                in.write(Octets.piece(0, SOME));
                in.flush();
                Octets.check(process.getInputStream(), MUCH);
                TlsSession session = Peers.await(server.done).session();
                assertEquals(FRAGMENT, session.transmit().contentLimit());
                assertEquals(FRAGMENT, session.receive().contentLimit());
            } finally {
                process.destroyForcibly();
            }
        }
        assertTrue(clients.count(TlsCounter.RECORDS_OUT) - given >= MUCH / FRAGMENT);
        REPORT.shown("openssl s_client", column(suite), "✓ its max_fragment_length");
    }
}
