package io.sluice.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

/** When packets have left. */
class LinkRateTest {
    private static final long MS = 1_000_000;

    @Test
    void aConstantRateTakesTheSameTimeAlways() {
        LinkRate.Clock clock = LinkRate.constant(12_000_000).start(5);
        assertEquals(5 + MS, clock.departureNs(5, 1500));
        assertEquals(77, LinkRate.constant(0).start(0).departureNs(77, 1500));
    }

    @Test
    void aRateMayChangeUnderAPacket() {
        LinkRate rate = new ChangingRate(
                List.of(new ChangingRate.Step(0, 12_000_000), new ChangingRate.Step(10 * MS, 1_200_000)));
        LinkRate.Clock clock = rate.start(100);
        assertEquals(100 + MS, clock.departureNs(100, 1500));
        // half of the packet leaves in 0.5 ms, the other half at a tenth of the rate in 5 ms
        assertEquals(100 + 15 * MS, clock.departureNs(100 + 9 * MS + MS / 2, 1500));
        assertEquals(100 + 30 * MS, clock.departureNs(100 + 20 * MS, 1500));
        assertEquals(6_600_000, rate.meanBitsPerSecond());
    }

    @Test
    void ratesHaveToFollowOneAnother() {
        assertThrows(IllegalArgumentException.class, () -> new ChangingRate(List.of()));
        assertThrows(
                IllegalArgumentException.class,
                () -> new ChangingRate(List.of(new ChangingRate.Step(5, 1), new ChangingRate.Step(5, 2))));
        assertThrows(IllegalArgumentException.class, () -> new ChangingRate(List.of(new ChangingRate.Step(0, 0))));
    }

    /** Opportunities at 1, 1 and 4 ms, then again from 4 ms on: 5, 5, 8 ... */
    @Test
    void aTraceSendsAtItsOpportunities() {
        LinkRate rate = TraceRate.parse("t", List.of("1", "1", "4", ""));
        assertEquals(3 * 1504 * 8 * 1000 / 4, rate.meanBitsPerSecond());
        LinkRate.Clock clock = rate.start(0);
        assertEquals(MS, clock.departureNs(0, 1500));
        assertEquals(MS, clock.departureNs(MS, 1500));
        assertEquals(4 * MS, clock.departureNs(MS, 1500));
        assertEquals(5 * MS, clock.departureNs(4 * MS, 1500));
        assertEquals(5 * MS, clock.departureNs(5 * MS, 1500));
        // idle for more than a round: what was not used is lost
        assertEquals(21 * MS, clock.departureNs(20 * MS + 1, 1500));
    }

    @Test
    void smallPacketsShareAnOpportunityAndLargeOnesTakeSeveral() {
        LinkRate.Clock clock = TraceRate.parse("t", List.of("1", "2", "3", "4")).start(0);
        assertEquals(MS, clock.departureNs(0, 700));
        assertEquals(MS, clock.departureNs(MS, 700));
        assertEquals(2 * MS, clock.departureNs(MS, 700));
        assertEquals(4 * MS, clock.departureNs(2 * MS, 3000));
    }

    @Test
    void aTraceThatIsNoneIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> TraceRate.parse("t", List.of()));
        assertThrows(IllegalArgumentException.class, () -> TraceRate.parse("t", List.of("2", "1")));
        assertThrows(IllegalArgumentException.class, () -> TraceRate.parse("t", List.of("x")));
        assertThrows(IllegalArgumentException.class, () -> TraceRate.parse("t", List.of("-1")));
    }
}
