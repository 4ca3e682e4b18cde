package io.sluice.benchmarks.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.sluice.api.Endpoint;
import io.sluice.api.Sockets;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.event.SocketError;
import io.sluice.wire.IpAddress;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Discard, source and echo on the core's sockets. */
final class CoreServices {
    private static final int BACKLOG = 4096;
    private static final int CHUNK_BYTES = 64 * 1024;

    private final Sockets sockets;
    private final LongSupplier clock;
    private final ByteBuf chunk =
            PooledByteBufAllocator.DEFAULT.directBuffer(CHUNK_BYTES).writeZero(CHUNK_BYTES);

    CoreServices(Sockets sockets, LongSupplier clock) {
        this.sockets = sockets;
        this.clock = clock;
    }

    /** What a listener's or a connection's attachment does when its socket is ready. */
    private interface Service {
        void onReady();
    }

    /** Makes the service of a connection that was accepted. */
    private interface ServiceFactory {
        Service create(TcpSocket accepted);
    }

    /** Listens on the three ports of {@link Ports}. */
    void listen(IpAddress address) {
        listen(address, Ports.DISCARD, Discard::new);
        listen(address, Ports.SOURCE, Source::new);
        listen(address, Ports.ECHO, Echo::new);
    }

    private void listen(IpAddress address, int port, ServiceFactory factory) {
        TcpListener listener = sockets.listener();
        listener.options().noDelay = true;
        SocketError error = listener.bind(new Endpoint(address, port));
        if (error == null) {
            error = listener.listen(BACKLOG);
        }
        if (error != null) {
            throw new IllegalStateException("cannot listen on port " + port + ": " + error);
        }
        listener.attachment((Service) () -> {
            for (TcpSocket s = listener.accept(); s != null; s = listener.accept()) {
                Service service = factory.create(s);
                s.attachment(service);
                service.onReady();
            }
        });
    }

    /** For {@link CoreDriver}. */
    static void onReady(Object socket) {
        Object attachment = socket instanceof TcpSocket s ? s.attachment() : ((TcpListener) socket).attachment();
        if (attachment instanceof Service service) {
            service.onReady();
        }
    }

    private void closeIfOver(TcpSocket socket) {
        if (socket.isEndOfStream() || socket.takeError() != null) {
            socket.close(clock.getAsLong());
        }
    }

    private final class Discard implements Service {
        private final TcpSocket socket;

        Discard(TcpSocket socket) {
            this.socket = socket;
        }

        @Override
        public void onReady() {
            for (ByteBuf in = socket.read(Integer.MAX_VALUE); in != null; in = socket.read(Integer.MAX_VALUE)) {
                in.release();
            }
            closeIfOver(socket);
        }
    }

    private final class Source implements Service {
        private final TcpSocket socket;

        Source(TcpSocket socket) {
            this.socket = socket;
        }

        @Override
        public void onReady() {
            while (socket.writableBytes() > 0 && socket.write(chunk.readerIndex(0), true) > 0) {
                // until the send buffer is full
            }
            socket.write(chunk.readerIndex(0), true); // and to be told when it no longer is
            closeIfOver(socket);
        }
    }

    private final class Echo implements Service {
        private final TcpSocket socket;
        private @Nullable ByteBuf pending;

        Echo(TcpSocket socket) {
            this.socket = socket;
        }

        @Override
        public void onReady() {
            while (sendPending()) {
                pending = socket.read(Integer.MAX_VALUE);
                if (pending == null) {
                    closeIfOver(socket);
                    return;
                }
            }
        }

        /** Returns whether everything was taken. */
        private boolean sendPending() {
            ByteBuf out = pending;
            if (out == null) {
                return true;
            }
            int n = socket.write(out, true);
            if (n >= 0 && out.isReadable()) {
                return false;
            }
            out.release();
            pending = null;
            return true;
        }
    }
}
