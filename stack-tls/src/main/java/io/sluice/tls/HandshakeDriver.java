package io.sluice.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Takes a handshake from a stream of octets: gives the library one record after the other, and stops with the last one of
 * the handshake, so that everything behind it is the stack's. Confined to one thread.
 */
public final class HandshakeDriver {
    /** RFC 8446 §5.1, §5.2: no record of a handshake is longer. */
    private static final int MAX_RECORD_BYTES = RecordOpener.MAX_RECORD_BYTES;

    private final TlsHandshake handshake;
    private final byte[] record = new byte[MAX_RECORD_BYTES];
    private int gathered;

    public HandshakeDriver(TlsHandshake handshake) {
        this.handshake = handshake;
    }

    /**
     * Takes octets of the peer from {@code data}, as far as they belong to the handshake: what is left in it when there is
     * a {@link #session} comes behind the handshake.
     *
     * @throws IOException if the handshake has failed; {@link #takeOutput} may still have an alert
     */
    public void onOctets(ByteBuf data) throws IOException {
        while (data.isReadable() && handshake.session() == null) {
            int wanted = gathered < RecordSealer.HEADER_BYTES ? RecordSealer.HEADER_BYTES : length();
            checkHeader(wanted);
            int n = Math.min(wanted - gathered, data.readableBytes());
            data.readBytes(record, gathered, n);
            gathered += n;
            if (gathered >= RecordSealer.HEADER_BYTES && gathered == length()) {
                gathered = 0;
                handshake.onRecord(record, length());
            }
        }
    }

    /** Before waiting for what may never come. */
    private void checkHeader(int length) throws NotTlsException {
        if (gathered < RecordSealer.HEADER_BYTES) {
            return;
        }
        boolean known = record[0] >= ContentType.CHANGE_CIPHER_SPEC && record[0] <= ContentType.APPLICATION_DATA;
        if (!known || record[1] != 3 || length > MAX_RECORD_BYTES) { // RFC 8446 §5.1
            throw new NotTlsException("not an SSL/TLS record: " + HexFormat.of().formatHex(record, 0, 5));
        }
    }

    private int length() {
        return RecordSealer.HEADER_BYTES + (((record[3] & 0xFF) << 8) | (record[4] & 0xFF));
    }

    /** What is to be sent to the peer now; may be empty. */
    public ByteBuf takeOutput() {
        return Unpooled.wrappedBuffer(handshake.takeOutput());
    }

    /** What was agreed on; null while the handshake goes on. */
    public @Nullable TlsSession session() {
        return handshake.session();
    }

    /** Whether the library makes use of tickets: so long {@link #close} can wait. */
    public boolean wantsTickets() {
        return handshake.wantsTickets();
    }

    /**
     * Takes a message that the stack has opened behind the handshake, of {@link ContentType#HANDSHAKE}: if it is a ticket (RFC
     * 8446 §4.6.1), the library may resume the session with it.
     */
    public void onMessage(ByteBuf message) {
        if (message.getUnsignedByte(message.readerIndex()) == HandshakeType.NEW_SESSION_TICKET
                && handshake.wantsTickets()) {
            byte[] octets = new byte[message.readableBytes()];
            message.getBytes(message.readerIndex(), octets);
            handshake.onTicket(octets);
        }
    }

    /** Lets go of everything. */
    public void close() {
        handshake.close();
    }
}
