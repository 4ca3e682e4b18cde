package io.sluice.tcp;

/** An entry of the {@link FlowTable}: a connection, a half-open connection, or one in TIME-WAIT. */
public interface Flow {
    /** The 4-tuple; IPv4 addresses are v4-mapped. */
    FlowKey key();

    /** RFC 9293 §3.3.2. */
    TcpState state();
}
