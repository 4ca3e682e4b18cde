package io.sluice.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.netty.SluiceEventLoopGroup;
import io.sluice.tun.TapLink;
import io.sluice.tun.TunDevice;
import io.sluice.tun.namespace.NetworkNamespace;
import java.net.Socket;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The kernel uses the echo service over a TAP device, and knows its neighbour. */
@Tag("netns")
@Timeout(60)
final class EchoOnTapTest {
    @Test
    void theKernelIsAnswered() throws Exception {
        Optional<String> reason = NetworkNamespace.unavailable();
        if (reason.isPresent()) {
            System.err.println("NOT RUN: " + reason.get());
            Assumptions.abort(reason.get());
        }
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            TunDevice tap = namespace.call(EchoOnTap::open);
            // The kernel asks until the host has made sure of its addresses, however long that takes on a busy machine.
            namespace.sysctl("net/ipv4/neigh/" + tap.name() + "/mcast_solicit", "60");
            namespace.sysctl("net/ipv6/neigh/" + tap.name() + "/mcast_solicit", "60");
            TapLink link = new TapLink(tap.queues().get(0));
            SluiceEventLoopGroup group = EchoOnTap.start(tap, link);
            for (String address : new String[] {"10.8.0.2", "fd08::2"}) {
                try (Socket socket = namespace.call(() -> new Socket(address, 7))) {
                    socket.getOutputStream().write(42);
                    assertEquals(42, socket.getInputStream().read());
                }
                assertTrue(namespace.exec("ip", "neigh", "show", address).contains("lladdr"));
            }
            group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
            tap.close();
        }
    }
}
