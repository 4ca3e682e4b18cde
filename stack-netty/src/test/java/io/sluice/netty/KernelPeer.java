package io.sluice.netty;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The kernel's side of a test: blocking sockets, each direction on a thread of its own. */
final class KernelPeer implements AutoCloseable {
    private static final int CHUNK = 256 * 1024;

    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** Sends so many octets of {@link Stream}, then closes the direction. */
    CompletableFuture<Long> send(SocketChannel socket, long size) {
        return run(() -> {
            ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
            long sent = 0;
            while (sent < size) {
                chunk.clear().limit((int) Math.min(CHUNK, size - sent));
                Stream.fill(chunk, sent);
                chunk.flip();
                while (chunk.hasRemaining()) {
                    sent += socket.write(chunk);
                }
            }
            socket.shutdownOutput();
            return sent;
        });
    }

    /** Compares with {@link Stream} until the peer closes; the octets received. */
    CompletableFuture<Long> verify(SocketChannel socket) {
        return run(() -> {
            ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
            long position = 0;
            while (socket.read(chunk.clear()) >= 0) {
                chunk.flip();
                int n = chunk.remaining();
                long wrong = Stream.firstWrong(chunk, position);
                if (wrong >= 0) {
                    throw new AssertionError("octet " + wrong + " is wrong");
                }
                position += n;
            }
            return position;
        });
    }

    /** Writes octets of {@link Stream} until the peer takes none for a while; how many it took. */
    static long sendUntilStuck(SocketChannel socket, long patienceMs) throws IOException {
        long sent = 0;
        socket.configureBlocking(false);
        try (Selector selector = Selector.open()) {
            SelectionKey key = socket.register(selector, SelectionKey.OP_WRITE);
            ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
            while (selector.select(patienceMs) > 0) {
                selector.selectedKeys().clear();
                chunk.clear();
                Stream.fill(chunk, sent);
                chunk.flip();
                sent += socket.write(chunk);
            }
            key.cancel();
            selector.selectNow();
        }
        socket.configureBlocking(true);
        return sent;
    }

    private interface Work<T> {
        T call() throws IOException;
    }

    private <T> CompletableFuture<T> run(Work<T> work) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return work.call();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                threads);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
