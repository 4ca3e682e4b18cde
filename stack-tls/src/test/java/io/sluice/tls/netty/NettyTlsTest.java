package io.sluice.tls.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.stream.ChunkedFile;
import io.netty.handler.stream.ChunkedWriteHandler;
import io.sluice.netty.FileAccess;
import io.sluice.netty.SluiceFileRegion;
import io.sluice.tls.Certificates;
import io.sluice.tls.TlsIdentity;
import io.sluice.tls.TlsParameters;
import io.sluice.tls.TlsVersion;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** TLS in Netty's pipelines: the same events as with SslHandler, and after the handshake nobody in the way. */
@Timeout(60)
@SuppressWarnings({"FutureReturnValueIgnored", "NullAway"
}) // what arrives is looked at; after its event there is a session
class NettyTlsTest extends NettyEnds {

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void tellsWhatSslHandlerTells(TlsVersion version) throws InterruptedException {
        SluiceTlsHandler[] accepted = new SluiceTlsHandler[1];
        Channel server = serve(c -> {
            accepted[0] = handler(
                    TlsParameters.server(IDENTITY).applicationProtocols("echo").build());
            c.pipeline().addLast(accepted[0], new Notes(atServer));
            c.writeAndFlush(text("written before the handshake"));
        });
        SluiceTlsHandler tls = handler(clientParameters()
                .versions(version)
                .applicationProtocols("echo")
                .build());
        Channel client = connect(server, c -> c.pipeline().addLast(tls, new Notes(atClient)));
        client.writeAndFlush(text("me too")).sync();
        assertTrue(tls.handshakeFuture().await(30, TimeUnit.SECONDS));
        assertEquals("SslHandshakeCompletionEvent(SUCCESS)", next(atClient));
        assertEquals("SslHandshakeCompletionEvent(SUCCESS)", next(atServer));
        assertEquals("written before the handshake", new String(octets(atClient, 28), StandardCharsets.US_ASCII));
        assertEquals("me too", new String(octets(atServer, 6), StandardCharsets.US_ASCII));
        assertEquals("echo", tls.applicationProtocol());
        assertEquals(version, tls.session().suite().version());
        assertEquals("server.example", accepted[0].session().serverName());
        assertEquals(IDENTITY.chain(), tls.session().peerCertificates());
        client.close().sync();
        assertEquals("SslCloseCompletionEvent(SUCCESS)", next(atServer));
        assertEquals("inactive", next(atServer));
        assertTrue(accepted[0].sslCloseFuture().isSuccess());
        assertEquals(
                "SslCloseCompletionEvent(java.nio.channels.ClosedChannelException)",
                next(atClient).toString());
    }

    /** What was written before the handshake goes before what those write who are told of its end. */
    @Test
    void writesKeepTheirOrder() throws InterruptedException {
        Channel server = serve(
                c -> c.pipeline().addLast(handler(TlsParameters.server(IDENTITY).build()), new Notes(atServer)));
        SluiceTlsHandler tls = handler(clientParameters().build());
        connect(server, c -> {
            c.pipeline().addLast(tls);
            c.writeAndFlush(text("one "));
            tls.handshakeFuture().addListener(f -> c.writeAndFlush(text("two ")));
            c.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                @Override
                public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                    ctx.writeAndFlush(text("three"));
                }
            });
        });
        assertEquals("SslHandshakeCompletionEvent(SUCCESS)", next(atServer));
        assertEquals("one two three", new String(octets(atServer, 13), StandardCharsets.US_ASCII));
    }

    /** Without autoRead whoever has asked to read gets data, and not only what the handshake reads meanwhile; as SslHandler. */
    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void oneReadIsOneOfData(TlsVersion version) throws InterruptedException {
        Channel server = serve(c -> {
            c.config().setAutoRead(false);
            c.pipeline().addLast(handler(TlsParameters.server(IDENTITY).build()), new Notes(atServer));
            c.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                @Override
                public void channelActive(ChannelHandlerContext ctx) {
                    ctx.read();
                }
            });
        });
        SluiceTlsHandler tls = handler(clientParameters().versions(version).build());
        Channel client = connect(server, c -> c.pipeline().addLast(tls));
        tls.handshakeFuture().sync();
        assertEquals("SslHandshakeCompletionEvent(SUCCESS)", next(atServer));
        client.writeAndFlush(text("hello")).sync();
        assertEquals("hello", new String(octets(atServer, 5), StandardCharsets.US_ASCII));
    }

    /** After the handshake no handler of TLS is called for data, in either direction. */
    @Test
    void leavesTheDataPath() throws InterruptedException, NoSuchMethodException {
        Channel server = serve(
                c -> c.pipeline().addLast(handler(TlsParameters.server(IDENTITY).build()), new Notes(atServer)));
        SluiceTlsHandler tls = handler(clientParameters().build());
        Channel client = connect(server, c -> c.pipeline().addLast("tls", tls).addLast("notes", new Notes(atClient)));
        tls.handshakeFuture().sync();
        assertEquals("SslHandshakeCompletionEvent(SUCCESS)", next(atClient));
        client.eventLoop().submit(() -> {}).sync();
        assertEquals(
                Arrays.asList("tls", "notes", "DefaultChannelPipeline$TailContext#0"),
                client.pipeline().names());
        // Netty calls a handler only for what its class overrides.
        for (String method : new String[] {"channelRead", "channelReadComplete", "write", "flush", "read"}) {
            Class<?> declaring = Arrays.stream(SluiceTlsHandler.class.getMethods())
                    .filter(m -> m.getName().equals(method))
                    .findFirst()
                    .orElseThrow()
                    .getDeclaringClass();
            assertNotEquals(SluiceTlsHandler.class, declaring, method);
        }
    }

    @Test
    void carriesMuchBothWays() throws InterruptedException {
        byte[] much = random(5_000_000);
        Channel server = serve(c -> {
            c.pipeline().addLast(handler(TlsParameters.server(IDENTITY).build()), new Notes(atServer));
            c.writeAndFlush(Unpooled.wrappedBuffer(much));
        });
        SluiceTlsHandler tls = handler(clientParameters().build());
        Channel client = connect(server, c -> c.pipeline().addLast(tls, new Notes(atClient)));
        client.writeAndFlush(Unpooled.wrappedBuffer(much));
        tls.handshakeFuture().sync();
        client.eventLoop().submit(() -> tls.tls().updateKey(true)).sync();
        assertEquals("SslHandshakeCompletionEvent(SUCCESS)", next(atClient));
        assertEquals("SslHandshakeCompletionEvent(SUCCESS)", next(atServer));
        assertTrue(Arrays.equals(much, octets(atClient, much.length)));
        assertTrue(Arrays.equals(much, octets(atServer, much.length)));
        client.close().sync();
    }

    /** What netty/netty#3968 asks for. */
    @Test
    void filesGoThroughTls() throws InterruptedException, IOException {
        byte[] much = random(3_000_000);
        File file = directory.resolve("file").toFile();
        Files.write(file.toPath(), much);
        Channel server = serve(c -> {
            c.pipeline().addLast(handler(TlsParameters.server(IDENTITY).build()), new ChunkedWriteHandler());
            c.write(new DefaultFileRegion(file, 0, much.length));
            c.write(new SluiceFileRegion(file.toPath(), 1, much.length - 1, FileAccess.DIRECT));
            try {
                c.writeAndFlush(new ChunkedFile(new RandomAccessFile(file, "r")));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        Channel client = connect(
                server, c -> c.pipeline().addLast(handler(clientParameters().build()), new Notes(atClient)));
        assertEquals("SslHandshakeCompletionEvent(SUCCESS)", next(atClient));
        byte[] both = octets(atClient, 3 * much.length - 1);
        assertTrue(Arrays.equals(much, 0, much.length, both, 0, much.length), "FileRegion");
        assertTrue(Arrays.equals(much, 1, much.length, both, much.length, 2 * much.length - 1), "past the page cache");
        assertTrue(Arrays.equals(much, 0, much.length, both, 2 * much.length - 1, both.length), "ChunkedFile");
        client.close().sync();
    }

    /** RFC 8446 §6: the peer hears of an error, and not that this was all. */
    @ParameterizedTest
    @EnumSource(FileAccess.class)
    void aFileThatIsTooShortIsNoCleanEnd(FileAccess access) throws Exception {
        byte[] much = random(1_000_000);
        Path file = directory.resolve("short");
        Files.write(file, much);
        Channel server = serve(c -> {
            c.pipeline().addLast(handler(TlsParameters.server(IDENTITY).build()));
            c.writeAndFlush(new SluiceFileRegion(file, 1, much.length, access))
                    .addListener(f -> atServer.add(f.cause()));
        });
        Channel client = connect(
                server, c -> c.pipeline().addLast(handler(clientParameters().build()), new Notes(atClient)));
        assertInstanceOf(EOFException.class, next(atServer));
        assertTrue(client.closeFuture().await(30, TimeUnit.SECONDS));
        assertEquals("SslHandshakeCompletionEvent(SUCCESS)", next(atClient));
        int received = 0;
        Object last = next(atClient);
        for (; last instanceof byte[] piece; last = next(atClient)) {
            int from = 1 + received;
            received += piece.length;
            assertTrue(received < much.length, "more came than there was");
            assertTrue(Arrays.equals(piece, 0, piece.length, much, from, from + piece.length), "what came was right");
        }
        assertEquals(
                "io.netty.handler.codec.DecoderException: javax.net.ssl.SSLException: Received fatal alert: "
                        + "internal_error",
                last.toString());
    }

    @ParameterizedTest
    @EnumSource(FileAccess.class)
    void ofAFileThatIsNotThereNothingComes(FileAccess access) throws Exception {
        Path none = directory.resolve("none");
        Channel server = serve(c -> {
            c.pipeline().addLast(handler(TlsParameters.server(IDENTITY).build()));
            c.writeAndFlush(new SluiceFileRegion(none, 0, 100_000, access))
                    .addListener(f -> atServer.add(f.isSuccess() ? "success" : f.cause()));
        });
        connect(server, c -> c.pipeline().addLast(handler(clientParameters().build()), new Notes(atClient)));
        assertInstanceOf(NoSuchFileException.class, next(atServer));
        assertEquals("SslHandshakeCompletionEvent(SUCCESS)", next(atClient));
        assertEquals(
                "io.netty.handler.codec.DecoderException: javax.net.ssl.SSLException: Received fatal alert: "
                        + "internal_error",
                next(atClient).toString());
    }

    @Test
    void aFailedHandshakeIsToldAsSslHandlerTellsIt() throws InterruptedException {
        Channel server = serve(
                c -> c.pipeline().addLast(handler(TlsParameters.server(IDENTITY).build()), new Notes(atServer)));
        TlsIdentity other = Certificates.identity("EC", "server.example");
        SluiceTlsHandler tls = handler(TlsParameters.client("server.example", Certificates.trusting(other))
                .build());
        Channel client = connect(server, c -> c.pipeline().addLast(tls, new Notes(atClient)));
        assertTrue(tls.handshakeFuture().await(30, TimeUnit.SECONDS));
        assertInstanceOf(IOException.class, tls.handshakeFuture().cause());
        assertTrue(next(atClient).toString().startsWith("SslHandshakeCompletionEvent("));
        assertInstanceOf(io.netty.handler.codec.DecoderException.class, next(atClient));
        assertTrue(client.closeFuture().await(30, TimeUnit.SECONDS));
        String alert = next(atServer).toString().toLowerCase(Locale.ROOT);
        assertTrue(alert.contains("bad_certificate"), alert);
    }

    @Test
    void aHandshakeThatTakesTooLong() throws InterruptedException {
        Channel server = serve(c -> {}); // says nothing
        SluiceTlsHandler tls = handler(clientParameters().build());
        tls.setHandshakeTimeoutMillis(50);
        Channel client = connect(server, c -> c.pipeline().addLast(tls, new Notes(atClient)));
        assertTrue(tls.handshakeFuture().await(30, TimeUnit.SECONDS));
        assertInstanceOf(
                io.netty.handler.ssl.SslHandshakeTimeoutException.class,
                tls.handshakeFuture().cause());
        assertTrue(client.closeFuture().await(30, TimeUnit.SECONDS));
    }

    /** RFC 6066 §3; as SniHandler tells it, which a server of several names would have before its SslHandler. */
    @Test
    void theNameThatDecidedIsTold() throws InterruptedException {
        TlsIdentity other = Certificates.identity("EC", "other.example");
        TlsParameters byName = TlsParameters.server(name -> "other.example".equals(name) ? other : IDENTITY)
                .build();
        Channel server = serve(c -> c.pipeline().addLast(handler(byName), new Notes(atServer)));
        SluiceTlsHandler tls = handler(TlsParameters.client("other.example", Certificates.trusting(other))
                .build());
        connect(server, c -> c.pipeline().addLast(tls, new Notes(atClient)));
        assertEquals("SniCompletionEvent(SUCCESS='other.example'\")", next(atServer));
        assertEquals("SslHandshakeCompletionEvent(SUCCESS)", next(atServer));
        assertEquals("SslHandshakeCompletionEvent(SUCCESS)", next(atClient));
    }

    /** RFC 7301, as Netty's own handler for it sees it. */
    @Test
    void netAlpnHandlerFindsWhatWasAgreed() throws InterruptedException {
        BlockingQueue<Object> protocols = new LinkedBlockingQueue<>();
        Channel server = serve(c -> c.pipeline()
                .addLast(handler(TlsParameters.server(IDENTITY)
                        .applicationProtocols("h2", "http/1.1")
                        .build()))
                .addLast(new ApplicationProtocolNegotiationHandler("none") {
                    @Override
                    protected void configurePipeline(ChannelHandlerContext ctx, String protocol) {
                        protocols.add(protocol);
                    }
                }));
        Channel client = connect(server, c -> c.pipeline()
                .addLast(handler(clientParameters().applicationProtocols("h2").build())));
        assertEquals("h2", next(protocols));
        client.close().sync();
    }

    /** The same pipeline on a channel of the kernel has Netty's own handler, and they understand each other. */
    @Test
    void onAnotherChannelItIsSslHandler() throws Exception {
        SslContext serverContext = SslContextBuilder.forServer(
                        IDENTITY.key(), IDENTITY.chain().toArray(new java.security.cert.X509Certificate[0]))
                .build();
        SslContext clientContext = SslContextBuilder.forClient()
                .trustManager(IDENTITY.chain().get(0))
                .build();
        TlsParameters parameters = TlsParameters.server(IDENTITY).build();
        Channel server = new ServerBootstrap()
                .group(kernel)
                .channel(NioServerSocketChannel.class)
                .childHandler(pipeline(c -> c.pipeline()
                        .addLast(
                                patient(new SluiceTlsHandler(handshakes, parameters, serverContext::newHandler)),
                                new Notes(atServer))))
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sync()
                .channel();
        SluiceTlsHandler tls = patient(new SluiceTlsHandler(
                handshakes, clientParameters().build(), a -> clientContext.newHandler(a, "server.example", 443)));
        Channel client = new Bootstrap()
                .group(kernel)
                .channel(NioSocketChannel.class)
                .handler(pipeline(c -> c.pipeline().addLast(tls, new Notes(atClient))))
                .connect(server.localAddress())
                .sync()
                .channel();
        client.writeAndFlush(text("hello")).sync();
        assertTrue(tls.handshakeFuture().await(30, TimeUnit.SECONDS));
        assertNotNull(client.pipeline().get(SslHandler.class));
        assertNull(client.pipeline().get(SluiceTlsHandler.class));
        assertEquals("SslHandshakeCompletionEvent(SUCCESS)", next(atServer));
        assertEquals("hello", new String(octets(atServer, 5), StandardCharsets.US_ASCII));
        client.close().sync();
        server.close().sync();
    }

    /** Netty's own SslHandler, on a channel of the stack, as the peer. */
    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void understandsSslHandler(TlsVersion version) throws Exception {
        String protocol = version == TlsVersion.TLS_1_3 ? "TLSv1.3" : "TLSv1.2";
        SslContext serverContext = SslContextBuilder.forServer(
                        IDENTITY.key(), IDENTITY.chain().toArray(new java.security.cert.X509Certificate[0]))
                .protocols(protocol)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        "echo"))
                .build();
        Channel server =
                serve(c -> c.pipeline().addLast(patient(serverContext.newHandler(c.alloc())), new Notes(atServer)));
        SluiceTlsHandler tls =
                handler(clientParameters().applicationProtocols("echo").build());
        Channel client = connect(server, c -> c.pipeline().addLast(tls, new Notes(atClient)));
        byte[] much = random(1_000_000);
        client.writeAndFlush(Unpooled.wrappedBuffer(much)).sync();
        assertEquals("echo", tls.applicationProtocol());
        assertEquals("SslHandshakeCompletionEvent(SUCCESS)", next(atServer));
        assertTrue(Arrays.equals(much, octets(atServer, much.length)));
        client.close().sync();
        assertEquals("SslCloseCompletionEvent(SUCCESS)", next(atServer));

        SslContext clientContext = SslContextBuilder.forClient()
                .trustManager(IDENTITY.chain().get(0))
                .protocols(protocol)
                .build();
        BlockingQueue<Object> atPeer = new LinkedBlockingQueue<>();
        Channel other = serve(c -> {
            c.pipeline().addLast(handler(TlsParameters.server(IDENTITY).build()));
            c.writeAndFlush(Unpooled.wrappedBuffer(much));
        });
        Channel peer = connect(other, c -> c.pipeline()
                .addLast(patient(clientContext.newHandler(c.alloc(), "server.example", 443)), new Notes(atPeer)));
        assertEquals("SslHandshakeCompletionEvent(SUCCESS)", next(atPeer));
        assertTrue(Arrays.equals(much, octets(atPeer, much.length)));
        peer.close().sync();
        assertFalse(peer.isOpen());
    }
}
