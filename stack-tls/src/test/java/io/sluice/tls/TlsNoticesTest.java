package io.sluice.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.ErrorQueue;
import io.sluice.tcp.SendNotice;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is told of writes whose records the stack seals: of the record that a write ends in, in the user's octets. */
final class TlsNoticesTest {
    private static final Set<SendNotice.Kind> KINDS = Set.of(SendNotice.Kind.SENT, SendNotice.Kind.ACKNOWLEDGED);

    private static List<SendNotice> all(ErrorQueue queue) {
        List<SendNotice> all = new ArrayList<>();
        for (SendNotice n = queue.poll(); n != null; n = queue.poll()) {
            all.add(n);
        }
        return all;
    }

    private static List<String> told(List<SendNotice> notices) {
        return notices.stream().map(n -> n.kind() + " " + n.lastId()).toList();
    }

    @Test
    void aWriteIsNotSentBeforeItsLastRecordIs() {
        try (TlsPair pair = new TlsPair(CipherSuite.TLS_AES_128_GCM_SHA256).offload()) {
            TlsPair.read(pair.server);
            ErrorQueue queue = new ErrorQueue(pair.client);
            assertNull(queue.stampWrites(KINDS));
            int small = pair.client.write(ByteBuffer.wrap(new byte[5]));
            queue.endWrite(false);
            pair.run();
            assertEquals(5, small);
            assertEquals(List.of("SENT 4", "ACKNOWLEDGED 4"), told(all(queue)));
            // More than the window of a peer that does not read, so that a part is not even sealed.
            int written = 0;
            for (int n = 1; n > 0; written += n) {
                n = pair.client.write(ByteBuffer.wrap(new byte[1 << 20]));
                pair.run();
            }
            queue.endWrite(true);
            pair.run();
            assertEquals(List.of(), all(queue));
            for (int read = 0; read < 5 + written; pair.run()) {
                read += TlsPair.read(pair.server).length;
            }
            long last = 5L + written - 1;
            assertEquals(List.of("SENT " + last, "ACKNOWLEDGED " + last, "COMPLETED 0"), told(all(queue)));
        }
    }

    @Test
    void whatGoesIntoOneRecordIsSentWithIt() {
        try (TlsPair pair = new TlsPair(CipherSuite.TLS_AES_128_GCM_SHA256).offload()) {
            ErrorQueue queue = new ErrorQueue(pair.client);
            assertNull(queue.stampWrites(KINDS));
            for (int i = 0; i < 3; i++) {
                assertTrue(pair.client.write(ByteBuffer.wrap(new byte[10])) > 0);
                queue.endWrite(false);
            }
            pair.run();
            assertEquals(1, pair.count(pair.a, TlsCounter.RECORDS_OUT));
            assertEquals(
                    List.of("SENT 9", "SENT 19", "SENT 29", "ACKNOWLEDGED 9", "ACKNOWLEDGED 19", "ACKNOWLEDGED 29"),
                    told(all(queue)));
        }
    }
}
