package io.sluice.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.sluice.api.Endpoint;
import io.sluice.api.TcpSocket;
import io.sluice.sim.workload.PeerPlan;
import io.sluice.sim.workload.StreamPeer;
import io.sluice.sim.workload.StreamServer;
import io.sluice.wire.IpAddress;
import io.sluice.wire.TcpHeader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sequence numbers that wrap in the middle of a stream (RFC 9293 §3.4), among losses. */
final class SequenceWrapTest {
    private static final Endpoint SERVER = Endpoint.of("10.0.0.2", 80);
    private static final int OCTETS = 400_000;
    /** The clock of initial sequence numbers (RFC 9293 §3.4.1): one more every four microseconds. */
    private static final long ISN_TICK_NS = 4_000;

    private static final PipeConfig LOSSY = PipeConfig.builder()
            .rate(20_000_000)
            .delayNs(5_000_000)
            .loss(0.03)
            .reordering(0.05, 4_000_000)
            .duplication(0.02)
            .build();

    private final List<StreamPeer> peers = new ArrayList<>();
    private boolean sawHigh;
    private boolean sawLow;
    private int iss;

    /** Since the ISN follows a clock, a first run tells when to start so that the second one wraps. */
    @ParameterizedTest
    @ValueSource(ints = {1, 1_000, 100_000, OCTETS - 5_000})
    void streamsStayIntact(int octetsBeforeWrap) {
        run(Simulation.DEFAULT_START_NS, false);
        sawHigh = false;
        sawLow = false;
        long ticks = Integer.toUnsignedLong(-octetsBeforeWrap - iss);
        peers.clear();
        run(Simulation.DEFAULT_START_NS + ticks * ISN_TICK_NS, true);
        assertEquals(-octetsBeforeWrap, iss);
        assertTrue(sawHigh && sawLow, "sequence numbers wrapped");
    }

    /** Runs a transfer: to its end, or only until its first segment is out. */
    private void run(long startNs, boolean toItsEnd) {
        try (Simulation simulation = new Simulation(5, startNs, new SimAllocator())) {
            Invariants invariants = new Invariants(simulation);
            SimHost client = simulation.host("client");
            SimHost server = simulation.host("server");
            Cable cable = simulation.connect(client, server, LOSSY);
            cable.a().address(IpAddress.parse("10.0.0.1"), 24);
            cable.b().address(IpAddress.parse("10.0.0.2"), 24);
            cable.ab().filter((bytes, nowNs) -> note(bytes));
            StreamServer listening = new StreamServer(
                    server.sockets().listener(),
                    SERVER,
                    1,
                    socket -> peer(simulation, server, socket, PeerPlan.of(2, OCTETS, 1, OCTETS)));
            TcpSocket socket = client.sockets().tcp();
            socket.connect(SERVER, simulation.nowNs());
            peer(simulation, client, socket, PeerPlan.of(1, OCTETS, 2, OCTETS)).onReady(simulation.nowNs());
            if (!toItsEnd) {
                simulation.run(simulation.nowNs());
                peers.forEach(peer -> peer.stop(simulation.nowNs()));
                return;
            }
            simulation.runUntil(
                    () -> peers.size() == 2 && peers.stream().allMatch(StreamPeer::isFinished),
                    simulation.nowNs() + Pair.HOUR);
            for (StreamPeer peer : peers) {
                assertNull(peer.failure(), peer::toString);
                assertTrue(peer.isFinished(), peer::toString);
            }
            listening.close(simulation.nowNs());
            simulation.runToEnd(simulation.nowNs() + Pair.HOUR);
            invariants.checkEnded();
        }
    }

    private boolean note(ByteBuf packet) {
        int seq = packet.getInt(24);
        if ((packet.getByte(33) & TcpHeader.SYN) != 0) {
            iss = seq;
        }
        sawHigh |= seq >>> 31 == 1;
        sawLow |= seq >>> 31 == 0;
        return true;
    }

    private StreamPeer peer(Simulation simulation, SimHost host, TcpSocket socket, PeerPlan plan) {
        StreamPeer peer =
                new StreamPeer(socket, plan, host, simulation.random().stream("peer " + host), simulation.allocator());
        peers.add(peer);
        return peer;
    }
}
