package io.sluice.ip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.wire.IpAddress;
import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** RFC 6056 §3.3.3: each port once before any comes again, and from the outside in no visible order. */
final class EphemeralPortsTest {
    private static final IpAddress LOCAL = IpAddress.parse("10.0.0.1");
    private static final IpAddress REMOTE = IpAddress.parse("10.0.0.2");
    private static final int PORTS = 65_536 - EphemeralPorts.FIRST;

    private final EphemeralPorts ports = new EphemeralPorts(new SplittableRandom(7));

    @Test
    void eachPortOnceBeforeAnyComesAgain() {
        BitSet seen = new BitSet();
        for (int i = 0; i < PORTS; i++) {
            int port = ports.select(LOCAL, REMOTE, 80, p -> true);
            assertTrue(port >= EphemeralPorts.FIRST && port <= 65_535);
            seen.set(port);
        }
        assertEquals(PORTS, seen.cardinality());
    }

    @Test
    void portsThatDoNotSuitAreSkipped() {
        for (int i = 0; i < 100; i++) {
            assertEquals(60_000, ports.select(LOCAL, REMOTE, 80, p -> p == 60_000));
        }
        assertEquals(0, ports.select(LOCAL, REMOTE, 80, p -> false));
    }

    /** Without the secret, the port used for one peer says nothing about that used for the next. */
    @Test
    void peersSeeDifferentSequences() {
        SplittableRandom random = new SplittableRandom(1);
        int steps = 0;
        for (int i = 0; i < 1000; i++) {
            int first = ports.select(LOCAL, REMOTE, 80, p -> true);
            int second = ports.select(LOCAL, IpAddress.ofV4(random.nextInt()), 80, p -> true);
            steps += second - first == 1 ? 1 : 0;
        }
        assertTrue(steps < 5, steps + " of 1000 in sequence");
    }

    @Test
    void secretsDiffer() {
        EphemeralPorts other = new EphemeralPorts(new SplittableRandom(8));
        assertNotEquals(ports.select(LOCAL, REMOTE, 80, p -> true), other.select(LOCAL, REMOTE, 80, p -> true));
    }
}
