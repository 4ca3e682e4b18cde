package io.sluice.tls;

/** The versions of TLS whose records can be offloaded. */
public enum TlsVersion {
    /** RFC 5246. */
    TLS_1_2(0x0303),
    /** RFC 8446. */
    TLS_1_3(0x0304);

    private final int code;

    TlsVersion(int code) {
        this.code = code;
    }

    /** ProtocolVersion on the wire. */
    public int code() {
        return code;
    }
}
