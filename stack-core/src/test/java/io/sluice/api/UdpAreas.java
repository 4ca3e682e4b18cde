package io.sluice.api;

import io.sluice.host.OneHost;
import io.sluice.wire.Checksum;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.Ipv4Header;
import io.sluice.wire.UdpHeader;
import io.sluice.wire.UdpOptionWriter;
import java.nio.ByteBuffer;

/** Datagrams with surplus areas that this stack would never send, from the peer's port 7000 to that of {@link OneHost}. */
final class UdpAreas {
    private static final int PORT = 7000;

    private UdpAreas() {}

    /** A datagram over IPv4 with user data, a good option checksum and these octets behind it. */
    static byte[] packet(int userLength, byte[] options) {
        boolean odd = (userLength & 1) != 0;
        int surplus = (odd ? 1 : 0) + 2 + options.length;
        ByteBuffer b = ByteBuffer.allocate(28 + userLength + surplus);
        long pseudoHeader = header(b, userLength, surplus);
        for (int i = 0; i < userLength; i++) {
            b.put(28 + i, (byte) (i + 1));
        }
        int at = UdpOptionWriter.begin(b, 28 + userLength, odd);
        b.put(at, options);
        UdpOptionWriter.end(b, 28 + userLength, odd, b.limit());
        checksum(b, userLength, pseudoHeader);
        return b.array();
    }

    private static long header(ByteBuffer b, int userLength, int surplus) {
        new Ipv4Header()
                .emit(b, 0, 8 + userLength + surplus)
                .timeToLive(64)
                .protocol(IpProtocol.UDP)
                .source(OneHost.PEER4.v4())
                .destination(OneHost.OWN4.v4())
                .updateChecksum();
        return Checksum.pseudoHeader4(OneHost.PEER4.v4(), OneHost.OWN4.v4(), IpProtocol.UDP, 8 + userLength);
    }

    private static void checksum(ByteBuffer b, int userLength, long pseudoHeader) {
        new UdpHeader()
                .emit(b, 20, userLength)
                .sourcePort(PORT)
                .destinationPort(PORT)
                .updateChecksum(pseudoHeader);
    }
}
