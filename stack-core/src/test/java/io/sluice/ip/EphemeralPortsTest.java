package io.sluice.ip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.wire.IpAddress;
import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** RFC 6056 §3.3.4: each port once before any comes again, and from the outside in no visible order. */
final class EphemeralPortsTest {
    private static final IpAddress LOCAL = IpAddress.parse("10.0.0.1");
    private static final IpAddress REMOTE = IpAddress.parse("10.0.0.2");
    private static final int PORTS = 65_536 - PortRange.DYNAMIC.first();

    private final EphemeralPorts ports = new EphemeralPorts(new SplittableRandom(7), PortRange.DYNAMIC);

    @Test
    void eachPortOnceBeforeAnyComesAgain() {
        BitSet seen = new BitSet();
        for (int i = 0; i < PORTS; i++) {
            int port = ports.select(LOCAL, REMOTE, 80, p -> true);
            assertTrue(port >= PortRange.DYNAMIC.first() && port <= 65_535);
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

    /** Of a range whose size is no power of two, too, each port is looked at before there is said to be none. */
    @Test
    void theOnlyFreePortIsFound() {
        EphemeralPorts of10000 = new EphemeralPorts(new SplittableRandom(7), new PortRange(20_001, 30_000));
        for (int i = 0; i < 500; i++) {
            int free = 20_001 + i * 19;
            assertEquals(free, of10000.select(LOCAL, IpAddress.ofV4(i), 80, p -> p == free));
        }
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
        EphemeralPorts other = new EphemeralPorts(new SplittableRandom(8), PortRange.DYNAMIC);
        assertNotEquals(ports.select(LOCAL, REMOTE, 80, p -> true), other.select(LOCAL, REMOTE, 80, p -> true));
    }

    /** RFC 6056 §3.3.4: connections to others are not seen in the ports that one peer sees, but for one in a thousand. */
    @Test
    void nobodyCountsTheConnectionsToOthers() {
        SplittableRandom random = new SplittableRandom(1);
        int before = ports.select(LOCAL, REMOTE, 80, p -> true);
        for (int i = 0; i < 500; i++) {
            ports.select(LOCAL, IpAddress.ofV4(random.nextInt()), 80, p -> true);
        }
        int step = Math.floorMod(ports.select(LOCAL, REMOTE, 80, p -> true) - before, PORTS);
        assertTrue(step >= 1 && step < 10, "" + step);
    }

    /** RFC 6056 §3.5: a port that is bound before the peer is known follows from no other; and the last one is found. */
    @Test
    void portsForAnyPeerAreRandom() {
        int steps = 0;
        int before = 0;
        BitSet seen = new BitSet();
        for (int i = 0; i < 1000; i++) {
            int port = ports.selectAny(p -> true);
            steps += port - before == 1 ? 1 : 0;
            seen.set(port);
            before = port;
        }
        assertTrue(steps < 5 && seen.cardinality() > 900);
        assertEquals(60_000, ports.selectAny(p -> p == 60_000));
        assertEquals(0, ports.selectAny(p -> false));
    }

    @Test
    void aRangeIsKept() {
        EphemeralPorts few = new EphemeralPorts(new SplittableRandom(9), new PortRange(1024, 1026));
        for (int i = 0; i < 100; i++) {
            int chosen = few.select(LOCAL, REMOTE, i, p -> true);
            int any = few.selectAny(p -> true);
            assertTrue(chosen >= 1024 && chosen <= 1026 && any >= 1024 && any <= 1026);
        }
        assertThrows(IllegalArgumentException.class, () -> new PortRange(0, 10));
        assertThrows(IllegalArgumentException.class, () -> new PortRange(10, 9));
        assertThrows(IllegalArgumentException.class, () -> new PortRange(10, 65_536));
    }
}
