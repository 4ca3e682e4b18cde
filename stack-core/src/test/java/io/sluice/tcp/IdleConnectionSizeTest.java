package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openjdk.jol.info.GraphLayout;

/** What an idle established connection costs in the core: at most 1 KiB, its socket and its share of the tables included. */
class IdleConnectionSizeTest {
    private static final int CONNECTIONS = 512;

    /** Connections that fill what there is once for each host (pools, the allocator's caches, the leak detector's table). */
    private static final int FIRST_CONNECTIONS = 300;

    @BeforeAll
    static void letJolSeeRecords() {
        System.setProperty("jol.magicFieldOffset", "true");
    }

    @Test
    void atMostOneKibibyte() {
        try (TwoHosts net = new TwoHosts(9, TcpProfile.STANDARD)) {
            TcpListener listener = net.listen();
            listener.listen(CONNECTIONS);
            List<TcpSocket> clients = new ArrayList<>();
            List<TcpSocket> servers = new ArrayList<>();
            open(net, listener, clients, servers, FIRST_CONNECTIONS);
            GraphLayout before = GraphLayout.parseInstance(net, clients, servers);
            open(net, listener, clients, servers, CONNECTIONS);
            GraphLayout after = GraphLayout.parseInstance(net, clients, servers);
            long each = (after.totalSize() - before.totalSize()) / (2 * CONNECTIONS); // both ends are here
            assertTrue(
                    each <= 1024,
                    () -> each + " octets a connection\n"
                            + after.subtract(before).toFootprint());
        }
    }

    /** Opens connections, and uses each a little, so that it is idle rather than unused. */
    private static void open(
            TwoHosts net, TcpListener listener, List<TcpSocket> clients, List<TcpSocket> servers, int count) {
        for (int i = 0; i < count; i++) {
            clients.add(net.connect());
            assertTrue(net.run(1000 * TwoHosts.MS, () -> listener.waitingCount() == 1));
            TcpSocket server = listener.accept();
            assertNotNull(server);
            servers.add(server);
            server.write(ByteBuffer.allocate(3000));
        }
        ByteBuffer sink = ByteBuffer.allocate(3000);
        net.run(60_000 * TwoHosts.MS, () -> {
            clients.forEach(c -> c.read(sink.clear()));
            return false;
        });
        while (net.b.pollReady() != null) {
            // what is ready is not needed here
        }
    }
}
