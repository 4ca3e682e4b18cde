package io.sluice.netty;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.sluice.api.TcpSocket;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A close with SO_LINGER: shuts the sending direction at once, and runs what closes the socket when the peer has
 * acknowledged everything or the time is up, whichever is first. Waits without a thread.
 */
final class LingeringClose implements Executor {
    private final TcpSocket socket;
    private final EventLoop loop;
    private final int seconds;
    private @Nullable Runnable close;
    private @Nullable Future<?> timeout;

    LingeringClose(TcpSocket socket, EventLoop loop, int seconds, long nowNs) {
        this.socket = socket;
        this.loop = loop;
        this.seconds = seconds;
        socket.shutdownOutput(nowNs);
    }

    @Override
    public void execute(Runnable newClose) {
        close = newClose;
        timeout = loop.schedule(this::end, seconds, TimeUnit.SECONDS);
        check();
    }

    /** Something may have been acknowledged. */
    void check() {
        switch (socket.state()) {
            case FIN_WAIT_2, TIME_WAIT, CLOSED -> end();
            default -> {} // our FIN is not acknowledged yet
        }
    }

    /** Closes the socket now, if that has not been done. */
    void end() {
        Runnable c = close;
        if (c != null) {
            close = null;
            c.run();
        }
        if (timeout != null) {
            timeout.cancel(false);
        }
    }
}
