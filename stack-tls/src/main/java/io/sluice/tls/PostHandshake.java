package io.sluice.tls;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Handshake messages after the handshake (RFC 8446 §4.6): puts them together from records, does KeyUpdate, and hands on
 * the others. Bounds what a peer can make this side do for nothing.
 */
final class PostHandshake {
    /** A message that is longer than this is none that comes after a handshake. */
    private static final int MAX_MESSAGE_BYTES = 1 << 17;

    /** Warnings, renegotiations or empty records without data between them, either way. */
    private static final int MAX_IDLE_RECORDS = 32;

    /** The same of KeyUpdates: JSSE sends one for each record that it opens until the answer comes, a window later. */
    private static final int MAX_IDLE_KEY_UPDATES = 512;

    private final TlsReceiver receiver;
    private final TlsOffload offload;
    private @Nullable ByteBuf gathered;
    private int idleRecords;
    private int idleKeyUpdates;
    private long dataRecordsSent;
    private long keyUpdates;

    PostHandshake(TlsReceiver receiver, TlsOffload offload) {
        this.receiver = receiver;
        this.offload = offload;
    }

    /** How often the peer has changed its key. */
    long keyUpdates() {
        return keyUpdates;
    }

    /** Whether the rest of a message has to come next. */
    boolean isWithinMessage() {
        return gathered != null;
    }

    /** A peer that only reads has reasons as well to ask for keys, again and again: what this side sends counts, too. */
    private void forgetIfDataWasSent() {
        long sent = receiver.connection().dataRecordsSent();
        if (sent != dataRecordsSent) {
            dataRecordsSent = sent;
            onSomething();
        }
    }

    private void onSomething() {
        idleRecords = 0;
        idleKeyUpdates = 0;
    }

    private boolean isFlood() {
        forgetIfDataWasSent();
        return ++idleRecords > MAX_IDLE_RECORDS;
    }

    private boolean isFloodOfKeyUpdates() {
        forgetIfDataWasSent();
        return ++idleKeyUpdates > MAX_IDLE_KEY_UPDATES;
    }

    /** A record of data has come: null, or the alert that it deserves. */
    @Nullable Alert onData(int octets) {
        // RFC 8446 §5.1: "Handshake messages MUST NOT be interleaved with other record types."
        if (isWithinMessage()) {
            return Alert.UNEXPECTED_MESSAGE;
        }
        if (octets > 0) {
            onSomething();
            return null;
        }
        return isFlood() ? Alert.UNEXPECTED_MESSAGE : null;
    }

    /** An alert that changes nothing has come; true if that were too many. */
    boolean onWarning() {
        return isFlood();
    }

    /** A record of handshake messages has come: null, or the alert that it deserves. */
    @Nullable Alert onHandshake(ByteBuf content) {
        if (receiver.opener().suite().version() == TlsVersion.TLS_1_2) {
            return renegotiation(content);
        }
        ByteBuf all = gathered;
        if (all == null) {
            all = offload.allocator.heapBuffer(content.readableBytes());
        }
        all.writeBytes(content, content.readerIndex(), content.readableBytes());
        gathered = null;
        Alert wrong = null;
        while (wrong == null && all.readableBytes() >= HandshakeType.HEADER_BYTES) {
            int length = all.getUnsignedMedium(all.readerIndex() + 1);
            if (length > MAX_MESSAGE_BYTES) {
                wrong = Alert.DECODE_ERROR;
            } else if (all.readableBytes() < HandshakeType.HEADER_BYTES + length) {
                break;
            } else {
                wrong = onMessage(all.readSlice(HandshakeType.HEADER_BYTES + length), all.isReadable());
            }
        }
        if (wrong == null && all.isReadable()) {
            gathered = all.discardReadBytes();
        } else {
            all.release();
        }
        return wrong;
    }

    /** @param followed something comes behind it in the same record */
    private @Nullable Alert onMessage(ByteBuf message, boolean followed) {
        int type = message.getUnsignedByte(message.readerIndex());
        if (type == HandshakeType.KEY_UPDATE) {
            return keyUpdate(message, followed);
        }
        boolean ticket = type == HandshakeType.NEW_SESSION_TICKET;
        if (!ticket && receiver.refusesHandshakes()) {
            return Alert.UNEXPECTED_MESSAGE;
        }
        if (!receiver.handUp(ContentType.HANDSHAKE, message.retainedDuplicate())) {
            offload.count(TlsCounter.RECORDS_IGNORED);
            // Tickets may be ignored (RFC 8446 §4.6.1), a request for a certificate was never invited (§4.6.2).
            return ticket ? null : Alert.UNEXPECTED_MESSAGE;
        }
        return null;
    }

    /** RFC 8446 §4.6.3. */
    private @Nullable Alert keyUpdate(ByteBuf message, boolean followed) {
        offload.count(TlsCounter.TlsRxRekeyReceived);
        if (message.readableBytes() != HandshakeType.HEADER_BYTES + 1) {
            return Alert.DECODE_ERROR;
        }
        int request = message.getUnsignedByte(message.readerIndex() + HandshakeType.HEADER_BYTES);
        if (request > HandshakeType.UPDATE_REQUESTED) {
            return Alert.ILLEGAL_PARAMETER;
        }
        // RFC 8446 §5.1: it "MUST immediately precede a key change", so nothing follows it in its record.
        if (followed || isFloodOfKeyUpdates()) {
            return Alert.UNEXPECTED_MESSAGE;
        }
        if (!receiver.opener().canUpdate()) {
            offload.count(TlsCounter.TlsRxRekeyError);
            return Alert.INTERNAL_ERROR; // only a key was given, no secret to make the next one from
        }
        receiver.opener().update();
        keyUpdates++;
        offload.count(TlsCounter.TlsRxRekeyOk);
        receiver.connection().keyUpdated(request == HandshakeType.UPDATE_REQUESTED);
        return null;
    }

    /** RFC 5246 §7.4.1.1: a wish for another handshake may be declined. */
    private @Nullable Alert renegotiation(ByteBuf content) {
        if (!receiver.refusesHandshakes() && receiver.handUp(ContentType.HANDSHAKE, content.retainedDuplicate())) {
            return null;
        }
        receiver.connection().sendAlert(Alert.NO_RENEGOTIATION);
        return isFlood() ? Alert.UNEXPECTED_MESSAGE : null;
    }

    /** Octets of memory that are kept here. */
    int heldBytes() {
        return gathered == null ? 0 : gathered.capacity();
    }

    void close() {
        if (gathered != null) {
            gathered.release();
            gathered = null;
        }
    }
}
