package io.sluice.tls.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslCompletionEvent;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslProvider;
import io.sluice.tls.Certificates;
import io.sluice.tls.TlsIdentity;
import io.sluice.tls.TlsParameters;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The same happens once with {@link SslHandler} and once with {@link SluiceTlsHandler} at one end: the handlers behind see the same
 * events, data and kinds of exceptions, in the same order. The other end has {@link SslHandler} each time, or none.
 */
@Timeout(120)
@SuppressWarnings({"FutureReturnValueIgnored", "NullAway"}) // what arrives is looked at
final class SameEventsTest extends NettyEnds {
    private static final TlsIdentity OTHER = Certificates.identity("EC", "server.example");
    private static final byte[] NOT_TLS = "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** Looks like a record, and nobody has sealed it. */
    private static final byte[] FORGED = new byte[45];

    static {
        FORGED[0] = 23;
        FORGED[1] = 3;
        FORGED[2] = 3;
        FORGED[4] = 40;
    }

    private static SslHandler sslServer(Channel c) {
        try {
            SslContext context = SslContextBuilder.forServer(
                            IDENTITY.key(), IDENTITY.chain().toArray(X509Certificate[]::new))
                    .sslProvider(SslProvider.JDK)
                    .build();
            return patient(context.newHandler(c.alloc()));
        } catch (SSLException e) {
            throw new AssertionError(e);
        }
    }

    private static SslHandler sslClient(Channel c, TlsIdentity trusted) {
        try {
            SslContext context = SslContextBuilder.forClient()
                    .trustManager(trusted.chain().get(0))
                    .sslProvider(SslProvider.JDK)
                    .build();
            return patient(context.newHandler(c.alloc(), "server.example", 443));
        } catch (SSLException e) {
            throw new AssertionError(e);
        }
    }

    private ChannelHandler server(Channel c, boolean ours) {
        return ours ? handler(TlsParameters.server(IDENTITY).build()) : sslServer(c);
    }

    private ChannelHandler client(Channel c, boolean ours, TlsIdentity trusted) {
        return ours
                ? handler(TlsParameters.client("server.example", Certificates.trusting(trusted))
                        .build())
                : sslClient(c, trusted);
    }

    /** What an exception is, whoever says it in whatever words. */
    private static String kind(Throwable t) {
        if (t instanceof DecoderException) {
            return "DecoderException of " + kind(t.getCause());
        }
        for (Class<?> c : List.of(
                NotSslRecordException.class,
                SSLHandshakeException.class,
                SSLException.class,
                ClosedChannelException.class)) {
            if (c.isInstance(t)) {
                return c.getSimpleName();
            }
        }
        return t.getClass().getSimpleName();
    }

    /** Everything until the channel is inactive. */
    private static List<String> all(BlockingQueue<Object> queue) throws InterruptedException {
        List<String> all = new ArrayList<>();
        StringBuilder data = new StringBuilder();
        for (Object o = next(queue); !o.equals("inactive"); o = next(queue)) {
            if (o instanceof byte[] piece) {
                data.append(new String(piece, StandardCharsets.US_ASCII));
                continue;
            }
            if (!data.isEmpty()) {
                all.add(data.toString());
                data.setLength(0);
            }
            all.add(o instanceof Throwable t ? kind(t) : String.valueOf(o));
        }
        return all;
    }

    /** {@link NettyEnds.Notes} with events as they are. */
    private static final class Events extends ChannelInboundHandlerAdapter {
        private final BlockingQueue<Object> into;

        Events(BlockingQueue<Object> into) {
            this.into = into;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslCompletionEvent e) {
                into.add(e.getClass().getSimpleName() + " " + (e.isSuccess() ? "success" : kind(e.cause())));
            }
        }
    }

    /** Does something when the handshake is over. */
    private static ChannelHandler then(Consumer<Channel> action) {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                if (event instanceof SslHandshakeCompletionEvent e && e.isSuccess()) {
                    action.accept(ctx.channel());
                }
            }

            @Override
            public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                // the other end's is what is looked at
            }
        };
    }

    private void assertServersSee(List<String> expected, Consumer<Channel> client) throws InterruptedException {
        for (boolean ours : new boolean[] {false, true}) {
            BlockingQueue<Object> seen = new LinkedBlockingQueue<>();
            Channel server = serve(c -> c.pipeline().addLast(server(c, ours), new Events(seen), new Notes(seen)));
            connect(server, client);
            assertEquals(expected, all(seen), ours ? "SluiceTlsHandler" : "SslHandler");
            if (ours) {
                assertTrue(seen.isEmpty(), () -> "behind the end: " + seen);
            } else { // with JDK 25 SslHandler at times reads what is left of a bad record as another one
                seen.forEach(o -> assertEquals("DecoderException of NotSslRecordException", kind((Throwable) o)));
            }
            server.close().sync();
        }
    }

    private void assertClientsSee(List<String> expected, TlsIdentity trusted, Consumer<Channel> server)
            throws InterruptedException {
        for (boolean ours : new boolean[] {false, true}) {
            BlockingQueue<Object> seen = new LinkedBlockingQueue<>();
            Channel listener = serve(server);
            connect(listener, c -> c.pipeline().addLast(client(c, ours, trusted), new Events(seen), new Notes(seen)));
            assertEquals(expected, all(seen), ours ? "SluiceTlsHandler" : "SslHandler");
            listener.close().sync();
        }
    }

    @Test
    void aPeerThatSendsAndCloses() throws InterruptedException {
        List<String> expected =
                List.of("SslHandshakeCompletionEvent success", "hello", "SslCloseCompletionEvent success");
        assertServersSee(expected, c -> c.pipeline()
                .addLast(sslClient(c, IDENTITY), then(peer -> peer.writeAndFlush(text("hello"))
                        .addListener(ChannelFutureListener.CLOSE))));
        assertClientsSee(expected, IDENTITY, c -> c.pipeline()
                .addLast(sslServer(c), then(peer -> peer.writeAndFlush(text("hello"))
                        .addListener(ChannelFutureListener.CLOSE))));
    }

    @Test
    void aPeerThatDoesNotSpeakTls() throws InterruptedException {
        assertServersSee(
                List.of(
                        "SslHandshakeCompletionEvent NotSslRecordException",
                        "DecoderException of NotSslRecordException",
                        "SslCloseCompletionEvent ClosedChannelException"),
                c -> c.pipeline().addLast(whenActive(peer -> peer.writeAndFlush(Unpooled.wrappedBuffer(NOT_TLS)))));
    }

    @Test
    void aPeerThatSaysNothingAndGoes() throws InterruptedException {
        assertServersSee(
                List.of(
                        "SslHandshakeCompletionEvent ClosedChannelException",
                        "SslCloseCompletionEvent ClosedChannelException"),
                c -> c.pipeline().addLast(whenActive(Channel::close)));
    }

    @Test
    void aServerThatIsNotTrusted() throws InterruptedException {
        List<String> expected = List.of(
                "SslHandshakeCompletionEvent SSLHandshakeException",
                "DecoderException of SSLHandshakeException",
                "SslCloseCompletionEvent ClosedChannelException");
        assertClientsSee(expected, OTHER, c -> c.pipeline().addLast(sslServer(c)));
        assertServersSee(expected, c -> c.pipeline().addLast(sslClient(c, OTHER)));
    }

    @Test
    void aStreamThatIsCutOff() throws InterruptedException {
        assertServersSee(
                List.of(
                        "SslHandshakeCompletionEvent success",
                        "hello",
                        "SslCloseCompletionEvent ClosedChannelException"),
                c -> c.pipeline().addLast(sslClient(c, IDENTITY), then(peer -> peer.writeAndFlush(text("hello"))
                        .addListener(f -> {
                            peer.pipeline().remove(SslHandler.class);
                            peer.close();
                        }))));
    }

    @Test
    void aRecordThatIsNotAuthentic() throws InterruptedException {
        assertServersSee(
                List.of(
                        "SslHandshakeCompletionEvent success",
                        "DecoderException of SSLException",
                        "SslCloseCompletionEvent ClosedChannelException"),
                c -> c.pipeline().addLast(sslClient(c, IDENTITY), then(peer -> peer.pipeline()
                        .firstContext()
                        .writeAndFlush(Unpooled.wrappedBuffer(FORGED)))));
    }

    private static ChannelHandler whenActive(Consumer<Channel> action) {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelActive(ChannelHandlerContext ctx) {
                action.accept(ctx.channel());
            }
        };
    }
}
