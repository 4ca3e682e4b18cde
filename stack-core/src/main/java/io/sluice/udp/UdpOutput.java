package io.sluice.udp;

import io.netty.buffer.ByteBuf;
import io.sluice.event.Counter;
import io.sluice.event.Counters;
import io.sluice.ip.FragmentIds;
import io.sluice.ip.Fragmenter;
import io.sluice.ip.IpLayer;
import io.sluice.ip.PathMtuCache;
import io.sluice.link.EmitResult;
import io.sluice.link.OutboundPacket;
import io.sluice.link.Path;
import io.sluice.link.TransmitRing;
import io.sluice.wire.Checksum;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.UdpHeader;
import java.nio.ByteBuffer;

/** Turns accepted datagrams into packets (RFC 768) at the moment when they may leave. */
final class UdpOutput {
    private final Counters counters;
    private final Fragmenter fragmenter;
    private final FragmentIds ids;
    private final PathMtuCache mtus;
    private final UdpHeader header = new UdpHeader();

    UdpOutput(IpLayer ip) {
        counters = ip.counters();
        fragmenter = ip.fragmenter();
        ids = ip.fragmentIds();
        mtus = ip.mtus();
    }

    /** Offers the datagram to its link. */
    EmitResult emit(Outgoing datagram, Path path, ByteBuf payload, TransmitRing out, long nowNs) {
        int mtuBefore = path.mtu();
        path.mtu(datagram.mtu != 0 ? datagram.mtu : mtus.mtu(path.remote(), path.linkMtu(), nowNs));
        int length = UdpHeader.LENGTH + payload.readableBytes();
        boolean fits = length <= path.maxPayload();
        boolean cut = !fits && Fragmenter.isPossible(path.mtu(), path.ipv6());
        OutboundPacket packet = build(datagram, path, payload, out.begin(), fits);
        EmitResult result = cut
                ? fragmenter.emit(path.link(), packet, path.mtu(), ids.next(path.local(), path.remote()), nowNs)
                : out.emit(path.link(), packet, nowNs);
        if (datagram.mtu != 0) {
            path.mtu(mtuBefore); // a probe says nothing about what else may leave
        }
        if (result == EmitResult.SENT) {
            counters.increment(Counter.UDP_DATAGRAMS_OUT);
        }
        return result;
    }

    private OutboundPacket build(Outgoing datagram, Path path, ByteBuf payload, OutboundPacket packet, boolean fits) {
        ByteBuffer b = packet.header();
        int data = payload.readableBytes();
        int user = datagram.userLength == Outgoing.ALL ? data : datagram.userLength;
        path.hopLimit(datagram.hopLimit);
        path.trafficClass(datagram.trafficClass);
        path.flowLabel(datagram.flowLabel);
        path.dontFragment(datagram.dontFragment && fits);
        if (!path.ipv6() && !path.dontFragment()) {
            path.identification(ids.next(path.local(), path.remote())); // RFC 6864 §4.3: somebody may cut it
        }
        int at = path.emitHeader(b, UdpHeader.LENGTH + data, IpProtocol.UDP, 0);
        header.emit(b, at, user).sourcePort(datagram.sourcePort).destinationPort(datagram.destinationPort);
        packet.header(at + UdpHeader.LENGTH, at, IpProtocol.UDP, path.ipv6());
        if (data != 0) {
            packet.addSlice(payload, payload.readerIndex(), data);
        }
        if (datagram.checksum) {
            // What a link completes covers the whole packet, but UDP's checksum no options (RFC 9868 §7).
            checksum(packet, path, payload, user, fits && user == data);
        }
        return packet;
    }

    /** RFC 768, RFC 8200 §8.1. Where the link completes checksums, it starts from the pseudo-header's sum. */
    private void checksum(OutboundPacket packet, Path path, ByteBuf payload, int data, boolean mayOffload) {
        long sum = path.pseudoHeaderSum(IpProtocol.UDP, UdpHeader.LENGTH + data);
        if (mayOffload && path.link().checksumOffload()) {
            header.checksum(Checksum.fold(sum));
            packet.checksumPartial(UdpHeader.CHECKSUM_OFFSET);
            return;
        }
        sum = Checksum.sum(header.buffer(), header.offset(), UdpHeader.LENGTH, sum);
        ByteBuffer nio = payload.internalNioBuffer(payload.readerIndex(), data);
        sum = Checksum.sum(nio, nio.position(), data, sum);
        header.checksum(Checksum.finishUdp(sum));
    }
}
