package io.sluice.netty;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.sluice.link.DeviceLink;
import io.sluice.link.PolledLink;
import io.sluice.link.SignallingLink;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a link meets the event loop: learns when it has packets or room. Confined to the loop's thread but for the
 * signal of a {@link SignallingLink}.
 */
final class LinkPort {
    private static final Logger LOG = LoggerFactory.getLogger(LinkPort.class);

    private final PolledLink link;
    private final HostDriver driver;
    private final AtomicBoolean signalled = new AtomicBoolean();
    private boolean ready;
    private boolean alwaysReady;
    private @Nullable Device device;

    LinkPort(PolledLink link, HostDriver driver) {
        this.link = link;
        this.driver = driver;
    }

    PolledLink link() {
        return link;
    }

    /** Starts to listen to the link. */
    void open(IoEventLoop loop) {
        if (link instanceof DeviceLink d) {
            device = new Device(d.fd());
            device.register(loop);
        } else if (link instanceof SignallingLink s) {
            s.signalTo(this::signalFromAnywhere);
        }
        ready = true;
    }

    private void signalFromAnywhere() {
        if (signalled.compareAndSet(false, true)) {
            driver.run(() -> {
                signalled.set(false);
                ready = true;
            });
        }
    }

    void signal() {
        ready = true;
    }

    boolean isReady() {
        return ready;
    }

    /** Whether the link should be read now; it then has to tell again. */
    boolean takeReady(long nowNs) {
        boolean taken = ready || alwaysReady || link.nextDeadlineNs() <= nowNs;
        ready = false;
        return taken;
    }

    /** The link was busy: wake up when it no longer is. */
    void awaitRoom() {
        if (device != null) {
            device.await(true);
        }
    }

    /** The descriptor of a {@link DeviceLink} in epoll: level-triggered, for writing only while somebody waits for room. */
    private final class Device implements EpollIoHandle {
        private final FileDescriptor descriptor;
        private @Nullable IoRegistration registration;
        private boolean awaitingRoom;

        Device(int fd) {
            descriptor = new FileDescriptor(fd); // never closed: it is the link's
        }

        void register(IoEventLoop loop) {
            if (!loop.isCompatible(EpollIoHandle.class)) {
                throw new IllegalStateException("waiting for " + link.name() + " needs epoll");
            }
            loop.register(this).addListener(f -> {
                registration = (IoRegistration) f.get();
                registration.submit(EpollIoOps.EPOLLIN);
            });
        }

        void await(boolean room) {
            if (registration != null && registration.isValid() && awaitingRoom != room) {
                awaitingRoom = room;
                registration.submit(room ? EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLOUT) : EpollIoOps.EPOLLIN);
            }
        }

        @Override
        public FileDescriptor fd() {
            return descriptor;
        }

        @Override
        public void handle(IoRegistration from, IoEvent event) {
            EpollIoOps ops = ((EpollIoEvent) event).ops();
            ready = true;
            if (ops.contains(EpollIoOps.EPOLLOUT)) {
                await(false);
            } else if (!ops.contains(EpollIoOps.EPOLLIN)) {
                LOG.warn("the device of {} is gone", link.name()); // EPOLLERR, which would be told for ever
                from.cancel();
            }
        }

        /** The loop shuts down and no longer waits for descriptors; connections still want to end in good order. */
        @Override
        public void close() {
            registration = null;
            alwaysReady = true;
        }
    }
}
