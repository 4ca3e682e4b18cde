package io.sluice.tcp;

/** What TCP-AO made of the segments of a connection or listener, as Linux's TCP_AO_INFO has it. */
public final class AoCounters {
    /** Segments whose code was right. */
    public long good;

    /** Segments whose code, or its length, was wrong. */
    public long bad;

    /** Segments whose KeyID no key has. */
    public long unknownKey;

    /** Segments without TCP-AO where there has to be one. */
    public long missing;

    /** ICMP errors that were ignored (RFC 5925 §7.8). */
    public long droppedIcmps;

    AoCounters() {}
}
