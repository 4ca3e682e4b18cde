package io.sluice.tls;

/** Nonces and additional data of the records of one direction: RFC 8446 §5.2 and §5.3, RFC 5288 §3, RFC 7905 §2. */
final class Nonce {
    /** seq_num, type, version, length: RFC 5246 §6.2.3.3. */
    static final int TLS_12_AAD_BYTES = 13;

    private static final int SEQUENCE_BYTES = 8;

    private final boolean tls13;
    private final int explicitBytes;
    private final byte[] iv = new byte[Aead.NONCE_BYTES];
    private final byte[] octets = new byte[Aead.NONCE_BYTES];

    Nonce(CipherSuite suite, byte[] iv) {
        this.tls13 = suite.version() == TlsVersion.TLS_1_3;
        this.explicitBytes = suite.aead().explicitNonceBytes(suite.version());
        iv(iv);
    }

    void iv(byte[] newIv) {
        System.arraycopy(newIv, 0, iv, 0, newIv.length);
    }

    boolean isTls13() {
        return tls13;
    }

    /** Octets of the nonce that are in the record. */
    int explicitBytes() {
        return explicitBytes;
    }

    /** The nonce of the last {@link #set} or {@link #setExplicit}; reused. */
    byte[] octets() {
        return octets;
    }

    /** The fixed part XOR, or followed by, the sequence number. */
    void set(long sequence) {
        int fixed = Aead.NONCE_BYTES - SEQUENCE_BYTES;
        System.arraycopy(iv, 0, octets, 0, fixed);
        for (int i = 0; i < SEQUENCE_BYTES; i++) {
            byte part = (byte) (sequence >>> (56 - 8 * i));
            octets[fixed + i] = explicitBytes > 0 ? part : (byte) (iv[fixed + i] ^ part);
        }
    }

    /** RFC 5288 §3: the sender chose the explicit part, whatever the sequence number is. */
    void setExplicit(byte[] record, int at) {
        System.arraycopy(iv, 0, octets, 0, Aead.NONCE_BYTES - explicitBytes);
        System.arraycopy(record, at, octets, Aead.NONCE_BYTES - explicitBytes, explicitBytes);
    }

    void copyExplicit(byte[] record, int at) {
        System.arraycopy(octets, Aead.NONCE_BYTES - explicitBytes, record, at, explicitBytes);
    }

    /**
     * The additional data of a record.
     *
     * @param record begins at {@code at} with its header
     * @param plain octets of TLSCompressed.fragment, for TLS 1.2
     */
    void aad(byte[] into, long sequence, byte[] record, int at, int plain) {
        if (tls13) {
            System.arraycopy(record, at, into, 0, RecordSealer.HEADER_BYTES);
            return;
        }
        for (int i = 0; i < SEQUENCE_BYTES; i++) {
            into[i] = (byte) (sequence >>> (56 - 8 * i));
        }
        System.arraycopy(record, at, into, SEQUENCE_BYTES, 3);
        into[SEQUENCE_BYTES + 3] = (byte) (plain >>> 8);
        into[SEQUENCE_BYTES + 4] = (byte) plain;
    }
}
