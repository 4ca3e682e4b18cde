package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.wire.IpAddress;
import io.sluice.wire.Seq;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Initial sequence numbers and timestamps, as somebody sees them who does not know the key. */
class SequenceSecretTest {
    private static final long SECOND_NS = 1_000_000_000L;

    private static FlowKey flow(int port) {
        return FlowKey.of(IpAddress.parse("10.0.0.1"), port, IpAddress.parse("10.0.0.2"), 80);
    }

    /** RFC 9293 §3.4.1 (MUST-8): for the same connection they only follow the clock, of 4 microseconds. */
    @Test
    void aClockOfFourMicroseconds() {
        SequenceSecret secret = new SequenceSecret(1, 2);
        int first = secret.initialSequenceNumber(flow(4000), 0);
        assertEquals(first, secret.initialSequenceNumber(flow(4000), 3_999));
        assertEquals(first + 1, secret.initialSequenceNumber(flow(4000), 4_000));
        assertEquals(first + 250_000, secret.initialSequenceNumber(flow(4000), SECOND_NS));
    }

    /** RFC 9293 §3.4.1 (MUST-9, SHLD-1): without the key nothing follows from the numbers of other connections, or hosts. */
    @Test
    void differencesOfConnectionsDependOnTheKey() {
        Set<Integer> differences = new HashSet<>();
        for (int key = 0; key < 50; key++) {
            SequenceSecret secret = new SequenceSecret(key, 7);
            for (int port = 4000; port < 4020; port++) {
                differences.add(
                        secret.initialSequenceNumber(flow(port + 1), 0) - secret.initialSequenceNumber(flow(port), 0));
            }
        }
        assertTrue(differences.size() >= 999, () -> differences.size() + " different of 1000");
        assertNotEquals(
                new SequenceSecret(1, 2).initialSequenceNumber(flow(4000), 0),
                new SequenceSecret(1, 3).initialSequenceNumber(flow(4000), 0));
    }

    /** RFC 7323 §5.4 (M22): a timestamp is beyond one of an MSL ago, even of the four minutes of old. */
    @Test
    void timestampsComeRoundLaterThanAnMsl() {
        for (long fromNs = 0; fromNs < 1L << 53; fromNs += 1L << 47) {
            int before = TcpContext.timestampClock(fromNs);
            assertEquals(1_000, TcpContext.timestampClock(fromNs + SECOND_NS) - before);
            assertTrue(Seq.gt(TcpContext.timestampClock(fromNs + 255 * SECOND_NS), before));
        }
    }
}
