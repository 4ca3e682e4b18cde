package io.sluice.tls;

import org.jspecify.annotations.Nullable;

/** The cipher suites whose records can be offloaded: all of TLS 1.3's but CCM, and those of TLS 1.2 with the same AEADs. */
public enum CipherSuite {
    TLS_AES_128_GCM_SHA256(0x1301, TlsVersion.TLS_1_3, Aead.AES_128_GCM, false),
    TLS_AES_256_GCM_SHA384(0x1302, TlsVersion.TLS_1_3, Aead.AES_256_GCM, true),
    TLS_CHACHA20_POLY1305_SHA256(0x1303, TlsVersion.TLS_1_3, Aead.CHACHA20_POLY1305, false),
    TLS_RSA_WITH_AES_128_GCM_SHA256(0x009C, TlsVersion.TLS_1_2, Aead.AES_128_GCM, false),
    TLS_RSA_WITH_AES_256_GCM_SHA384(0x009D, TlsVersion.TLS_1_2, Aead.AES_256_GCM, true),
    TLS_DHE_RSA_WITH_AES_128_GCM_SHA256(0x009E, TlsVersion.TLS_1_2, Aead.AES_128_GCM, false),
    TLS_DHE_RSA_WITH_AES_256_GCM_SHA384(0x009F, TlsVersion.TLS_1_2, Aead.AES_256_GCM, true),
    TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256(0xC02B, TlsVersion.TLS_1_2, Aead.AES_128_GCM, false),
    TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384(0xC02C, TlsVersion.TLS_1_2, Aead.AES_256_GCM, true),
    TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256(0xC02F, TlsVersion.TLS_1_2, Aead.AES_128_GCM, false),
    TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384(0xC030, TlsVersion.TLS_1_2, Aead.AES_256_GCM, true),
    TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256(0xCCA8, TlsVersion.TLS_1_2, Aead.CHACHA20_POLY1305, false),
    TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256(0xCCA9, TlsVersion.TLS_1_2, Aead.CHACHA20_POLY1305, false),
    TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256(0xCCAA, TlsVersion.TLS_1_2, Aead.CHACHA20_POLY1305, false);

    private final int code;
    private final TlsVersion version;
    private final Aead aead;
    private final boolean sha384;

    CipherSuite(int code, TlsVersion version, Aead aead, boolean sha384) {
        this.code = code;
        this.version = version;
        this.aead = aead;
        this.sha384 = sha384;
    }

    /** The suite with this number, or null if its records cannot be offloaded. */
    public static @Nullable CipherSuite of(int code) {
        for (CipherSuite s : values()) {
            if (s.code == code) {
                return s;
            }
        }
        return null;
    }

    /** The number on the wire. */
    public int code() {
        return code;
    }

    /** The version of TLS that the suite belongs to. */
    public TlsVersion version() {
        return version;
    }

    /** What protects its records. */
    public Aead aead() {
        return aead;
    }

    /** Its hash, as {@code javax.crypto.Mac} names the HMAC of it. */
    String hmac() {
        return sha384 ? "HmacSHA384" : "HmacSHA256";
    }

    /** Octets of its hash, and of its secrets in TLS 1.3. */
    public int hashBytes() {
        return sha384 ? 48 : 32;
    }
}
