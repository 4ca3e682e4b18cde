package io.sluice.benchmarks.server;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Ticker;
import io.sluice.api.Sockets;
import io.sluice.event.Counter;
import io.sluice.host.Host;
import io.sluice.link.DeviceLink;
import io.sluice.time.Deadline;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs a host on one device with nothing but the core's own {@code api} above it: what the stack costs without Netty's
 * channels. One thread, which waits in epoll when there is nothing to do.
 */
final class CoreDriver {
    private static final int RECEIVE_BATCH_PACKETS = 8;
    private static final int RECEIVE_TURN_BYTES = 512 * 1024;
    private static final int TRANSMIT_BATCH_BYTES = 256 * 1024;
    private static final int TRANSMIT_TURN_BYTES = 1024 * 1024;

    private final Host host;
    private final Sockets sockets;
    private final DeviceLink link;
    private final Consumer<Object> onReady;
    private final ManualIoEventLoop loop;
    private final Ticker clock;
    private final Handle handle;
    private boolean readable = true;
    private boolean more;

    /**
     * A driver for the calling thread.
     *
     * @param clock what the host's time is told by
     * @param onReady called with each socket that has something to tell
     */
    CoreDriver(Host host, Sockets sockets, DeviceLink link, Ticker clock, Consumer<Object> onReady) {
        this.host = host;
        this.sockets = sockets;
        this.link = link;
        this.clock = clock;
        this.onReady = onReady;
        this.handle = new Handle(new FileDescriptor(link.fd()));
        this.loop = new ManualIoEventLoop(Thread.currentThread(), EpollIoHandler.newFactory());
    }

    /** Runs until the thread is interrupted. */
    void run() {
        Future<IoRegistration> registered = loop.register(handle);
        loop.runNow();
        handle.start(registered.getNow());
        while (!Thread.interrupted()) {
            loop.run(waitNs(), -1);
            turn();
        }
    }

    private long waitNs() {
        if (readable || more || !host.ready().isEmpty()) {
            return -1;
        }
        long deadlineNs = host.nextDeadlineNs();
        return deadlineNs == Deadline.NEVER ? 0 : Math.max(1, deadlineNs - clock.nanoTime());
    }

    private void turn() {
        if (readable) {
            receive();
        }
        host.onTimer(clock.nanoTime());
        for (Object s = sockets.pollReady(); s != null; s = sockets.pollReady()) {
            onReady.accept(s);
        }
        int sent = 0;
        do {
            more = host.transmit(TRANSMIT_BATCH_BYTES, clock.nanoTime());
            sent += TRANSMIT_BATCH_BYTES;
        } while (more && sent < TRANSMIT_TURN_BYTES);
        if (host.ring().isStalled()) {
            handle.await(true);
        }
    }

    private void receive() {
        long before = host.counters().get(Counter.BYTES_IN);
        int n;
        do {
            n = link.receive(host, RECEIVE_BATCH_PACKETS, clock.nanoTime());
        } while (n == RECEIVE_BATCH_PACKETS && host.counters().get(Counter.BYTES_IN) - before < RECEIVE_TURN_BYTES);
        readable = n == RECEIVE_BATCH_PACKETS;
    }

    /** The device in epoll: level-triggered, for writing only while the host waits for room. */
    private final class Handle implements EpollIoHandle {
        private final FileDescriptor descriptor;
        private @Nullable IoRegistration registration;

        Handle(FileDescriptor descriptor) {
            this.descriptor = descriptor;
        }

        void start(IoRegistration with) {
            registration = with;
            await(false);
        }

        void await(boolean room) {
            if (registration != null) {
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
            readable |= ops.contains(EpollIoOps.EPOLLIN);
            if (ops.contains(EpollIoOps.EPOLLOUT)) {
                await(false);
                more = true;
            }
        }

        @Override
        public void close() {
            // the link's owner closes the descriptor
        }
    }
}
