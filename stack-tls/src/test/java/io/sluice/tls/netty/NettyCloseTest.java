package io.sluice.tls.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.sluice.tls.Alert;
import io.sluice.tls.TlsParameters;
import io.sluice.tls.TlsVersion;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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
        assertTrue(channel[0].isActive() && !closed.isDone(), "the peer has not said that it closes");
        client.close().sync();
        assertTrue(closed.await(30, TimeUnit.SECONDS));
        assertEquals("SslCloseCompletionEvent(SUCCESS)", next(atServer));
        assertEquals("inactive", next(atServer));
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
