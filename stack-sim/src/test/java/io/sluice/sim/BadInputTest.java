package io.sluice.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.sluice.event.Counter;
import io.sluice.sim.workload.PeerPlan;
import io.sluice.sim.workload.StreamPeer;
import io.sluice.tcp.Knob;
import io.sluice.tcp.TcpProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;

/**
 * Hosts among damaged packets of real traffic: nothing is thrown, every packet is delivered or dropped for one reason,
 * connections may fail, but everything comes to an end and nothing is left. {@link Invariants} checks each turn.
 */
final class BadInputTest {
    private static final PipeConfig WIRE = PipeConfig.builder()
            .rate(10_000_000)
            .delayNs(5 * Pair.MS)
            .loss(0.01)
            .reordering(0.05, 3 * Pair.MS)
            .build();

    @Property(tries = 60)
    void damagedPacketsHarmNobody(@ForAll long seed, @ForAll @DoubleRange(min = 0.02, max = 0.6) double share) {
        SplittableRandom random = new SplittableRandom(seed);
        TcpProfile profile = TcpProfile.STANDARD
                .with(Knob.SACK, random.nextInt(4) == 0 ? 0 : 1)
                .with(Knob.TIMESTAMPS, random.nextInt(2))
                .with(Knob.WINDOW_SCALING, random.nextInt(2));
        LinkConfig link = random.nextBoolean() ? LinkConfig.PLAIN : LinkConfig.OFFLOAD.withWhole();
        try (Pair pair = new Pair(seed, WIRE, link, link, profile, random.nextBoolean())) {
            Mutator up = new Mutator(random.split(), share);
            Mutator down = new Mutator(random.split(), share);
            pair.cable.ab().filter(up);
            pair.cable.ba().filter(down);
            for (int i = 0; i < 4; i++) {
                converse(pair, i);
            }
            pair.simulation.run(pair.simulation.nowNs() + 60 * Pair.SECOND);
            assertTrue(up.seen() + down.seen() > 0);
            end(pair);
        }
    }

    /** Packets of one connection, damaged, arrive again while another one is at work: also in pieces. */
    @Property(tries = 30)
    void replayedPacketsHarmNobody(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        try (Pair pair = new Pair(seed, WIRE)) {
            List<byte[]> heard = new ArrayList<>();
            Pipe pipe = pair.cable.ab();
            pipe.filter((packet, nowNs) -> {
                byte[] copy = new byte[packet.readableBytes()];
                packet.getBytes(packet.readerIndex(), copy);
                heard.add(copy);
                return true;
            });
            for (int i = 0; i < 3; i++) {
                converse(pair, i);
            }
            Mutator mutator = new Mutator(random.split(), 0.5);
            for (int i = 0; i < 500; i++) {
                pair.simulation.at(pair.simulation.nowNs() + 10L * i * Pair.MS, () -> {
                    if (!heard.isEmpty()) {
                        byte[] again = heard.get(random.nextInt(heard.size()));
                        inject(pair, again, mutator, random);
                    }
                });
            }
            pair.simulation.run(pair.simulation.nowNs() + 20 * Pair.SECOND);
            assertTrue(mutator.mutated() > 0);
            end(pair);
        }
    }

    private static void inject(Pair pair, byte[] bytes, Mutator mutator, SplittableRandom random) {
        ByteBuf packet = pair.simulation.allocator().directBuffer(bytes.length).writeBytes(bytes);
        mutator.passes(packet, pair.simulation.nowNs());
        if (random.nextInt(3) == 0 && packet.readableBytes() > 28 && packet.getByte(0) >>> 4 == 4) {
            // as if it were a fragment: more to come, or somewhere in the middle
            packet.setShort(6, random.nextInt(4) << 13 | random.nextInt(200));
            packet.setShort(10, 0);
            int sum = 0;
            for (int i = 0; i < 20; i += 2) {
                sum += packet.getUnsignedShort(i);
            }
            packet.setShort(10, ~((sum & 0xFFFF) + (sum >>> 16)));
        }
        pair.cable.b().accept(pair.simulation.packet(packet), pair.simulation.nowNs());
    }

    private static void converse(Pair pair, int i) {
        pair.converse(
                PeerPlan.of(2L * i, 100_000, 2L * i + 1, 100_000).tolerant(),
                PeerPlan.of(2L * i + 1, 100_000, 2L * i, 100_000).tolerant());
    }

    private static void end(Pair pair) {
        pair.cable.ab().filter(PacketFilter.ALL);
        pair.cable.ba().filter(PacketFilter.ALL);
        pair.stop();
        pair.simulation.runToEnd(pair.simulation.nowNs() + Pair.HOUR);
        pair.invariants.checkEnded();
        for (SimHost host : pair.simulation.hosts()) {
            assertEquals(0, host.stack().counters().get(Counter.INTERNAL_ERRORS));
        }
        for (StreamPeer peer : pair.peers()) {
            assertTrue(peer.isFinished());
        }
    }
}
