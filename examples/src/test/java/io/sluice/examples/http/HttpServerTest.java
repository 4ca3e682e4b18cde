package io.sluice.examples.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example HTTP server on the kernel's TCP, asked by the JDK's client and by hand. */
final class HttpServerTest {
    private static final int FILE_BYTES = 1_000_003;

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final byte[] fileOctets = new byte[FILE_BYTES];
    private Path served;
    private Site site;
    private HttpServer server;
    private int port;

    @BeforeEach
    void startServer(@TempDir Path folder) throws IOException {
        new Random(1).nextBytes(fileOctets);
        served = Files.createDirectory(folder.resolve("served"));
        Files.write(served.resolve("noise.png"), fileOctets);
        Files.writeString(Files.createDirectory(served.resolve("sub")).resolve("a & b.txt"), "found");
        Files.writeString(served.resolve("empty.txt"), "");
        Files.writeString(folder.resolve("secret.txt"), "not yours");
        Files.createSymbolicLink(served.resolve("way-out.txt"), folder.resolve("secret.txt"));
        site = new Site(served, () -> "SEGMENTS=7");
        server = HttpServer.start(
                group, NioServerSocketChannel.class, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), site);
        port = ((InetSocketAddress) server.localAddress()).getPort();
    }

    @AfterEach
    void stopServer() {
        if (group.isShuttingDown()) {
            return;
        }
        server.close();
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
        site.close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    }

    private HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
        return client.send(request(path).build(), BodyHandlers.ofByteArray());
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    /** Sends {@code octets} on a connection of its own, closes that direction, and reads until the server closes. */
    private String exchange(String octets) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(octets.getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void indexSaysWhatThisIs() throws Exception {
        HttpResponse<byte[]> response = get("/");
        assertEquals(200, response.statusCode());
        assertEquals("text/html; charset=utf-8", header(response, "content-type"));
        assertTrue(text(response).contains("Sluice"), () -> text(response));
    }

    @Test
    void countersAreAskedForEachTime() throws Exception {
        assertEquals("SEGMENTS=7\n", text(get("/counters")));
    }

    @Test
    void generatedBodyHasTheLengthAndTheDigestThatItsSiteTells() throws Exception {
        for (long n : new long[] {0, 1, GeneratedContent.PERIOD, 3L * GeneratedContent.PERIOD + 17}) {
            HttpResponse<byte[]> response = get("/bytes/" + n);
            assertEquals(200, response.statusCode());
            assertEquals(Long.toString(n), header(response, "content-length"));
            assertEquals(n, response.body().length);
            assertEquals(site.sha256OfBytes(n), sha256(response.body()));
        }
    }

    /** So that a checksum on another machine or of another version means the same. */
    @Test
    void generatedOctetsAreTheSameForever() {
        assertEquals("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", site.sha256OfBytes(0));
        assertEquals(
                "c13ec1002d32c504cfb8f31b73454b7bfbe922490ec3af04805196667547ac89", site.sha256OfBytes(10_000_000));
    }

    @Test
    void numbersThatAreNoneAreNotFound() throws Exception {
        for (String n : List.of("", "-1", "1x", "+1", "1234567890123456", "%D9%A1")) {
            assertEquals(404, get("/bytes/" + n).statusCode(), n);
        }
    }

    @Test
    void filesComeWholeWithTheirMediaType() throws Exception {
        HttpResponse<byte[]> response = get("/files/noise.png");
        assertEquals("image/png", header(response, "content-type"));
        assertArrayEquals(fileOctets, response.body());
        assertEquals("found", text(get("/files/sub/a%20&%20b.txt")));
        assertEquals(0, get("/files/empty.txt").body().length);
    }

    @Test
    void folderIsListed() throws Exception {
        assertTrue(text(get("/files/")).contains("<a href=\"./noise.png\">noise.png</a>"));
        assertTrue(text(get("/files/sub/")).contains("a &amp; b.txt"));
    }

    @Test
    void nothingOutsideTheFolderIsServed() throws Exception {
        for (String path : List.of(
                "/files/../secret.txt",
                "/files/..%2Fsecret.txt",
                "/files/%2e%2e/secret.txt",
                "/files/sub/../../secret.txt",
                "/files/way-out.txt",
                "/files//etc/passwd",
                "/files/%2Fetc%2Fpasswd",
                "/files/a%00b",
                "/files/none")) {
            String response = exchange("GET " + path + " HTTP/1.0\r\n\r\n");
            assertTrue(response.startsWith("HTTP/1.1 404 "), () -> path + ": " + response);
        }
    }

    @Test
    void headHasTheHeaderOfGetAndNoBody() throws Exception {
        HttpResponse<byte[]> response = client.send(
                request("/bytes/1000")
                        .method("HEAD", HttpRequest.BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofByteArray());
        assertEquals(200, response.statusCode());
        assertEquals("1000", header(response, "content-length"));
        assertEquals(0, response.body().length);
        stopServer();
        assertEquals(0, server.served().bodyBytes());
    }

    @Test
    void otherMethodsAreNotAllowed() throws Exception {
        HttpResponse<String> response = client.send(
                request("/")
                        .expectContinue(true)
                        .POST(HttpRequest.BodyPublishers.ofString("x".repeat(100_000)))
                        .build(),
                BodyHandlers.ofString());
        assertEquals(405, response.statusCode());
        assertEquals("GET, HEAD", header(response, "allow"));
        assertEquals(200, get("/").statusCode());
    }

    @Test
    void oneConnectionServesManyRequests() throws Exception {
        for (int i = 0; i < 20; i++) {
            assertEquals(200, get("/bytes/" + i).statusCode());
        }
        stopServer(); // which sees to it that the last response is counted
        assertEquals(1, server.served().connections());
        assertEquals(20, server.served().responses());
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrderThoughTheClientClosedItsSide() throws Exception {
        StringBuilder requests = new StringBuilder();
        for (int i = 1; i <= 50; i++) {
            requests.append("GET /bytes/").append(i * 1000).append(" HTTP/1.1\r\nHost: a\r\n\r\n");
        }
        String responses = exchange(requests.toString());
        int at = 0;
        for (int i = 1; i <= 50; i++) {
            assertTrue(responses.startsWith("HTTP/1.1 200 OK", at), "response " + i);
            int end = responses.indexOf("\r\n\r\n", at) + 4;
            assertTrue(responses.substring(at, end).contains("content-length: " + i * 1000 + "\r\n"));
            at = end + i * 1000;
        }
        assertEquals(responses.length(), at);
    }

    @Test
    void oldClientsAreToldTheEndByClosing() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write("GET /bytes/5 HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] response = socket.getInputStream().readAllBytes();
            assertTrue(new String(response, StandardCharsets.ISO_8859_1).startsWith("HTTP/1.1 200 OK\r\n"));
        }
    }

    @Test
    void whatIsNoRequestIsRefusedAndTheConnectionEnds() throws Exception {
        assertTrue(exchange("nonsense\r\n\r\n").startsWith("HTTP/1.1 400 "));
        assertTrue(exchange("GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n").startsWith("HTTP/1.1 400 "));
        assertTrue(exchange("GET / HTTP/1.1\r\n\r\n").startsWith("HTTP/1.1 400 "));
        assertTrue(exchange("GET /" + "x".repeat(5000) + " HTTP/1.1\r\n\r\n").startsWith("HTTP/1.1 414 "));
        assertTrue(exchange("GET / HTTP/1.1\r\nHost: a\r\nx: " + "y".repeat(10_000) + "\r\n\r\n")
                .startsWith("HTTP/1.1 431 "));
        assertTrue(exchange("GET http://a/bytes/1 HTTP/1.1\r\nHost: a\r\n\r\n").startsWith("HTTP/1.1 200 "));
    }

    @Test
    void aHundredConnectionsAtOnceGetWhatTheyAskedFor() throws Exception {
        List<CompletableFuture<String>> digests = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            HttpRequest request =
                    request(i % 2 == 0 ? "/bytes/2000000" : "/files/noise.png").build();
            digests.add(client.sendAsync(request, BodyHandlers.ofByteArray())
                    .thenApply(response -> sha256(response.body())));
        }
        String generated = site.sha256OfBytes(2_000_000);
        String file = sha256(fileOctets);
        for (int i = 0; i < 100; i++) {
            assertEquals(i % 2 == 0 ? generated : file, digests.get(i).get());
        }
        assertTrue(server.served().connections() > 1);
    }

    /** More than fits into all buffers on the way, so the server has to wait for the reader again and again. */
    @Test
    void aReaderMayStopForAWhile() throws Exception {
        long n = 64L << 20;
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(16 * 1024);
            socket.connect(server.localAddress());
            socket.getOutputStream()
                    .write(("GET /bytes/" + n + " HTTP/1.1\r\nHost: a\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            assertEquals("200", get("/bytes/1").statusCode() + "");
            InputStream in = socket.getInputStream();
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
                head.write(in.read());
            }
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            assertEquals(n, new DigestInputStream(in, digest).readNBytes((int) n).length);
            assertEquals(site.sha256OfBytes(n), HexFormat.of().formatHex(digest.digest()));
        }
    }

    private static String sha256(byte[] octets) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
