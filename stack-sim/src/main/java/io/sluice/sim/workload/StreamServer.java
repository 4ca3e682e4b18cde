package io.sluice.sim.workload;

import io.sluice.api.Endpoint;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.event.SocketError;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Listens, and gives every connection that it accepts a handler. Confined to the socket's thread. */
public final class StreamServer implements SocketHandler {
    private final TcpListener listener;
    private final Function<TcpSocket, SocketHandler> onAccepted;

    /**
     * Listens at once.
     *
     * @param onAccepted makes the handler of a connection; it is told to start when it is made
     * @throws IllegalStateException if the address cannot be had
     */
    public StreamServer(
            TcpListener listener, Endpoint local, int backlog, Function<TcpSocket, SocketHandler> onAccepted) {
        this.listener = listener;
        this.onAccepted = onAccepted;
        listener.attachment(this);
        require(listener.bind(local), local);
        require(listener.listen(backlog), local);
    }

    private static void require(@Nullable SocketError error, Endpoint local) {
        if (error != null) {
            throw new IllegalStateException("cannot listen on " + local + ": " + error);
        }
    }

    public TcpListener listener() {
        return listener;
    }

    @Override
    public void onReady(long nowNs) {
        for (TcpSocket socket = listener.accept(); socket != null; socket = listener.accept()) {
            SocketHandler handler = onAccepted.apply(socket);
            socket.attachment(handler);
            handler.onReady(nowNs);
        }
    }

    /** Stops listening. */
    public void close(long nowNs) {
        listener.close(nowNs);
    }
}
