package io.sluice.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.event.Pollable.ReadyList;
import org.junit.jupiter.api.Test;

/** The ready list and the counters. */
final class EventsTest {
    /** A socket of nothing but readiness. */
    private static final class Socket extends Pollable {}

    @Test
    void firstInFirstOutAndOnceEach() {
        ReadyList list = new ReadyList();
        Socket a = new Socket();
        Socket b = new Socket();
        list.signal(a, Readiness.READABLE);
        list.signal(b, Readiness.WRITABLE);
        list.signal(a, Readiness.ERROR);
        assertSame(a, list.poll());
        assertEquals(Readiness.READABLE | Readiness.ERROR, a.takeEvents());
        assertEquals(0, a.takeEvents());
        list.signal(a, Readiness.URGENT);
        assertSame(b, list.poll());
        assertSame(a, list.poll());
        assertNull(list.poll());
        assertTrue(list.isEmpty());
        list.signal(b, Readiness.READABLE);
        assertSame(b, list.poll());
        assertEquals(Readiness.READABLE | Readiness.WRITABLE, b.takeEvents());
    }

    @Test
    void countersAddUp() {
        Counters c = new Counters();
        assertNull(c.lastDrop());
        assertEquals("", c.toString());
        c.increment(Counter.PACKETS_IN);
        c.add(Counter.BYTES_IN, 40);
        c.drop(DropReason.IP_VERSION);
        c.drop(DropReason.FRAGMENT_TIMEOUT, 3);
        assertEquals(1, c.get(DropReason.IP_VERSION));
        assertEquals(4, c.dropped());
        assertEquals(DropReason.FRAGMENT_TIMEOUT, c.lastDrop());
        assertEquals("PACKETS_IN=1 BYTES_IN=40 DROP_IP_VERSION=1 DROP_FRAGMENT_TIMEOUT=3", c.toString());
    }
}
