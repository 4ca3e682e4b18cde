package io.sluice.tls;

import io.netty.buffer.ByteBuf;
import io.sluice.buffer.SendQueue;
import io.sluice.buffer.SendRegion;
import io.sluice.buffer.SendSource;
import io.sluice.tcp.StreamLayer;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The transmitting direction of a TLS connection: keeps what was written, and seals it into records when Output pulls,
 * which is just before they are sent. From then on they lie in the send queue unchanged, so that nothing is ever sealed
 * twice. Records of other types, key updates and the end keep their place among the data.
 */
final class TlsSender implements SendSource {
    /** The window from which on records are as large as they can be: smaller ones hold the reader up less. */
    private static final long LARGE_WINDOW_BYTES = 4L * RecordSealer.MAX_CONTENT_BYTES;

    /** No record of data is made smaller than this for a small window. */
    static final int SMALLEST_CONTENT_BYTES = 64;

    /** RFC 8446 §5.5 allows 2^24.5: well before that. */
    private static final int KEY_PART = 4;

    private final TlsConnection tls;
    private final TlsOffload offload;
    private final StreamLayer layer;
    private final RecordSealer sealer;
    private final SendQueue plain;
    private final ArrayDeque<Run> runs = new ArrayDeque<>();
    private @Nullable Run spare;
    private final long recordsPerKey;
    private long updateAfterRecords;
    private int maxContent;
    private int paddingUnit = 1;
    private int updateRequest;
    private boolean updatePending;
    private long dataRecords;
    private long records;
    private long dataBytes;
    private long keyUpdates;
    private long framingBytes;
    private boolean more;
    private boolean heldBack;
    private boolean finishing;
    private boolean closeNotifyQueued;
    private boolean over;
    private @Nullable Alert fatal;

    /** Consecutive octets of the plaintext that have one type: written ones, or a region's. */
    private static final class Run {
        private int type;
        private @Nullable SendRegion region;
        private long length;

        boolean isWrittenData() {
            return type == ContentType.APPLICATION_DATA && region == null;
        }
    }

    TlsSender(TlsConnection tls, TlsOffload offload, StreamLayer layer, TrafficKeys keys) {
        this.tls = tls;
        this.offload = offload;
        this.layer = layer;
        this.sealer = new RecordSealer(keys, offload.ciphers());
        this.plain = layer.newQueue();
        this.maxContent = keys.contentLimit();
        this.recordsPerKey = keys.suite().aead().recordsPerKey();
        this.updateAfterRecords = recordsPerKey / KEY_PART;
        offload.count(TlsCounter.TlsTxSw);
        offload.count(TlsCounter.TlsCurrTxSw);
    }

    TlsConnection connection() {
        return tls;
    }

    RecordSealer sealer() {
        return sealer;
    }

    long dataRecords() {
        return dataRecords;
    }

    TlsInfo.Direction info() {
        return new TlsInfo.Direction(sealer.suite(), records, dataBytes, keyUpdates, sealer.sealedWithKey());
    }

    int maxContent() {
        return maxContent;
    }

    void maxContent(int octets) {
        maxContent = octets;
    }

    /** Pads content to a multiple of this (RFC 8446 §5.4); 1 for none. */
    void paddingUnit(int octets) {
        paddingUnit = octets;
    }

    int paddingUnit() {
        return paddingUnit;
    }

    void updateAfterRecords(long records) {
        updateAfterRecords = records;
    }

    long updateAfterRecords() {
        return updateAfterRecords;
    }

    @Override
    public boolean takesWrites() {
        return !isEnded();
    }

    /** RFC 8446 §6.1: behind close_notify, or an alert that ends the connection, comes nothing. */
    @Override
    public boolean isEnded() {
        return over || closeNotifyQueued || fatal != null;
    }

    @Override
    public boolean hasMore() {
        return !over && (!runs.isEmpty() || fatal != null || finishing || (updatePending && !closeNotifyQueued));
    }

    @Override
    public boolean isHeldBack() {
        return heldBack;
    }

    @Override
    public long queuedBytes() {
        return plain.size();
    }

    @Override
    public long framingBytes() {
        return framingBytes;
    }

    @Override
    public int write(ByteBuf data, int length, boolean stable) {
        int copied = plain.append(data, data.readerIndex(), length, stable);
        extend(ContentType.APPLICATION_DATA, length);
        return copied;
    }

    @Override
    public void write(ByteBuffer data) {
        int length = data.remaining();
        plain.append(data);
        extend(ContentType.APPLICATION_DATA, length);
    }

    private void extend(int type, int length) {
        Run last = runs.peekLast();
        if (last != null && last.isWrittenData() && type == ContentType.APPLICATION_DATA) {
            last.length += length;
        } else {
            add(type, length, null);
        }
    }

    private void add(int type, long length, @Nullable SendRegion region) {
        Run run = spare == null ? new Run() : spare;
        spare = null;
        run.type = type;
        run.length = length;
        run.region = region;
        runs.add(run);
    }

    private void removeFirst() {
        Run run = runs.remove();
        SendRegion region = run.region;
        run.region = null;
        spare = run;
        if (region != null) {
            region.close();
        }
    }

    /** What is next; regions that everything was taken of are done with. */
    private @Nullable Run first() {
        Run run = runs.peek();
        while (run != null && run.region != null && run.region.remaining() == 0) {
            removeFirst();
            run = runs.peek();
        }
        return run;
    }

    @Override
    public boolean write(SendRegion region) {
        if (!takesWrites()) {
            return false;
        }
        add(ContentType.APPLICATION_DATA, 0, region);
        return true;
    }

    /** RFC 8446 §6.1: without close_notify the peer knows that something is missing; the alert tells it at once. */
    @Override
    public boolean breakOff() {
        fail(Alert.INTERNAL_ERROR);
        return true;
    }

    @Override
    public void awaitMore(boolean newMore) {
        more = newMore;
    }

    /** Queues a record of any type, behind what was written before; false if nothing can be sent any more. */
    boolean record(int type, byte[] content) {
        if (!takesWrites()) {
            return false;
        }
        plain.append(ByteBuffer.wrap(content));
        extend(type, content.length);
        closeNotifyQueued |= type == ContentType.ALERT && content[1] == Alert.CLOSE_NOTIFY.code();
        layer.sourceReady();
        return true;
    }

    /** RFC 8446 §6.2: an alert that ends the connection; what was written before it is not sent any more. */
    void fail(Alert alert) {
        if (fatal == null && !over) {
            fatal = alert;
            drop();
            layer.sourceReady();
        }
    }

    /** The peer has ended the connection by an alert: nothing is sent any more but the FIN. */
    void stop() {
        closeNotifyQueued = true;
        finishing = true;
        drop();
        layer.sourceReady();
    }

    private void drop() {
        while (!runs.isEmpty()) {
            removeFirst();
        }
        plain.clear();
    }

    /**
     * RFC 8446 §4.6.3: a KeyUpdate before the next record. One that is still to be sent answers any number of requests.
     *
     * @param requested ask the peer to do the same
     * @return false in TLS 1.2, and without the traffic secret
     */
    boolean updateKey(boolean requested) {
        if (!sealer.canUpdate()) {
            offload.count(TlsCounter.TlsTxRekeyError);
            return false;
        }
        updatePending = true;
        updateRequest |= requested ? HandshakeType.UPDATE_REQUESTED : HandshakeType.UPDATE_NOT_REQUESTED;
        layer.sourceReady();
        return true;
    }

    @Override
    public void finish() {
        finishing = true;
        more = false;
    }

    @Override
    public int pull(SendQueue into, int maxBytes, long nowNs) {
        heldBack = false;
        if (over) {
            return END;
        }
        if (fatal != null) {
            over = true;
            return alert(fatal, into);
        }
        Run run = first();
        if (isUpdateDue()) {
            return keyUpdate(into);
        }
        if (run == null) {
            return atEnd(into);
        }
        SendRegion region = run.region;
        if (region != null) {
            return ofRegion(region, maxBytes, into);
        }
        boolean isData = run.type == ContentType.APPLICATION_DATA;
        int limit = isData ? contentLimit(maxBytes) : maxContent;
        if (isData && run.length < limit && awaitsMore()) {
            heldBack = true;
            return PENDING;
        }
        return next(run, (int) Math.min(run.length, limit), into);
    }

    /** Whether a record that is not full waits: the user has promised more, or holds everything back. */
    private boolean awaitsMore() {
        return runs.size() == 1 && (more || (layer.isCorked() && !finishing));
    }

    /** Seals the next octets of a region, when there are enough for a whole record. */
    private int ofRegion(SendRegion region, int maxBytes, SendQueue into) {
        int length = (int) Math.min(region.remaining(), contentLimit(maxBytes));
        if (region.ready(length, layer.windowBytes()) < length) {
            return PENDING; // also when nothing will come any more: who sends it finds out, and breaks off
        }
        region.take(offload.content, 0, length);
        framingBytes -= length;
        dataRecords++;
        dataBytes += length;
        offload.add(TlsCounter.BYTES_OUT, length);
        offload.add(TlsCounter.BYTES_COPIED, 2L * length);
        return seal(ContentType.APPLICATION_DATA, length, into);
    }

    /** Seals the next octets of a run. */
    private int next(Run run, int length, SendQueue into) {
        int n;
        ByteBuf array = paddingFor(length) == 0 ? plain.arrayOf(plain.startOffset(), length) : null;
        if (run.type == ContentType.APPLICATION_DATA) {
            dataRecords++;
            dataBytes += length;
            offload.add(TlsCounter.BYTES_OUT, length);
            offload.add(TlsCounter.BYTES_COPIED, array == null ? 2L * length : length);
        } else if (run.type == ContentType.ALERT) {
            offload.count(TlsCounter.ALERTS_OUT);
        }
        if (array == null) {
            plain.copyTo(plain.startOffset(), offload.content, 0, length);
            n = seal(run.type, length, into);
        } else {
            int at = array.arrayOffset() + plain.indexOf(plain.startOffset());
            n = append(sealer.seal(run.type, array.array(), at, length, offload.record, 0), into);
        }
        framingBytes -= length;
        plain.releaseTo(plain.startOffset() + length);
        run.length -= length;
        if (run.length == 0) {
            removeFirst();
        }
        return n;
    }

    /** Whether a KeyUpdate comes next: somebody wants it, or the next record should have another key (RFC 8446 §5.5). */
    private boolean isUpdateDue() {
        if (runs.isEmpty()) {
            return updatePending && !closeNotifyQueued; // RFC 8446 §6.1: behind close_notify comes nothing
        }
        boolean usedUp = Long.compareUnsigned(sealer.sealedWithKey(), updateAfterRecords) >= 0;
        return updatePending || (usedUp && sealer.canUpdate());
    }

    /** How much content the next record of data may have. */
    private int contentLimit(int maxBytes) {
        if (layer.windowBytes() >= LARGE_WINDOW_BYTES) {
            return maxContent;
        }
        // While the window is small, no record is longer than what leaves now, in whole segments.
        int segment = Math.max(1, layer.segmentBytes());
        int octets = Math.max(segment, maxBytes / segment * segment) - sealer.overheadBytes();
        return Math.min(maxContent, Math.max(SMALLEST_CONTENT_BYTES, octets));
    }

    private int atEnd(SendQueue into) {
        if (!finishing) {
            return PENDING;
        }
        if (!closeNotifyQueued) { // RFC 8446 §6.1: before the write side is closed
            closeNotifyQueued = true;
            return alert(Alert.CLOSE_NOTIFY, into);
        }
        return END;
    }

    private int alert(Alert alert, SendQueue into) {
        offload.content[0] = (byte) alert.level();
        offload.content[1] = (byte) alert.code();
        offload.count(TlsCounter.ALERTS_OUT);
        return seal(ContentType.ALERT, 2, into);
    }

    private int keyUpdate(SendQueue into) {
        byte[] message = offload.content;
        message[0] = HandshakeType.KEY_UPDATE;
        message[1] = 0;
        message[2] = 0;
        message[3] = 1;
        message[4] = (byte) updateRequest;
        int n = seal(ContentType.HANDSHAKE, HandshakeType.HEADER_BYTES + 1, into);
        sealer.update(); // RFC 8446 §4.6.3: all after it with the next generation of keys
        updatePending = false;
        updateRequest = HandshakeType.UPDATE_NOT_REQUESTED;
        keyUpdates++;
        offload.count(TlsCounter.TlsTxRekeyOk);
        return n;
    }

    private int seal(int type, int length, SendQueue into) {
        int padding = paddingFor(length);
        return append(sealer.seal(type, offload.content, 0, length, padding, offload.record, 0), into);
    }

    private int append(int n, SendQueue into) {
        if (Long.compareUnsigned(sealer.sealedWithKey(), recordsPerKey) > 0) {
            offload.count(TlsCounter.BEYOND_KEY_LIMIT);
        }
        records++;
        offload.count(TlsCounter.RECORDS_OUT);
        framingBytes += n;
        into.append(offload.recordBuffer.clear().limit(n));
        return n;
    }

    /** RFC 8446 §5.4: within what a record may have. */
    private int paddingFor(int length) {
        if (paddingUnit == 1 || sealer.suite().version() != TlsVersion.TLS_1_3) {
            return 0;
        }
        int padded = (length + paddingUnit - 1) / paddingUnit * paddingUnit;
        return Math.min(padded, maxContent) - Math.min(length, maxContent);
    }

    @Override
    public void close() {
        over = true;
        drop();
        if (tls.senderGone()) {
            offload.add(TlsCounter.TlsCurrTxSw, -1);
            sealer.destroy();
        }
    }
}
