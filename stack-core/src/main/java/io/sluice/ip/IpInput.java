package io.sluice.ip;

import io.netty.buffer.ByteBuf;
import io.sluice.event.Counter;
import io.sluice.event.Counters;
import io.sluice.event.DropReason;
import io.sluice.link.PacketMeta;
import io.sluice.link.PacketReceiver;

/**
 * The first step of every received packet: is it IP, valid, believable and for this host (RFC 791, RFC 1122 §3.2, RFC
 * 8200)? What is goes to the {@link TransportDemux}, fragments by way of {@link Reassembly}.
 *
 * <p>Nothing throws, and every packet ends exactly once: {@code PACKETS_IN = PACKETS_DELIVERED + drops}, plus the
 * fragments that {@link Reassembly#heldFragments} keeps until their datagram is complete or given up. A super-segment (many
 * segments merged by the link) is one packet.
 */
public final class IpInput implements PacketReceiver {
    private final Interfaces interfaces;
    private final Counters counters;
    private final Dispatch dispatch;
    private final Ipv4Input ipv4;
    private final Ipv6Input ipv6;
    private final IpDatagram datagram = new IpDatagram();
    private final FrameInput frames = new FrameInput();

    public IpInput(
            Interfaces interfaces,
            Reassembly reassembly,
            TransportDemux transports,
            ErrorReporter reporter,
            Counters counters) {
        this.interfaces = interfaces;
        this.counters = counters;
        AddressPolicy addresses = new AddressPolicy(interfaces);
        dispatch = new Dispatch(transports, reporter, counters);
        ipv4 = new Ipv4Input(addresses, reassembly, dispatch);
        ipv6 = new Ipv6Input(addresses, reassembly, dispatch);
    }

    @Override
    public void onPacket(ByteBuf packet, PacketMeta meta, long nowNs) {
        counters.increment(Counter.PACKETS_IN);
        counters.add(Counter.BYTES_IN, packet.readableBytes());
        if (!packet.isReadable()) {
            dispatch.drop(DropReason.IP_TRUNCATED);
            return;
        }
        Interface in = interfaces.of(meta.link());
        if (in == null) {
            dispatch.drop(DropReason.IP_NOT_LOCAL); // the link was taken away while the packet was under way
            return;
        }
        Neighbors neighbors = in.neighbors();
        if (neighbors != null && !frames.isForIp(packet, in, neighbors, nowNs)) {
            return;
        }
        datagram.receive(packet, meta, in);
        switch (datagram.nio().get(datagram.headerOffset()) >>> 4 & 0x0F) {
            case 4 -> ipv4.onPacket(datagram, nowNs);
            case 6 -> ipv6.onPacket(datagram, nowNs);
            default -> dispatch.drop(DropReason.IP_VERSION);
        }
        datagram.clear();
    }
}
