package io.sluice.tcp;

import io.sluice.link.Path;

/** An entry of the {@link FlowTable}: a connection, a half-open connection, or one in TIME-WAIT. */
public interface Flow {
    /** The 4-tuple; IPv4 addresses are v4-mapped. */
    FlowKey key();

    /** RFC 9293 §3.3.2. */
    TcpState state();

    /** The UDP port of the peer for TCP over UDP (RFC 6951 §5.1 has the same for SCTP), or 0. */
    int udpPort();

    /** Gives {@code path} the TTL and DSCP of this flow. */
    void applyTo(Path path);

    /** The lowest TTL or hop limit of packets that are for this flow (RFC 5082 §3). */
    int minimumHopLimit();
}
