package io.sluice.icmp;

/** Where received ICMP errors go: to the transport whose packet they quote (RFC 1122 §3.2.2, RFC 4443 §2.4(d)). */
public interface IcmpErrors {
    /**
     * An error that quotes a TCP segment of this host.
     *
     * @return whether a connection believes it; only then is a path MTU it may carry remembered for the destination
     */
    boolean onTcpError(IcmpError error, long nowNs);

    /** As {@link #onTcpError} for a UDP datagram. */
    boolean onUdpError(IcmpError error, long nowNs);
}
