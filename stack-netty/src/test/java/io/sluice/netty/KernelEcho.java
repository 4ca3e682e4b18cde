package io.sluice.netty;

import io.sluice.tun.namespace.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Iterator;

/** Many of the kernel's sockets on one thread: as echo server, or as clients that all are open at once. */
final class KernelEcho implements AutoCloseable {
    private static final int MESSAGE = 1000;
    private static final long PATIENCE_MS = 60_000;

    private final NetworkNamespace namespace;
    private final Selector selector;

    KernelEcho(NetworkNamespace namespace) throws IOException {
        this.namespace = namespace;
        this.selector = Selector.open();
    }

    /** Serves on its own thread until this is closed; returns the port. */
    int serve(String address) throws IOException {
        ServerSocketChannel server = namespace.call(() -> {
            ServerSocketChannel s = ServerSocketChannel.open();
            s.bind(new InetSocketAddress(address, 0), 1024);
            s.configureBlocking(false);
            return s;
        });
        server.register(selector, SelectionKey.OP_ACCEPT);
        new Thread(this::echo, "kernel-echo").start();
        return ((InetSocketAddress) server.getLocalAddress()).getPort();
    }

    private void echo() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(MESSAGE);
        try {
            while (selector.isOpen()) {
                selector.select();
                for (Iterator<SelectionKey> i = selector.selectedKeys().iterator(); i.hasNext(); ) {
                    SelectionKey key = i.next();
                    i.remove();
                    if (key.isAcceptable()) {
                        accept((ServerSocketChannel) key.channel());
                    } else {
                        echo((SocketChannel) key.channel(), buffer);
                    }
                }
            }
        } catch (ClosedSelectorException e) {
            // the test is over
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(ServerSocketChannel server) throws IOException {
        SocketChannel accepted = server.accept();
        if (accepted != null) {
            accepted.configureBlocking(false);
            accepted.register(selector, SelectionKey.OP_READ);
        }
    }

    private static void echo(SocketChannel socket, ByteBuffer buffer) throws IOException {
        if (socket.read(buffer.clear()) < 0) {
            socket.close();
            return;
        }
        buffer.flip();
        while (buffer.hasRemaining()) {
            socket.write(buffer);
        }
    }

    /** Opens so many connections, sends a message on each once all are open, and counts right answers. */
    int connectAndAsk(String address, int port, int connections) throws IOException {
        for (int i = 0; i < connections; i++) {
            SocketChannel socket = namespace.call(SocketChannel::open);
            socket.configureBlocking(false);
            boolean at = socket.connect(new InetSocketAddress(address, port));
            socket.register(selector, at ? 0 : SelectionKey.OP_CONNECT, ByteBuffer.allocate(MESSAGE));
        }
        int open = 0;
        while (open < connections) {
            if (selector.select(PATIENCE_MS) == 0) {
                throw new IOException(open + " of " + connections + " connected");
            }
            for (SelectionKey key : selector.selectedKeys()) {
                ((SocketChannel) key.channel()).finishConnect();
                key.interestOps(0);
                open++;
            }
            selector.selectedKeys().clear();
        }
        long seed = 0;
        for (SelectionKey key : selector.keys()) {
            ByteBuffer message = ByteBuffer.allocate(MESSAGE);
            Stream.fill(message, seed);
            ((SocketChannel) key.channel()).write(message.flip());
            key.attach(new Expected(seed, ByteBuffer.allocate(MESSAGE)));
            key.interestOps(SelectionKey.OP_READ);
            seed += MESSAGE;
        }
        return collect(connections);
    }

    private record Expected(long seed, ByteBuffer answer) {}

    private int collect(int connections) throws IOException {
        int right = 0;
        int done = 0;
        while (done < connections && selector.select(PATIENCE_MS) > 0) {
            for (SelectionKey key : selector.selectedKeys()) {
                Expected expected = (Expected) key.attachment();
                int n = ((SocketChannel) key.channel()).read(expected.answer);
                if (n < 0 || !expected.answer.hasRemaining()) {
                    done++;
                    right += Stream.firstWrong(expected.answer.flip(), expected.seed) < 0 && n >= 0 ? 1 : 0;
                    key.interestOps(0);
                }
            }
            selector.selectedKeys().clear();
        }
        return right;
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
