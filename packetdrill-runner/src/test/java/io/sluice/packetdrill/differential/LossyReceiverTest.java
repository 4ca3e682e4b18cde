package io.sluice.packetdrill.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.packetdrill.differential.LossyReceiver.Range;
import org.junit.jupiter.api.Test;

/** RFC 2018 §4, RFC 2883 §4. */
final class LossyReceiverTest {
    private final LossyReceiver receiver = new LossyReceiver();

    private void takes(long start, long end, long next, String blocks) {
        receiver.take(new Range(start, end));
        assertEquals(next, receiver.next());
        assertEquals(blocks, receiver.blocks(3));
    }

    @Test
    void blocksAreReportedTheLatestFirst() {
        takes(1, 1001, 1001, "");
        takes(2001, 3001, 1001, "2001:3001");
        takes(4001, 5001, 1001, "4001:5001 2001:3001");
        takes(6001, 7001, 1001, "6001:7001 4001:5001 2001:3001");
        takes(8001, 9001, 1001, "8001:9001 6001:7001 4001:5001");
        takes(3001, 4001, 1001, "2001:5001 8001:9001 6001:7001");
        takes(1001, 2001, 5001, "8001:9001 6001:7001");
    }

    @Test
    void whatComesTwiceIsReportedOnce() {
        takes(1, 2001, 2001, "");
        takes(1, 1001, 2001, "1:1001");
        takes(3001, 5001, 2001, "3001:5001");
        takes(4001, 5001, 2001, "4001:5001 3001:5001");
        takes(2001, 3001, 5001, "");
    }
}
