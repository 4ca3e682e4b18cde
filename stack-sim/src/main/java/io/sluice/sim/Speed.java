package io.sluice.sim;

import io.sluice.api.Endpoint;
import io.sluice.api.TcpSocket;
import io.sluice.sim.workload.PeerPlan;
import io.sluice.sim.workload.StreamPeer;
import io.sluice.sim.workload.StreamServer;
import io.sluice.wire.IpAddress;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/**
 * Measures how much faster than real time the simulator is: one bulk flow of 10 Mbit/s on a path with a round trip of
 * 100 ms, content verified.
 */
public final class Speed {
    private static final long SECOND = 1_000_000_000L;
    private static final long RATE = 10_000_000;
    private static final long ONE_WAY_NS = SECOND / 20;
    /** The queue holds what the path does: 125 kB. */
    private static final PipeConfig PATH = PipeConfig.builder()
            .rate(RATE)
            .delayNs(ONE_WAY_NS)
            .queue(100, 125_000)
            .build();

    private static final Endpoint SERVER = Endpoint.of("10.0.0.2", 80);

    private Speed() {}

    /**
     * Prints one line a round; the first rounds warm the JVM up.
     *
     * @param seconds virtual time of a round
     */
    public static void run(long seconds, int rounds, PrintStream out) {
        SimAllocator allocator = new SimAllocator();
        for (int round = 0; round < rounds; round++) {
            long cpuStart = cpuNs();
            long start = System.nanoTime();
            Simulation simulation = bulk(round, seconds, allocator);
            double took = (System.nanoTime() - start) / 1e9;
            double cpu = (cpuNs() - cpuStart) / 1e9;
            long packets = simulation.hash().packets();
            out.println(String.format(
                    Locale.ROOT,
                    "%d s of virtual time in %.3f s (%.3f s CPU): %.0f times real time (%.0f), %.2f µs CPU a packet, hash %s",
                    seconds,
                    took,
                    cpu,
                    seconds / took,
                    seconds / cpu,
                    cpu * 1e6 / packets,
                    simulation.hash()));
        }
    }

    /** All threads of this JVM: on a machine with other work, what the wall clock does not tell. */
    private static long cpuNs() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .orElse(Duration.ZERO)
                .toNanos();
    }

    private static Simulation bulk(long seed, long seconds, SimAllocator allocator) {
        try (Simulation simulation = new Simulation(seed, Simulation.DEFAULT_START_NS, allocator)) {
            SimHost client = simulation.host("client");
            SimHost server = simulation.host("server");
            Cable cable = simulation.connect(client, server, PATH);
            cable.a().address(IpAddress.parse("10.0.0.1"), 24);
            cable.b().address(IpAddress.parse("10.0.0.2"), 24);
            PeerPlan send = PeerPlan.of(1, Long.MAX_VALUE, 2, 0);
            PeerPlan receive = PeerPlan.of(2, 0, 1, Long.MAX_VALUE);
            StreamPeer[] ends = new StreamPeer[2];
            StreamServer listening = new StreamServer(server.sockets().listener(), SERVER, 1, socket -> {
                ends[1] = peer(server, simulation, socket, receive);
                return ends[1];
            });
            TcpSocket socket = client.sockets().tcp();
            socket.connect(SERVER, simulation.nowNs());
            ends[0] = peer(client, simulation, socket, send);
            ends[0].onReady(simulation.nowNs());
            simulation.run(simulation.nowNs() + seconds * SECOND);
            listening.close(simulation.nowNs());
            if (ends[1].received() < RATE / 8 * seconds * 9 / 10) {
                throw new IllegalStateException("not a full wire: " + ends[1] + " " + cable.ab());
            }
            for (StreamPeer end : ends) {
                end.stop(simulation.nowNs());
            }
            return simulation;
        }
    }

    private static StreamPeer peer(SimHost host, Simulation simulation, TcpSocket socket, PeerPlan plan) {
        return new StreamPeer(socket, plan, host, simulation.random().stream(host + " peer"), simulation.allocator());
    }
}
