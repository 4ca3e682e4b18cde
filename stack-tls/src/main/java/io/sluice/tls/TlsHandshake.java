package io.sluice.tls;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One handshake by some TLS library, without I/O: gets the peer's records one by one, so that it never holds anything that
 * comes behind the handshake. From {@link #session} on the stack seals and opens the records, and the library is done.
 * Confined to one thread.
 */
public interface TlsHandshake {
    /**
     * Takes one record of the peer, header included.
     *
     * @throws IOException if the handshake has failed; {@link #takeOutput} then still has the alert that says why
     */
    void onRecord(byte[] record, int length) throws IOException;

    /** What is to be sent to the peer now; empty if nothing is. Of a client, the first of it is there from the start. */
    byte[] takeOutput();

    /** What was agreed on; null while the handshake goes on. */
    @Nullable TlsSession session();

    /** Lets go of everything. */
    void close();
}
