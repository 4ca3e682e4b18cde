package io.sluice.buffer;

/**
 * Where a connection's bytes come from when they are not simply written: files, records to be framed and sealed (TLS).
 * Output pulls when it may send, so that the work is done just before transmission; what was pulled lies in the {@link
 * SendQueue}, unchanged, until it is acknowledged.
 */
public interface SendSource {
    /** Nothing can be pulled now; the source says so to its connection when that changes. */
    int PENDING = -1;

    /** Nothing will ever come any more. */
    int END = -2;

    /**
     * Appends about {@code maxBytes} octets to the queue: it may append more, where its units are larger (a record).
     *
     * @return the octets appended (at least 1), {@link #PENDING} or {@link #END}
     */
    int pull(SendQueue into, int maxBytes, long nowNs);

    /** The connection is gone: let go of everything. */
    void close();
}
