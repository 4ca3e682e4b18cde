package io.sluice.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.channel.Channel;
import io.sluice.tun.Offload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Channels of the stack and the kernel's sockets talk to each other over a TUN device. */
@Timeout(60)
class TunTest {
    private static String echoed(SocketChannel kernel, String text) throws IOException {
        kernel.write(StandardCharsets.US_ASCII.encode(text));
        ByteBuffer answer = ByteBuffer.allocate(text.length());
        while (answer.hasRemaining() && kernel.read(answer) >= 0) {}
        return new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @EnumSource(names = {"NONE", "CHECKSUM", "TCP"})
    void anEchoServerAnswersAKernelSocket(Offload offload) throws IOException {
        try (OnTun net = new OnTun(offload)) {
            Channel server = net.serve(new Echo());
            for (String address : new String[] {OnTun.HOST, OnTun.HOST6}) {
                try (SocketChannel kernel = net.connectKernel(address, server)) {
                    assertEquals("hello", echoed(kernel, "hello"));
                    assertEquals("world", echoed(kernel, "world"));
                    kernel.shutdownOutput();
                    assertEquals(-1, kernel.read(ByteBuffer.allocate(1)));
                }
            }
        }
    }
}
