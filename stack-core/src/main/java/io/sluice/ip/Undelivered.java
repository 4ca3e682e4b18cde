package io.sluice.ip;

import java.nio.ByteBuffer;

/** Is told of packets of this host that are given up before they have left it. */
@FunctionalInterface
public interface Undelivered {
    /**
     * Nobody has the address of a packet's next hop (RFC 4861 §7.2.2; RFC 1122 §2.3.2.1).
     *
     * @param packet has the IP packet at {@code offset}, {@code length} octets; borrowed
     */
    void onUnreachable(ByteBuffer packet, int offset, int length, long nowNs);
}
