package io.sluice.tls.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.util.ReferenceCountUtil;
import io.sluice.tls.Certificates;
import io.sluice.tls.TlsIdentity;
import io.sluice.tls.TlsParameters;
import io.sluice.tls.TlsVersion;
import io.sluice.tls.bouncycastle.BouncyCastleHandshakes;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** HTTP/2 (Netty's codec) behind the records of the stack, chosen by ALPN, with clients that others wrote, over a TUN device. */
@Tag("netns")
@Timeout(120)
@SuppressWarnings({"FutureReturnValueIgnored", "NullAway"}) // what arrives is looked at; JUnit fills the fields
final class Http2Test {
    private static final int PATIENCE_S = 60;
    private static final int STREAMS = 4;
    private static final TlsIdentity IDENTITY = Certificates.identity("EC", Endpoints.HOST);
    private static final byte[] BODY = Octets.piece(0, 1_000_000);

    private static Endpoints net;

    @TempDir
    static Path directory;

    @BeforeAll
    static void begin() throws Exception {
        net = new Endpoints(new BouncyCastleHandshakes());
        PeerTools.pem(directory, IDENTITY, "server");
        Files.write(directory.resolve("upload"), BODY);
    }

    @AfterAll
    static void end() throws Exception {
        if (net != null) {
            net.close();
        }
    }

    /** Answers each request with the body, and how much of the right content came with it. */
    private static final class Answers extends ChannelInboundHandlerAdapter {
        private long received;
        private boolean wrong;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object frame) {
            assertNull(ctx.channel().parent().pipeline().get(HandshakeHandler.class), "TLS has left the data path");
            boolean ends = frame instanceof Http2HeadersFrame h && h.isEndStream();
            if (frame instanceof Http2DataFrame data) {
                for (byte octet : ByteBufUtil.getBytes(data.content())) {
                    wrong |= octet != Octets.at(received++);
                }
                ends = data.isEndStream();
            }
            ReferenceCountUtil.release(frame);
            if (ends) {
                DefaultHttp2Headers headers = new DefaultHttp2Headers();
                headers.status("200").set("received", wrong ? "wrong" : Long.toString(received));
                ctx.write(new DefaultHttp2HeadersFrame(headers));
                ctx.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(BODY), true));
            }
        }
    }

    private static Channel serve(TlsVersion version) {
        TlsParameters parameters = TlsParameters.server(IDENTITY)
                .versions(version)
                .applicationProtocols(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1)
                .build();
        return net.serve(
                parameters, () -> new ApplicationProtocolNegotiationHandler(ApplicationProtocolNames.HTTP_1_1) {
                    @Override
                    protected void configurePipeline(ChannelHandlerContext ctx, String protocol) {
                        assertEquals(ApplicationProtocolNames.HTTP_2, protocol);
                        ctx.pipeline()
                                .addLast(
                                        Http2FrameCodecBuilder.forServer().build(),
                                        new Http2MultiplexHandler(new ChannelInitializer<>() {
                                            @Override
                                            protected void initChannel(Channel stream) {
                                                stream.pipeline().addLast(new Answers());
                                            }
                                        }));
                    }
                });
    }

    private static String url(Channel server) {
        return "https://" + Endpoints.HOST + ":" + ((InetSocketAddress) server.localAddress()).getPort() + "/";
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void curl(TlsVersion version) throws Exception {
        Channel server = serve(version);
        List<String> command = PeerTools.command(
                "curl",
                "-sS",
                "--http2",
                "--cacert",
                directory.resolve("server.pem"),
                "--data-binary",
                "@" + directory.resolve("upload"),
                "-D",
                directory.resolve("head"),
                "-o",
                directory.resolve("got"),
                "-w",
                "%{http_version}",
                url(server));
        assertEquals("2", net.namespace.exec(command.toArray(String[]::new)));
        assertEquals(-1, Arrays.mismatch(BODY, Files.readAllBytes(directory.resolve("got"))));
        String head = Files.readString(directory.resolve("head"));
        assertTrue(head.contains("received: " + BODY.length), head);
        server.close().sync();
    }

    /** Many streams of one connection at once. */
    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void jdkHttpClient(TlsVersion version) throws Exception {
        Channel server = serve(version);
        SSLContext trusting = SSLContext.getInstance("TLS");
        trusting.init(null, new TrustManager[] {Certificates.trusting(IDENTITY)}, null);
        // Its threads are made by the thread that is in the namespace, and so are in it, too.
        List<HttpResponse<byte[]>> responses = net.namespace.call(() -> {
            HttpClient client = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_2)
                    .sslContext(trusting)
                    .build();
            HttpRequest request = HttpRequest.newBuilder(URI.create(url(server)))
                    .POST(HttpRequest.BodyPublishers.ofByteArray(BODY))
                    .build();
            List<HttpResponse<byte[]>> all = new ArrayList<>();
            all.add(client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray())
                    .get(PATIENCE_S, TimeUnit.SECONDS));
            List<CompletableFuture<HttpResponse<byte[]>>> more = new ArrayList<>();
            for (int i = 1; i < STREAMS; i++) {
                more.add(client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray()));
            }
            for (CompletableFuture<HttpResponse<byte[]>> f : more) {
                all.add(f.get(PATIENCE_S, TimeUnit.SECONDS));
            }
            return all;
        });
        for (HttpResponse<byte[]> r : responses) {
            assertEquals(HttpClient.Version.HTTP_2, r.version());
            assertEquals(
                    Integer.toString(BODY.length),
                    r.headers().firstValue("received").orElse("none"));
            assertEquals(-1, Arrays.mismatch(BODY, r.body()));
            assertEquals(
                    version == TlsVersion.TLS_1_3 ? "TLSv1.3" : "TLSv1.2",
                    r.sslSession().orElseThrow().getProtocol());
        }
        server.close().sync();
    }
}
