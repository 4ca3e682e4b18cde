package io.sluice.tls.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.sluice.tls.Alert;
import io.sluice.tls.TlsParameters;
import io.sluice.tls.TlsVersion;
import java.util.Arrays;
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
}
