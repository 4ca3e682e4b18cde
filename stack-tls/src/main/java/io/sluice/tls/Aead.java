package io.sluice.tls;

/** The algorithms that protect records (RFC 5116): AES-GCM (RFC 5288) and ChaCha20-Poly1305 (RFC 8439, 7905). */
public enum Aead {
    AES_128_GCM(16, "AES", "AES/GCM/NoPadding"),
    AES_256_GCM(32, "AES", "AES/GCM/NoPadding"),
    CHACHA20_POLY1305(32, "ChaCha20", "ChaCha20-Poly1305");

    /** Octets of the tag at the end of a ciphertext. */
    public static final int TAG_BYTES = 16;

    /** Octets of a nonce. */
    public static final int NONCE_BYTES = 12;

    /** RFC 8446 §5.5: about 2^24.5 full-size records under one AES-GCM key. */
    private static final long GCM_LIMIT = 23_726_566;

    private final int keyBytes;
    private final String keyAlgorithm;
    private final String transformation;

    Aead(int keyBytes, String keyAlgorithm, String transformation) {
        this.keyBytes = keyBytes;
        this.keyAlgorithm = keyAlgorithm;
        this.transformation = transformation;
    }

    /** Octets of a key. */
    public int keyBytes() {
        return keyBytes;
    }

    String keyAlgorithm() {
        return keyAlgorithm;
    }

    /** The name that {@code javax.crypto.Cipher} knows it by. */
    public String transformation() {
        return transformation;
    }

    boolean isGcm() {
        return this != CHACHA20_POLY1305;
    }

    /** Octets of the fixed part of the nonce, which are part of the keys: in TLS 1.2 GCM sends the rest in each record. */
    public int fixedIvBytes(TlsVersion version) {
        return version == TlsVersion.TLS_1_2 && isGcm() ? NONCE_BYTES - explicitNonceBytes(version) : NONCE_BYTES;
    }

    /** Octets of the nonce that each record carries (RFC 5288 §3). */
    public int explicitNonceBytes(TlsVersion version) {
        return version == TlsVersion.TLS_1_2 && isGcm() ? 8 : 0;
    }

    /** How many records one key may protect (RFC 8446 §5.5): ChaCha20's sequence number ends earlier than its strength. */
    public long recordsPerKey() {
        return isGcm() ? GCM_LIMIT : Long.MAX_VALUE;
    }
}
