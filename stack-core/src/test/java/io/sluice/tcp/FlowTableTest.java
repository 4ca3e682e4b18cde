package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.sluice.link.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The flow table against a hash map. */
class FlowTableTest {
    private record Named(FlowKey key, int id) implements Flow {
        @Override
        public int udpPort() {
            return 0;
        }

        @Override
        public void applyTo(Path path) {}

        @Override
        public int minimumHopLimit() {
            return 0;
        }

        @Override
        public TcpState state() {
            return TcpState.ESTABLISHED;
        }
    }

    @Property(tries = 200)
    void isAMap(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        FlowTable table = new FlowTable(random.nextLong());
        Map<Integer, Named> model = new HashMap<>();
        for (int step = 0; step < 2000; step++) {
            int id = random.nextInt(400);
            FlowKey key = new FlowKey(0, id / 7, 0, id % 7, id);
            if (random.nextInt(3) > 0) {
                Named flow = new Named(key, id);
                assertSame(model.put(id, flow), table.put(flow));
            } else {
                Named flow = model.remove(id);
                assertEquals(flow != null, flow != null && table.remove(flow));
            }
            int probe = random.nextInt(400);
            assertSame(model.get(probe), table.find(0, probe / 7, 0, probe % 7, probe));
            assertEquals(model.size(), table.size());
        }
    }
}
