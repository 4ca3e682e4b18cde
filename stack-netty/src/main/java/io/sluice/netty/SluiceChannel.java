package io.sluice.netty;

import io.netty.channel.AbstractChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What channels of the stack have in common: they live on the event loop of the host that their socket belongs to, and
 * are told by its {@link HostDriver} when something can be done. Readiness is level-triggered: a channel that could do
 * more asks to be told again.
 */
abstract class SluiceChannel extends AbstractChannel {
    /** Whether the driver has it in its list. */
    boolean scheduled;

    /** Whether a read was asked for and nothing has been read since. */
    boolean readPending;

    /** The socket could not take everything that was flushed: the rest waits until it has room. */
    boolean flushPending;

    private volatile boolean open = true;
    private Runnable whenClosed = () -> {};
    private volatile @Nullable HostDriver driver;
    private volatile @Nullable EventLoop home;
    private volatile @Nullable InetSocketAddress local;
    private volatile @Nullable InetSocketAddress remote;
    private @Nullable IoRegistration registration;

    SluiceChannel(@Nullable Channel parent) {
        super(parent);
    }

    /** A channel whose socket is there already, and belongs to a loop's host. */
    SluiceChannel(Channel parent, HostDriver driver) {
        super(parent);
        this.driver = driver;
        this.home = parent.eventLoop();
    }

    /** The loop that this channel has to be registered with, or null if it can be any. */
    @Nullable EventLoop home() {
        return home;
    }

    /** The driver of the host; there is one as soon as the channel is registered. */
    HostDriver driver() {
        return registered(driver);
    }

    /** {@code part}, which is there as soon as the channel is registered. */
    final <T> T registered(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("not registered: " + this);
        }
        return part;
    }

    /** The driver, or null before the first registration. */
    @Nullable HostDriver driverIfAny() {
        return driver;
    }

    /** The channel has come to a host for the first time: makes its socket. */
    abstract void onAttached(HostDriver host);

    /** Something can be done, or might be. Called by the driver, between segments. */
    abstract void onReady();

    /** Whether {@link #onReady} would find something to read. */
    abstract boolean hasInput();

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return loop instanceof IoEventLoop l && l.isCompatible(StackIoHandle.class);
    }

    @Override
    protected void doRegister(ChannelPromise promise) {
        ((IoEventLoop) eventLoop()).register((StackIoHandle) unsafe()).addListener(f -> {
            if (!f.isSuccess()) {
                promise.setFailure(f.cause());
                return;
            }
            IoRegistration registered = (IoRegistration) f.getNow();
            HostDriver host = registered.attachment();
            if (driver != null && driver != host) {
                registered.cancel();
                promise.setFailure(new IllegalStateException("the socket belongs to the host of another event loop, "
                        + home + ": register the channel with that one"));
                return;
            }
            registration = registered;
            attach(host);
            promise.setSuccess();
        });
    }

    private void attach(HostDriver host) {
        if (driver == null) {
            driver = host;
            home = eventLoop();
            onAttached(host);
        }
        host.schedule(this);
    }

    @Override
    protected void doDeregister() {
        IoRegistration r = registration;
        if (r != null) {
            registration = null;
            r.cancel();
        }
    }

    @Override
    protected void doBeginRead() {
        readPending = true;
        if (hasInput()) {
            driver().schedule(this);
        }
    }

    /** Forgets that a read was asked for: {@code autoRead} was switched off. */
    void clearReadPending() {
        HostDriver d = driver;
        if (d == null || d.inLoop()) {
            readPending = false;
        } else {
            d.run(() -> readPending &= config().isAutoRead());
        }
    }

    boolean isReadWanted() {
        return readPending || config().isAutoRead();
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    /** Has {@code task} run when the channel is closed, forcibly or not: the close future knows of the latter only. */
    void whenClosed(Runnable task) {
        whenClosed = task;
    }

    /** From now on it is closed for everybody. */
    void markClosed() {
        open = false;
        whenClosed.run();
    }

    @Override
    protected void doDisconnect() throws Exception {
        doClose();
    }

    void local(@Nullable InetSocketAddress address) {
        local = address;
    }

    void remote(@Nullable InetSocketAddress address) {
        remote = address;
    }

    @Override
    protected @Nullable SocketAddress localAddress0() {
        return local;
    }

    @Override
    protected @Nullable SocketAddress remoteAddress0() {
        return remote;
    }

    @Override
    public @Nullable InetSocketAddress localAddress() {
        return (InetSocketAddress) super.localAddress();
    }

    @Override
    public @Nullable InetSocketAddress remoteAddress() {
        return (InetSocketAddress) super.remoteAddress();
    }

    /** The side of the channel that the event loop closes at its end. */
    abstract class StackUnsafe extends AbstractUnsafe implements StackIoHandle {
        @Override
        public void close() {
            close(voidPromise());
        }

        @Override
        protected void flush0() {
            if (!flushPending) {
                super.flush0();
            }
        }

        /** Writes on: the socket has room again. */
        final void flushAgain() {
            flushPending = false;
            super.flush0();
        }
    }
}
