package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBufUtil;
import io.sluice.api.Endpoint;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpOption;
import io.sluice.api.TcpSocket;
import io.sluice.wire.TcpHeader;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TCP_SAVE_SYN: the headers of the SYN, octet for octet, once; and not where nothing was to be remembered. */
final class SavedSynTest {
    private static TcpSocket accepted(TwoHosts net, TcpListener listener, Endpoint to) {
        net.connect(net.socketsA.tcp(), to);
        assertTrue(net.run(1_000 * TwoHosts.MS, () -> listener.waitingCount() == 1));
        TcpSocket server = listener.accept();
        assertNotNull(server);
        return server;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theHeadersAreKeptAsTheyCameUntilTheyAreTaken(boolean ipv6) {
        try (TwoHosts net = new TwoHosts(4, TcpProfile.STANDARD)) {
            Endpoint at = ipv6 ? net.serverEndpoint6 : net.serverEndpoint;
            TcpListener listener = net.listen(at);
            assertNull(listener.set(TcpOption.TCP_SAVE_SYN, true));
            AtomicReference<byte[]> syn = new AtomicReference<>();
            net.filter = (fromA, packet) -> {
                syn.compareAndSet(null, ByteBufUtil.getBytes(packet)); // the first packet is the SYN, without text
                return true;
            };
            TcpSocket server = accepted(net, listener, at);
            byte[] saved = Objects.requireNonNull(SavedSyn.take(server.connection()));
            assertArrayEquals(syn.get(), saved);
            TcpHeader tcp = new TcpHeader();
            int ipLength = ipv6 ? 40 : 20;
            assertTrue(tcp.wrap(ByteBuffer.wrap(saved), ipLength, saved.length - ipLength));
            assertEquals(TcpHeader.SYN, tcp.flags() & (TcpHeader.SYN | TcpHeader.ACK));
            assertNull(SavedSyn.take(server.connection()));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void nothingIsKeptUnlessItIsAskedForAndRemembered(boolean asked) {
        TcpProfile profile = asked ? TcpProfile.STANDARD.with(Knob.SYN_COOKIES_ONLY, 1) : TcpProfile.STANDARD;
        try (TwoHosts net = new TwoHosts(4, profile)) {
            TcpListener listener = net.listen();
            assertNull(listener.set(TcpOption.TCP_SAVE_SYN, asked));
            assertNull(SavedSyn.take(accepted(net, listener, net.serverEndpoint).connection()));
        }
    }
}
