package io.sluice.event;

/** The bits of a readiness mask: what a socket can do now. Level, not edge: a bit stays set while it is true. */
public final class Readiness {
    /** Data, end of stream, an error, or a connection to accept can be taken without waiting. */
    public static final int READABLE = 1;
    /** There is room to write. */
    public static final int WRITABLE = 1 << 1;
    /** A connection attempt has come to its end, with or without success. */
    public static final int CONNECTED = 1 << 2;
    /** The peer has closed its sending direction. */
    public static final int PEER_CLOSED = 1 << 3;
    /** Both directions are closed, or the connection is gone. */
    public static final int HANGUP = 1 << 4;
    /** A pending error can be taken. */
    public static final int ERROR = 1 << 5;
    /** The error queue holds something (timestamps, completions, ICMP). */
    public static final int ERROR_QUEUE = 1 << 6;
    /** Urgent data or its mark (RFC 6093). */
    public static final int URGENT = 1 << 7;

    private Readiness() {}
}
