package io.sluice.packetdrill.simulated;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.link.EmitResult;
import io.sluice.link.EthernetDevice;
import io.sluice.link.OutboundPacket;
import io.sluice.wire.EthernetHeader;
import java.nio.ByteBuffer;

/** An Ethernet around the link that scripts see, with the script's {@link Neighbors} on it: packets cross it in no time. */
final class ScriptedEthernet implements ScriptedLink, EthernetDevice {
    private final CapturingLink packets;
    private final Neighbors neighbors;

    ScriptedEthernet(CapturingLink packets, Neighbors neighbors) {
        this.packets = packets;
        this.neighbors = neighbors;
    }

    @Override
    public String name() {
        return packets.name();
    }

    @Override
    public int mtu() {
        return packets.mtu();
    }

    @Override
    public long macAddress() {
        return Neighbors.HOST_MAC;
    }

    @Override
    public int maxSegmentationBytes(boolean ipv6) {
        return packets.maxSegmentationBytes(ipv6);
    }

    @Override
    public boolean checksumOffload() {
        return packets.checksumOffload();
    }

    @Override
    public void wholeSuperSegments(boolean on) {
        packets.wholeSuperSegments(on);
    }

    @Override
    public void hasRoom(boolean on) {
        packets.hasRoom(on);
    }

    @Override
    public EmitResult emit(OutboundPacket packet, long nowNs) {
        if (!packets.hasRoom()) {
            return EmitResult.BUSY;
        }
        if (packet.linkHeaderLength() == 0) { // a whole frame, in one piece
            ByteBuf frame = Unpooled.buffer(packet.totalLength());
            packet.copyTo(frame);
            onFrame(frame, nowNs);
            return EmitResult.SENT;
        }
        if (packet.headerLength() > 0) {
            neighbors.check(packet.linkHeader(), packet.header(), 0, packet.headerLength());
        } else {
            ByteBuffer b = packet.slice(0).internalNioBuffer(packet.sliceOffset(0), packet.sliceLength(0));
            neighbors.check(packet.linkHeader(), b, b.position(), packet.sliceLength(0));
        }
        packet.linkHeaderLength(0);
        EmitResult result = packets.emit(packet, nowNs);
        packet.linkHeaderLength(EthernetHeader.LENGTH);
        return result;
    }

    private void onFrame(ByteBuf frame, long nowNs) {
        ByteBuf packet = neighbors.fromHost(frame);
        if (packet != null) {
            packets.capture(packet, nowNs);
        }
    }
}
