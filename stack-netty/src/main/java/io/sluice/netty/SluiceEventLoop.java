package io.sluice.netty;

import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.util.concurrent.RejectedExecutionHandlers;
import java.util.concurrent.Executor;

/**
 * An event loop that never ends with open channels. Netty's asks its handler to close them where it notices between I/O
 * and tasks that it is being shut down; where that comes while tasks run, and there is no quiet period, it just ends.
 */
final class SluiceEventLoop extends SingleThreadIoEventLoop {
    /** How long tasks may keep the loop from its devices: a TUN queue of 500 packets fills in milliseconds. */
    private static final int MAX_TASK_TIME_MS = 1;

    SluiceEventLoop(IoEventLoopGroup group, Executor executor, IoHandlerFactory ioHandlerFactory) {
        super(
                group,
                executor,
                ioHandlerFactory,
                Integer.MAX_VALUE,
                RejectedExecutionHandlers.reject(),
                MAX_TASK_TIME_MS);
    }

    @Override
    protected boolean confirmShutdown() {
        if (isShuttingDown()) {
            ioHandler().prepareToDestroy();
        }
        return super.confirmShutdown();
    }
}
