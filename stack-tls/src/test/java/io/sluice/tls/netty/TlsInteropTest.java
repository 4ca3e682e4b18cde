package io.sluice.tls.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.tls.Certificates;
import io.sluice.tls.CipherSuite;
import io.sluice.tls.ClientAuthentication;
import io.sluice.tls.TlsCounter;
import io.sluice.tls.TlsIdentity;
import io.sluice.tls.TlsOffload;
import io.sluice.tls.TlsParameters;
import io.sluice.tls.TlsVersion;
import io.sluice.tls.bouncycastle.BouncyCastleHandshakes;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * TLS between our records and other implementations over a TUN device: OpenSSL, GnuTLS, curl and the JDK, in both roles
 * where they have both, in both versions with all three ciphers; keys are changed all the time in TLS 1.3. What was shown is left in
 * {@code target/tls-interop.md}, a table. MiB each way: {@code -Dtls.interop.mib}.
 */
@Tag("netns")
@Timeout(120)
@SuppressWarnings("NullAway") // JUnit fills the fields; after a handshake there is a session
class TlsInteropTest {
    private static final int MIB = Integer.getInteger("tls.interop.mib", 1);
    private static final long PATIENCE_S = 100;
    private static final TlsIdentity RSA = Certificates.identity("RSA", "server.example");
    private static final TlsIdentity CLIENT = Certificates.identity("EC", "client.example");
    private static final List<String> ROWS = new ArrayList<>();

    private static Endpoints net;
    private static byte[] data;

    @TempDir
    static Path directory;

    @BeforeAll
    static void begin() throws IOException, CertificateEncodingException {
        net = new Endpoints(new BouncyCastleHandshakes());
        data = Endpoints.stream(MIB << 20);
        Files.write(directory.resolve("data"), data);
        Files.write(directory.resolve("nothing"), new byte[0]);
        PeerTools.pem(directory, RSA, "server");
        PeerTools.pem(directory, CLIENT, "client");
    }

    @AfterAll
    static void end() throws IOException {
        if (net != null) {
            net.close();
            Path report = Path.of("target", "tls-interop.md");
            Files.createDirectories(report.getParent());
            List<String> lines = new ArrayList<>(List.of(
                    "| other side | its role | TLS | cipher | octets, all right | KeyUpdate |",
                    "|---|---|---|---|---|---|"));
            ROWS.stream().sorted().forEach(lines::add);
            Files.write(report, lines);
        }
    }

    private static String file(String name) {
        return directory.resolve(name).toString();
    }

    static Stream<CipherSuite> suites() {
        return Stream.of(
                CipherSuite.TLS_AES_128_GCM_SHA256,
                CipherSuite.TLS_AES_256_GCM_SHA384,
                CipherSuite.TLS_CHACHA20_POLY1305_SHA256,
                CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
                CipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
                CipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256);
    }

    private static TlsParameters.Builder client(CipherSuite suite) {
        return TlsParameters.client("server.example", Certificates.trusting(RSA))
                .versions(suite.version())
                .suites(suite);
    }

    private static Process start(List<String> command, String in, String out) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectError(directory.resolve("errors").toFile());
        if (in != null) {
            builder.redirectInput(directory.resolve(in).toFile());
        }
        return net.namespace.start(builder.redirectOutput(directory.resolve(out).toFile()));
    }

    private static <T> T await(CompletableFuture<T> future) throws InterruptedException, TimeoutException, IOException {
        try {
            return future.get(PATIENCE_S, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException(Files.readString(directory.resolve("errors")), e.getCause());
        }
    }

    private static void finish(Process process) throws InterruptedException {
        try {
            assertTrue(process.waitFor(PATIENCE_S, TimeUnit.SECONDS), "the other side does not end");
        } finally {
            process.destroyForcibly();
        }
    }

    private static void assertSame(byte[] received, String peer) {
        int at = Arrays.mismatch(data, received);
        assertEquals(-1, at, () -> peer + " got " + received.length + " octets of " + data.length + ", right to " + at);
    }

    private static long count(TlsCounter counter) {
        return TlsOffload.of(net.host()).get(counter);
    }

    private static void row(String peer, String theirRole, CipherSuite suite, long updates) {
        boolean tls13 = suite.version() == TlsVersion.TLS_1_3;
        ROWS.add(String.format(
                "| %s | %s | %s | %s | %d MiB each way | %s |",
                peer,
                theirRole,
                tls13 ? "1.3" : "1.2",
                suite.aead(),
                MIB,
                tls13 ? updates + " by them, more by us" : "n/a"));
    }

    private void theirClient(String peer, CipherSuite suite, CommandTo commandTo) throws Exception {
        long before = count(TlsCounter.TlsRxRekeyOk);
        TlsParameters parameters = TlsParameters.server(RSA).build();
        try (Endpoints.Server server = net.new Server(parameters, data.length, data)) {
            Process process = start(commandTo.port(server.port()), null, "out");
            SluiceTlsHandler tls;
            try (OutputStream in =
                    process.getOutputStream()) { // open: at its end the tools would not wait for the answer
                in.write(data);
                in.flush();
                tls = await(server.done);
                finish(process);
            }
            assertEquals(suite, tls.session().suite());
            assertSame(Files.readAllBytes(directory.resolve("out")), peer);
        }
        long updates = count(TlsCounter.TlsRxRekeyOk) - before;
        assertEquals(suite.version() == TlsVersion.TLS_1_3, updates > 0, "the peer's answer to our KeyUpdate");
        row(peer, "client", suite, updates);
    }

    /** The command that connects to a port. */
    private interface CommandTo {
        List<String> port(int port);
    }

    @ParameterizedTest
    @MethodSource("suites")
    void opensslClient(CipherSuite suite) throws Exception {
        theirClient(
                "openssl",
                suite,
                port -> PeerTools.command(
                        "openssl",
                        "s_client",
                        "-connect",
                        Endpoints.HOST + ":" + port,
                        "-quiet",
                        "-verify_return_error",
                        "-CAfile",
                        file("server.pem"),
                        "-servername",
                        "server.example",
                        PeerTools.openssl(suite)));
    }

    @ParameterizedTest
    @MethodSource("suites")
    void gnutlsClient(CipherSuite suite) throws Exception {
        theirClient(
                "gnutls",
                suite,
                port -> PeerTools.command(
                        "gnutls-cli",
                        "-p",
                        port,
                        "--logfile=" + file("log"),
                        "--x509cafile=" + file("server.pem"),
                        "--sni-hostname=server.example",
                        "--verify-hostname=server.example",
                        "--priority=" + PeerTools.gnutls(suite),
                        Endpoints.HOST));
    }

    @ParameterizedTest
    @MethodSource("suites")
    void opensslServer(CipherSuite suite) throws Exception {
        long before = count(TlsCounter.TlsRxRekeyOk);
        int port = 4433;
        Process process = start(
                PeerTools.command(
                        "openssl",
                        "s_server",
                        "-accept",
                        Endpoints.KERNEL + ":" + port,
                        "-naccept",
                        "1",
                        "-quiet",
                        "-cert",
                        file("server.pem"),
                        "-key",
                        file("server.key"),
                        PeerTools.openssl(suite)),
                null,
                "out");
        CompletableFuture<SluiceTlsHandler> done =
                connectWhenReady(port, client(suite).build());
        try (OutputStream in = process.getOutputStream()) {
            in.write(data);
            in.flush();
            SluiceTlsHandler tls = await(done);
            assertEquals(suite, tls.session().suite());
            finish(process);
        }
        assertSame(Files.readAllBytes(directory.resolve("out")), "openssl");
        row("openssl", "server", suite, count(TlsCounter.TlsRxRekeyOk) - before);
    }

    /** Which sends back what it gets. */
    @ParameterizedTest
    @MethodSource("suites")
    void gnutlsServer(CipherSuite suite) throws Exception {
        long before = count(TlsCounter.TlsRxRekeyOk);
        int port = 4434;
        Process process = start(
                PeerTools.command(
                        "gnutls-serv",
                        "--port=" + port,
                        "--echo",
                        "--crlf",
                        "--disable-client-cert",
                        "--x509certfile=" + file("server.pem"),
                        "--x509keyfile=" + file("server.key"),
                        "--priority=" + PeerTools.gnutls(suite)),
                null,
                "log");
        try {
            CompletableFuture<SluiceTlsHandler> done =
                    connectWhenReady(port, client(suite).build());
            assertEquals(suite, await(done).session().suite());
        } finally {
            process.destroyForcibly().waitFor(); // which never ends by itself
        }
        row("gnutls", "server", suite, count(TlsCounter.TlsRxRekeyOk) - before);
    }

    private static void awaitCount(TlsCounter counter, long least) {
        long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (count(counter) < least) {
            assertTrue(System.nanoTime() < giveUp, counter + " stays at " + count(counter));
            Thread.onSpinWait();
        }
    }

    /** curl, which speaks HTTP. */
    @ParameterizedTest
    @MethodSource("suites")
    void curlClient(CipherSuite suite) throws Exception {
        List<String> how = suite.version() == TlsVersion.TLS_1_3
                ? List.of("--tlsv1.3", "--tls13-ciphers", suite.name())
                : List.of(
                        "--tls-max",
                        "1.2",
                        "--ciphers",
                        PeerTools.openssl(suite).get(2));
        long before = count(TlsCounter.TlsRxRekeyOk);
        TlsParameters parameters = TlsParameters.server(RSA).build();
        try (Endpoints.HttpServer server = net.new HttpServer(parameters, data)) {
            String connect = "server.example:443:" + Endpoints.HOST + ":" + server.port();
            Process process = start(
                    PeerTools.command(
                            "curl",
                            "-sS",
                            "--cacert",
                            file("server.pem"),
                            "--connect-to",
                            connect,
                            how,
                            "https://server.example/"),
                    null,
                    "out");
            assertEquals(suite, await(server.done).session().suite());
            finish(process);
            assertEquals(0, process.exitValue(), Files.readString(directory.resolve("errors")));
            assertSame(Files.readAllBytes(directory.resolve("out")), "curl");
        }
        row("curl (download)", "client", suite, count(TlsCounter.TlsRxRekeyOk) - before);
    }

    private static SSLContext jdk() throws GeneralSecurityException, IOException {
        KeyStore keys = KeyStore.getInstance(KeyStore.getDefaultType());
        keys.load(null, null);
        keys.setKeyEntry("server", RSA.key(), new char[0], RSA.chain().toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), new TrustManager[] {Certificates.trusting(RSA)}, null);
        return context;
    }

    /** JSSE's end of an exchange: sends, and at the same time reads until we close. */
    private static byte[] exchange(SSLSocket socket, CipherSuite suite, boolean client) throws IOException {
        socket.setUseClientMode(client);
        socket.setEnabledProtocols(new String[] {suite.version() == TlsVersion.TLS_1_3 ? "TLSv1.3" : "TLSv1.2"});
        socket.setEnabledCipherSuites(new String[] {suite.name()});
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
            try {
                socket.getOutputStream().write(data);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        byte[] received = socket.getInputStream().readNBytes(data.length);
        sending.join();
        return received;
    }

    @ParameterizedTest
    @MethodSource("suites")
    void jdkClient(CipherSuite suite) throws Exception {
        long before = count(TlsCounter.TlsRxRekeyOk);
        TlsParameters parameters = TlsParameters.server(RSA).build();
        try (Endpoints.Server server = net.new Server(parameters, data.length, data);
                Socket plain = net.namespace.call(() -> new Socket(Endpoints.HOST, server.port()));
                SSLSocket socket =
                        (SSLSocket) jdk().getSocketFactory().createSocket(plain, "server.example", 443, true)) {
            assertSame(exchange(socket, suite, true), "the JDK");
            assertEquals(suite, await(server.done).session().suite());
        }
        row("JDK " + Runtime.version().feature(), "client", suite, count(TlsCounter.TlsRxRekeyOk) - before);
    }

    @ParameterizedTest
    @MethodSource("suites")
    void jdkServer(CipherSuite suite) throws Exception {
        long before = count(TlsCounter.TlsRxRekeyOk);
        try (ServerSocket listener = net.namespace.call(() -> new ServerSocket(0))) {
            CompletableFuture<SluiceTlsHandler> done =
                    net.connect(listener.getLocalPort(), client(suite).build(), data.length, data);
            try (Socket plain = listener.accept();
                    SSLSocket socket = (SSLSocket) jdk().getSocketFactory().createSocket(plain, null, true)) {
                assertSame(exchange(socket, suite, false), "the JDK");
                assertEquals(suite, await(done).session().suite());
            }
        }
        row("JDK " + Runtime.version().feature(), "server", suite, count(TlsCounter.TlsRxRekeyOk) - before);
    }

    /** Connects as soon as somebody listens. */
    private static CompletableFuture<SluiceTlsHandler> connectWhenReady(int port, TlsParameters parameters)
            throws Exception {
        long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        String listening = String.format(":%04X ", port);
        while (System.nanoTime() < giveUp) {
            String sockets = net.namespace.exec("cat", "/proc/net/tcp", "/proc/net/tcp6");
            if (sockets.lines().anyMatch(l -> l.contains(listening) && l.contains(" 0A "))) {
                return net.connect(port, parameters, data.length, data);
            }
        }
        throw new IOException("nobody listens on " + port);
    }

    /** RFC 8446 §4.6.3: updates that the peer begins, and asks for. */
    @Test
    void opensslChangesItsKeys() throws Exception {
        long received = count(TlsCounter.TlsRxRekeyReceived);
        long sent = count(TlsCounter.TlsTxRekeyOk);
        byte[] text = Endpoints.stream(100);
        TlsParameters parameters = TlsParameters.server(RSA).build();
        try (Endpoints.Server server = net.new Server(parameters, text.length, Endpoints.stream(1000))) {
            Process process = start(
                    PeerTools.command(
                            "openssl",
                            "s_client",
                            "-connect",
                            Endpoints.HOST + ":" + server.port(),
                            "-tls1_3",
                            "-CAfile",
                            file("server.pem"),
                            "-servername",
                            "server.example"),
                    null,
                    "out");
            try (OutputStream in = process.getOutputStream()) {
                for (int updates = 1; updates <= 3; updates++) {
                    in.write("K\n".getBytes(StandardCharsets.US_ASCII)); // the tool's command
                    in.flush();
                    long wanted = received + updates;
                    awaitCount(TlsCounter.TlsRxRekeyReceived, wanted);
                }
                in.write(text);
                in.flush();
                await(server.done);
            }
            finish(process);
        }
        assertTrue(count(TlsCounter.TlsRxRekeyReceived) > received, "by the peer");
        assertTrue(count(TlsCounter.TlsTxRekeyOk) > sent, "by us");
    }

    @ParameterizedTest
    @MethodSource("suites")
    void opensslShowsACertificate(CipherSuite suite) throws Exception {
        TlsParameters asks = TlsParameters.server(RSA)
                .authenticateClients(ClientAuthentication.REQUIRED, Certificates.trusting(CLIENT))
                .build();
        try (Endpoints.Server server = net.new Server(asks, 0, Endpoints.stream(1000))) {
            Process process = start(
                    PeerTools.command(
                            "openssl",
                            "s_client",
                            "-connect",
                            Endpoints.HOST + ":" + server.port(),
                            "-quiet",
                            "-cert",
                            file("client.pem"),
                            "-key",
                            file("client.key"),
                            PeerTools.openssl(suite)),
                    "nothing",
                    "out");
            assertEquals(CLIENT.chain(), await(server.done).session().peerCertificates());
            finish(process);
        }
    }

    @Test
    void opensslResumesASessionOfTls12() throws Exception {
        for (String option : List.of("-sess_out", "-sess_in")) {
            TlsParameters parameters = TlsParameters.server(RSA).build();
            try (Endpoints.Server server = net.new Server(parameters, 0, Endpoints.stream(1000))) {
                Process process = start(
                        PeerTools.command(
                                "openssl",
                                "s_client",
                                "-connect",
                                Endpoints.HOST + ":" + server.port(),
                                "-quiet",
                                "-tls1_2",
                                "-servername",
                                "server.example",
                                option,
                                file("session")),
                        "nothing",
                        "out");
                boolean resumed = await(server.done).session().resumed();
                finish(process);
                assertEquals(option.equals("-sess_in"), resumed);
            }
        }
    }
}
