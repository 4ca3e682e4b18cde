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

    /** Whether {@link #onTicket} is of use: so long {@link #close} can wait. */
    default boolean wantsTickets() {
        return false;
    }

    /**
     * A client has got a ticket (RFC 8446 §4.6.1) behind the handshake, with which the library may resume the session.
     *
     * @param message the NewSessionTicket, with the header of a handshake message
     */
    default void onTicket(byte[] message) {}

    /** Lets go of everything. */
    void close();
}
