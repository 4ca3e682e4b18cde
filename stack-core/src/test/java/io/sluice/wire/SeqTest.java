package io.sluice.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** RFC 9293 §3.4: the order of sequence numbers, and that it holds across the wrap. */
class SeqTest {
    @Property
    void orderIsThatOfDistancesLessThanHalfTheSpace(
            @ForAll int a, @ForAll @IntRange(min = 1, max = Integer.MAX_VALUE) int ahead) {
        int b = a + ahead;
        assertTrue(Seq.lt(a, b));
        assertTrue(Seq.leq(a, b));
        assertTrue(Seq.gt(b, a));
        assertTrue(Seq.geq(b, a));
        assertFalse(Seq.lt(b, a));
        assertFalse(Seq.leq(b, a));
        assertFalse(Seq.gt(a, b));
        assertFalse(Seq.geq(a, b));
        assertEquals(a, Seq.min(a, b));
        assertEquals(a, Seq.min(b, a));
        assertEquals(b, Seq.max(a, b));
        assertEquals(b, Seq.max(b, a));
        assertEquals(ahead, Seq.diff(b, a));
        assertEquals(-ahead, Seq.diff(a, b));
    }

    @Property
    void equalNumbersAreNeitherBeforeNorAfter(@ForAll int a) {
        assertFalse(Seq.lt(a, a));
        assertFalse(Seq.gt(a, a));
        assertTrue(Seq.leq(a, a));
        assertTrue(Seq.geq(a, a));
    }

    @Property
    void windowHoldsItsSizeInNumbers(@ForAll int left, @ForAll @IntRange(min = 1, max = 1 << 30) int size) {
        assertFalse(Seq.inWindow(left - 1, left, size));
        assertTrue(Seq.inWindow(left, left, size));
        assertTrue(Seq.inWindow(left + size - 1, left, size));
        assertFalse(Seq.inWindow(left + size, left, size));
    }

    @Example
    void emptyWindowHoldsNothingAndSizesAreUnsigned() {
        assertFalse(Seq.inWindow(7, 7, 0));
        assertTrue(Seq.inWindow(Integer.MIN_VALUE, 7, -1));
        assertFalse(Seq.inWindow(6, 7, -1));
    }
}
