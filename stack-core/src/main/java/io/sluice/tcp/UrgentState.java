package io.sluice.tcp;

/** Urgent data of a connection, as stream offsets (RFC 9293 §3.8.5); there only where there is or was some. */
final class UrgentState {
    /** No urgent data. */
    static final long NONE = -1;

    /** SND.UP: the octet behind the urgent data that was written. */
    long sendUp = NONE;

    /** The last octet of urgent data that the peer told of: the octet before RCV.UP. */
    long mark = NONE;

    /** The user has read everything before the mark, and nothing behind it. */
    boolean atMark;

    /** The octet at the mark, once the stream has passed it and its user wants it apart; or -1. */
    int octet = -1;

    /** The octet at the mark was read apart from the stream. */
    boolean taken;
}
