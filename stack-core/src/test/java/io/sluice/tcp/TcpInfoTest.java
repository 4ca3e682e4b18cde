package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.LinuxTcpInfo;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.event.SendLimit;
import io.sluice.wire.TcpHeader;
import java.nio.ByteBuffer;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a connection counts of itself is what was on the wire (RFC 4898), under Linux's names. */
class TcpInfoTest {
    private static final int OCTETS = 3_000_000;
    private static final int IP_HEADER = 20;

    /** What the wire has seen of one direction. */
    private static final class Seen {
        int sent;
        int sentWithData;
        int arrived;
        int arrivedWithData;
        int data;

        void add(int length, boolean arrives) {
            sent++;
            sentWithData += length > 0 ? 1 : 0;
            arrived += arrives ? 1 : 0;
            arrivedWithData += arrives && length > 0 ? 1 : 0;
            data += length;
        }
    }

    @Test
    void countsWhatTheWireSaw() {
        try (TwoHosts net = new TwoHosts(4, TcpProfile.STANDARD)) {
            Seen fromA = new Seen();
            Seen fromB = new Seen();
            net.filter = (a, packet) -> {
                int header = (packet.getUnsignedByte(IP_HEADER + 12) >>> 4) * 4;
                boolean syn = (packet.getUnsignedByte(IP_HEADER + 13) & TcpHeader.SYN) != 0;
                int length = packet.readableBytes() - IP_HEADER - header;
                boolean arrives = syn || fromA.sent % 97 != 50 || !a;
                (a ? fromA : fromB).add(length, arrives);
                return arrives;
            };
            TcpListener listener = net.listen();
            TcpSocket client = net.connect();
            assertTrue(net.run(100 * TwoHosts.MS, () -> listener.waitingCount() > 0));
            TcpSocket server = listener.accept();
            assertNotNull(server);
            ByteBuffer data = ByteBuffer.allocate(OCTETS);
            ByteBuffer sink = ByteBuffer.allocate(OCTETS);
            assertTrue(net.run(600_000 * TwoHosts.MS, () -> {
                client.write(data);
                server.read(sink);
                return !sink.hasRemaining();
            }));
            net.run(1_000 * TwoHosts.MS, () -> false);

            TcpTotals a = TwoHosts.connection(client).info().totals();
            TcpTotals b = TwoHosts.connection(server).info().totals();
            assertEquals(fromA.sent, a.segmentsOut());
            assertEquals(fromA.sentWithData, a.dataSegmentsOut());
            assertEquals(fromB.arrived, a.segmentsIn());
            assertEquals(fromA.arrived, b.segmentsIn());
            assertEquals(fromA.arrivedWithData, b.dataSegmentsIn());
            assertEquals(fromB.sent - 1, b.segmentsOut(), "the SYN-ACK is the listener's");
            assertEquals(fromA.data, a.sentBytes());
            assertEquals(fromA.data - OCTETS, a.retransmittedBytes());
            assertTrue(a.retransmittedSegments() > 0, a.toString());
            assertEquals(OCTETS + 1, a.ackedBytes(), "the SYN is one of them");
            assertEquals(OCTETS, b.receivedBytes());
            assertTrue(b.outOfOrderSegments() > 0, b.toString());
            assertEquals(0, a.reorderings(), "what was lost was not overtaken");
            assertEquals(SendLimit.IDLE, a.limit());
            assertEquals(a.busyNs(net.nowNs), a.pastBusyNs());
            assertTrue(a.pastBusyNs() > 0 && a.pastBusyNs() < net.nowNs, a.toString());
        }
    }

    @Test
    void tellsWhatHoldsASenderUp() {
        try (TwoHosts net = new TwoHosts(5, TcpProfile.STANDARD)) {
            TcpListener listener = net.listen();
            TcpSocket client = net.connect();
            assertTrue(net.run(100 * TwoHosts.MS, () -> listener.waitingCount() > 0));
            TcpSocket server = listener.accept();
            assertNotNull(server);
            ByteBuffer data = ByteBuffer.allocate(4 * OCTETS);
            net.run(3_000 * TwoHosts.MS, () -> {
                client.write(data);
                return false; // nobody reads, until the window is closed
            });
            TcpTotals closed = TwoHosts.connection(client).info().totals();
            assertEquals(SendLimit.PEER_WINDOW, closed.limit());
            assertTrue(closed.windowLimitedNs(net.nowNs) > 1_500 * TwoHosts.MS, closed.toString());
            assertTrue(closed.busyNs(net.nowNs) <= 3_000 * TwoHosts.MS, closed.toString());
            Map<String, Long> linux =
                    LinuxTcpInfo.of(TwoHosts.connection(client).info(), net.nowNs);
            assertEquals(closed.windowLimitedNs(net.nowNs) / 1_000, linux.get("tcpi_rwnd_limited"));
            ByteBuffer sink = ByteBuffer.allocate(4 * OCTETS);
            net.run(3_000 * TwoHosts.MS, () -> {
                server.read(sink);
                return false;
            });
            long limited = TwoHosts.connection(client).info().totals().windowLimitedNs(net.nowNs);
            net.run(3_000 * TwoHosts.MS, () -> false);
            assertEquals(limited, TwoHosts.connection(client).info().totals().windowLimitedNs(net.nowNs), "it is over");
        }
    }
}
