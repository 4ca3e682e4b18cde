package io.sluice.tls.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.sluice.netty.FileAccess;
import io.sluice.netty.SluiceFileRegion;
import io.sluice.netty.SluiceSocketChannel;
import io.sluice.tls.Alert;
import io.sluice.tls.ContentType;
import io.sluice.tls.TlsCounter;
import io.sluice.tls.TlsOffload;
import io.sluice.tls.TlsParameters;
import io.sluice.tls.TlsVersion;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How TLS connections end in Netty's pipelines: as with SslHandler. */
@Timeout(60)
@SuppressWarnings({"FutureReturnValueIgnored", "NullAway"
}) // what arrives is looked at; after its event there is a session
final class NettyCloseTest extends NettyEnds {
    /** RFC 8446 §6.1: it "does not have any effect on" the other direction, however much is still to be written there. */
    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void theResponseArrivesAlthoughThePeerHasSaidItClosesFirst(TlsVersion version) throws InterruptedException {
        byte[] much = random(8_000_000); // more than any send buffer takes
        SluiceTlsHandler[] accepted = new SluiceTlsHandler[1];
        Channel[] channel = new Channel[1];
        Channel server = serve(c -> {
            accepted[0] = handler(TlsParameters.server(IDENTITY).build());
            channel[0] = c;
            c.pipeline().addLast(accepted[0], new Notes(atServer));
        });
        SluiceTlsHandler tls = handler(clientParameters().versions(version).build());
        Channel client = connect(server, c -> c.pipeline().addLast(tls, new Notes(atClient)));
        tls.handshakeFuture().sync();
        client.eventLoop()
                .submit(() -> assertEquals(null, tls.tls().sendAlert(Alert.CLOSE_NOTIFY)))
                .sync();
        assertEquals("SslHandshakeCompletionEvent(SUCCESS)", next(atClient));
        assertEquals("SslHandshakeCompletionEvent(SUCCESS)", next(atServer));
        assertEquals("SslCloseCompletionEvent(SUCCESS)", next(atServer));
        assertTrue(channel[0].isActive(), "until the connection itself ends");
        channel[0].writeAndFlush(Unpooled.wrappedBuffer(much));
        assertTrue(Arrays.equals(much, octets(atClient, much.length)));
        client.close().sync();
        assertEquals("inactive", next(atServer));
        assertTrue(atServer.isEmpty(), "and no more than that");
    }

    /** A close waits for the peer's close_notify, and as long as it waits data is read. */
    @Test
    void aCloseMayWaitForThePeersCloseNotify() throws InterruptedException {
        SluiceTlsHandler accepted = handler(TlsParameters.server(IDENTITY).build());
        Channel[] channel = new Channel[1];
        Channel server = serve(c -> {
            channel[0] = c;
            accepted.setCloseNotifyReadTimeoutMillis(60_000);
            c.pipeline().addLast(accepted, new Notes(atServer));
        });
        SluiceTlsHandler tls = handler(clientParameters().build());
        Channel client = connect(server, c -> c.pipeline().addLast(tls, new Notes(atClient)));
        assertEquals("SslHandshakeCompletionEvent(SUCCESS)", next(atClient));
        assertEquals("SslHandshakeCompletionEvent(SUCCESS)", next(atServer));
        ChannelFuture closed = channel[0].close();
        assertEquals("SslCloseCompletionEvent(SUCCESS)", next(atClient));
        client.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {1, 2, 3})).sync();
        assertEquals(3, octets(atServer, 3).length);
        ChannelFuture again = channel[0].close();
        channel[0].eventLoop().submit(() -> {}).sync();
        assertTrue(channel[0].isActive() && !closed.isDone(), "the peer has not said that it closes");
        assertFalse(again.isDone(), "a second close waits for the first");
        client.close().sync();
        assertTrue(closed.await(30, TimeUnit.SECONDS));
        assertTrue(again.await(30, TimeUnit.SECONDS));
        assertEquals("SslCloseCompletionEvent(SUCCESS)", next(atServer));
        assertEquals("inactive", next(atServer));
    }

    /** As with SslHandler, which writes its close_notify behind it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatWasWrittenBeforeTheCloseArrives(boolean outputOnly) throws InterruptedException {
        byte[] much = random(8_000_000); // more than any send buffer takes
        SluiceTlsHandler accepted = handler(TlsParameters.server(IDENTITY).build());
        accepted.setCloseNotifyFlushTimeoutMillis(0);
        Channel server = serve(c -> {
            c.pipeline().addLast(accepted, new Notes(atServer));
        });
        SluiceTlsHandler tls = handler(clientParameters().build());
        connect(server, c -> c.pipeline().addLast(tls, new Notes(atClient)));
        assertEquals("SslHandshakeCompletionEvent(SUCCESS)", next(atClient));
        Channel channel = accepted.handshakeFuture().sync().getNow();
        ChannelFuture written = channel.writeAndFlush(Unpooled.wrappedBuffer(much));
        ChannelFuture closed = outputOnly ? accepted.closeOutbound() : channel.close();
        assertTrue(Arrays.equals(much, octets(atClient, much.length)));
        assertEquals("SslCloseCompletionEvent(SUCCESS)", next(atClient));
        assertTrue(written.await(30, TimeUnit.SECONDS) && written.isSuccess());
        assertTrue(closed.await(30, TimeUnit.SECONDS) && closed.isSuccess());
    }

    /** RFC 8446 §6.1: close_notify says that this was all; so not if it was not. */
    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void whatIsCutOffHasNoCleanEnd(boolean file, boolean outputOnly) throws Exception {
        byte[] much = random(8_000_000);
        Path path = Files.write(directory.resolve("much"), much);
        SluiceTlsHandler accepted = handler(TlsParameters.server(IDENTITY).build());
        accepted.setCloseNotifyFlushTimeoutMillis(1);
        Channel server = serve(c -> {
            c.pipeline().addLast(accepted, new Notes(atServer));
        });
        SluiceTlsHandler tls = handler(clientParameters().build());
        Channel client = connect(server, c -> c.pipeline().addLast(tls, new Notes(atClient)));
        assertEquals("SslHandshakeCompletionEvent(SUCCESS)", next(atClient));
        client.config().setAutoRead(false);
        SluiceSocketChannel channel =
                (SluiceSocketChannel) accepted.handshakeFuture().sync().getNow();
        ChannelFuture written = channel.writeAndFlush(
                file
                        ? new SluiceFileRegion(path, 0, much.length, FileAccess.PAGE_CACHE)
                        : Unpooled.wrappedBuffer(much));
        assertTrue((outputOnly ? channel.shutdownOutput() : channel.close()).await(30, TimeUnit.SECONDS));
        assertTrue(written.await(30, TimeUnit.SECONDS) && !written.isSuccess(), "the peer does not read");
        client.config().setAutoRead(true);
        Object last = next(atClient);
        for (int at = 0; last instanceof byte[] piece; last = next(atClient)) {
            assertTrue(Arrays.equals(piece, 0, piece.length, much, at, at + piece.length), "what came was right");
            at += piece.length;
        }
        assertEquals(
                "io.netty.handler.codec.DecoderException: javax.net.ssl.SSLException: Received fatal alert: "
                        + "internal_error",
                last.toString());
    }

    /** What others find wrong is not the connection's end, and is told on. */
    @Test
    void othersExceptionsAreToldAfterThePeersCloseNotify() throws InterruptedException {
        SluiceTlsHandler accepted = handler(TlsParameters.server(IDENTITY).build());
        Channel server = serve(c -> c.pipeline().addLast(accepted, new Notes(atServer)));
        SluiceTlsHandler tls = handler(clientParameters().build());
        Channel client = connect(server, c -> c.pipeline().addLast(tls, new Notes(atClient)));
        tls.handshakeFuture().sync();
        client.eventLoop().submit(() -> tls.tls().sendAlert(Alert.CLOSE_NOTIFY)).sync();
        assertEquals("SslHandshakeCompletionEvent(SUCCESS)", next(atServer));
        assertEquals("SslCloseCompletionEvent(SUCCESS)", next(atServer));
        IllegalStateException others = new IllegalStateException("of a handler");
        accepted.handshakeFuture().getNow().pipeline().fireExceptionCaught(others);
        assertEquals(others, next(atServer));
    }

    /** RFC 8446 §4.6.2: nobody has offered post_handshake_auth; so with any other message that nobody asked for. */
    @ParameterizedTest
    @ValueSource(bytes = {1, 13, 99})
    void aHandshakeMessageThatNobodyAskedForEndsTheConnection(byte type) throws InterruptedException {
        SluiceTlsHandler accepted = handler(TlsParameters.server(IDENTITY).build());
        Channel server = serve(c -> c.pipeline().addLast(accepted, new Notes(atServer)));
        SluiceTlsHandler tls = handler(clientParameters().build());
        Channel client = connect(server, c -> c.pipeline().addLast(tls, new Notes(atClient)));
        tls.handshakeFuture().sync();
        assertEquals("SslHandshakeCompletionEvent(SUCCESS)", next(atClient));
        assertEquals("SslHandshakeCompletionEvent(SUCCESS)", next(atServer));
        byte[] message = {type, 0, 0, 3, 0, 0, 0};
        client.eventLoop()
                .submit(() -> tls.tls().sendRecord(ContentType.HANDSHAKE, message))
                .sync();
        assertEquals(
                "io.netty.handler.codec.DecoderException: javax.net.ssl.SSLException: unexpected_message",
                next(atServer).toString());
        assertEquals(
                "io.netty.handler.codec.DecoderException: javax.net.ssl.SSLException: Received fatal alert: "
                        + "unexpected_message",
                next(atClient).toString());
    }

    /** RFC 5246 §7.2.2: the alert no_renegotiation, and the connection goes on. */
    @Test
    void renegotiationIsDeclined() throws Exception {
        SluiceTlsHandler accepted = handler(TlsParameters.server(IDENTITY).build());
        Channel server = serve(c -> c.pipeline().addLast(accepted, new Notes(atServer)));
        SluiceTlsHandler tls =
                handler(clientParameters().versions(TlsVersion.TLS_1_2).build());
        Channel client = connect(server, c -> c.pipeline().addLast(tls, new Notes(atClient)));
        tls.handshakeFuture().sync();
        assertEquals("SslHandshakeCompletionEvent(SUCCESS)", next(atServer));
        client.eventLoop()
                .submit(() -> tls.tls().sendRecord(ContentType.HANDSHAKE, new byte[] {1, 0, 0, 0}))
                .sync();
        client.writeAndFlush(text("goes on")).sync();
        assertEquals("goes on", new String(octets(atServer, 7), StandardCharsets.US_ASCII));
        Channel channel = accepted.handshakeFuture().getNow();
        TlsOffload offload = TlsOffload.of(accepted.tls().socket().host());
        assertEquals(
                1,
                channel.eventLoop()
                        .submit(() -> offload.get(TlsCounter.ALERTS_OUT))
                        .get());
        client.close().sync();
    }

    /** On another transport's channel it is SslHandler's defaults, or its maker's, unless something was set here. */
    @Test
    void theFallbackKeepsTheTimeoutsThatWereNotSet() throws Exception {
        SslContext context = SslContextBuilder.forClient().build();
        SluiceTlsHandler tls =
                new SluiceTlsHandler(handshakes, clientParameters().build(), allocator -> {
                    SslHandler handler = context.newHandler(allocator);
                    handler.setHandshakeTimeoutMillis(77_000);
                    handler.setCloseNotifyFlushTimeoutMillis(88_000);
                    return handler;
                });
        tls.setCloseNotifyFlushTimeoutMillis(99_000);
        EmbeddedChannel channel = new EmbeddedChannel(tls);
        SslHandler handler = channel.pipeline().get(SslHandler.class);
        assertEquals(77_000, handler.getHandshakeTimeoutMillis());
        assertEquals(99_000, handler.getCloseNotifyFlushTimeoutMillis());
        channel.close();
        channel.releaseOutbound();
    }

    @Test
    void aCloseDoesNotWaitForever() throws InterruptedException {
        SluiceTlsHandler accepted = handler(TlsParameters.server(IDENTITY).build());
        Channel server = serve(c -> {
            accepted.setCloseNotifyReadTimeoutMillis(20);
            c.pipeline().addLast(accepted, new Notes(atServer));
        });
        SluiceTlsHandler tls = handler(clientParameters().build());
        connect(server, c -> {
            c.config().setAutoRead(false); // never reads the close_notify, so never answers
            c.pipeline().addLast(tls, new Notes(atClient));
        });
        assertEquals("SslHandshakeCompletionEvent(SUCCESS)", next(atServer));
        Channel channel = accepted.handshakeFuture().getNow();
        assertTrue(channel.close().await(30, TimeUnit.SECONDS));
        assertTrue(String.valueOf(next(atServer)).startsWith("SslCloseCompletionEvent("), "it was not answered");
    }
}
