package io.sluice.netty;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import io.netty.util.concurrent.ThreadAwareExecutor;
import io.netty.util.concurrent.Ticker;
import io.sluice.host.Host;
import io.sluice.time.Deadline;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event loop's I/O with a host on it: another {@link IoHandler}, by default epoll's, with a turn of the host after
 * each run of it. So sockets of the kernel and of the stack share one loop, and one thread waits for both.
 *
 * <pre>{@code new MultiThreadIoEventLoopGroup(1, SluiceIoHandler.newFactory(SluiceNetwork.of(link, "10.0.0.2/24")))}</pre>
 */
public final class SluiceIoHandler implements IoHandler {
    private static final Logger LOG = LoggerFactory.getLogger(SluiceIoHandler.class);

    private final IoEventLoop loop;
    private final IoHandler io;
    private final HostDriver driver;
    private final LoopContext context = new LoopContext();
    private final Set<StackRegistration> registrations = new LinkedHashSet<>();

    private SluiceIoHandler(IoEventLoop loop, IoHandler io, HostDriver driver) {
        this.loop = loop;
        this.io = io;
        this.driver = driver;
    }

    /** Handlers over epoll, or over NIO where there is no epoll; the first loop gets the first network, and so on. */
    public static Factory newFactory(SluiceNetwork... networks) {
        return newFactory(Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory(), networks);
    }

    /** As {@link #newFactory(SluiceNetwork...)}, over the handlers that {@code io} makes. */
    public static Factory newFactory(IoHandlerFactory io, SluiceNetwork... networks) {
        return new Factory(io, List.of(networks));
    }

    /** Makes one handler for each network. */
    public static final class Factory implements IoHandlerFactory {
        private final IoHandlerFactory io;
        private final List<SluiceNetwork> networks;
        private final List<HostDriver> drivers = new ArrayList<>();

        private Factory(IoHandlerFactory io, List<SluiceNetwork> networks) {
            this.io = io;
            this.networks = networks;
        }

        /** @throws IllegalStateException if there are more loops than networks */
        @Override
        public synchronized IoHandler newHandler(ThreadAwareExecutor executor) {
            if (!(executor instanceof IoEventLoop loop)) {
                throw new IllegalArgumentException("no event loop: " + executor);
            }
            if (drivers.size() == networks.size()) {
                throw new IllegalStateException("an event loop without a network: there are " + networks.size());
            }
            HostDriver driver = new HostDriver(networks.get(drivers.size()), loop);
            drivers.add(driver);
            return new SluiceIoHandler(loop, io.newHandler(executor), driver);
        }

        @Override
        public boolean isChangingThreadSupported() {
            return false; // a host is confined to one thread
        }

        /** How many loops this can serve. */
        public int loops() {
            return networks.size();
        }

        /** The hosts of the loops made so far, in that order; each is confined to its loop's thread. */
        public synchronized List<Host> hosts() {
            return drivers.stream().map(HostDriver::host).toList();
        }
    }

    @Override
    public void initialize() {
        TimerSlack.tighten();
        io.initialize();
        if (loop instanceof SingleThreadEventExecutor executor) {
            executor.addShutdownHook(this::prepareToDestroy); // which such a loop can leave out: see SluiceEventLoop
        }
        for (LinkPort port : driver.ports()) {
            port.open(loop);
        }
    }

    @Override
    public int run(IoHandlerContext loopContext) {
        context.outer = loopContext;
        int handled = io.run(context);
        try {
            return handled + driver.turn();
        } catch (RuntimeException e) {
            // The last resort of the adapter: what failed has failed, the loop's other channels go on.
            LOG.error("a turn of the host failed", e);
            return handled;
        }
    }

    @Override
    public void prepareToDestroy() {
        closeChannels();
        io.prepareToDestroy();
    }

    private void closeChannels() {
        for (StackRegistration r : new ArrayList<>(registrations)) {
            r.handle.close();
        }
    }

    /** Whatever the loop has done before, no channel outlives its host. */
    @Override
    public void destroy() {
        closeChannels();
        driver.close();
        io.destroy();
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        if (!(handle instanceof StackIoHandle stackHandle)) {
            return io.register(handle);
        }
        StackRegistration registration = new StackRegistration(stackHandle);
        registrations.add(registration);
        stackHandle.registered();
        return registration;
    }

    @Override
    public void wakeup() {
        io.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return StackIoHandle.class.isAssignableFrom(handleType) || io.isCompatible(handleType);
    }

    /** A channel's place on this loop; its attachment is the {@link HostDriver}. */
    private final class StackRegistration implements IoRegistration {
        private final StackIoHandle handle;
        private volatile boolean valid = true;

        StackRegistration(StackIoHandle handle) {
            this.handle = handle;
        }

        @Override
        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // Netty's signature
        public <T> T attachment() {
            return (T) driver;
        }

        @Override
        public long submit(IoOps ops) {
            throw new UnsupportedOperationException("a channel of the stack waits for no descriptor");
        }

        @Override
        public boolean isValid() {
            return valid;
        }

        @Override
        public boolean cancel() {
            if (!valid) {
                return false;
            }
            valid = false;
            driver.run(() -> {
                registrations.remove(this);
                handle.unregistered();
            });
            return true;
        }
    }

    /** What the wrapped handler is told: it may sleep if the loop and the host agree, until the earlier deadline. */
    private final class LoopContext implements IoHandlerContext {
        private static final long NOTHING_SCHEDULED = -1;

        private IoHandlerContext outer = this;

        @Override
        public boolean canBlock() {
            return outer.canBlock() && !driver.hasWork();
        }

        @Override
        public long delayNanos(long currentTimeNanos) {
            long delayNs = outer.delayNanos(currentTimeNanos);
            long deadlineNs = driver.nextDeadlineNs();
            if (deadlineNs == Deadline.NEVER) {
                return delayNs;
            }
            long nowNs = currentTimeNanos - Ticker.systemTicker().initialNanoTime();
            return Math.min(delayNs, Math.max(0, deadlineNs - nowNs));
        }

        @Override
        public long deadlineNanos() {
            long loopNs = outer.deadlineNanos();
            long hostNs = driver.nextDeadlineNs();
            if (hostNs == Deadline.NEVER) {
                return loopNs;
            }
            return loopNs == NOTHING_SCHEDULED ? hostNs : Math.min(loopNs, hostNs);
        }

        @Override
        public void reportActiveIoTime(long activeNanos) {
            outer.reportActiveIoTime(activeNanos);
        }

        @Override
        public boolean shouldReportActiveIoTime() {
            return outer.shouldReportActiveIoTime();
        }
    }
}
