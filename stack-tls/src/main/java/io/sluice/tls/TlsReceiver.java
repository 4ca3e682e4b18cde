package io.sluice.tls;

import io.netty.buffer.ByteBuf;
import io.sluice.buffer.ReceiveQueue;
import io.sluice.buffer.StreamRecord;
import io.sluice.buffer.StreamTransform;
import io.sluice.event.SocketError;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The receiving direction of a TLS connection: finds the records in the stream, opens each as soon as all of it has come,
 * and gives data to the reader. What belongs to the record layer (KeyUpdate, alerts) it does; what else is not data is
 * kept for the TLS side, in its place among the data, or ignored where nobody wants it.
 */
final class TlsReceiver implements StreamTransform {
    /** Records that may wait for a reader who does not take them. */
    private static final int MAX_WAITING_RECORDS = 64;

    private final TlsConnection tls;
    private final TlsOffload offload;
    private final RecordOpener opener;
    private final PostHandshake messages;
    private final ReceiveQueue partial;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private final byte[] header = new byte[RecordSealer.HEADER_BYTES];
    private final ByteBuffer headerBuffer = ByteBuffer.wrap(header);
    private long delivered;
    private long records;
    private long read;
    private boolean expectNoPadding;
    private boolean wantsRecords;
    private boolean refusesHandshakes;
    private boolean toleratesTruncation;
    private TlsEnd end = TlsEnd.OPEN;
    private @Nullable Alert alert;
    private boolean open = true;

    /** A record that is not data, behind so many octets of it. */
    private record Waiting(StreamRecord record, long position) {}

    /** @param partial keeps what has come of a record; empty */
    TlsReceiver(TlsConnection tls, TlsOffload offload, TrafficKeys keys, ReceiveQueue partial) {
        this.tls = tls;
        this.offload = offload;
        this.partial = partial;
        this.opener = new RecordOpener(keys, offload.ciphers());
        this.messages = new PostHandshake(this, offload);
        offload.count(TlsCounter.TlsRxSw);
        offload.count(TlsCounter.TlsCurrRxSw);
    }

    TlsConnection connection() {
        return tls;
    }

    RecordOpener opener() {
        return opener;
    }

    TlsInfo.Direction info() {
        return new TlsInfo.Direction(opener.suite(), records, delivered, messages.keyUpdates(), opener.sequence());
    }

    TlsEnd end() {
        return end;
    }

    /** The alert that has ended the stream: the peer's, or this side's. */
    @Nullable Alert alert() {
        return alert;
    }

    /** Records that are not data are kept for {@link #takeRecord}. */
    void wantsRecords(boolean newWantsRecords) {
        wantsRecords = newWantsRecords;
    }

    boolean wantsRecords() {
        return wantsRecords;
    }

    /** Of handshake messages nothing but tickets is for whoever wants records. */
    void refusesHandshakes(boolean refuses) {
        refusesHandshakes = refuses;
    }

    boolean refusesHandshakes() {
        return refusesHandshakes;
    }

    void toleratesTruncation(boolean tolerates) {
        toleratesTruncation = tolerates;
    }

    boolean toleratesTruncation() {
        return toleratesTruncation;
    }

    void expectNoPadding(boolean expect) {
        expectNoPadding = expect;
    }

    boolean expectNoPadding() {
        return expectNoPadding;
    }

    @Override
    public @Nullable SocketError onStream(ByteBuf data, ReceiveQueue into, long nowNs) {
        int at = data.readerIndex();
        while (end == TlsEnd.OPEN) {
            int there = partial.readableBytes() + data.writerIndex() - at;
            if (there < RecordSealer.HEADER_BYTES) {
                break;
            }
            peekHeader(data, at);
            int length = opener.lengthOf(header, 0);
            if (length == RecordOpener.FAILED) {
                return fail(opener.alert());
            }
            if (there < length) {
                break;
            }
            at = gather(data, at, length);
            SocketError error = open(length, into);
            if (error != null) {
                return error;
            }
        }
        if (end == TlsEnd.OPEN && at < data.writerIndex()) {
            partial.append(data.retainedSlice(at, data.writerIndex() - at));
        }
        return null;
    }

    private void peekHeader(ByteBuf data, int at) {
        int n = partial.peek(headerBuffer.clear(), 0);
        data.getBytes(at, header, n, header.length - n);
    }

    /** Puts the next record together; returns where {@code data} goes on. */
    private int gather(ByteBuf data, int at, int length) {
        int n = partial.read(offload.recordBuffer.clear().limit(length));
        data.getBytes(at, offload.record, n, length - n);
        return at + length - n;
    }

    private @Nullable SocketError open(int length, ReceiveQueue into) {
        ByteBuf content = offload.allocator.heapBuffer(length, length);
        int n = opener.open(offload.record, 0, length, content.array(), content.arrayOffset());
        if (n == RecordOpener.FAILED) {
            content.release();
            if (opener.alert() == Alert.BAD_RECORD_MAC) {
                offload.count(TlsCounter.TlsDecryptError);
            }
            return fail(opener.alert());
        }
        content.writerIndex(n);
        records++;
        offload.count(TlsCounter.RECORDS_IN);
        if (expectNoPadding && opener.padding() > 0) {
            offload.count(TlsCounter.TlsRxNoPadViolation);
        }
        if (opener.type() == ContentType.APPLICATION_DATA) {
            Alert wrong = messages.onData(n);
            if (wrong != null) {
                content.release();
                return fail(wrong);
            }
            delivered += n;
            offload.add(TlsCounter.BYTES_IN, n);
            offload.add(TlsCounter.BYTES_COPIED, n);
            into.append(content);
            return null;
        }
        SocketError error = other(content);
        content.release();
        return error;
    }

    private @Nullable SocketError other(ByteBuf content) {
        if (opener.type() == ContentType.ALERT) {
            return onAlert(content);
        }
        Alert wrong = messages.onHandshake(content);
        return wrong == null ? null : fail(wrong);
    }

    /** RFC 8446 §6. */
    private @Nullable SocketError onAlert(ByteBuf content) {
        if (messages.isWithinMessage()) {
            return fail(Alert.UNEXPECTED_MESSAGE); // RFC 8446 §5.1
        }
        if (content.readableBytes() != Alert.BYTES) {
            return fail(Alert.DECODE_ERROR); // RFC 8446 §5.1: one alert, whole
        }
        int level = content.getUnsignedByte(content.readerIndex());
        int code = content.getUnsignedByte(content.readerIndex() + 1);
        offload.count(TlsCounter.ALERTS_IN);
        handUp(ContentType.ALERT, content.retainedDuplicate());
        if (code == Alert.CLOSE_NOTIFY.code()) {
            alert = Alert.CLOSE_NOTIFY;
            end = TlsEnd.CLOSE_NOTIFY;
            return null;
        }
        boolean tls13 = opener.suite().version() == TlsVersion.TLS_1_3;
        // RFC 8446 §6: "All the alerts listed in Section 6.2 MUST be sent with AlertLevel=fatal", whatever the level
        // says.
        if (code == Alert.USER_CANCELED.code() || (!tls13 && level != Alert.FATAL)) {
            return messages.onWarning() ? fail(Alert.UNEXPECTED_MESSAGE) : null;
        }
        alert = Alert.of(code);
        end = TlsEnd.PEER_ALERT;
        tls.peerFailed();
        return SocketError.CONNECTION_RESET;
    }

    /** The stream is broken: the connection ends, with an alert that says why (RFC 8446 §6.2). */
    private SocketError fail(Alert why) {
        end = TlsEnd.BROKEN;
        alert = why;
        letGo();
        tls.fail(why);
        return why.error();
    }

    /** Keeps a record for the TLS side; false if nobody wants it. Takes over the reference. */
    boolean handUp(int type, ByteBuf content) {
        if (!wantsRecords || waiting.size() >= MAX_WAITING_RECORDS) {
            content.release();
            return false;
        }
        waiting.add(new Waiting(new StreamRecord(type, content), delivered));
        waitingBytes += content.capacity();
        return true;
    }

    @Override
    public @Nullable SocketError onEnd(long nowNs) {
        if (end != TlsEnd.OPEN) {
            return null;
        }
        // RFC 8446 §6.1: without close_notify nobody knows whether this was all.
        end = TlsEnd.TRUNCATED;
        offload.count(TlsCounter.TRUNCATIONS);
        boolean cut = partial.readableBytes() > 0 || messages.isWithinMessage();
        letGo();
        return cut || !toleratesTruncation ? SocketError.TRUNCATED : null;
    }

    @Override
    public boolean isEnded() {
        return end != TlsEnd.OPEN;
    }

    @Override
    public int readLimit() {
        Waiting next = waiting.peek();
        return next == null ? Integer.MAX_VALUE : (int) Math.min(Integer.MAX_VALUE, next.position - read);
    }

    @Override
    public void onRead(int octets) {
        read += octets;
    }

    @Override
    public boolean isRecordNext() {
        Waiting next = waiting.peek();
        return next != null && next.position == read;
    }

    @Override
    public @Nullable StreamRecord takeRecord() {
        return isRecordNext() ? nextRecord() : null;
    }

    private StreamRecord nextRecord() {
        StreamRecord record = waiting.remove().record;
        waitingBytes -= record.content().capacity();
        return record;
    }

    @Override
    public long heldBytes() {
        return partial.pinnedBytes() + messages.heldBytes() + waitingBytes; // asked for each segment: no iterator
    }

    private void letGo() {
        partial.clear();
        messages.close();
    }

    @Override
    public void readerGone() {
        wantsRecords = false;
        while (!waiting.isEmpty()) {
            nextRecord().content().release();
        }
    }

    @Override
    public void close() {
        letGo();
        if (open) {
            open = false;
            offload.add(TlsCounter.TlsCurrRxSw, -1);
            opener.destroy();
        }
    }

    @Override
    public void discard() {
        close();
        readerGone();
    }
}
