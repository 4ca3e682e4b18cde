package io.sluice.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The echo examples on the kernel's TCP and UDP. */
final class EchoTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    @AfterEach
    void stop() {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** The client reads nothing until it has written everything that fits: the server must stop reading meanwhile. */
    @Test
    void tcpComesBackWholeAndEndsAfterTheClientsEnd() throws Exception {
        Channel server = EchoServer.start(group, NioServerSocketChannel.class, ANY_PORT);
        byte[] octets = new byte[20_000_000];
        new Random(2).nextBytes(octets);
        try (Socket socket = new Socket()) {
            socket.connect(server.localAddress());
            CompletableFuture<Void> written = CompletableFuture.runAsync(() -> {
                try {
                    socket.getOutputStream().write(octets);
                    socket.shutdownOutput();
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            assertArrayEquals(octets, socket.getInputStream().readAllBytes());
            written.get();
        }
    }

    @Test
    void udpComesBackOneByOne() throws Exception {
        Channel server = UdpEchoServer.start(group, NioDatagramChannel.class, ANY_PORT);
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(server.localAddress());
            for (int length : new int[] {1, 1400}) {
                byte[] octets = new byte[length];
                Arrays.fill(octets, (byte) length);
                socket.send(new DatagramPacket(octets, length));
                DatagramPacket answer = new DatagramPacket(new byte[2000], 2000);
                socket.receive(answer);
                assertEquals(length, answer.getLength());
                assertArrayEquals(octets, Arrays.copyOf(answer.getData(), length));
            }
        }
    }
}
