package io.sluice.tls.bouncycastle;

import java.io.IOException;

/** A protocol of the library, which keeps to limits that it does not know. */
interface LimitedProtocol {
    /** Ends the handshake by an alert; always throws that. */
    void refuse(short alert, String why) throws IOException;

    /** Writes a part of a message. */
    interface Writer {
        void write(int at, int length) throws IOException;
    }

    /** Writes {@code length} octets from {@code at} on, {@code most} at a time; of nothing one part. */
    static void writeInParts(int at, int length, int most, Writer writer) throws IOException {
        int done = 0;
        do {
            int n = Math.min(most, length - done);
            writer.write(at + done, n);
            done += n;
        } while (done < length);
    }
}
