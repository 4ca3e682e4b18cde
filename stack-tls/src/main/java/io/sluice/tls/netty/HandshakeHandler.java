package io.sluice.tls.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.PendingWriteQueue;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SniCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Ticker;
import io.sluice.api.TcpSocket;
import io.sluice.event.SocketError;
import io.sluice.netty.SluiceSocketChannel;
import io.sluice.tls.HandshakeDriver;
import io.sluice.tls.NotTlsException;
import io.sluice.tls.TlsConnection;
import io.sluice.tls.TlsHandshakeException;
import io.sluice.tls.TlsHandshakes;
import io.sluice.tls.TlsParameters;
import io.sluice.tls.TlsSession;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The part of {@link SluiceTlsHandler} that is in the data path: from when it is added until the handshake is over. Gives
 * the library the peer's records, holds back what is written meanwhile, hands the keys to the stack, and leaves.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the promise that was given tells; a close has nobody to tell
final class HandshakeHandler extends ChannelDuplexHandler {
    private final SluiceTlsHandler owner;
    private final SluiceSocketChannel channel;
    private final TlsHandshakes handshakes;
    private final TlsParameters parameters;
    private @Nullable HandshakeDriver driver;
    private @Nullable PendingWriteQueue held;
    private @Nullable Future<?> timeout;
    private @Nullable ChannelFuture lastWrite;
    private ByteBuf behind = Unpooled.EMPTY_BUFFER;
    private boolean flushWanted;
    private boolean readWanted;
    private boolean over;

    HandshakeHandler(
            SluiceTlsHandler owner, SluiceSocketChannel channel, TlsHandshakes handshakes, TlsParameters parameters) {
        this.owner = owner;
        this.channel = channel;
        this.handshakes = handshakes;
        this.parameters = parameters;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        held = new PendingWriteQueue(ctx);
        if (channel.isActive()) {
            start(ctx);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        start(ctx);
        ctx.fireChannelActive();
    }

    private void start(ChannelHandlerContext ctx) {
        if (driver != null || over) {
            return;
        }
        try {
            driver = new HandshakeDriver(handshakes.start(parameters));
        } catch (IOException e) {
            fail(ctx, e);
            return;
        }
        if (owner.handshakeTimeoutMs() > 0) {
            timeout = ctx.executor().schedule(() -> timedOut(ctx), owner.handshakeTimeoutMs(), TimeUnit.MILLISECONDS);
        }
        send(ctx);
        readMore(ctx);
    }

    private void timedOut(ChannelHandlerContext ctx) {
        fail(ctx, new SslHandshakeTimeoutException("handshake timed out after " + owner.handshakeTimeoutMs() + "ms"));
    }

    /** Of data: what is read meanwhile is the handshake's. */
    @Override
    public void read(ChannelHandlerContext ctx) {
        readWanted = true;
        ctx.read();
    }

    private void readMore(ChannelHandlerContext ctx) {
        if (!over && !channel.config().isAutoRead()) {
            ctx.read();
        }
    }

    private HandshakeDriver driver() {
        return Objects.requireNonNull(driver, "data before the channel is active");
    }

    private void send(ChannelHandlerContext ctx) {
        ByteBuf output = driver().takeOutput();
        if (output.isReadable()) {
            lastWrite = ctx.writeAndFlush(output);
        } else {
            output.release();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (over || !(message instanceof ByteBuf data)) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (driver().session() != null) { // agreed, but what this side had to say last is still on its way
            behind = Unpooled.wrappedBuffer(behind, data);
            return;
        }
        try {
            driver().onOctets(data);
            send(ctx);
        } catch (IOException e) {
            send(ctx); // the alert
            data.release();
            fail(ctx, e);
            return;
        }
        if (data.isReadable()) {
            behind = data;
        } else {
            data.release();
        }
        if (driver().session() != null) {
            finishWhenSent(ctx);
        }
    }

    /** Everything of the handshake has to be in the send queue before the stack seals what follows. */
    private void finishWhenSent(ChannelHandlerContext ctx) {
        ChannelFuture last = lastWrite;
        if (last == null || last.isSuccess()) {
            finish(ctx);
        } else {
            last.addListener(f -> {
                if (f.isSuccess()) {
                    finish(ctx);
                }
            });
        }
    }

    private void finish(ChannelHandlerContext ctx) {
        TcpSocket socket = channel.tcpSocket();
        TlsSession session = Objects.requireNonNull(driver().session());
        if (over || socket == null) {
            return;
        }
        over = true;
        stopTimeout();
        if (driver().wantsTickets()) {
            owner.keepForTickets(driver());
        } else {
            driver().close();
        }
        ByteBuf rest = behind;
        behind = Unpooled.EMPTY_BUFFER;
        SocketError error = TlsConnection.transmit(socket, session.transmit());
        TlsConnection tls = TlsConnection.of(socket);
        if (error != null || tls == null) {
            rest.release();
            abandon(ctx, new ClosedChannelException());
            return;
        }
        owner.shaken(session, tls);
        owner.handshakePromise().trySuccess(ctx.channel());
        String name = session.serverName();
        if (parameters.identifiesByName() && name != null) {
            ctx.fireUserEventTriggered(new SniCompletionEvent(name)); // as SniHandler, whose work this was
        }
        tellOfSuccess(ctx, session);
        // Only now: whoever hears of the handshake is there before the first data.
        TlsConnection.receive(
                socket, session.receive(), rest, true, Ticker.systemTicker().nanoTime());
        goOn(ctx);
        ctx.pipeline().remove(this);
    }

    /** What was asked for meanwhile, in its order. */
    private void goOn(ChannelHandlerContext ctx) {
        PendingWriteQueue writes = held;
        if (writes != null) {
            writes.removeAndWriteAll();
        }
        held = null;
        if (flushWanted) {
            ctx.flush();
        }
        if (readWanted && channel.isActive() && !channel.config().isAutoRead()) {
            ctx.read();
        }
    }

    /** Netty's ALPN handler asks the pipeline for an SslHandler: there is one while it hears of the handshake. */
    private static void tellOfSuccess(ChannelHandlerContext ctx, TlsSession session) {
        AlpnView view = new AlpnView(session.applicationProtocol());
        ctx.pipeline().addBefore(ctx.name(), null, view);
        ctx.fireUserEventTriggered(SslHandshakeCompletionEvent.SUCCESS);
        ctx.pipeline().remove(view);
    }

    private void stopTimeout() {
        if (timeout != null) {
            timeout.cancel(false);
            timeout = null;
        }
    }

    /** As {@link io.netty.handler.ssl.SslHandler} tells it: whatever the library found wrong is an SSLException. */
    private static Exception told(Exception cause) {
        if (cause instanceof NotTlsException) {
            return new NotSslRecordException(cause.getMessage());
        }
        return cause instanceof SSLException || cause instanceof ClosedChannelException
                ? cause
                : new TlsHandshakeException(String.valueOf(cause.getMessage()), cause);
    }

    private void fail(ChannelHandlerContext ctx, Exception cause) {
        if (over) {
            return;
        }
        over = true;
        stopTimeout();
        behind.release();
        behind = Unpooled.EMPTY_BUFFER;
        if (driver != null) {
            driver.close();
        }
        abandon(ctx, told(cause));
    }

    /** As SslHandler: the future, what was written, the event, the exception, and the channel is closed. */
    private void abandon(ChannelHandlerContext ctx, Exception cause) {
        boolean told = owner.handshakePromise().tryFailure(cause);
        PendingWriteQueue writes = held;
        if (writes != null) {
            writes.removeAndFailAll(cause);
        }
        held = null;
        if (told) {
            ctx.fireUserEventTriggered(new SslHandshakeCompletionEvent(cause));
            if (!(cause instanceof ClosedChannelException)) {
                ctx.fireExceptionCaught(new DecoderException(cause));
            }
        }
        ctx.close();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        readMore(ctx);
        ctx.fireChannelReadComplete();
    }

    /** Also what those write who are told of the handshake waits for its turn. */
    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        PendingWriteQueue writes = held;
        if (writes == null) {
            ctx.write(message, promise);
        } else {
            writes.add(message, promise);
        }
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        if (held == null) {
            ctx.flush();
        } else {
            flushWanted = true;
        }
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        fail(ctx, new ClosedChannelException());
        ctx.close(promise);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        fail(ctx, new ClosedChannelException());
        ctx.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        fail(ctx, new ClosedChannelException());
    }
}
