package io.sluice.ip;

import io.netty.buffer.ByteBuf;
import io.sluice.event.Counter;
import io.sluice.event.Counters;
import io.sluice.link.OutboundPacket;
import io.sluice.link.TransmitRing;
import io.sluice.wire.AddressKey;
import io.sluice.wire.IpAddress;
import io.sluice.wire.Ipv4Header;
import io.sluice.wire.Ipv6Header;
import org.jspecify.annotations.Nullable;

/** Sends whole packets that answer something: finds their link, cuts them if need be, and queues them there. */
public final class ControlOutput {
    private final Paths paths;
    private final Fragmenter fragmenter;
    private final FragmentIds ids;
    private final TransmitRing ring;
    private final Counters counters;
    private final OutboundPacket whole = new OutboundPacket();

    public ControlOutput(Paths paths, Fragmenter fragmenter, FragmentIds ids, TransmitRing ring, Counters counters) {
        this.paths = paths;
        this.fragmenter = fragmenter;
        this.ids = ids;
        this.ring = ring;
        this.counters = counters;
    }

    /**
     * Queues {@code packet}, whose IP header (without options or extension headers) is complete, and takes it over.
     *
     * @param protocol of the payload
     * @param arrivedOn where the packet that is answered came from: matters for link-local destinations
     * @return false if there is no route or the queue is full; the packet is gone all the same
     */
    public boolean send(
            ByteBuf packet,
            int protocol,
            IpAddress source,
            IpAddress destination,
            @Nullable Interface arrivedOn,
            long nowNs) {
        Interface via = paths.via(AddressKey.hi(destination), AddressKey.lo(destination), arrivedOn);
        if (via == null) {
            counters.increment(Counter.IP_NO_ROUTE);
            packet.release();
            return false;
        }
        int mtu = paths.mtu(destination, via.link().mtu(destination.isV6()), nowNs);
        boolean ipv6 = destination.isV6();
        if (packet.readableBytes() <= mtu || !Fragmenter.isPossible(mtu, ipv6)) {
            return ring.control(via.link(), packet);
        }
        int headerLength = ipv6 ? Ipv6Header.LENGTH : Ipv4Header.MIN_LENGTH;
        whole.reset();
        packet.getBytes(packet.readerIndex(), whole.header().limit(headerLength));
        whole.header().clear();
        whole.header(headerLength, headerLength, protocol, ipv6);
        whole.addSlice(packet, packet.readerIndex() + headerLength, packet.readableBytes() - headerLength);
        fragmenter.control(via.link(), whole, mtu, ids.next(source, destination));
        whole.reset();
        packet.release();
        return true;
    }
}
