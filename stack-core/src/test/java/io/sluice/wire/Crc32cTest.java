package io.sluice.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** CRC-32C against known values, and against the JDK's, which the core does without. */
class Crc32cTest {
    @Test
    void knownValues() {
        ByteBuffer digits = ByteBuffer.wrap("123456789".getBytes(StandardCharsets.US_ASCII));
        assertEquals(0xE306_9283, Crc32c.of(digits, 0, 9));
        // RFC 7143 Appendix A.4 prints the octets of this as aa 36 91 8a: the least significant first
        assertEquals(0x8A91_36AA, Crc32c.of(ByteBuffer.allocate(32), 0, 32));
        assertEquals(0, Crc32c.of(digits, 3, 0));
    }

    @Property(tries = 500)
    void isTheOneOfTheJdk(@ForAll @Size(max = 100) byte[] octets, @ForAll @IntRange(max = 100) int split) {
        CRC32C jdk = new CRC32C();
        jdk.update(octets);
        ByteBuffer b = ByteBuffer.allocateDirect(octets.length + 3);
        b.put(3, octets);
        int first = Math.min(split, octets.length);
        int crc = Crc32c.of(b, 3 + first, octets.length - first, Crc32c.of(b, 3, first));
        assertEquals((int) jdk.getValue(), crc);
    }
}
