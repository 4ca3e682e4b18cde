package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.TcpListener;
import io.sluice.api.TcpOption;
import io.sluice.api.TcpSocket;
import io.sluice.event.Counter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Peers and paths that leave no room for text beside the options of a segment: it carries some nevertheless. */
final class LeastSegmentTest {
    private static final byte[] SECRET = "a master key".getBytes(StandardCharsets.US_ASCII);
    private static final int SIZE = 500;

    /** Less than a timestamp and a signature take. */
    private static final int WINDOW = 20;

    private static TcpSocket client(TwoHosts net, TcpListener listener) {
        TwoHosts.check(listener.authentication().add(AoConnectionTest.tuple(net.serverEndpoint, SECRET, 1, 2)));
        TcpSocket client = net.socketsA.tcp();
        TwoHosts.check(client.authentication().add(AoConnectionTest.tuple(net.serverEndpoint, SECRET, 2, 1)));
        return net.connect(client, net.serverEndpoint);
    }

    private static TcpSocket accept(TwoHosts net, TcpListener listener) {
        assertTrue(net.run(1000 * TwoHosts.MS, () -> listener.waitingCount() > 0));
        TcpSocket server = listener.accept();
        assertNotNull(server);
        return server;
    }

    private static void transferAndClose(TwoHosts net, TcpListener listener, TcpSocket client, TcpSocket server) {
        assertEquals(SIZE, client.write(ByteBuffer.allocate(SIZE)));
        ByteBuffer sink = ByteBuffer.allocate(SIZE);
        assertTrue(net.run(300_000 * TwoHosts.MS, () -> {
            server.read(sink);
            return !sink.hasRemaining();
        }));
        assertEquals(0, net.a.counters().get(Counter.INTERNAL_ERRORS));
        client.abort(net.nowNs);
        server.abort(net.nowNs);
        listener.close(net.nowNs);
    }

    @Test
    void theWindowIsSmallerThanTheOptions() {
        try (TwoHosts net = new TwoHosts(1, TcpProfile.LINUX.with(Knob.WINDOW_SCALING, 0))) {
            TcpListener listener = net.listen();
            TwoHosts.check(listener.set(TcpOption.SO_RCVBUF, WINDOW));
            TcpSocket client = client(net, listener);
            TcpSocket server = accept(net, listener);
            assertEquals(WINDOW, TwoHosts.connection(client).effectiveMss());
            transferAndClose(net, listener, client, server);
        }
    }

    /** RFC 1191 §3: no router asks for packets of less than 68 octets, of which the headers of TCP-AO may be all. */
    @Test
    void thePathIsNarrowerThanTheHeaders() {
        try (TwoHosts net = new TwoHosts(2, TcpProfile.STANDARD)) {
            TcpListener listener = net.listen();
            TcpSocket client = client(net, listener);
            TcpSocket server = accept(net, listener);
            TcpConnection c = TwoHosts.connection(client);
            c.context.pathMtu.onPacketTooBig(c, c.tcb.snd.una, 68, net.nowNs);
            assertEquals(HandshakeInput.LEAST_MSS, c.effectiveMss());
            transferAndClose(net, listener, client, server);
        }
    }
}
