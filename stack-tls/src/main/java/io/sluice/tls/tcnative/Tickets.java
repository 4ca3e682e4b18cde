package io.sluice.tls.tcnative;

import io.sluice.tls.CipherSource;
import io.sluice.tls.ContentType;
import io.sluice.tls.RecordOpener;
import io.sluice.tls.RecordSealer;
import io.sluice.tls.TlsHandshakeException;
import io.sluice.tls.TrafficKeys;
import java.io.ByteArrayOutputStream;

/**
 * A server's tickets of TLS 1.3 (RFC 8446 §4.6.1), which the library keeps until it seals data for the first time. So it is given an
 * octet, and the record with that octet is found among what it seals, and thrown away: its sequence number is the first of the stack's,
 * and nobody has seen anything that was sealed under it.
 */
final class Tickets {
    /** What is given to the library, to be thrown away. */
    static final byte[] DATA = {0};

    private Tickets() {}

    /**
     * Takes the tickets out of what was sealed.
     *
     * @param keys of what was sealed, from its first record; used up
     * @param into gets the records with tickets
     * @return how many records these are
     */
    static int take(byte[] sealed, TrafficKeys keys, ByteArrayOutputStream into) throws TlsHandshakeException {
        RecordOpener opener = new RecordOpener(keys, CipherSource.fastest());
        byte[] content = new byte[RecordOpener.MAX_RECORD_BYTES];
        int tickets = 0;
        for (int at = 0; at < sealed.length; ) {
            boolean begun = sealed.length - at >= RecordSealer.HEADER_BYTES;
            int length = begun ? opener.lengthOf(sealed, at) : RecordOpener.FAILED;
            if (length == RecordOpener.FAILED || length > sealed.length - at) {
                throw new TlsHandshakeException("the library has sealed no whole record", null);
            }
            int octets = opener.open(sealed, at, length, content, 0);
            boolean isData = octets == DATA.length && opener.type() == ContentType.APPLICATION_DATA;
            if (isData && at + length == sealed.length) {
                return tickets;
            }
            if (octets == RecordOpener.FAILED || opener.type() != ContentType.HANDSHAKE) {
                throw new TlsHandshakeException("the library has sealed something else than tickets", null);
            }
            into.write(sealed, at, length);
            tickets++;
            at += length;
        }
        throw new TlsHandshakeException("the library has not sealed what it was given", null);
    }
}
