package com.example.fixedrate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.Endpoint;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.event.Counter;
import io.sluice.sim.Cable;
import io.sluice.sim.PipeConfig;
import io.sluice.sim.SimHost;
import io.sluice.sim.Simulation;
import io.sluice.tcp.TcpStack;
import io.sluice.tcp.TcpStacks;
import io.sluice.wire.IpAddress;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** What is needed for a stack of one's own is public: it is found by name, paces, and repairs losses. */
final class FixedRateTest {
    private static final int SIZE = 5_000_000;
    private static final long NS_PER_SECOND = 1_000_000_000L;

    @Test
    void keepsItsRateOnALossyLink() {
        TcpStack stack = TcpStacks.installed().named("fixed-rate");
        assertNotNull(stack, "the service loader finds it");
        try (Simulation simulation = new Simulation(3)) {
            SimHost client = simulation.host("client", b -> b.tcpStack(stack));
            SimHost server = simulation.host("server");
            PipeConfig wire = PipeConfig.builder()
                    .rate(100_000_000)
                    .delayNs(10_000_000)
                    .loss(0.01)
                    .build();
            Cable cable = simulation.connect(client, server, wire);
            cable.a().address(IpAddress.parse("10.0.0.1"), 24);
            cable.b().address(IpAddress.parse("10.0.0.2"), 24);
            TcpListener listener = server.sockets().listener();
            listener.bind(Endpoint.of("10.0.0.2", 80));
            listener.listen(1);
            TcpSocket sender = client.sockets().tcp();
            sender.connect(Endpoint.of("10.0.0.2", 80), simulation.nowNs());
            client.wantTurn();
            simulation.runUntil(() -> listener.waitingCount() == 1, simulation.nowNs() + 10 * NS_PER_SECOND);
            TcpSocket receiver = listener.accept();
            assertNotNull(receiver);
            assertEquals(stack, sender.stack());

            long start = simulation.nowNs();
            transfer(simulation, client, sender, server, receiver);
            double seconds = (simulation.nowNs() - start) / (double) NS_PER_SECOND;
            // Headers are paced, too, and what is lost is sent again: about 5 % more than the payload.
            assertEquals((double) SIZE / FixedRateStacks.RATE, seconds, 0.5);
            assertTrue(client.stack().counters().get(Counter.TCP_SEGMENTS_RETRANSMITTED) > 0);
            sender.abort(simulation.nowNs());
            receiver.abort(simulation.nowNs());
            listener.close(simulation.nowNs());
        }
    }

    private static void transfer(
            Simulation simulation, SimHost client, TcpSocket sender, SimHost server, TcpSocket receiver) {
        ByteBuffer out = ByteBuffer.allocate(SIZE);
        for (int i = 0; i < SIZE; i++) {
            out.put(i, (byte) (i * 31 + i / 256));
        }
        ByteBuffer in = ByteBuffer.allocate(SIZE);
        long deadline = simulation.nowNs() + 60 * NS_PER_SECOND;
        while (in.hasRemaining() && simulation.nowNs() < deadline) {
            sender.write(out);
            client.wantTurn();
            receiver.read(in);
            server.wantTurn();
            simulation.run(simulation.nowNs() + 1_000_000);
        }
        assertEquals(out.flip(), in.flip(), "intact, in order, complete");
    }
}
