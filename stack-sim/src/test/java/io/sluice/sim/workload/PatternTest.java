package io.sluice.sim.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** A pattern is the same however it is cut, and tells every octet that is not where it belongs. */
final class PatternTest {
    @Property
    void fillsAndComparesAtAnyOffset(
            @ForAll long key, @ForAll @LongRange(max = 1L << 40) long offset, @ForAll @IntRange(max = 100) int length) {
        Pattern pattern = new Pattern(key);
        ByteBuffer data = ByteBuffer.allocate(length);
        pattern.fill(data, offset);
        for (int i = 0; i < length; i++) {
            assertEquals(pattern.octet(offset + i), data.get(i));
        }
        assertEquals(-1, pattern.mismatch(data.flip(), offset));
    }

    @Property
    void findsTheFirstWrongOctet(
            @ForAll @LongRange(max = 1000) long offset,
            @ForAll @IntRange(min = 1, max = 100) int length,
            @ForAll @IntRange(max = 99) int at,
            @ForAll @IntRange(min = 1, max = 255) int change) {
        Pattern pattern = new Pattern(3);
        ByteBuffer data = ByteBuffer.allocate(length);
        pattern.fill(data, offset);
        int wrong = at % length;
        data.put(wrong, (byte) (data.get(wrong) ^ change));
        assertEquals(wrong, pattern.mismatch(data.flip(), offset));
    }

    @Property
    void findsAShift(
            @ForAll @LongRange(max = 100_000) long offset, @ForAll @LongRange(min = 1, max = 100_000) long shift) {
        Pattern pattern = new Pattern(3);
        ByteBuffer data = ByteBuffer.allocate(64);
        pattern.fill(data, offset + shift);
        int right = pattern.mismatch(data.flip(), offset);
        assertEquals(true, right >= 0 && right < 16, () -> right + " octets are the same");
    }

    @Property
    void findsAnotherStream(@ForAll @IntRange(max = 1000) int key, @ForAll @IntRange(max = 1000) int other) {
        ByteBuffer data = ByteBuffer.allocate(64);
        new Pattern(key).fill(data, 0);
        int right = new Pattern(other).mismatch(data.flip(), 0);
        assertEquals(key == other, right == -1);
    }
}
