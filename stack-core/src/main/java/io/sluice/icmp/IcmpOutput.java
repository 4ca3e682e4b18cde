package io.sluice.icmp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sluice.ip.ControlOutput;
import io.sluice.ip.FragmentIds;
import io.sluice.ip.Interface;
import io.sluice.ip.IpLayer;
import io.sluice.link.Path;
import io.sluice.wire.IcmpHeader;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.Ipv4Header;
import io.sluice.wire.Ipv6Header;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Builds ICMP messages and sends them as control packets. */
final class IcmpOutput {
    private final ByteBufAllocator allocator;
    private final ControlOutput output;
    private final FragmentIds ids;
    private final Ipv4Header ipv4 = new Ipv4Header();
    private final Ipv6Header ipv6 = new Ipv6Header();
    private final IcmpHeader icmp = new IcmpHeader();

    IcmpOutput(IpLayer ip) {
        allocator = ip.allocator();
        output = ip.control();
        ids = ip.fragmentIds();
    }

    /** What a message is, but for its body and addresses. */
    record Message(int type, int code, int restOfHeader, int trafficClass) {}

    /**
     * Sends a message.
     *
     * @param arrivedOn the interface of the packet that is answered
     * @return false if there is no route or no room
     */
    boolean send(
            Message message,
            IpAddress source,
            IpAddress destination,
            Body body,
            @Nullable Interface arrivedOn,
            long nowNs) {
        boolean v6 = source.isV6();
        int hopLimit =
                arrivedOn == null ? Path.DEFAULT_HOP_LIMIT : arrivedOn.link().hopLimit(v6);
        int ipLength = v6 ? Ipv6Header.LENGTH : Ipv4Header.MIN_LENGTH;
        int icmpLength = IcmpHeader.LENGTH + body.length();
        ByteBuf packet = allocator.directBuffer(ipLength + icmpLength, ipLength + icmpLength);
        packet.setBytes(ipLength + IcmpHeader.LENGTH, body.buffer(), body.index(), body.length());
        packet.writerIndex(ipLength + icmpLength);
        ByteBuffer nio = packet.internalNioBuffer(0, ipLength + icmpLength);
        int at = nio.position();
        long pseudoHeader = 0;
        if (v6) {
            ipv6.emit(nio, at, icmpLength)
                    .trafficClass(message.trafficClass())
                    .nextHeader(IpProtocol.ICMPV6)
                    .hopLimit(hopLimit)
                    .source(source.hi(), source.lo())
                    .destination(destination.hi(), destination.lo());
            pseudoHeader = ipv6.pseudoHeader(IpProtocol.ICMPV6, icmpLength);
        } else {
            ipv4.emit(nio, at, icmpLength)
                    .trafficClass(message.trafficClass())
                    .identification(ids.next(source, destination))
                    .timeToLive(hopLimit)
                    .protocol(IpProtocol.ICMP)
                    .source(source.v4())
                    .destination(destination.v4())
                    .updateChecksum();
        }
        icmp.emit(nio, at + ipLength, message.type(), message.code(), body.length())
                .restOfHeader(message.restOfHeader())
                .updateChecksum(pseudoHeader);
        return output.send(packet, v6 ? IpProtocol.ICMPV6 : IpProtocol.ICMP, source, destination, arrivedOn, nowNs);
    }

    /** Octets that a message carries; borrowed. */
    record Body(ByteBuf buffer, int index, int length) {}
}
