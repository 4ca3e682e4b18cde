package io.sluice.packetdrill.tun;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.link.DeviceLink;
import io.sluice.link.EmitResult;
import io.sluice.link.EthernetDevice;
import io.sluice.link.OutboundPacket;
import io.sluice.link.PacketReceiver;
import io.sluice.packetdrill.simulated.ScriptedLink;
import io.sluice.sim.Segmenter;

/**
 * A TUN or TAP device as the link that a script describes: with the script's MTU, whatever the device's own is. It takes
 * super-segments if the device does, and passes them on whole or, where the script has switched that off, cut.
 */
class ScriptLink implements ScriptedLink {
    private final DeviceLink device;
    private final int mtu;
    private final OutboundPacket piece = new OutboundPacket();
    private boolean whole = true;
    private boolean room = true;

    private ScriptLink(DeviceLink device, int mtu) {
        this.device = device;
        this.mtu = mtu;
    }

    /** The link on a device. */
    static ScriptLink on(DeviceLink device, int mtu) {
        return device instanceof EthernetDevice station
                ? new OfFrames(device, station.macAddress(), mtu)
                : new ScriptLink(device, mtu);
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
            if (packet.linkHeaderLength() > 0) {
                piece.linkHeader().put(0, packet.linkHeader(), 0, packet.linkHeaderLength());
                piece.linkHeaderLength(packet.linkHeaderLength());
            }
            device.emit(piece, nowNs);
            octets.release();
        }
        return EmitResult.SENT;
    }

    /** Hands over what has come; how many packets that were. */
    int receive(PacketReceiver receiver, int maxPackets, long nowNs) {
        return device.receive(receiver, maxPackets, nowNs);
    }

    /** One that carries frames. */
    private static final class OfFrames extends ScriptLink implements EthernetDevice {
        private final long macAddress;

        OfFrames(DeviceLink device, long macAddress, int mtu) {
            super(device, mtu);
            this.macAddress = macAddress;
        }

        @Override
        public long macAddress() {
            return macAddress;
        }
    }
}
