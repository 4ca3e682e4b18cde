package io.sluice.tls.netty;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultPromise;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.PromiseNotifier;
import io.sluice.buffer.StreamRecord;
import io.sluice.netty.SluiceSocketChannel;
import io.sluice.tls.Alert;
import io.sluice.tls.ContentType;
import io.sluice.tls.HandshakeDriver;
import io.sluice.tls.TlsConnection;
import io.sluice.tls.TlsEnd;
import io.sluice.tls.TlsHandshakes;
import io.sluice.tls.TlsParameters;
import io.sluice.tls.TlsSession;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * TLS in the place of Netty's {@link SslHandler}: does the handshake, tells of it by the same future and events, and then
 * has nothing to do with the data any more, since the stack seals and opens the records. No handler and no engine is
 * called for a record; files that are written ({@code FileRegion}, {@code ChunkedFile}) go through TLS as buffers do. On a
 * channel that is not the stack's it replaces itself by a plain {@link SslHandler}.
 */
public final class SluiceTlsHandler extends ChannelDuplexHandler {
    /** As {@link SslHandler}. */
    private static final long DEFAULT_HANDSHAKE_TIMEOUT_MS = 10_000;

    /** As {@link SslHandler}. */
    private static final long DEFAULT_FLUSH_TIMEOUT_MS = 3_000;

    private final TlsHandshakes handshakes;
    private final TlsParameters parameters;
    private final Function<ByteBufAllocator, SslHandler> fallback;
    private long handshakeTimeoutMs = DEFAULT_HANDSHAKE_TIMEOUT_MS;
    private long closeNotifyFlushTimeoutMs = DEFAULT_FLUSH_TIMEOUT_MS;
    private long closeNotifyReadTimeoutMs;
    private Consumer<SslHandler> settings = handler -> {};
    private @Nullable ChannelPromise closing;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Promise<Channel> handshakePromise;
    private @Nullable Promise<Channel> closePromise;
    private @Nullable SslHandler plain;
    private @Nullable TlsSession session;
    private @Nullable TlsConnection tls;
    private @Nullable HandshakeDriver library;

    /**
     * A handler for one channel.
     *
     * @param handshakes the library that does handshakes
     * @param fallback makes the handler of a channel that is not the stack's
     */
    public SluiceTlsHandler(
            TlsHandshakes handshakes, TlsParameters parameters, Function<ByteBufAllocator, SslHandler> fallback) {
        this.handshakes = handshakes;
        this.parameters = parameters;
        this.fallback = fallback;
    }

    /** As {@link SslHandler#setHandshakeTimeoutMillis}; before the handler is added. 0 for no limit. */
    public void setHandshakeTimeoutMillis(long ms) {
        handshakeTimeoutMs = ms;
        settings = settings.andThen(h -> h.setHandshakeTimeoutMillis(ms));
    }

    /**
     * As {@link SslHandler#setCloseNotifyReadTimeoutMillis}: how long a close waits for the peer's close_notify before the
     * channel is closed. 0, as there the default, does not wait: what the send queue has, close_notify and the FIN are then sent
     * behind the closed channel.
     */
    public void setCloseNotifyReadTimeoutMillis(long ms) {
        closeNotifyReadTimeoutMs = ms;
        settings = settings.andThen(h -> h.setCloseNotifyReadTimeoutMillis(ms));
    }

    /**
     * As {@link SslHandler#setCloseNotifyFlushTimeoutMillis}: how long a close lets what was written before it take to leave;
     * 0 for as long as it takes. What is left then fails, and the peer is told of an error instead of close_notify.
     */
    public void setCloseNotifyFlushTimeoutMillis(long ms) {
        closeNotifyFlushTimeoutMs = ms;
        settings = settings.andThen(h -> h.setCloseNotifyFlushTimeoutMillis(ms));
    }

    long handshakeTimeoutMs() {
        return handshakeTimeoutMs;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        if (!(ctx.channel() instanceof SluiceSocketChannel channel)) {
            SslHandler handler = fallback.apply(ctx.alloc());
            plain = handler;
            settings.accept(handler); // what was not set here stays as the fallback has it
            ctx.pipeline().replace(this, null, handler);
            return;
        }
        handshakePromise = new DefaultPromise<>(ctx.executor());
        closePromise = new DefaultPromise<>(ctx.executor());
        ctx.pipeline().addBefore(ctx.name(), null, new HandshakeHandler(this, channel, handshakes, parameters));
    }

    /** Done when the handshake is, as {@link SslHandler#handshakeFuture}; once the handler was added. */
    public Future<Channel> handshakeFuture() {
        return plain != null ? plain.handshakeFuture() : handshakePromise();
    }

    /** Done when the peer has said that it closes, as {@link SslHandler#sslCloseFuture}; once the handler was added. */
    public Future<Channel> sslCloseFuture() {
        return plain != null ? plain.sslCloseFuture() : Objects.requireNonNull(closePromise, "not added yet");
    }

    Promise<Channel> handshakePromise() {
        return Objects.requireNonNull(handshakePromise, "not added yet");
    }

    /** What ALPN has agreed on, or null. */
    public @Nullable String applicationProtocol() {
        TlsSession s = session;
        return plain != null ? plain.applicationProtocol() : s == null ? null : s.applicationProtocol();
    }

    /** What the handshake has agreed on; null before its end, and on a channel that is not the stack's. */
    public @Nullable TlsSession session() {
        return session;
    }

    /** The TLS of the stack, for key updates, records and options; null as {@link #session}. On the event loop only. */
    public @Nullable TlsConnection tls() {
        return tls;
    }

    /** Says to the peer that nothing more is sent, as {@link SslHandler#closeOutbound}. */
    @SuppressWarnings("FutureReturnValueIgnored") // the promise tells
    public ChannelFuture closeOutbound() {
        if (plain != null) {
            return plain.closeOutbound();
        }
        ChannelHandlerContext ctx = Objects.requireNonNull(context, "not added yet");
        SluiceSocketChannel channel = (SluiceSocketChannel) ctx.channel();
        ChannelPromise promise = ctx.newPromise();
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(flushed -> channel.shutdownOutput(promise)); // close_notify, then the FIN
        return promise;
    }

    /** The handshake is over, and the stack has the keys. */
    void shaken(TlsSession agreed, TlsConnection offloaded) {
        session = agreed;
        tls = offloaded;
    }

    /** The library can resume the session if it gets the tickets that come behind the handshake. */
    void keepForTickets(HandshakeDriver driver) {
        library = driver;
    }

    private void letLibraryGo() {
        HandshakeDriver driver = library;
        if (driver != null) {
            library = null;
            driver.close();
        }
    }

    /** Not in the way of data either: a close lets what was written leave, and may wait for the peer's close_notify. */
    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the promise that was given tells
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        ChannelPromise earlier = closing;
        if (earlier != null) {
            earlier.addListener(new PromiseNotifier<>(false, promise.unvoid()));
            return;
        }
        TlsConnection t = tls;
        if (t == null || !ctx.channel().isActive() || t.end() == TlsEnd.BROKEN || t.end() == TlsEnd.PEER_ALERT) {
            ctx.close(promise);
            return;
        }
        ChannelPromise closed = promise.unvoid();
        closing = closed;
        // Once closed, a channel is not closed again: whichever comes first.
        Future<?> late = closeAfter(ctx, closeNotifyFlushTimeoutMs, closed);
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(flushed -> {
            cancel(late);
            if (flushed.isSuccess()
                    && closeNotifyReadTimeoutMs > 0
                    && t.end() == TlsEnd.OPEN
                    && t.sendAlert(Alert.CLOSE_NOTIFY) == null) {
                Future<?> unanswered = closeAfter(ctx, closeNotifyReadTimeoutMs, closed);
                sslCloseFuture().addListener(answered -> {
                    cancel(unanswered);
                    closeOnce(ctx, closed);
                });
            } else {
                closeOnce(ctx, closed);
            }
        });
    }

    private static void cancel(@Nullable Future<?> timeout) {
        if (timeout != null) {
            timeout.cancel(false);
        }
    }

    /** Null, and never, if there is no limit. */
    private static @Nullable Future<?> closeAfter(ChannelHandlerContext ctx, long ms, ChannelPromise promise) {
        return ms <= 0 ? null : ctx.executor().schedule(() -> closeOnce(ctx, promise), ms, TimeUnit.MILLISECONDS);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // as above
    private static void closeOnce(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (!promise.isDone()) {
            ctx.close(promise);
        }
    }

    /** What is not data, and what others trigger. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (!(event instanceof StreamRecord record)) {
            ctx.fireUserEventTriggered(event);
            return;
        }
        int code = record.type() == ContentType.ALERT ? record.content().getUnsignedByte(1) : -1;
        HandshakeDriver driver = library;
        if (driver != null && record.type() == ContentType.HANDSHAKE) {
            driver.onMessage(record.content());
            if (!driver.wantsTickets()) {
                letLibraryGo();
            }
        }
        record.content().release();
        Promise<Channel> promise = closePromise;
        if (code == Alert.CLOSE_NOTIFY.code() && promise != null && promise.trySuccess(ctx.channel())) {
            ctx.fireUserEventTriggered(SslCloseCompletionEvent.SUCCESS);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        letLibraryGo();
    }

    /** What the stack found wrong, as {@link SslHandler} would tell it. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        TlsConnection t = tls;
        TlsEnd end = t == null ? TlsEnd.OPEN : t.end();
        Alert alert = t == null ? null : t.alert();
        String name = alert == null ? "unknown" : alert.name().toLowerCase(Locale.ROOT);
        switch (end) {
            case BROKEN -> ctx.fireExceptionCaught(new DecoderException(new SSLException(name, cause)));
            case PEER_ALERT ->
                ctx.fireExceptionCaught(new DecoderException(new SSLException("Received fatal alert: " + name, cause)));
            // Of a stream that was cut off SslHandler says so by its close event only, which follows; and what becomes
            // of the connection after close_notify is nobody's concern, as there.
            case TRUNCATED, CLOSE_NOTIFY -> {
                if (!(cause instanceof SocketException)) {
                    ctx.fireExceptionCaught(cause);
                }
            }
            default -> ctx.fireExceptionCaught(cause);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        letLibraryGo();
        Promise<Channel> promise = closePromise;
        if (promise != null) {
            ClosedChannelException closed = new ClosedChannelException();
            if (promise.tryFailure(closed)) {
                ctx.fireUserEventTriggered(new SslCloseCompletionEvent(closed));
            }
        }
        ctx.fireChannelInactive();
    }
}
