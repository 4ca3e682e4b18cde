package io.sluice.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.netty.buffer.ByteBuf;
import io.sluice.wire.IpAddress;
import org.junit.jupiter.api.Test;

/** Streams follow from seed and name only, so that more of one thing does not disturb another. */
final class RandomStreamsTest {
    @Test
    void sameSeedAndNameSameNumbers() {
        long first = new RandomStreams(1).stream("loss").nextLong();
        assertEquals(first, new RandomStreams(1).stream("loss").nextLong());
        assertNotEquals(first, new RandomStreams(1).stream("jitter").nextLong());
        assertNotEquals(first, new RandomStreams(2).stream("loss").nextLong());
    }

    @Test
    void moreHostsDoNotDisturbTheOthers() {
        assertEquals(hashOfFirstWire(false), hashOfFirstWire(true));
    }

    private static long hashOfFirstWire(boolean more) {
        PipeConfig lossy = PipeConfig.builder()
                .rate(10_000_000)
                .delayNs(5 * Pair.MS)
                .loss(0.05)
                .build();
        try (Pair pair = new Pair(9, lossy)) {
            if (more) {
                SimHost third = pair.simulation.host("third");
                Cable cable = pair.simulation.connect(third, pair.server, lossy);
                cable.a().address(IpAddress.parse("10.0.1.1"), 24);
                cable.b().address(IpAddress.parse("10.0.1.2"), 24);
            }
            TraceHash hash = new TraceHash();
            pair.simulation.capture(new OfFirstWire(hash));
            pair.transfer(100_000, 100_000);
            pair.finish();
            return hash.value();
        }
    }

    /** Passes on what concerns the first wire. */
    private record OfFirstWire(Capture to) implements Capture {
        @Override
        public void sent(Pipe pipe, ByteBuf bytes, long nowNs) {
            if (pipe.number() < 2) {
                to.sent(pipe, bytes, nowNs);
            }
        }

        @Override
        public void delivered(Pipe pipe, ByteBuf bytes, long nowNs) {
            if (pipe.number() < 2) {
                to.delivered(pipe, bytes, nowNs);
            }
        }

        @Override
        public void dropped(Pipe pipe, ByteBuf bytes, Fate fate, long nowNs) {
            if (pipe.number() < 2) {
                to.dropped(pipe, bytes, fate, nowNs);
            }
        }
    }
}
