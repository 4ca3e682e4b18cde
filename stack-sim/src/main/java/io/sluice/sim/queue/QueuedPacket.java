package io.sluice.sim.queue;

/** What a queue sees of a packet. */
public interface QueuedPacket {
    /** Octets of the packet. */
    int length();

    /** When it was put into the queue: what its sojourn time is counted from (RFC 8289 §4.2). */
    long enqueuedNs();

    /** Notes when it was put into the queue. */
    void enqueuedNs(long nowNs);

    /** The ECN field of its IP header: 0 not ECN-capable, 1 ECT(1), 2 ECT(0), 3 CE (RFC 3168 §5). */
    int ecn();

    /** Sets Congestion Experienced; only for packets that are ECN-capable. */
    void mark();

    /** The same for all packets of a flow: what addresses, protocol and ports are hashed to. */
    int flowHash();

    /** Whether a queue may mark it instead of dropping it. */
    default boolean isEcnCapable() {
        return ecn() != 0;
    }
}
