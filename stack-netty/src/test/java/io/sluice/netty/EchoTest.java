package io.sluice.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A connection from one host to the other carries text there and back, and both channels say what they should. */
@Timeout(60)
class EchoTest {
    private final TwoHosts net = new TwoHosts();

    @AfterEach
    void end() {
        net.close();
    }

    private static Object text(String s) {
        return Unpooled.copiedBuffer(s, StandardCharsets.US_ASCII);
    }

    @Test
    void whatIsWrittenComesBack() throws InterruptedException {
        Channel server = net.serve(new Echo());
        Collector collector = new Collector();
        Channel client =
                net.client(collector).connect(server.localAddress()).sync().channel();

        assertEquals("active", collector.next());
        client.writeAndFlush(text("hello")).sync();
        assertEquals("hello", collector.next());
        client.writeAndFlush(text("world")).sync();
        assertEquals("world", collector.next());

        assertTrue(client.isActive());
        assertEquals(server.localAddress(), client.remoteAddress());
        assertEquals(
                TwoHosts.CLIENT,
                ((InetSocketAddress) client.localAddress()).getAddress().getHostAddress());
        client.close().sync();
        assertEquals("inactive", collector.next());
        assertFalse(client.isOpen());
    }
}
