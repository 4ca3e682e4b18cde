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
import io.sluice.event.Counter;
import io.sluice.host.HostMemory;
import io.sluice.host.OneHost;
import io.sluice.host.TestLink;
import io.sluice.ip.ReassemblyLimits;
import io.sluice.wire.TcpHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Peers that try to make the receiver run out of memory: what is pinned stays bounded, and others go on. */
final class ReceiveMemoryTest {
    private static final int IRS = 1000;
    private static final int BUFFER = 65_536;
    private static final long HOST_LIMIT = 2 << 20;

    private final OneHost one = new OneHost(new TestLink("test0"), b -> b.tcpProfile(
                    TcpProfile.STANDARD.with(Knob.RECEIVE_BUFFER, BUFFER).with(Knob.TIMESTAMPS, 0))
            .memory(new HostMemory(HOST_LIMIT, ReassemblyLimits.DEFAULT, 1024, 16)));
    private final TcpListener listener = new Sockets(one.host).listener();
    private final List<TcpSocket> sockets = new ArrayList<>();

    ReceiveMemoryTest() {
        assertNull(listener.bind(new Endpoint(OWN4, 80)));
        assertNull(listener.listen(1000));
    }

    private int issOf(int port) {
        TcpSocket s = sockets.get(port - 2000);
        TcpConnection c = s.connection();
        return c == null ? 0 : c.tcb.snd.iss;
    }

    private TcpSocket establish(int port) {
        one.receive(new TestSegment(TcpHeader.SYN)
                .ports(port, 80)
                .seq(IRS)
                .mss(1460)
                .sackPermitted()
                .packet(PEER4, OWN4));
        TestSegment synAck = TestSegment.read(one.transmitOne());
        one.receive(new TestSegment(TcpHeader.ACK)
                .ports(port, 80)
                .seq(IRS + 1)
                .ack(synAck.seq + 1)
                .packet(PEER4, OWN4));
        TcpSocket socket = listener.accept();
        assertNotNull(socket);
        sockets.add(socket);
        return socket;
    }

    private void send(int port, int offset, int length) {
        one.receive(new TestSegment(TcpHeader.ACK)
                .ports(port, 80)
                .seq(IRS + 1 + offset)
                .ack(issOf(port) + 1)
                .payload(new byte[length])
                .packet(PEER4, OWN4));
    }

    private void close() {
        sockets.forEach(s -> s.abort(one.nowNs));
        listener.close(one.nowNs);
        one.transmit();
        one.close();
    }

    @Test
    void tinySegmentsAreGathered() {
        TcpSocket socket = establish(2000);
        for (int i = 0; i < 40_000; i++) {
            send(2000, i, 1);
            if (i % 100 == 0) {
                one.transmit();
            }
        }
        assertEquals(40_000, socket.readableBytes());
        assertTrue(
                one.host.memory().usedBytes() < 2 * 40_000,
                () -> one.host.memory().usedBytes() + " octets");
        assertTrue(one.memoryInUse() < 2 * 40_000 + 65_536, () -> one.memoryInUse() + " octets");
        ByteBuffer all = ByteBuffer.allocate(50_000);
        assertEquals(40_000, socket.read(all));
        assertEquals(0, one.host.memory().usedBytes());
        close();
    }

    @Test
    void everySecondOctetIsBounded() {
        establish(2000);
        for (int i = 1; i < 30_000; i++) {
            send(2000, 2 * i, 1);
            if (i % 100 == 0) {
                one.transmit();
            }
        }
        assertTrue(
                one.host.memory().usedBytes() <= TcpProfile.STANDARD.get(Knob.REASSEMBLY_BLOCKS) * 512,
                () -> one.host.memory().usedBytes() + " octets");
        close();
    }

    /** Many connections fill the host with data ahead of a hole; one whose user reads still gets what it is sent. */
    @Test
    void outOfOrderDataGivesWay() {
        int attackers = 100;
        for (int i = 0; i < attackers; i++) {
            establish(2000 + i);
            for (int offset = 1000; offset < 60_000; offset += 1000) {
                send(2000 + i, offset, 1000);
            }
            one.transmit();
        }
        assertTrue(
                one.host.memory().usedBytes() <= HOST_LIMIT + 4096,
                () -> one.host.memory().usedBytes() + " octets");
        TcpSocket reader = establish(2000 + attackers);
        transferMegabyte(2000 + attackers, reader);
        assertTrue(one.host.counters().get(Counter.TCP_REASSEMBLIES_PRUNED) > 0);
        close();
    }

    /** Many users never read: what is in order cannot be given up, but a connection whose user reads has its reserve. */
    @Test
    void readersGoOnWhereOthersDoNotRead() {
        int idle = 60;
        for (int i = 0; i < idle; i++) {
            establish(2000 + i);
            for (int offset = 0; offset < 60_000; offset += 1000) {
                send(2000 + i, offset, 1000);
            }
            one.transmit();
        }
        long most = HOST_LIMIT + idle * (ReceiveWindow.RESERVED_BYTES + 4096L);
        assertTrue(
                one.host.memory().usedBytes() <= most, () -> one.host.memory().usedBytes() + " octets");
        TcpSocket reader = establish(2000 + idle);
        transferMegabyte(2000 + idle, reader);
        close();
    }

    private void transferMegabyte(int port, TcpSocket reader) {
        ByteBuffer scratch = ByteBuffer.allocate(65_536);
        int offset = 0;
        for (int round = 0; round < 3000 && offset < 1 << 20; round++) {
            one.advance(one.nowNs + 10_000_000);
            send(port, offset, 1000);
            send(port, offset + 1000, 1000);
            offset += Math.max(0, reader.read(scratch.clear()));
            one.transmit();
        }
        assertTrue(offset >= 1 << 20, "only " + offset + " octets; " + one.host.counters());
    }
}
