package io.sluice.posix;

/** The flags of {@code send} and {@code recv}, by the names of the C constants. */
public enum MessageFlag {
    /** The urgent octet, apart from the stream (RFC 6093). */
    MSG_OOB,
    /** What is read stays to be read again. */
    MSG_PEEK,
    /** This call does not block. */
    MSG_DONTWAIT,
    /** Waits until the buffer is full, the stream ends, or an error occurs. */
    MSG_WAITALL,
    /** No signal for a broken pipe: there are none here. */
    MSG_NOSIGNAL,
    /** More follows: no segment that is not full leaves for now. */
    MSG_MORE,
    /** The end of a record: what is written after it is in other segments. */
    MSG_EOR,
    /** The memory is lent until a notice in the error queue gives it back; needs SO_ZEROCOPY. */
    MSG_ZEROCOPY,
    /** Connects, and sends with the SYN what fits there if the server has given a cookie (RFC 7413). */
    MSG_FASTOPEN,
    /** The error queue is read, not the stream. */
    MSG_ERRQUEUE,
    /** What is read is thrown away, and only counted. */
    MSG_TRUNC,
    /** Of datagrams that answer; of a stream, nothing. */
    MSG_CONFIRM,
    /** Only to neighbours: there is nothing here to choose. */
    MSG_DONTROUTE
}
