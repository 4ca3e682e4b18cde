package io.sluice.benchmarks.bulk;

import java.nio.ByteBuffer;

/** Counts what arrives of one stream and compares it. For one thread. */
final class Verifier {
    private final Content content;
    private final long expectedBytes;
    private long receivedBytes;
    private long firstWrong = Content.SAME;

    Verifier(Content content, long expectedBytes) {
        this.content = content;
        this.expectedBytes = expectedBytes;
    }

    /** The next octets of the stream: the remaining ones of {@code data}. */
    void onData(ByteBuffer data) {
        int n = data.remaining();
        if (firstWrong == Content.SAME) {
            firstWrong = content.compare(data, receivedBytes);
        }
        receivedBytes += n;
    }

    /** What is wrong now that the stream has ended, or "". */
    String complaint() {
        if (firstWrong != Content.SAME) {
            return "octet " + firstWrong + " is wrong";
        }
        return receivedBytes == expectedBytes
                ? ""
                : "ended after " + receivedBytes + " octets instead of " + expectedBytes;
    }
}
