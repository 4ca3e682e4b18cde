package io.sluice.netty;

import io.netty.channel.ChannelPromise;
import io.netty.channel.ConnectTimeoutException;
import io.netty.util.concurrent.Future;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A connection attempt under way: its promise and its time limit. */
final class ConnectAttempt {
    private final SluiceSocketChannel channel;
    private final SocketAddress remote;
    private final ChannelPromise promise;
    private @Nullable Future<?> timeout;

    ConnectAttempt(SluiceSocketChannel channel, SocketAddress remote, ChannelPromise promise) {
        this.channel = channel;
        this.remote = remote;
        this.promise = promise;
    }

    /** Starts the clock; from now on the promise can be cancelled, which closes the channel. */
    void start(int timeoutMillis) {
        if (timeoutMillis > 0) {
            timeout = channel.eventLoop().schedule(() -> expire(timeoutMillis), timeoutMillis, TimeUnit.MILLISECONDS);
        }
        promise.addListener(f -> {
            if (f.isCancelled()) {
                end();
                channel.unsafe().close(channel.voidPromise());
            }
        });
    }

    private void expire(int timeoutMillis) {
        String message = "connection timed out after " + timeoutMillis + " ms: " + remote;
        if (promise.tryFailure(new ConnectTimeoutException(message))) {
            channel.unsafe().close(channel.voidPromise());
        }
    }

    SocketAddress remote() {
        return remote;
    }

    ChannelPromise promise() {
        return promise;
    }

    /** The attempt is over, one way or another. */
    void end() {
        if (timeout != null) {
            timeout.cancel(false);
        }
    }
}
