package io.sluice.tun;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.sluice.link.EmitResult;
import io.sluice.link.PacketMeta;
import io.sluice.link.PacketReceiver;
import io.sluice.wire.IcmpHeader;
import io.sluice.wire.IpProtocol;
import java.nio.ByteBuffer;

/** Answers echo requests of both families (RFC 792, RFC 4443 §4.1) and ignores everything else. */
final class EchoResponder implements PacketReceiver {
    private static final int ECHO_REQUEST4 = 8;
    private static final int ECHO_REPLY4 = 0;
    private static final int ECHO_REQUEST6 = 128;
    private static final int ECHO_REPLY6 = 129;

    private final TunWire wire;
    private final IcmpHeader icmp = new IcmpHeader();
    int answered;

    EchoResponder(TunWire wire) {
        this.wire = wire;
    }

    @Override
    public void onPacket(ByteBuf packet, PacketMeta meta, long nowNs) {
        ByteBuffer bytes = TunWire.bytes(packet);
        boolean ipv6 = TunWire.isIpv6(bytes);
        int protocol = ipv6 ? IpProtocol.ICMPV6 : IpProtocol.ICMP;
        int at = TunWire.transport(bytes, protocol);
        if (at < 0
                || !icmp.wrap(bytes, at, bytes.limit() - at)
                || icmp.type() != (ipv6 ? ECHO_REQUEST6 : ECHO_REQUEST4)) {
            return;
        }
        int length = bytes.limit() - at;
        long pseudoHeader = ipv6 ? TunWire.pseudoHeader(true, protocol, length) : 0;
        icmp.type(ipv6 ? ECHO_REPLY6 : ECHO_REPLY4).updateChecksum(pseudoHeader);
        int headerLength = wire.begin(ipv6, protocol, length);
        wire.packet.header(headerLength, headerLength, protocol, ipv6);
        wire.packet.addSlice(packet, packet.readerIndex() + at, length);
        assertEquals(EmitResult.SENT, wire.link.emit(wire.packet, nowNs));
        answered++;
    }
}
