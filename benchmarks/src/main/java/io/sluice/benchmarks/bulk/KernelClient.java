package io.sluice.benchmarks.bulk;

import io.sluice.tun.namespace.NetworkNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** The kernel's side: its TCP, in the namespace, through the JDK's blocking channels. */
final class KernelClient {
    private static final int READ_BYTES = 256 * 1024;

    private final NetworkNamespace namespace;
    private final Content content;
    private final long bytes;

    /** @param bytes octets of each stream */
    KernelClient(NetworkNamespace namespace, Content content, long bytes) {
        this.namespace = namespace;
        this.content = content;
        this.bytes = bytes;
    }

    private SocketChannel connect(InetAddress address, int port) throws IOException {
        SocketChannel channel = namespace.call(SocketChannel::open);
        channel.connect(new InetSocketAddress(address, port));
        return channel;
    }

    /** Sends the content, then waits until the stack has closed as well. */
    void send(InetAddress address) throws IOException {
        try (SocketChannel channel = connect(address, StackServer.SINK)) {
            for (long sent = 0; sent < bytes; ) {
                sent += channel.write(content.view(sent, bytes - sent));
            }
            channel.shutdownOutput();
            if (channel.read(ByteBuffer.allocate(1)) != -1) {
                throw new IOException("the sink has said something");
            }
        }
    }

    /** Reads to the end of the stream; what was wrong with it, or "". */
    String receive(InetAddress address) throws IOException {
        Verifier verifier = new Verifier(content, bytes);
        ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BYTES);
        try (SocketChannel channel = connect(address, StackServer.SOURCE)) {
            while (channel.read(buffer.clear()) != -1) {
                verifier.onData(buffer.flip());
            }
        }
        return verifier.complaint();
    }
}
