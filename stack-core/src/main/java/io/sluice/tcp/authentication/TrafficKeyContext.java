package io.sluice.tcp.authentication;

import io.sluice.wire.IpAddress;
import java.nio.ByteBuffer;

/** What makes the traffic keys of connections differ: RFC 5925 §5.2, in the order of RFC 5926 §3.1, from the sender's side. */
public final class TrafficKeyContext {
    private static final int FIXED_OCTETS = 12;

    private TrafficKeyContext() {}

    /**
     * The context of segments from {@code source} to {@code destination}.
     *
     * @param sourceIsn of the side that sends them
     * @param destinationIsn of the other, 0 in a SYN without ACK (RFC 5925 §5.2)
     */
    public static byte[] of(
            IpAddress source,
            int sourcePort,
            int sourceIsn,
            IpAddress destination,
            int destinationPort,
            int destinationIsn) {
        int address = source.isV6() ? 16 : 4;
        ByteBuffer b = ByteBuffer.allocate(2 * address + FIXED_OCTETS);
        put(b, source);
        put(b, destination);
        b.putShort((short) sourcePort).putShort((short) destinationPort);
        return b.putInt(sourceIsn).putInt(destinationIsn).array();
    }

    private static void put(ByteBuffer b, IpAddress address) {
        if (address.isV6()) {
            b.putLong(address.hi()).putLong(address.lo());
        } else {
            b.putInt(address.v4());
        }
    }
}
