package io.sluice.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.FileRegion;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketChannelConfig;
import io.netty.util.UncheckedBooleanSupplier;
import io.netty.util.internal.StringUtil;
import io.sluice.api.Endpoint;
import io.sluice.api.TcpSocket;
import io.sluice.buffer.StreamRecord;
import io.sluice.event.Readiness;
import io.sluice.event.SocketError;
import io.sluice.tcp.TcpStack;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A TCP connection of the stack as a Netty channel; used, and behaving, as Netty's own. Needs an event loop with a host:
 * {@link SluiceEventLoopGroup}, or any with a {@link SluiceIoHandler}.
 *
 * <p>The pipeline reads the very buffers that packets came in. A direct buffer that is written changes hands: the stack
 * sends, and if need be repeats, from its memory, and lets go of it when the peer has acknowledged it; the write's
 * promise is fulfilled when the send queue (SO_SNDBUF) has taken it. A reader that is slow, or has switched {@code
 * autoRead} off, closes the window that the peer may send into.
 */
public final class SluiceSocketChannel extends SluiceChannel implements SocketChannel {
    private static final ChannelMetadata METADATA = new ChannelMetadata(false, 16);
    private static final int END_OF_CONNECTION = Readiness.PEER_CLOSED | Readiness.HANGUP | Readiness.ERROR;

    private final SocketChannelOptions config;
    private @Nullable TcpSocket socket;
    private @Nullable StreamWriter writer;
    private @Nullable ConnectAttempt attempt;
    private @Nullable LingeringClose lingering;
    private volatile boolean connected;
    private volatile boolean inputShutdown;
    private volatile boolean outputShutdown;

    /** The end of the input, or an error, was told to the pipeline. */
    private boolean inputEndTold;

    /** The stream has said itself that it ends (close_notify of TLS), and the peer's FIN is still to come. */
    private boolean awaitsFin;

    /** A channel to be connected. */
    public SluiceSocketChannel() {
        super(null);
        config = new SocketChannelOptions(this);
    }

    /** An accepted connection. */
    SluiceSocketChannel(SluiceServerSocketChannel parent, HostDriver driver, TcpSocket accepted) {
        super(parent, driver);
        config = new SocketChannelOptions(this);
        connected = true;
        remote(Addresses.toJava(accepted.remoteEndpoint()));
        use(accepted);
    }

    @Override
    void onAttached(HostDriver host) {
        use(host.sockets().tcp());
    }

    private void use(TcpSocket s) {
        socket = s;
        writer = new StreamWriter(s, driver(), config.notices(), () -> driver().schedule(this));
        s.attachment(this);
        config.attach(s);
        local(Addresses.toJava(s.localEndpoint()));
    }

    /** Runs another TCP stack from now on; of any thread. Fails with a {@link StackRefusedException} where it keeps what it has. */
    public ChannelFuture stack(TcpStack next) {
        return config.stack(next, newPromise());
    }

    private TcpSocket socket() {
        return registered(socket);
    }

    /** The stack's socket, for counters, events and swapping the TCP stack; on the event loop only. Null before registration. */
    public @Nullable TcpSocket tcpSocket() {
        return socket;
    }

    @Override
    public ServerSocketChannel parent() {
        return (ServerSocketChannel) super.parent();
    }

    @Override
    public SocketChannelConfig config() {
        return config;
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    @Override
    public boolean isActive() {
        return connected && isOpen();
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new StreamUnsafe();
    }

    @Override
    void onReady() {
        TcpSocket s = socket;
        if (s == null || !isOpen() || !isRegistered()) {
            return;
        }
        if (lingering != null) {
            lingering.check();
            return;
        }
        onReady(s, (StreamUnsafe) unsafe());
    }

    private void onReady(TcpSocket s, StreamUnsafe unsafe) {
        int ready = s.readiness();
        if (attempt != null && (ready & (Readiness.CONNECTED | Readiness.ERROR | Readiness.HANGUP)) != 0) {
            unsafe.finishConnect();
        }
        StreamWriter w = writer;
        if (flushPending && w != null && w.canGoOn(ready)) {
            unsafe.flushAgain();
        }
        config.notices().tell(pipeline());
        boolean broken = (ready & Readiness.ERROR) != 0 && s.readableBytes() == 0;
        if ((broken || isReadWanted()) && hasInput()) {
            unsafe.read();
        }
    }

    @Override
    boolean hasInput() {
        TcpSocket s = socket;
        int wanted = awaitsFin ? END_OF_CONNECTION : Readiness.READABLE;
        return s != null && connected && !isInputOver() && (s.readiness() & wanted) != 0;
    }

    /** As with Netty's SslHandler, the pipeline hears of close_notify by an event, and the channel ends with the connection. */
    private boolean endsBeforeFin(TcpSocket s) {
        return !inputShutdown && s.isEndOfStream() && (s.readiness() & END_OF_CONNECTION) == 0;
    }

    private boolean isInputOver() {
        return inputShutdown && (inputEndTold || !config.isAllowHalfClosure());
    }

    @Override
    protected void doBind(SocketAddress localAddress) throws Exception {
        SocketError error = socket().bind(Addresses.local(localAddress));
        if (error != null) {
            throw SocketFailures.ofBind(error);
        }
        local(Addresses.toJava(socket().localEndpoint()));
    }

    @Override
    protected Object filterOutboundMessage(Object message) {
        if (message instanceof ByteBuf || message instanceof FileRegion) {
            return message;
        }
        throw new UnsupportedOperationException("unsupported message type: " + StringUtil.simpleClassName(message)
                + " (expected: ByteBuf, FileRegion)");
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer in) throws IOException {
        StreamWriter w = writer;
        if (w != null) {
            flushPending = !w.write(in, config.isStableWrites());
        }
    }

    @Override
    protected void doClose() {
        connected = false;
        inputEndTold = true;
        markClosed();
        ConnectAttempt a = attempt;
        if (a != null) {
            attempt = null;
            a.end();
            a.promise().tryFailure(new ClosedChannelException());
        }
        HostDriver host = driverIfAny();
        if (host != null) {
            host.run(() -> {
                if (writer != null) {
                    writer.close(flushPending);
                }
                host.close(socket());
            });
        }
    }

    @Override
    protected void doShutdownOutput() throws Exception {
        if (writer != null) {
            writer.close(flushPending); // Netty fails what was still to be written
        }
        SocketError error = socket().shutdownOutput(driver().now());
        if (error != null) {
            throw SocketFailures.ofShutdown(error);
        }
        outputShutdown = true;
    }

    @Override
    public boolean isInputShutdown() {
        return inputShutdown || !isOpen();
    }

    @Override
    public boolean isOutputShutdown() {
        return outputShutdown || !isOpen();
    }

    @Override
    public boolean isShutdown() {
        return isInputShutdown() && isOutputShutdown();
    }

    @Override
    public ChannelFuture shutdownOutput() {
        return shutdownOutput(newPromise());
    }

    @Override
    public ChannelFuture shutdownOutput(ChannelPromise promise) {
        onLoop(() -> ((StreamUnsafe) unsafe()).shutdownOutput(promise));
        return promise;
    }

    @Override
    public ChannelFuture shutdownInput() {
        return shutdownInput(newPromise());
    }

    @Override
    public ChannelFuture shutdownInput(ChannelPromise promise) {
        onLoop(() -> {
            SocketError error = socket().shutdownInput();
            if (error != null) {
                promise.setFailure(SocketFailures.ofShutdown(error));
                return;
            }
            inputShutdown = true;
            promise.setSuccess();
            driver().schedule(this);
        });
        return promise;
    }

    @Override
    public ChannelFuture shutdown() {
        return shutdown(newPromise());
    }

    @Override
    public ChannelFuture shutdown(ChannelPromise promise) {
        shutdownOutput().addListener(output -> shutdownInput().addListener(input -> {
            Throwable cause = output.cause() != null ? output.cause() : input.cause();
            if (cause != null) {
                promise.setFailure(cause);
            } else {
                promise.setSuccess();
            }
        }));
        return promise;
    }

    private void onLoop(Runnable task) {
        if (eventLoop().inEventLoop()) {
            task.run();
        } else {
            eventLoop().execute(task);
        }
    }

    /** What the pipeline's head calls. */
    private final class StreamUnsafe extends StackUnsafe {
        @Override
        public void connect(SocketAddress remote, @Nullable SocketAddress localAddress, ChannelPromise promise) {
            if (promise.isDone() || !ensureOpen(promise)) {
                return;
            }
            Exception failure = startConnect(remote, localAddress);
            if (failure != null) {
                promise.tryFailure(annotateConnectException(failure, remote));
                return;
            }
            ConnectAttempt started = new ConnectAttempt(SluiceSocketChannel.this, remote, promise);
            attempt = started;
            started.start(config.getConnectTimeoutMillis());
        }

        /** Null if an attempt is under way now, or why not. */
        private @Nullable Exception startConnect(SocketAddress remote, @Nullable SocketAddress localAddress) {
            if (attempt != null) {
                return new ConnectionPendingException();
            }
            TcpSocket s = socket();
            try {
                Endpoint peer = Addresses.endpoint(remote);
                SocketError error = localAddress == null ? null : s.bind(Addresses.local(localAddress));
                if (error != null) {
                    return SocketFailures.ofBind(error);
                }
                error = openConnection(s, peer);
                local(Addresses.toJava(s.localEndpoint()));
                return error == SocketError.IN_PROGRESS ? null : SocketFailures.ofConnect(error);
            } catch (UnresolvedAddressException | UnsupportedAddressTypeException | IOException e) {
                return e;
            }
        }

        /** As Netty's epoll transport with TCP_FASTOPEN_CONNECT: what was written before goes with the SYN (RFC 7413). */
        private SocketError openConnection(TcpSocket s, Endpoint peer) throws IOException {
            if (!config.tcp().get(TcpSettings.FAST_OPEN_CONNECT)) {
                return s.connect(peer, driver().now());
            }
            SocketError error = s.connectFastOpen(peer, driver().now());
            ChannelOutboundBuffer out = outboundBuffer();
            if (error == SocketError.IN_PROGRESS && out != null && s.synDataRoom() > 0) {
                out.addFlush();
                doWrite(out);
            }
            return error;
        }

        private void finishConnect() {
            ConnectAttempt ended = attempt;
            if (ended == null) {
                return;
            }
            attempt = null;
            ended.end();
            SocketError error = socket().takeError();
            if (error == null && (socket().readiness() & Readiness.CONNECTED) == 0) {
                error = SocketError.CONNECTION_ABORTED;
            }
            if (error != null) {
                Exception failure = SocketFailures.ofConnect(error);
                ended.promise().tryFailure(annotateConnectException(failure, ended.remote()));
                close(voidPromise());
                return;
            }
            connected = true;
            remote((InetSocketAddress) ended.remote());
            boolean told = ended.promise().trySuccess();
            if (isActive()) {
                pipeline().fireChannelActive();
            }
            if (!told) {
                close(voidPromise()); // cancelled meanwhile
            }
        }

        /** The loop ends: there is no time to linger. */
        @Override
        public void close() {
            if (lingering != null) {
                lingering.end();
            }
            super.close();
        }

        /** SO_LINGER: the close waits until everything that was accepted is acknowledged, or the time is up. */
        @Override
        protected @Nullable Executor prepareToClose() {
            int seconds = config.getSoLinger();
            if (seconds <= 0 || !connected || eventLoop().isShuttingDown()) {
                return null;
            }
            lingering = new LingeringClose(socket(), eventLoop(), seconds, driver().now());
            return lingering;
        }

        /** Passes received buffers on, at most as many as MAX_MESSAGES_PER_READ; asks to be called again for more. */
        private void read() {
            TcpSocket s = socket();
            ChannelPipeline pipeline = pipeline();
            RecvByteBufAllocator.ExtendedHandle handle = (RecvByteBufAllocator.ExtendedHandle) recvBufAllocHandle();
            handle.reset(config);
            boolean ended = false;
            SocketError error = null;
            do {
                int most = handle.guess();
                handle.attemptedBytesRead(most);
                ByteBuf data = next(s, most);
                if (data == null) {
                    error = s.takeError();
                    ended = error != null || s.isEndOfStream();
                    handle.lastBytesRead(ended ? -1 : 0);
                    break;
                }
                handle.lastBytesRead(data.readableBytes());
                handle.incMessagesRead(1);
                readPending = false;
                pipeline.fireChannelRead(data);
            } while (isOpen() && !isInputOver() && handle.continueReading(UncheckedBooleanSupplier.TRUE_SUPPLIER));
            handle.readComplete();
            pipeline.fireChannelReadComplete();
            if (ended && isOpen()) {
                endInput(error);
            } else if (isReadWanted() && hasInput()) {
                driver().schedule(SluiceSocketChannel.this);
            }
        }

        /** The next data; records that come before it are told. */
        private @Nullable ByteBuf next(TcpSocket s, int most) {
            ByteBuf data = s.read(most);
            while (data == null && isOpen() && tellRecord(s)) {
                data = s.read(most);
            }
            return data;
        }

        /** What is not data (a record of TLS) is an event for whoever put that on the socket; false if there is none. */
        private boolean tellRecord(TcpSocket s) {
            StreamRecord record = s.readRecord();
            if (record == null) {
                return false;
            }
            pipeline().fireUserEventTriggered(record);
            return true;
        }

        private void endInput(@Nullable SocketError error) {
            readPending = false;
            if (error == null && endsBeforeFin(socket())) {
                awaitsFin = true;
                return;
            }
            if (error != null) {
                pipeline().fireExceptionCaught(SocketFailures.ofTransfer(error));
            }
            if (!inputShutdown && config.isAllowHalfClosure()) {
                inputShutdown = true;
                pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
            } else if (!inputShutdown) {
                close(voidPromise());
                return;
            }
            if (!inputEndTold) {
                inputEndTold = true;
                pipeline().fireUserEventTriggered(ChannelInputShutdownReadComplete.INSTANCE);
            }
            if (error != null) {
                close(voidPromise());
            }
        }
    }
}
