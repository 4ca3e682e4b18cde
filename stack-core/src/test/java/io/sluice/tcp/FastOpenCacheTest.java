package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.wire.IpAddress;
import org.junit.jupiter.api.Test;

/** What a client remembers of Fast Open is bounded, and what was used last stays (RFC 7413 §4.1.3). */
final class FastOpenCacheTest {
    private static final int LIMIT = 4;
    private static final long SECOND_NS = 1_000_000_000L;

    private final Knobs knobs = new Knobs(
            TcpProfile.STANDARD.with(Knob.FAST_OPEN_CACHE_LIMIT, LIMIT).with(Knob.FAST_OPEN_PATH_DISABLE_S, 100));
    private final FastOpenCache cache = new FastOpenCache(knobs);

    private static FlowKey to(int host, int port, boolean ipv6) {
        String net = ipv6 ? "fd00::" : "10.0.0.";
        return FlowKey.of(IpAddress.parse(net + 1), 4000, IpAddress.parse(net + host), port);
    }

    @Test
    void theEntryThatWasNotUsedForLongestGivesWay() {
        for (boolean ipv6 : new boolean[] {false, true}) {
            cache.clear();
            for (int host = 10; host < 10 + LIMIT; host++) {
                cache.own(to(host, 80, ipv6), 1).mss = host;
            }
            assertNotNull(cache.find(to(10, 443, ipv6), 1), "of another port of the same host, as well");
            for (int host = 20; host < 20 + LIMIT - 1; host++) {
                cache.own(to(host, 80, ipv6), 1);
            }
            FastOpenCache.Entry used = cache.find(to(10, 80, ipv6), 1);
            assertNotNull(used);
            assertEquals(10, used.mss);
            for (int host = 11; host < 10 + LIMIT; host++) {
                assertNull(cache.find(to(host, 80, ipv6), 1), "host " + host);
            }
        }
    }

    /** Whoever has so many servers fail is not remembered for ever, nor is what each of them did. */
    @Test
    void servicesThatAreLeftAloneAreBounded() {
        for (int port = 1; port <= 100; port++) {
            cache.leaveAlone(to(10, port, false), 0);
        }
        for (int port = 1; port <= 100; port++) {
            assertEquals(port <= 100 - LIMIT, cache.mayTry(to(10, port, false), SECOND_NS), "port " + port);
        }
        assertFalse(cache.mayTry(to(10, 100, false), 99 * SECOND_NS));
        assertTrue(cache.mayTry(to(10, 100, false), 100 * SECOND_NS), "and after a while tried again");
    }
}
