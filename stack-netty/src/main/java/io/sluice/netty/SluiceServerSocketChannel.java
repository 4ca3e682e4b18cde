package io.sluice.netty;

import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.ServerSocketChannelConfig;
import io.netty.util.UncheckedBooleanSupplier;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.event.SocketError;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A listening TCP socket of the stack as a Netty channel. Needs an event loop with a host: {@link
 * SluiceEventLoopGroup}, or any with a {@link SluiceIoHandler}; what it accepts belongs to the same loop.
 */
public final class SluiceServerSocketChannel extends SluiceChannel implements ServerSocketChannel {
    private static final ChannelMetadata METADATA = new ChannelMetadata(false, 16);

    private final ServerChannelOptions config;
    private @Nullable TcpListener listener;
    private volatile boolean listening;

    /** A channel to be bound. */
    public SluiceServerSocketChannel() {
        super(null);
        config = new ServerChannelOptions(this);
    }

    @Override
    void onAttached(HostDriver host) {
        TcpListener made = host.sockets().listener();
        made.attachment(this);
        config.attach(made);
        listener = made;
    }

    private TcpListener listener() {
        return registered(listener);
    }

    /** The stack's socket; on the event loop only. Null before registration. */
    public @Nullable TcpListener tcpListener() {
        return listener;
    }

    @Override
    public ServerSocketChannelConfig config() {
        return config;
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    @Override
    public boolean isActive() {
        return listening && isOpen();
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new ServerUnsafe();
    }

    @Override
    void onReady() {
        if (isActive() && isRegistered() && isReadWanted() && hasInput()) {
            ((ServerUnsafe) unsafe()).accept();
        }
    }

    @Override
    boolean hasInput() {
        TcpListener l = listener;
        return l != null && isOpen() && l.waitingCount() > 0;
    }

    @Override
    protected void doBind(SocketAddress localAddress) throws Exception {
        TcpListener l = listener();
        l.ipv6Only(config.isIpv6Only());
        SocketError error = l.bind(Addresses.local(localAddress));
        if (error == null) {
            error = l.listen(config.getBacklog());
        }
        if (error != null) {
            throw SocketFailures.ofBind(error);
        }
        local(Addresses.toJava(l.localEndpoint()));
        listening = true;
    }

    @Override
    protected void doClose() {
        listening = false;
        markClosed();
        HostDriver host = driverIfAny();
        if (host != null) {
            host.run(() -> listener().close(host.now()));
        }
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer in) {
        throw new UnsupportedOperationException("nothing can be written to a listening socket");
    }

    @Override
    protected Object filterOutboundMessage(Object message) {
        throw new UnsupportedOperationException("nothing can be written to a listening socket");
    }

    /** What the pipeline's head calls. */
    private final class ServerUnsafe extends StackUnsafe {
        @Override
        public void connect(SocketAddress remote, @Nullable SocketAddress localAddress, ChannelPromise promise) {
            promise.setFailure(new UnsupportedOperationException("a listening socket does not connect"));
        }

        /** Passes accepted connections on, at most as many as MAX_MESSAGES_PER_READ; asks to be called again for more. */
        private void accept() {
            ChannelPipeline pipeline = pipeline();
            RecvByteBufAllocator.ExtendedHandle handle = (RecvByteBufAllocator.ExtendedHandle) recvBufAllocHandle();
            handle.reset(config);
            do {
                TcpSocket accepted = listener().accept();
                if (accepted == null) {
                    break;
                }
                handle.lastBytesRead(1); // so that the handle sees progress
                handle.incMessagesRead(1);
                readPending = false;
                pipeline.fireChannelRead(new SluiceSocketChannel(SluiceServerSocketChannel.this, driver(), accepted));
            } while (isOpen() && handle.continueReading(UncheckedBooleanSupplier.TRUE_SUPPLIER));
            handle.readComplete();
            pipeline.fireChannelReadComplete();
            if (isReadWanted() && hasInput()) {
                driver().schedule(SluiceServerSocketChannel.this);
            }
        }
    }
}
