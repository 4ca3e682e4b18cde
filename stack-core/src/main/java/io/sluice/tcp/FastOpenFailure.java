package io.sluice.tcp;

/** Why the data that was to go with a SYN (RFC 7413) was not taken with it. */
public enum FastOpenFailure {
    /** It was, or there was none. */
    NONE,
    /** There was no cookie: the SYN has asked for one. */
    COOKIE_UNAVAILABLE,
    /** The server acknowledged the SYN alone. */
    DATA_NOT_ACKNOWLEDGED,
    /** The SYN was repeated, and repetitions carry no data. */
    SYN_REPEATED
}
