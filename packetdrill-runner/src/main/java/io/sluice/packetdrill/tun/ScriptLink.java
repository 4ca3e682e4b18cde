package io.sluice.packetdrill.tun;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.link.EmitResult;
import io.sluice.link.OutboundPacket;
import io.sluice.link.PacketReceiver;
import io.sluice.packetdrill.simulated.ScriptedLink;
import io.sluice.sim.Segmenter;
import io.sluice.tun.TunLink;

/**
 * A TUN device as the link that a script describes: with the script's MTU, whatever the device's own is. It takes
 * super-segments if the device does, and passes them on whole or, where the script has switched that off, cut.
 */
final class ScriptLink implements ScriptedLink {
    private final TunLink device;
    private final int mtu;
    private final OutboundPacket piece = new OutboundPacket();
    private boolean whole = true;
    private boolean room = true;

    ScriptLink(TunLink device, int mtu) {
        this.device = device;
        this.mtu = mtu;
    }

    @Override
    public void wholeSuperSegments(boolean on) {
        whole = on;
    }

    @Override
    public void hasRoom(boolean on) {
        room = on;
    }

    @Override
    public String name() {
        return device.name();
    }

    @Override
    public int mtu() {
        return mtu;
    }

    @Override
    public int maxSegmentationBytes(boolean ipv6) {
        return device.maxSegmentationBytes(ipv6);
    }

    @Override
    public boolean checksumOffload() {
        return device.checksumOffload();
    }

    @Override
    public EmitResult emit(OutboundPacket packet, long nowNs) {
        if (!room) {
            return EmitResult.BUSY;
        }
        if (whole || packet.segments() == 1) {
            return device.emit(packet, nowNs);
        }
        for (int i = 0; i < packet.segments(); i++) {
            ByteBuf octets = Unpooled.directBuffer(Segmenter.length(packet, i));
            Segmenter.cut(packet, i, octets);
            piece.reset().addSlice(octets, 0, octets.readableBytes());
            device.emit(piece, nowNs);
            octets.release();
        }
        return EmitResult.SENT;
    }

    /** Hands over what has come; how many packets that were. */
    int receive(PacketReceiver receiver, int maxPackets, long nowNs) {
        return device.receive(receiver, maxPackets, nowNs);
    }
}
