package io.sluice.tls.netty;

import static io.sluice.tls.netty.Peers.BEHIND;
import static io.sluice.tls.netty.Peers.RSA;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.sluice.tls.Certificates;
import io.sluice.tls.CipherSuite;
import io.sluice.tls.TlsCounter;
import io.sluice.tls.TlsIdentity;
import io.sluice.tls.TlsParameters;
import io.sluice.tls.TlsVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Octets, all compared, between our records and other implementations over a TUN device, in both roles where they have both, in
 * both versions with all three ciphers. In TLS 1.3 we change our keys every 40 records, and ask for theirs once. MiB each
 * way: {@code -Dtls.interop.mib}; {@code -Dtls.interop.ciphers=AES_128_GCM} for one cipher only, {@code
 * -Dtls.interop.versions=TLS_1_3} for one version.
 */
@Tag("netns")
@Timeout(1800)
@SuppressWarnings({"FutureReturnValueIgnored", "NullAway"
}) // JUnit fills the fields; after a handshake there is a session
class TlsInteropTest {
    private static final long MIB = Long.getLong("tls.interop.mib", 1);
    private static final String CIPHERS = System.getProperty("tls.interop.ciphers", "");
    private static final String VERSIONS = System.getProperty("tls.interop.versions", "");
    private static final long OCTETS = MIB << 20;

    private static final InteropReport REPORT = new InteropReport(
            MIB + " MiB each way", suites().map(InteropReport::column).toList());

    /** GnuTLS takes more than eight KeyUpdates in a second for an attack. */
    private static final long GNUTLS_REKEY_RECORDS = 2000;

    private static Peers peers;
    private static Endpoints net;

    @BeforeAll
    static void begin() throws Exception {
        peers = new Peers(RSA, RSA);
        net = peers.net;
    }

    @AfterAll
    static void end() throws IOException {
        if (peers != null) {
            peers.close();
            REPORT.write("1-transfers.md");
        }
    }

    static Stream<CipherSuite> suites() {
        return Stream.of(
                        CipherSuite.TLS_AES_128_GCM_SHA256,
                        CipherSuite.TLS_AES_256_GCM_SHA384,
                        CipherSuite.TLS_CHACHA20_POLY1305_SHA256,
                        CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
                        CipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
                        CipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256)
                .filter(s -> CIPHERS.isEmpty() || CIPHERS.contains(s.aead().name()))
                .filter(s -> VERSIONS.isEmpty() || VERSIONS.contains(s.version().name()));
    }

    private static TlsParameters.Builder client(CipherSuite suite) {
        return TlsParameters.client("server.example", Certificates.trusting(RSA))
                .versions(suite.version())
                .suites(suite);
    }

    /** One exchange was right: how often keys changed goes into the report. */
    private static final class Run {
        private final long theirs = count(TlsCounter.TlsRxRekeyOk);
        private final long ours = count(TlsCounter.TlsTxRekeyOk);

        void shown(String peer, CipherSuite suite) {
            boolean tls13 = suite.version() == TlsVersion.TLS_1_3;
            long byThem = count(TlsCounter.TlsRxRekeyOk) - theirs;
            assertEquals(tls13, byThem > 0, "the peer's answer to our KeyUpdate");
            long byUs = count(TlsCounter.TlsTxRekeyOk) - ours;
            REPORT.shown(peer, InteropReport.column(suite), tls13 ? "✓ keys " + byUs + " + " + byThem : "✓");
        }
    }

    private static long count(TlsCounter counter) {
        return peers.count(counter);
    }

    /** Both directions of a tool at the same time. */
    private static void talk(Process process) throws Exception {
        Future<Void> sending = Peers.async(() -> {
            Octets.write(process.getOutputStream(), OCTETS);
            return null;
        });
        Octets.check(process.getInputStream(), OCTETS);
        Peers.await(sending);
    }

    private void toolAsClient(String peer, CipherSuite suite, Peers.CommandTo command) throws Exception {
        Run run = new Run();
        TlsParameters parameters = TlsParameters.server(RSA).build();
        try (Endpoints.Server server = net.new Server(parameters, OCTETS, OCTETS)) {
            Process process = peers.start(command.port(server.port()));
            // Its input stays open: at its end some tools would not wait for the answer.
            try (OutputStream in = process.getOutputStream()) {
                talk(process);
                assertEquals(suite, Peers.await(server.done).session().suite());
                in.flush();
            } finally {
                process.destroyForcibly();
            }
        }
        run.shown(peer, suite);
    }

    @ParameterizedTest
    @MethodSource("suites")
    void opensslClient(CipherSuite suite) throws Exception {
        toolAsClient(
                "openssl s_client",
                suite,
                port -> peers.opensslClient(port, PeerTools.openssl(suite), "-quiet", "-verify_return_error"));
    }

    @ParameterizedTest
    @MethodSource("suites")
    void gnutlsClient(CipherSuite suite) throws Exception {
        toolAsClient("gnutls-cli", suite, port -> peers.gnutlsClient(port, suite));
    }

    private void toolAsServer(String peer, CipherSuite suite, int port, boolean echoes, List<String> command)
            throws Exception {
        Run run = new Run();
        Process process = peers.start(command);
        try {
            CompletableFuture<SluiceTlsHandler> done =
                    peers.connectWhenReady(port, client(suite).build(), OCTETS, OCTETS + (echoes ? BEHIND : 0));
            if (!echoes) {
                talk(process);
            }
            assertEquals(suite, Peers.await(done).session().suite());
        } finally {
            process.destroyForcibly().waitFor();
        }
        run.shown(peer, suite);
    }

    @ParameterizedTest
    @MethodSource("suites")
    void opensslServer(CipherSuite suite) throws Exception {
        toolAsServer(
                "openssl s_server", suite, 4433, false, peers.opensslServer(4433, PeerTools.openssl(suite), "-quiet"));
    }

    @ParameterizedTest
    @MethodSource("suites")
    void gnutlsServer(CipherSuite suite) throws Exception {
        long usual = net.rekeyRecords;
        net.rekeyRecords = GNUTLS_REKEY_RECORDS;
        try {
            toolAsServer("gnutls-serv", suite, 4434, true, peers.gnutlsServer(4434, suite, "--disable-client-cert"));
        } finally {
            net.rekeyRecords = usual;
        }
    }

    /** curl, which speaks HTTP. */
    @ParameterizedTest
    @MethodSource("suites")
    void curl(CipherSuite suite) throws Exception {
        Run run = new Run();
        TlsParameters parameters = TlsParameters.server(RSA).build();
        try (Endpoints.HttpServer server = net.new HttpServer(parameters, OCTETS)) {
            Process process = peers.start(peers.curl(server.port(), suite));
            Octets.check(process.getInputStream(), OCTETS);
            assertEquals(-1, process.getInputStream().read(), "more than there should be");
            assertTrue(process.waitFor(Peers.PATIENCE_S, TimeUnit.SECONDS));
            assertEquals(0, process.exitValue(), peers.errors());
            assertEquals(suite, Peers.await(server.done).session().suite());
        }
        run.shown("curl (down only)", suite);
    }

    private static String[] protocol(CipherSuite suite) {
        return new String[] {suite.version() == TlsVersion.TLS_1_3 ? "TLSv1.3" : "TLSv1.2"};
    }

    /** JSSE's end: sends, and at the same time reads. */
    private static void exchange(SSLSocket socket, CipherSuite suite, boolean client) throws Exception {
        socket.setUseClientMode(client);
        socket.setEnabledProtocols(protocol(suite));
        socket.setEnabledCipherSuites(new String[] {suite.name()});
        Future<Void> sending = Peers.async(() -> {
            Octets.write(socket.getOutputStream(), OCTETS);
            return null;
        });
        Octets.check(socket.getInputStream(), OCTETS);
        Peers.await(sending);
    }

    @ParameterizedTest
    @MethodSource("suites")
    void jdkClient(CipherSuite suite) throws Exception {
        Run run = new Run();
        TlsParameters parameters = TlsParameters.server(RSA).build();
        try (Endpoints.Server server = net.new Server(parameters, OCTETS, OCTETS);
                Socket plain = net.namespace.call(() -> new Socket(Endpoints.HOST, server.port()));
                SSLSocket socket =
                        (SSLSocket) peers.jdk().getSocketFactory().createSocket(plain, "server.example", 443, true)) {
            exchange(socket, suite, true);
            assertEquals(suite, Peers.await(server.done).session().suite());
        }
        run.shown("JDK SSLSocket, client", suite);
    }

    @ParameterizedTest
    @MethodSource("suites")
    void jdkServer(CipherSuite suite) throws Exception {
        Run run = new Run();
        try (ServerSocket listener = net.namespace.call(() -> new ServerSocket(0))) {
            CompletableFuture<SluiceTlsHandler> done =
                    net.connect(listener.getLocalPort(), client(suite).build(), OCTETS, OCTETS);
            try (Socket plain = listener.accept();
                    SSLSocket socket =
                            (SSLSocket) peers.jdk().getSocketFactory().createSocket(plain, null, true)) {
                exchange(socket, suite, false);
                assertEquals(suite, Peers.await(done).session().suite());
            }
        }
        run.shown("JDK SSLSocket, server", suite);
    }

    @ParameterizedTest
    @MethodSource("suites")
    void jdkHttpClient(CipherSuite suite) throws Exception {
        Run run = new Run();
        TlsIdentity identity = Certificates.identity("RSA", Endpoints.HOST);
        TlsParameters parameters = TlsParameters.server(identity).build();
        try (Endpoints.HttpServer server = net.new HttpServer(parameters, OCTETS)) {
            SSLParameters ssl = new SSLParameters(new String[] {suite.name()}, protocol(suite));
            URI uri = URI.create("https://" + Endpoints.HOST + ":" + server.port() + "/");
            // Its threads are made by the thread that is in the namespace, and so are in it, too.
            boolean right = net.namespace.call(() -> {
                HttpResponse<InputStream> response = HttpClient.newBuilder()
                        .sslContext(Peers.jdk(identity, identity))
                        .sslParameters(ssl)
                        .build()
                        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofInputStream());
                try (InputStream body = response.body()) {
                    Octets.check(body, OCTETS);
                    return body.read() < 0;
                }
            });
            assertTrue(right, "more than there should be");
            assertEquals(suite, Peers.await(server.done).session().suite());
        }
        run.shown("JDK HttpClient (down only)", suite);
    }

    /** Netty's own handler on the kernel's TCP, with the JDK's engine. */
    private static SslContextBuilder configured(SslContextBuilder builder, CipherSuite suite) {
        return builder.protocols(protocol(suite)).ciphers(List.of(suite.name()));
    }

    @ParameterizedTest
    @MethodSource("suites")
    void sslHandlerClient(CipherSuite suite) throws Exception {
        Run run = new Run();
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        SslContext context = configured(
                        SslContextBuilder.forClient().trustManager(RSA.chain().get(0)), suite)
                .build();
        TlsParameters parameters = TlsParameters.server(RSA)
                .versions(suite.version())
                .suites(suite)
                .build();
        try (Endpoints.Server server = net.new Server(parameters, OCTETS, OCTETS)) {
            CompletableFuture<SslHandler> done = new CompletableFuture<>();
            net.namespace.call(() -> new Bootstrap()
                    .group(loop)
                    .channel(NioSocketChannel.class)
                    .handler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel c) {
                            SslHandler tls = context.newHandler(c.alloc(), "server.example", 443);
                            tls.setHandshakeTimeoutMillis(0);
                            c.pipeline().addLast(tls, net.exchange(tls, OCTETS, OCTETS, false, done));
                        }
                    })
                    .connect(new InetSocketAddress(Endpoints.HOST, server.port())));
            assertEquals(suite, Peers.await(server.done).session().suite());
            Peers.await(done);
        } finally {
            loop.shutdownGracefully(0, 5, TimeUnit.SECONDS);
        }
        run.shown("Netty SslHandler, client", suite);
    }

    @ParameterizedTest
    @MethodSource("suites")
    void sslHandlerServer(CipherSuite suite) throws Exception {
        Run run = new Run();
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        SslContext context = configured(
                        SslContextBuilder.forServer(RSA.key(), RSA.chain().toArray(new X509Certificate[0])), suite)
                .build();
        CompletableFuture<SslHandler> done = new CompletableFuture<>();
        try {
            Channel server = net.namespace.call(() -> new ServerBootstrap()
                    .group(loop)
                    .channel(NioServerSocketChannel.class)
                    .childHandler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel c) {
                            SslHandler tls = context.newHandler(c.alloc());
                            tls.setHandshakeTimeoutMillis(0);
                            c.pipeline().addLast(tls, net.exchange(tls, OCTETS, OCTETS, true, done));
                        }
                    })
                    .bind(new InetSocketAddress(Endpoints.KERNEL, 0))
                    .syncUninterruptibly()
                    .channel());
            int port = ((InetSocketAddress) server.localAddress()).getPort();
            assertEquals(
                    suite,
                    Peers.await(net.connect(port, client(suite).build(), OCTETS, OCTETS))
                            .session()
                            .suite());
            Peers.await(done);
        } finally {
            loop.shutdownGracefully(0, 5, TimeUnit.SECONDS);
        }
        run.shown("Netty SslHandler, server", suite);
    }
}
