package io.sluice.tls.netty;

import io.sluice.tls.Certificates;
import io.sluice.tls.CipherSuite;
import io.sluice.tls.TlsCounter;
import io.sluice.tls.TlsHandshakes;
import io.sluice.tls.TlsIdentity;
import io.sluice.tls.TlsOffload;
import io.sluice.tls.TlsParameters;
import io.sluice.tls.TlsVersion;
import io.sluice.tls.bouncycastle.BouncyCastleHandshakes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** Other implementations, in the namespace beyond our TUN device, and what they need. */
@SuppressWarnings("NullAway") // a session is there after the handshake
final class Peers implements AutoCloseable {
    static final long PATIENCE_S = Long.getLong("tls.interop.patience", 110);

    /** Whose server name our clients ask for. */
    static final TlsIdentity RSA = Certificates.identity("RSA", "server.example");

    /** Who shows a certificate to a server that asks for one. */
    static final TlsIdentity CLIENT = Certificates.identity("RSA", "client.example");

    static final CipherSuite TLS_13 = CipherSuite.TLS_AES_128_GCM_SHA256;
    static final CipherSuite TLS_12 = CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256;

    /** gnutls-serv may wait for the network with the end of what it is to send back already read: this makes it go on. */
    static final int BEHIND = 1 << 16;

    final Endpoints net;
    private final Path directory = Files.createTempDirectory("tls-interop");
    private final TlsIdentity identity;
    private final TlsIdentity trusted;

    /** The command that connects to a port. */
    interface CommandTo {
        List<String> port(int port);
    }

    /**
     * A namespace with tools.
     *
     * @param identity of their servers, and clients
     * @param trusted whom they take for the one they want
     */
    Peers(TlsIdentity identity, TlsIdentity trusted) throws Exception {
        this(identity, trusted, new BouncyCastleHandshakes());
    }

    /** As above; {@code handshakes} are ours. */
    Peers(TlsIdentity identity, TlsIdentity trusted, TlsHandshakes handshakes) throws Exception {
        this.identity = identity;
        this.trusted = trusted;
        net = new Endpoints(handshakes);
        PeerTools.pem(directory, identity, "own");
        PeerTools.pem(directory, trusted, "trusted");
    }

    /** A cipher suite of each version. */
    static Stream<CipherSuite> oneOfEachVersion() {
        return Stream.of(TLS_12, TLS_13);
    }

    String file(String name) {
        return directory.resolve(name).toString();
    }

    String errors() throws IOException {
        return Files.readString(directory.resolve("errors"));
    }

    long count(TlsCounter counter) {
        return TlsOffload.of(net.host()).get(counter);
    }

    Process start(List<String> command) throws IOException {
        return net.namespace.start(new ProcessBuilder(command)
                .redirectError(directory.resolve("errors").toFile()));
    }

    static <T> Future<T> async(Callable<T> task) {
        FutureTask<T> done = new FutureTask<>(task);
        Thread thread = new Thread(done);
        thread.setDaemon(true);
        thread.start();
        return done;
    }

    static <T> T await(Future<T> future) throws InterruptedException, TimeoutException, IOException {
        try {
            return future.get(PATIENCE_S, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }

    List<String> opensslClient(int port, Object... more) {
        return PeerTools.command(
                "openssl",
                "s_client",
                "-connect",
                Endpoints.HOST + ":" + port,
                "-CAfile",
                file("trusted.pem"),
                "-servername",
                "server.example",
                Stream.of(more).flatMap(o -> PeerTools.command(o).stream()).toList());
    }

    List<String> opensslServer(int port, Object... more) {
        return PeerTools.command(
                "openssl",
                "s_server",
                "-accept",
                Endpoints.KERNEL + ":" + port,
                "-cert",
                file("own.pem"),
                "-key",
                file("own.key"),
                Stream.of(more).flatMap(o -> PeerTools.command(o).stream()).toList());
    }

    List<String> gnutlsClient(int port, CipherSuite suite, String... more) {
        return PeerTools.command(
                "gnutls-cli",
                "-p",
                port,
                "--logfile=" + file("log"),
                "--x509cafile=" + file("trusted.pem"),
                "--sni-hostname=server.example",
                "--verify-hostname=server.example",
                "--priority=" + PeerTools.gnutls(suite),
                List.of(more),
                Endpoints.HOST);
    }

    List<String> gnutlsServer(int port, CipherSuite suite, String... more) {
        return PeerTools.command(
                "gnutls-serv",
                "--port=" + port,
                "--echo",
                "--crlf",
                "--quiet",
                "--x509certfile=" + file("own.pem"),
                "--x509keyfile=" + file("own.key"),
                "--priority=" + PeerTools.gnutls(suite),
                List.of(more));
    }

    List<String> curl(int port, CipherSuite suite, Object... more) {
        List<String> how = suite.version() == TlsVersion.TLS_1_3
                ? List.of("--tlsv1.3", "--tls13-ciphers", suite.name())
                : List.of(
                        "--tls-max",
                        "1.2",
                        "--ciphers",
                        PeerTools.openssl(suite).get(2));
        return PeerTools.command(
                "curl",
                "-sS",
                "--cacert",
                file("trusted.pem"),
                "--connect-to",
                "server.example:443:" + Endpoints.HOST + ":" + port,
                how,
                List.of(more),
                "https://server.example/");
    }

    SSLContext jdk() throws GeneralSecurityException, IOException {
        return jdk(identity, trusted);
    }

    static SSLContext jdk(TlsIdentity identity, TlsIdentity trusted) throws GeneralSecurityException, IOException {
        KeyStore keys = KeyStore.getInstance(KeyStore.getDefaultType());
        keys.load(null, null);
        keys.setKeyEntry("own", identity.key(), new char[0], identity.chain().toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), new TrustManager[] {Certificates.trusting(trusted)}, null);
        return context;
    }

    /** Connects as soon as somebody listens. */
    CompletableFuture<SluiceTlsHandler> connectWhenReady(int port, TlsParameters parameters, long expected, long toSend)
            throws Exception {
        long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        String listening = String.format(":%04X ", port);
        while (System.nanoTime() < giveUp) {
            String sockets = net.namespace.exec("cat", "/proc/net/tcp", "/proc/net/tcp6");
            if (sockets.lines().anyMatch(l -> l.contains(listening) && l.contains(" 0A "))) {
                return net.connect(port, parameters, expected, toSend);
            }
        }
        throw new IOException("nobody listens on " + port);
    }

    @Override
    public void close() throws IOException {
        net.close();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
