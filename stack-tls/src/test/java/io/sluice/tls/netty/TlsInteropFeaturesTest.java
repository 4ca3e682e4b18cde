package io.sluice.tls.netty;

import static io.sluice.tls.netty.Peers.BEHIND;
import static io.sluice.tls.netty.Peers.CLIENT;
import static io.sluice.tls.netty.Peers.RSA;
import static io.sluice.tls.netty.Peers.TLS_12;
import static io.sluice.tls.netty.Peers.TLS_13;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.tls.Certificates;
import io.sluice.tls.CipherSuite;
import io.sluice.tls.ClientAuthentication;
import io.sluice.tls.TlsCounter;
import io.sluice.tls.TlsParameters;
import io.sluice.tls.TlsSession;
import io.sluice.tls.TlsVersion;
import io.sluice.tls.tcnative.TcnativeHandshakes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What else than octets goes between our side and other implementations: key updates they begin, certificates, sessions. */
@Tag("netns")
@Timeout(300)
@SuppressWarnings("NullAway") // JUnit fills the fields; after a handshake there is a session
final class TlsInteropFeaturesTest {
    private static final int SOME = 1000;
    private static final int MORE = 4 << 20;

    /** It makes its own choice. */
    private static final CipherSuite[] BORINGS_SUITES = {
        CipherSuite.TLS_AES_128_GCM_SHA256, CipherSuite.TLS_AES_256_GCM_SHA384, CipherSuite.TLS_CHACHA20_POLY1305_SHA256
    };

    private static final String UPDATES = "KeyUpdate that it begins";
    private static final String ITS_CERTIFICATE_12 = "its client certificate, 1.2";
    private static final String ITS_CERTIFICATE_13 = "its client certificate, 1.3";
    private static final String OURS = "our client certificate";
    private static final String RESUMED = "session of 1.2 resumed";
    private static final String RESUMED_13 = "session of 1.3 resumed, with BoringSSL";
    private static final InteropReport REPORT = new InteropReport(
            "Beside the octets", List.of(UPDATES, ITS_CERTIFICATE_12, ITS_CERTIFICATE_13, OURS, RESUMED, RESUMED_13));

    /** As client with its own certificate; as server with the server's. */
    private static Peers clients;

    private static Peers servers;

    @BeforeAll
    static void begin() throws Exception {
        clients = new Peers(CLIENT, RSA);
        servers = new Peers(RSA, CLIENT);
        for (String client : List.of("openssl s_client", "gnutls-cli", "curl", "JDK SSLSocket, client")) {
            REPORT.shown(client, OURS, InteropReport.NOT_APPLICABLE);
        }
        for (String server : List.of("openssl s_server", "gnutls-serv", "JDK SSLSocket, server")) {
            REPORT.shown(server, ITS_CERTIFICATE_12, InteropReport.NOT_APPLICABLE);
            REPORT.shown(server, ITS_CERTIFICATE_13, InteropReport.NOT_APPLICABLE);
        }
        REPORT.shown("curl", UPDATES, InteropReport.NOT_APPLICABLE);
        REPORT.shown("gnutls-serv", UPDATES, InteropReport.NOT_APPLICABLE);
    }

    @AfterAll
    static void end() throws IOException {
        if (clients != null) {
            clients.close();
        }
        if (servers != null) {
            servers.close();
            REPORT.write("2-features.md");
        }
    }

    private static void awaitCount(Peers peers, TlsCounter counter, long least) {
        long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(Peers.PATIENCE_S);
        while (peers.count(counter) < least) {
            assertTrue(System.nanoTime() < giveUp, counter + " stays at " + peers.count(counter));
            Thread.onSpinWait();
        }
    }

    /**
     * RFC 8446 §4.6.3, by the command of OpenSSL's tools that updates and asks for an update. They take what follows a command
     * in the same read for a part of it, so each is given when the one before was obeyed: and nothing else makes them update.
     */
    @Test
    void opensslClientChangesItsKeys() throws Exception {
        clients.net.asksForKeys = false;
        long received = clients.count(TlsCounter.TlsRxRekeyReceived);
        try (Endpoints.Server server =
                clients.net.new Server(TlsParameters.server(RSA).build(), SOME, SOME)) {
            Process process = clients.start(clients.opensslClient(server.port(), "-tls1_3"));
            try (OutputStream in = process.getOutputStream()) {
                for (int updates = 1; updates <= 3; updates++) {
                    in.write("K\n".getBytes(StandardCharsets.US_ASCII));
                    in.flush();
                    awaitCount(clients, TlsCounter.TlsRxRekeyReceived, received + updates);
                }
                in.write(Octets.piece(0, SOME));
                in.flush();
                assertEquals(
                        TlsVersion.TLS_1_3,
                        Peers.await(server.done).session().suite().version());
            } finally {
                process.destroyForcibly();
                clients.net.asksForKeys = true;
            }
        }
        REPORT.shown("openssl s_client", UPDATES, "✓");
    }

    @Test
    void opensslServerChangesItsKeys() throws Exception {
        servers.net.asksForKeys = false;
        long received = servers.count(TlsCounter.TlsRxRekeyReceived);
        Process process = servers.start(servers.opensslServer(4435, "-tls1_3"));
        try (OutputStream in = process.getOutputStream()) {
            TlsParameters parameters = TlsParameters.client("server.example", Certificates.trusting(RSA))
                    .build();
            CompletableFuture<SluiceTlsHandler> done = servers.connectWhenReady(4435, parameters, SOME, SOME);
            BufferedReader out = process.inputReader();
            while (!out.readLine().startsWith("CIPHER is ")) {
                // before there is a connection it takes no commands
            }
            for (int updates = 1; updates <= 3; updates++) {
                in.write("K\n".getBytes(StandardCharsets.US_ASCII));
                in.flush();
                awaitCount(servers, TlsCounter.TlsRxRekeyReceived, received + updates);
            }
            in.write(Octets.piece(0, SOME));
            in.flush();
            Peers.await(done);
        } finally {
            process.destroyForcibly();
            servers.net.asksForKeys = true;
        }
        REPORT.shown("openssl s_server", UPDATES, "✓");
    }

    /** By the inline commands of gnutls-cli: its own key only, then the peer's as well. */
    @Test
    void gnutlsClientChangesItsKeys() throws Exception {
        clients.net.asksForKeys = false;
        long received = clients.count(TlsCounter.TlsRxRekeyReceived);
        long answered = clients.count(TlsCounter.TlsTxRekeyOk);
        try (Endpoints.Server server =
                clients.net.new Server(TlsParameters.server(RSA).build(), SOME, 0)) {
            Process process = clients.start(clients.gnutlsClient(server.port(), TLS_13, "--inline-commands"));
            try (OutputStream in = process.getOutputStream()) {
                String[] commands = {"^rekey1^\n", "^rekey^\n"};
                for (int updates = 1; updates <= commands.length; updates++) {
                    in.write(commands[updates - 1].getBytes(StandardCharsets.US_ASCII));
                    in.flush();
                    awaitCount(clients, TlsCounter.TlsRxRekeyReceived, received + updates);
                }
                in.write(Octets.piece(0, SOME));
                in.flush();
                Peers.await(server.done);
            } finally {
                process.destroyForcibly();
                clients.net.asksForKeys = true;
            }
        }
        assertEquals(answered + 2, clients.count(TlsCounter.TlsTxRekeyOk), "our own at the beginning, and one answer");
        REPORT.shown("gnutls-cli", UPDATES, "✓");
    }

    /** JSSE by itself, after half a MiB instead of 2^37 octets. */
    @Test
    void jdkChangesItsKeys() throws Exception {
        long received = clients.count(TlsCounter.TlsRxRekeyReceived);
        try (Endpoints.Server server =
                        clients.net.new Server(TlsParameters.server(RSA).build(), MORE, 0);
                Socket plain = clients.net.namespace.call(() -> new Socket(Endpoints.HOST, server.port()));
                SSLSocket socket =
                        (SSLSocket) clients.jdk().getSocketFactory().createSocket(plain, "server.example", 443, true)) {
            Octets.write(socket.getOutputStream(), MORE);
            Peers.await(server.done);
        }
        assertTrue(clients.count(TlsCounter.TlsRxRekeyReceived) > received + 1);
        REPORT.shown("JDK SSLSocket, client", UPDATES, "✓");
        long before = servers.count(TlsCounter.TlsRxRekeyReceived);
        try (ServerSocket listener = servers.net.namespace.call(() -> new ServerSocket(0))) {
            TlsParameters parameters = TlsParameters.client("server.example", Certificates.trusting(RSA))
                    .build();
            CompletableFuture<SluiceTlsHandler> done =
                    servers.net.connect(listener.getLocalPort(), parameters, MORE, 0);
            try (Socket plain = listener.accept();
                    SSLSocket socket =
                            (SSLSocket) servers.jdk().getSocketFactory().createSocket(plain, null, true)) {
                socket.setUseClientMode(false);
                Octets.write(socket.getOutputStream(), MORE);
                Peers.await(done);
            }
        }
        assertTrue(servers.count(TlsCounter.TlsRxRekeyReceived) > before + 1);
        REPORT.shown("JDK SSLSocket, server", UPDATES, "✓");
    }

    private static TlsParameters asks() {
        return TlsParameters.server(RSA)
                .authenticateClients(ClientAuthentication.REQUIRED, Certificates.trusting(CLIENT))
                .build();
    }

    private void showsItsCertificate(String peer, CipherSuite suite, Peers.CommandTo command) throws Exception {
        try (Endpoints.Server server = clients.net.new Server(asks(), 0, SOME)) {
            Process process = clients.start(command.port(server.port()));
            try (OutputStream in = process.getOutputStream()) {
                assertEquals(CLIENT.chain(), Peers.await(server.done).session().peerCertificates());
                in.flush();
            } finally {
                process.destroyForcibly();
            }
        }
        REPORT.shown(peer, suite.version() == TlsVersion.TLS_1_3 ? ITS_CERTIFICATE_13 : ITS_CERTIFICATE_12, "✓");
    }

    @ParameterizedTest
    @MethodSource("io.sluice.tls.netty.Peers#oneOfEachVersion")
    void toolsShowTheirCertificates(CipherSuite suite) throws Exception {
        String pem = clients.file("own.pem");
        String key = clients.file("own.key");
        showsItsCertificate(
                "openssl s_client",
                suite,
                port -> clients.opensslClient(port, "-quiet", "-cert", pem, "-key", key, PeerTools.openssl(suite)));
        showsItsCertificate(
                "gnutls-cli",
                suite,
                port -> clients.gnutlsClient(port, suite, "--x509certfile=" + pem, "--x509keyfile=" + key));
        TlsParameters asks = asks();
        try (Endpoints.HttpServer server = clients.net.new HttpServer(asks, SOME)) {
            Process process = clients.start(clients.curl(server.port(), suite, "--cert", pem, "--key", key));
            assertEquals(CLIENT.chain(), Peers.await(server.done).session().peerCertificates());
            Octets.check(process.getInputStream(), SOME);
        }
        REPORT.shown("curl", suite.version() == TlsVersion.TLS_1_3 ? ITS_CERTIFICATE_13 : ITS_CERTIFICATE_12, "✓");
        try (Endpoints.Server server = clients.net.new Server(asks, 0, SOME);
                Socket plain = clients.net.namespace.call(() -> new Socket(Endpoints.HOST, server.port()));
                SSLSocket socket =
                        (SSLSocket) clients.jdk().getSocketFactory().createSocket(plain, "server.example", 443, true)) {
            socket.setEnabledCipherSuites(new String[] {suite.name()});
            Octets.check(socket.getInputStream(), SOME);
            assertEquals(CLIENT.chain(), Peers.await(server.done).session().peerCertificates());
        }
        REPORT.shown(
                "JDK SSLSocket, client",
                suite.version() == TlsVersion.TLS_1_3 ? ITS_CERTIFICATE_13 : ITS_CERTIFICATE_12,
                "✓");
    }

    private void weShowOurs(String peer, int port, List<String> command) throws Exception {
        Process process = servers.start(command);
        try {
            for (CipherSuite suite : List.of(TLS_12, TLS_13)) {
                TlsParameters parameters = TlsParameters.client("server.example", Certificates.trusting(RSA))
                        .suites(suite)
                        .versions(suite.version())
                        .identity(CLIENT)
                        .build();
                CompletableFuture<SluiceTlsHandler> done = servers.connectWhenReady(port, parameters, 0, SOME);
                assertEquals(suite, Peers.await(done).session().suite());
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        REPORT.shown(peer, OURS, "✓ 1.2, 1.3");
    }

    @Test
    void serversTakeOurCertificate() throws Exception {
        String trusted = servers.file("trusted.pem");
        weShowOurs(
                "openssl s_server",
                4436,
                servers.opensslServer(4436, "-quiet", "-Verify", "1", "-verify_return_error", "-CAfile", trusted));
        weShowOurs(
                "gnutls-serv",
                4437,
                servers.gnutlsServer(
                        4437, TLS_13, "--priority=NORMAL", "--require-client-cert", "--x509cafile=" + trusted));
        try (ServerSocket listener = servers.net.namespace.call(() -> new ServerSocket(0))) {
            for (CipherSuite suite : List.of(TLS_12, TLS_13)) {
                TlsParameters parameters = TlsParameters.client("server.example", Certificates.trusting(RSA))
                        .suites(suite)
                        .versions(suite.version())
                        .identity(CLIENT)
                        .build();
                CompletableFuture<SluiceTlsHandler> done =
                        servers.net.connect(listener.getLocalPort(), parameters, 0, SOME);
                try (Socket plain = listener.accept();
                        SSLSocket socket =
                                (SSLSocket) servers.jdk().getSocketFactory().createSocket(plain, null, true)) {
                    socket.setUseClientMode(false);
                    socket.setNeedClientAuth(true);
                    Octets.check(socket.getInputStream(), SOME);
                    assertEquals(CLIENT.chain(), List.of(socket.getSession().getPeerCertificates()));
                    Peers.await(done);
                }
            }
        }
        REPORT.shown("JDK SSLSocket, server", OURS, "✓ 1.2, 1.3");
    }

    @Test
    void sessionsOfTls12AreResumedByClients() throws Exception {
        clientsResume(clients, TLS_12, RESUMED);
    }

    /** By tickets, which are BoringSSL's. */
    @Test
    void sessionsOfTls13AreResumedByClients() throws Exception {
        try (Peers peers = new Peers(CLIENT, RSA, new TcnativeHandshakes())) {
            clientsResume(peers, TLS_13, RESUMED_13);
        }
    }

    private static void clientsResume(Peers peers, CipherSuite suite, String column) throws Exception {
        TlsParameters parameters =
                TlsParameters.server(RSA).versions(suite.version()).build();
        for (String option : List.of("-sess_out", "-sess_in")) {
            try (Endpoints.Server server = peers.net.new Server(parameters, 0, SOME)) {
                Process process =
                        peers.start(peers.opensslClient(server.port(), "-quiet", option, peers.file("session")));
                try (OutputStream in = process.getOutputStream()) {
                    assertEquals(
                            option.equals("-sess_in"),
                            Peers.await(server.done).session().resumed());
                    Octets.check(process.getInputStream(), SOME);
                    in.flush();
                    process.waitFor(Peers.PATIENCE_S, TimeUnit.SECONDS);
                } finally {
                    process.destroyForcibly();
                }
            }
        }
        REPORT.shown("openssl s_client", column, "✓");
        try (Endpoints.HttpServer server = peers.net.new HttpServer(parameters, SOME)) {
            Process process = peers.start(peers.gnutlsClient(server.port(), suite, "--resume", "--waitresumption"));
            try {
                assertResumed(server);
            } finally {
                process.destroyForcibly();
            }
            REPORT.shown("gnutls-cli", column, "✓");
            process = peers.start(peers.curl(server.port(), suite, "https://server.example/again"));
            Octets.check(process.getInputStream(), SOME);
            assertResumed(server);
            REPORT.shown("curl", column, "✓");
            SSLContext context = peers.jdk();
            for (int i = 0; i < 2; i++) {
                try (Socket plain = peers.net.namespace.call(() -> new Socket(Endpoints.HOST, server.port()));
                        SSLSocket socket = (SSLSocket)
                                context.getSocketFactory().createSocket(plain, "server.example", 443, true)) {
                    socket.setEnabledProtocols(
                            new String[] {suite.version() == TlsVersion.TLS_1_3 ? "TLSv1.3" : "TLSv1.2"});
                    socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    assertTrue(socket.getInputStream().readAllBytes().length > SOME); // a ticket comes before it
                }
            }
            assertResumed(server);
            REPORT.shown("JDK SSLSocket, client", column, "✓");
        }
    }

    /** A first session, and the same once more. */
    private static void assertResumed(Endpoints.HttpServer server) throws InterruptedException {
        for (int i = 0; i < 2; i++) {
            TlsSession session = server.sessions.poll(Peers.PATIENCE_S, TimeUnit.SECONDS);
            assertNotNull(session, "no connection");
            assertEquals(i == 1, session.resumed());
        }
    }

    /** Until the tickets have come, if there are any: they come before the data that is waited for. */
    private static void weResume(Peers peers, CipherSuite suite, int port, boolean echoes, List<String> command)
            throws Exception {
        Process process = peers.start(command);
        try (OutputStream in = process.getOutputStream()) {
            TlsParameters parameters = resuming(suite);
            for (int i = 0; i < 2; i++) {
                CompletableFuture<SluiceTlsHandler> done =
                        peers.connectWhenReady(port, parameters, SOME, SOME + (echoes ? BEHIND : 0));
                if (!echoes) {
                    in.write(Octets.piece(0, SOME));
                    in.flush();
                }
                assertEquals(i == 1, Peers.await(done).session().resumed());
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static TlsParameters resuming(CipherSuite suite) {
        return TlsParameters.client("server.example", Certificates.trusting(RSA))
                .versions(suite.version())
                .suites(suite.version() == TlsVersion.TLS_1_3 ? BORINGS_SUITES : new CipherSuite[] {suite})
                .build();
    }

    private static void weResumeWithJdk(Peers peers, CipherSuite suite) throws Exception {
        SSLContext context = peers.jdk();
        TlsParameters parameters = resuming(suite);
        try (ServerSocket listener = peers.net.namespace.call(() -> new ServerSocket(0))) {
            for (int i = 0; i < 2; i++) {
                CompletableFuture<SluiceTlsHandler> done =
                        peers.net.connect(listener.getLocalPort(), parameters, SOME, SOME);
                try (Socket plain = listener.accept();
                        SSLSocket socket =
                                (SSLSocket) context.getSocketFactory().createSocket(plain, null, true)) {
                    socket.setUseClientMode(false);
                    Octets.check(socket.getInputStream(), SOME);
                    Octets.write(socket.getOutputStream(), SOME);
                    assertEquals(i == 1, Peers.await(done).session().resumed());
                }
            }
        }
    }

    @Test
    void sessionsOfTls12AreResumedWithServers() throws Exception {
        weResumeWithAll(servers, TLS_12, RESUMED, 4438);
    }

    /** By tickets, with BoringSSL. */
    @Test
    void sessionsOfTls13AreResumedWithServers() throws Exception {
        try (Peers peers = new Peers(RSA, CLIENT, new TcnativeHandshakes())) {
            weResumeWithAll(peers, TLS_13, RESUMED_13, 4440);
        }
    }

    private static void weResumeWithAll(Peers peers, CipherSuite suite, String column, int port) throws Exception {
        boolean tls13 = suite.version() == TlsVersion.TLS_1_3;
        weResume(peers, suite, port, false, peers.opensslServer(port, "-quiet", tls13 ? "-tls1_3" : "-tls1_2"));
        REPORT.shown("openssl s_server", column, "✓");
        weResume(peers, suite, port + 1, true, peers.gnutlsServer(port + 1, suite, "--disable-client-cert"));
        REPORT.shown("gnutls-serv", column, "✓");
        weResumeWithJdk(peers, suite);
        REPORT.shown("JDK SSLSocket, server", column, "✓");
    }
}
