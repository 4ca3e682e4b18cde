package io.sluice.tcp;

import static io.sluice.host.OneHost.OWN4;
import static io.sluice.host.OneHost.PEER4;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.Endpoint;
import io.sluice.api.Sockets;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.host.OneHost;
import io.sluice.host.TestLink;
import io.sluice.wire.TcpHeader;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openjdk.jol.info.GraphLayout;
import org.openjdk.jol.util.Multiset;

/** What connections in TIME-WAIT cost is gone with them, whatever their peers do. */
final class TimeWaitMemoryTest {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final int FIRST_PORT = 2000;
    private static final int EACH_ROUND = 200;
    /** Queues by age may hold so many that have ended. */
    private static final int SLACK = 64;

    private final OneHost one = new OneHost(new TestLink("test0"), b -> b);
    private final TcpListener listener = new Sockets(one.host).listener();

    @BeforeAll
    static void letJolSeeRecords() {
        System.setProperty("jol.magicFieldOffset", "true");
    }

    private static TestSegment segment(int flags, int port) {
        return new TestSegment(flags).ports(port, 80);
    }

    /** Opens a connection, which this side closes first; returns the peer's FIN. */
    private byte[] enterTimeWait(int port) {
        one.receive(segment(TcpHeader.SYN, port).seq(1000).packet(PEER4, OWN4));
        int iss = TestSegment.read(one.transmitOne()).seq;
        one.receive(segment(TcpHeader.ACK, port).seq(1001).ack(iss + 1).packet(PEER4, OWN4));
        TcpSocket socket = listener.accept();
        assertNotNull(socket);
        socket.close(one.nowNs);
        one.transmit();
        byte[] fin = segment(TcpHeader.ACK | TcpHeader.FIN, port)
                .seq(1001)
                .ack(iss + 2)
                .packet(PEER4, OWN4);
        one.receive(fin);
        one.transmit();
        return fin;
    }

    /** How many objects of each of the stack's classes {@code root} reaches; what the JVM and Netty keep grows as it likes. */
    private static Map<String, Long> ownObjects(Object root) {
        Multiset<Class<?>> counts = GraphLayout.parseInstance(root).getClassCounts();
        return counts.keys().stream()
                .filter(of -> of.getName().startsWith("io.sluice."))
                .collect(Collectors.toMap(Class::getName, counts::count));
    }

    @Test
    void aFinThatIsRepeatedForEverHoldsNothingButItsOwnEntry() {
        assertNull(listener.bind(new Endpoint(OWN4, 80)));
        assertNull(listener.listen(10));
        byte[] fin = enterTimeWait(FIRST_PORT);
        Map<String, Long> afterFirstRound = Map.of();
        Map<String, Long> held = Map.of();
        for (int round = 0; round < 4; round++) {
            for (int i = 1; i <= EACH_ROUND; i++) {
                enterTimeWait(FIRST_PORT + i);
            }
            for (int i = 0; i < 4; i++) { // the others end
                one.advance(one.nowNs + 20 * SECOND_NS);
                one.receive(fin);
                one.transmit();
            }
            assertEquals(1, one.host.tcp().layer().timeWaitCount());
            held = ownObjects(one.host);
            afterFirstRound = round == 0 ? held : afterFirstRound;
        }
        for (Map.Entry<String, Long> of : held.entrySet()) {
            long before = afterFirstRound.getOrDefault(of.getKey(), 0L);
            assertTrue(of.getValue() <= before + SLACK, of + ", after the first round " + before);
        }
        listener.close(one.nowNs);
        one.close();
    }
}
