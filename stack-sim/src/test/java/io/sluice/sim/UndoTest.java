package io.sluice.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.event.Counter;
import io.sluice.rack.RackStacks;
import io.sluice.sim.queue.Queues;
import io.sluice.tcp.TcpStack;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reductions are taken back only where nothing was lost (RFC 3522). */
class UndoTest {
    /**
     * A wire that drops single packets, faster and faster, from a long queue. New losses are found while repetitions of
     * earlier ones are under way; what acknowledges these says nothing about the new ones.
     */
    @ParameterizedTest
    @ValueSource(strings = {"default", "rack"})
    void lossesThatFollowOneAnotherAreNotTakenForSpurious(String name) {
        TcpStack stack = name.equals("rack") ? RackStacks.RACK : TcpStack.DEFAULT;
        PipeConfig wire = PipeConfig.builder()
                .rate(50_000_000)
                .delayNs(25 * Pair.MS)
                .queue(Queues.codel(10_000_000, false))
                .build();
        try (Pair pair = new Pair(1, wire, b -> b.tcpStack(stack), b -> b)) {
            pair.transfer(30_000_000, 0);
            pair.finish();
            assertTrue(pair.cable.ab().dropped(Fate.QUEUE_MANAGED) > 5, pair.cable.ab()::toString);
            assertEquals(0, pair.client.stack().counters().get(Counter.TCP_SPURIOUS_RECOVERIES));
        }
    }
}
