package io.sluice.tls;

import org.jspecify.annotations.Nullable;

/**
 * Checks and decrypts the records of one direction (RFC 8446 §5, RFC 5246 §6.2). Pure: arrays in, arrays out; a bad record
 * is an answer, not an exception. Confined to one thread.
 */
public final class RecordOpener {
    /** What {@link #open} returns for a record that ends the connection; {@link #alert} says why. */
    public static final int FAILED = -1;

    /** RFC 8446 §5.2: TLSCiphertext.length. */
    private static final int MAX_TLS_13_BYTES = (1 << 14) + 256;

    /** RFC 5246 §6.2.3. */
    private static final int MAX_TLS_12_BYTES = (1 << 14) + 2048;

    /** The longest record, header included, that is looked at. */
    public static final int MAX_RECORD_BYTES = RecordSealer.HEADER_BYTES + MAX_TLS_12_BYTES;

    private final AeadCipher cipher;
    private final Nonce nonce;
    private final byte[] aad;
    private TrafficKeys keys;
    private long sequence;
    private int limit;
    private int type;
    private int padding;
    private @Nullable Alert alert;

    /** @param keys owned from now on */
    public RecordOpener(TrafficKeys keys, CipherSource ciphers) {
        this.keys = keys;
        this.sequence = keys.sequence();
        this.limit = keys.contentLimit();
        this.cipher = new AeadCipher(ciphers, keys.suite().aead(), keys.key());
        this.nonce = new Nonce(keys.suite(), keys.iv());
        this.aad = new byte[nonce.isTls13() ? RecordSealer.HEADER_BYTES : Nonce.TLS_12_AAD_BYTES];
    }

    /** The suite, and so the version. */
    public CipherSuite suite() {
        return keys.suite();
    }

    /** The sequence number that the next record is expected to have. */
    public long sequence() {
        return sequence;
    }

    /** Whether {@link #update} can. */
    public boolean canUpdate() {
        return keys.canUpdate();
    }

    /**
     * The most octets of content that this side has said it takes: record_size_limit (RFC 8449 §4), which in TLS 1.3
     * counts the type, too, so is one less here.
     */
    public void contentLimit(int octets) {
        limit = octets;
    }

    /** See {@link #contentLimit(int)}. */
    public int contentLimit() {
        return limit;
    }

    /** The type of what was opened last. */
    public int type() {
        return type;
    }

    /** Octets of padding of what was opened last. */
    public int padding() {
        return padding;
    }

    /** Why the last record ends the connection. */
    public Alert alert() {
        Alert a = alert;
        return a == null ? Alert.INTERNAL_ERROR : a;
    }

    private int fail(Alert why) {
        alert = why;
        return FAILED;
    }

    /**
     * Whether what follows a header can be a record at all: before waiting for all of it.
     *
     * @param header where the five octets are
     * @return the octets of the record, header included, or {@link #FAILED}
     */
    public int lengthOf(byte[] header, int at) {
        int outer = header[at] & 0xFF;
        int version = (header[at + 1] & 0xFF) << 8 | (header[at + 2] & 0xFF);
        int length = (header[at + 3] & 0xFF) << 8 | (header[at + 4] & 0xFF);
        // RFC 8446 §5.2: once there are keys, opaque_type is always application_data.
        boolean known = nonce.isTls13()
                ? outer == ContentType.APPLICATION_DATA
                : outer >= ContentType.ALERT && outer <= ContentType.APPLICATION_DATA;
        if (!known) {
            return fail(Alert.UNEXPECTED_MESSAGE);
        }
        if (version != TlsVersion.TLS_1_2.code()) {
            return fail(Alert.PROTOCOL_VERSION);
        }
        if (length > (nonce.isTls13() ? MAX_TLS_13_BYTES : MAX_TLS_12_BYTES)) {
            return fail(Alert.RECORD_OVERFLOW); // RFC 8446 §5.2, RFC 5246 §7.2.2
        }
        if (length < nonce.explicitBytes() + Aead.TAG_BYTES) {
            return fail(Alert.BAD_RECORD_MAC);
        }
        return RecordSealer.HEADER_BYTES + length;
    }

    /**
     * Opens one record.
     *
     * @param record begins at {@code at} with a header that {@link #lengthOf} has accepted
     * @param length of the record, header included
     * @param out another array, with room for all of the record; behind the content something is left
     * @return octets of content in {@code out}, or {@link #FAILED}
     */
    public int open(byte[] record, int at, int length, byte[] out, int outAt) {
        int explicit = nonce.explicitBytes();
        int sealed = length - RecordSealer.HEADER_BYTES - explicit;
        if (sequence == -1) {
            return fail(Alert.INTERNAL_ERROR); // RFC 8446 §5.3: no wrapping
        }
        if (explicit > 0) {
            nonce.setExplicit(record, at + RecordSealer.HEADER_BYTES);
        } else {
            nonce.set(sequence);
        }
        nonce.aad(aad, sequence, record, at, sealed - Aead.TAG_BYTES);
        int plain =
                cipher.open(nonce.octets(), aad, record, at + RecordSealer.HEADER_BYTES + explicit, sealed, out, outAt);
        if (plain == AeadCipher.NOT_AUTHENTIC) {
            return fail(Alert.BAD_RECORD_MAC);
        }
        sequence++;
        int content = nonce.isTls13() ? strip(out, outAt, plain) : plain;
        if (!nonce.isTls13()) {
            type = record[at] & 0xFF;
            padding = 0;
        }
        return content == FAILED ? FAILED : checked(content, plain);
    }

    /** RFC 8446 §5.4: the type is the last octet that is not zero. */
    private int strip(byte[] out, int at, int plain) {
        int end = plain - 1;
        while (end >= 0 && out[at + end] == 0) {
            end--;
        }
        if (end < 0) {
            return fail(Alert.UNEXPECTED_MESSAGE);
        }
        type = out[at + end] & 0xFF;
        padding = plain - 1 - end;
        return end;
    }

    private int checked(int content, int plain) {
        // RFC 8446 §5.2, §5.4: the content, and what it is padded to; RFC 8449 §4: less, where this side has said so.
        if (content > RecordSealer.MAX_CONTENT_BYTES || plain > limit + (nonce.isTls13() ? 1 : 0)) {
            return fail(Alert.RECORD_OVERFLOW);
        }
        if (type < ContentType.ALERT || type > ContentType.APPLICATION_DATA) {
            return fail(Alert.UNEXPECTED_MESSAGE); // RFC 8446 §5
        }
        // RFC 8446 §5.1, §5.4: only application data may be empty.
        return content == 0 && type != ContentType.APPLICATION_DATA ? fail(Alert.UNEXPECTED_MESSAGE) : content;
    }

    /** Goes on with the next generation of keys (RFC 8446 §7.2): right after a KeyUpdate was opened. */
    public void update() {
        TrafficKeys next = keys.next();
        keys.destroy();
        keys = next;
        sequence = 0;
        cipher.key(next.key());
        nonce.iv(next.iv());
    }

    /** Overwrites the keys. */
    public void destroy() {
        keys.destroy();
    }
}
