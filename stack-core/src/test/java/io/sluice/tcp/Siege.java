package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.event.Counter;
import io.sluice.event.DropReason;
import io.sluice.host.HostMemory;
import io.sluice.ip.ReassemblyLimits;
import io.sluice.wire.IpAddress;
import io.sluice.wire.TcpHeader;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A host that serves an honest client, whose every octet is checked, while somebody else sends it what they like. Tells what the
 * host held at most, what it answered, and what its memory of the attack cost.
 */
final class Siege implements AutoCloseable {
    static final IpAddress CLIENT = IpAddress.parse("10.0.0.1");
    static final IpAddress SERVER = IpAddress.parse("10.0.0.2");
    static final IpAddress ATTACKER = IpAddress.parse("10.0.0.66");
    static final int IRS = 5000;
    private static final int PER_MS = 25;
    private static final int WRITE = 6000;
    private static final int WARM_UP_PART = 10;

    final TwoHosts net;
    final TcpListener listener;
    final TcpSocket client;
    final TcpSocket server;
    private final ByteBuffer scratch = ByteBuffer.allocate(65_536);
    private final Map<Integer, TestSegment> latest = new HashMap<>();
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private long written;
    private long read;
    private long mostBytes;
    private long allocated;
    private long measured;
    private long answers;

    Siege(long seed, TcpProfile profile, long limitBytes) {
        net = new TwoHosts(
                seed, profile, TcpStack.DEFAULT, new HostMemory(limitBytes, ReassemblyLimits.DEFAULT, 1024, 1024));
        net.filter = this::passes;
        listener = net.listen();
        assertEquals(null, listener.listen(4096));
        client = net.connect();
        assertTrue(net.run(1000 * TwoHosts.MS, () -> listener.waitingCount() > 0));
        TcpSocket accepted = listener.accept();
        assertNotNull(accepted);
        server = accepted;
    }

    private boolean passes(boolean fromA, ByteBuf packet) {
        if (fromA || packet.getInt(16) == CLIENT.v4()) {
            return true;
        }
        answers++;
        if (packet.getInt(16) == ATTACKER.v4() && packet.getByte(9) == 6) {
            byte[] octets = new byte[packet.readableBytes()];
            packet.getBytes(packet.readerIndex(), octets);
            TestSegment s = TestSegment.read(octets);
            latest.put(s.destinationPort, s);
        }
        return false;
    }

    /** What the host sent to this port of the attacker's last. */
    TestSegment latest(int port) {
        TestSegment s = latest.get(port);
        assertNotNull(s);
        return s;
    }

    /** A segment of the attacker's own address. */
    static TestSegment own(int port, int flags, int seq, int ack) {
        return new TestSegment(flags).ports(port, 80).seq(seq).ack(ack);
    }

    void inject(TestSegment segment) {
        net.injectToB(segment.packet(ATTACKER, SERVER));
    }

    /** A connection that the attacker opens from its port; the user's end of it. */
    TcpSocket open(int port, boolean sackPermitted) {
        TcpSocket socket = tryOpen(port, sackPermitted);
        assertNotNull(socket);
        return socket;
    }

    /** The same; null where it is not let in. */
    @Nullable TcpSocket tryOpen(int port, boolean sackPermitted) {
        TestSegment syn = own(port, TcpHeader.SYN, IRS, 0).mss(1460);
        latest.remove(port);
        inject(sackPermitted ? syn.sackPermitted() : syn);
        net.run(TwoHosts.MS / 10, () -> false);
        TestSegment synAck = latest.get(port);
        if (synAck == null) {
            return null;
        }
        inject(own(port, TcpHeader.ACK, IRS + 1, synAck.seq + 1));
        return listener.accept();
    }

    /** Sends {@code count} packets, each made when its turn comes, with the honest transfer beside. */
    void attack(int count, IntFunction<byte[]> packet) {
        for (int i = 0; i < count; i++) {
            boolean warm = i >= count / WARM_UP_PART; // the first ones load classes
            net.injectToB(packet.apply(i), warm ? this::measure : Runnable::run);
            if (i % PER_MS == PER_MS - 1) {
                step();
            }
        }
    }

    private void measure(Runnable task) {
        long before = threads.getCurrentThreadAllocatedBytes();
        task.run();
        allocated += threads.getCurrentThreadAllocatedBytes() - before;
        measured++;
    }

    /** A millisecond of the honest transfer. */
    void step() {
        net.run(TwoHosts.MS, () -> false);
        write();
        read();
        mostBytes = Math.max(mostBytes, net.b.memory().usedBytes());
    }

    private void write() {
        scratch.clear().limit(WRITE);
        for (int i = 0; i < WRITE; i++) {
            scratch.put(i, octet(written + i));
        }
        written += client.write(scratch);
    }

    private void read() {
        for (int n = server.read(scratch.clear()); n > 0; n = server.read(scratch.clear())) {
            for (int i = 0; i < n; i++) {
                assertEquals(octet(read + i), scratch.get(i), "octet " + (read + i));
            }
            read += n;
        }
    }

    private static byte octet(long at) {
        return (byte) (at * 31 + (at >>> 11));
    }

    /** Everything that was written arrives, more than {@code least} octets, and the connection is as it was. */
    void assertHonestTransfer(long least) {
        assertTrue(
                net.run(60_000 * TwoHosts.MS, () -> {
                    read();
                    return read == written;
                }),
                () -> read + " of " + written + " octets; " + net.b.counters());
        assertTrue(read > least, () -> "only " + read + " octets; " + net.b.counters());
        assertEquals(TcpState.ESTABLISHED, client.state());
        assertEquals(TcpState.ESTABLISHED, server.state());
        assertEquals(0, net.b.counters().get(Counter.INTERNAL_ERRORS));
    }

    /** The most that the host held while {@link #attack} or {@link #step} ran. */
    long mostBytes() {
        return mostBytes;
    }

    /** Octets of garbage that the host left for an injected packet, on average. */
    long allocatedPerPacket() {
        return allocated / measured;
    }

    /** Packets that left for others than the client. */
    long answers() {
        return answers;
    }

    long drops(DropReason reason) {
        return net.b.counters().get(reason);
    }

    long count(Counter counter) {
        return net.b.counters().get(counter);
    }

    /** The honest connection as the network sees it, for those who forge it. */
    TestSegment forged(int flags, int seqAhead, int ackAhead) {
        TcpConnection c = TwoHosts.connection(server);
        return new TestSegment(flags)
                .ports(c.key().remotePort(), 80)
                .seq(c.tcb.rcv.nxt + seqAhead)
                .ack(c.tcb.snd.una + ackAhead);
    }

    @Override
    public void close() {
        client.abort(net.nowNs);
        server.abort(net.nowNs);
        for (TcpSocket s = listener.accept(); s != null; s = listener.accept()) {
            s.abort(net.nowNs);
        }
        listener.close(net.nowNs);
        net.close();
    }
}
