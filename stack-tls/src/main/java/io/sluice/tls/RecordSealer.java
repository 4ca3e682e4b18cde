package io.sluice.tls;

/**
 * Protects the records of one direction (RFC 8446 §5.2 to §5.4; RFC 5246 §6.2.3.3 with RFC 5288 and 7905). Pure: arrays in,
 * arrays out. Confined to one thread.
 */
public final class RecordSealer {
    /** Octets of the header of a record. */
    public static final int HEADER_BYTES = 5;

    /** The most octets of content in a record (RFC 8446 §5.1). */
    public static final int MAX_CONTENT_BYTES = 1 << 14;

    /** Octets that a record can need beside its content: header, explicit nonce or type, tag. */
    public static final int MAX_OVERHEAD_BYTES = HEADER_BYTES + 8 + Aead.TAG_BYTES;

    private final AeadCipher cipher;
    private final Nonce nonce;
    private final byte[] header;
    private TrafficKeys keys;
    private long sequence;

    /** @param keys owned from now on */
    public RecordSealer(TrafficKeys keys, CipherSource ciphers) {
        this.keys = keys;
        this.sequence = keys.sequence();
        this.cipher = new AeadCipher(ciphers, keys.suite().aead(), keys.key());
        this.nonce = new Nonce(keys.suite(), keys.iv());
        this.header = new byte[nonce.isTls13() ? HEADER_BYTES : Nonce.TLS_12_AAD_BYTES];
    }

    /** Octets that a record is longer than its content, without padding. */
    public int overheadBytes() {
        return HEADER_BYTES + nonce.explicitBytes() + (nonce.isTls13() ? 1 : 0) + Aead.TAG_BYTES;
    }

    /** The sequence number of the next record. */
    public long sequence() {
        return sequence;
    }

    /** Records protected with the present key (RFC 8446 §5.5), those before it was given to this object among them. */
    public long sealedWithKey() {
        return sequence; // which begins at 0 with each key
    }

    /** The suite, and so the version. */
    public CipherSuite suite() {
        return keys.suite();
    }

    /** Whether {@link #update} can. */
    public boolean canUpdate() {
        return keys.canUpdate();
    }

    /**
     * Makes one record.
     *
     * @param type the content's
     * @param content has room for {@code 1 + padding} octets behind the content, which are overwritten (TLS 1.3)
     * @param padding zeros to add; TLS 1.3 only
     * @param out where the record goes; another array
     * @return octets of the record
     * @throws IllegalStateException when the sequence numbers of the key are used up
     */
    public int seal(int type, byte[] content, int at, int length, int padding, byte[] out, int outAt) {
        int plain = length;
        if (nonce.isTls13()) {
            content[at + length] = (byte) type;
            for (int i = 1; i <= padding; i++) {
                content[at + length + i] = 0;
            }
            plain += 1 + padding;
        }
        int payloadAt = begin(type, plain, out, outAt);
        cipher.seal(nonce.octets(), header, content, at, plain, out, payloadAt);
        return end(payloadAt - outAt + plain);
    }

    /**
     * As above, without padding, from octets that stay as they are.
     *
     * @param content is only read
     */
    public int seal(int type, byte[] content, int at, int length, byte[] out, int outAt) {
        int plain = nonce.isTls13() ? length + 1 : length;
        int payloadAt = begin(type, plain, out, outAt);
        if (nonce.isTls13()) {
            cipher.followedBy(type).sealFollowed(nonce.octets(), header, content, at, length, out, payloadAt);
        } else {
            cipher.seal(nonce.octets(), header, content, at, length, out, payloadAt);
        }
        return end(payloadAt - outAt + plain);
    }

    /** Header, nonce and additional data of the next record; returns where its ciphertext goes. */
    private int begin(int type, int plain, byte[] out, int outAt) {
        if (sequence == -1) { // RFC 8446 §5.3: "Sequence numbers MUST NOT wrap"
            throw new IllegalStateException("2^64 records under one key");
        }
        int explicit = nonce.explicitBytes();
        int outer = nonce.isTls13() ? ContentType.APPLICATION_DATA : type;
        writeHeader(out, outAt, outer, explicit + plain + Aead.TAG_BYTES);
        // RFC 5288 §3: the explicit part is the sequence number, which never comes again under a key.
        nonce.set(sequence);
        if (explicit > 0) {
            nonce.copyExplicit(out, outAt + HEADER_BYTES);
        }
        nonce.aad(header, sequence, out, outAt, plain);
        return outAt + HEADER_BYTES + explicit;
    }

    private int end(int octetsBeforeTag) {
        sequence++;
        return octetsBeforeTag + Aead.TAG_BYTES;
    }

    private static void writeHeader(byte[] out, int at, int type, int payload) {
        out[at] = (byte) type;
        out[at + 1] = (byte) (TlsVersion.TLS_1_2.code() >>> 8);
        out[at + 2] = (byte) TlsVersion.TLS_1_2.code(); // RFC 8446 §5.2: legacy_record_version
        out[at + 3] = (byte) (payload >>> 8);
        out[at + 4] = (byte) payload;
    }

    /** Goes on with the next generation of keys (RFC 8446 §7.2): right after a KeyUpdate was sealed. */
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
