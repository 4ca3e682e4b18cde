package io.sluice.tls;

/**
 * What is counted for a host's TLS connections; the first have the names of Linux's {@code /proc/net/tls_stat}, of which are missing
 * those of network cards, and of records that are opened a second time, as none is here.
 */
public enum TlsCounter {
    /** Directions that are transmitting now. */
    TlsCurrTxSw,
    /** Directions that are receiving now. */
    TlsCurrRxSw,
    /** Directions for transmission that were ever opened. */
    TlsTxSw,
    /** Directions for receipt that were ever opened. */
    TlsRxSw,
    /** Records that were not authentic. */
    TlsDecryptError,
    /** Records with padding where none was expected (TLS_RX_EXPECT_NO_PAD). */
    TlsRxNoPadViolation,
    /** Key updates of the transmitting direction. */
    TlsTxRekeyOk,
    /** Key updates of the transmitting direction that were wanted and impossible, for want of the traffic secret. */
    TlsTxRekeyError,
    /** Key updates of the receiving direction. */
    TlsRxRekeyOk,
    /** KeyUpdate messages received. */
    TlsRxRekeyReceived,
    /** Key updates that were impossible, for want of the traffic secret. */
    TlsRxRekeyError,
    /** Records sealed. */
    RECORDS_OUT,
    /** Records opened. */
    RECORDS_IN,
    /** Octets of application data sealed. */
    BYTES_OUT,
    /** Octets of application data opened. */
    BYTES_IN,
    /** Octets of payload that were copied, besides encryption: two for each sealed, one for each opened octet. */
    BYTES_COPIED,
    /** Alerts sent. */
    ALERTS_OUT,
    /** Alerts received. */
    ALERTS_IN,
    /** Session tickets and the like that nobody wanted. */
    RECORDS_IGNORED,
    /** Streams that ended without close_notify. */
    TRUNCATIONS,
    /** Records sealed beyond what RFC 8446 §5.5 allows for a key, because it could not be updated. */
    BEYOND_KEY_LIMIT
}
