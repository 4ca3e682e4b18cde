package io.sluice.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sluice.link.DeviceLink;
import io.sluice.link.EmitResult;
import io.sluice.link.OutboundPacket;
import io.sluice.link.PacketMeta;
import io.sluice.link.PacketReceiver;
import io.sluice.wire.Ipv4Header;
import java.nio.ByteBuffer;

/** A device behind which a router is congested: of the ECN-capable packets of each way every n-th is marked (RFC 3168 §5). Without offload. */
final class MarkingLink implements DeviceLink {
    private static final int CE = 3;

    private final DeviceLink device;
    private final ByteBufAllocator allocator;
    private final int every;
    private final Ipv4Header ip = new Ipv4Header();
    private final OutboundPacket outbound = new OutboundPacket();
    private final PacketMeta meta = new PacketMeta(this);
    private int capableOut;
    private int capableIn;
    private int markedOut;
    private int markedIn;

    MarkingLink(DeviceLink device, ByteBufAllocator allocator, int every) {
        this.device = device;
        this.allocator = allocator;
        this.every = every;
    }

    /** Packets of the host that were marked. */
    int markedOut() {
        return markedOut;
    }

    /** Packets for the host that were marked. */
    int markedIn() {
        return markedIn;
    }

    @Override
    public String name() {
        return device.name();
    }

    @Override
    public int mtu() {
        return device.mtu();
    }

    @Override
    public int fd() {
        return device.fd();
    }

    @Override
    public long nextDeadlineNs() {
        return device.nextDeadlineNs();
    }

    @Override
    public EmitResult emit(OutboundPacket packet, long nowNs) {
        ByteBuf copy = allocator.directBuffer(packet.totalLength());
        packet.copyTo(copy);
        boolean due = isCapable(copy) && (capableOut + 1) % every == 0;
        capableOut += isCapable(copy) ? 1 : 0;
        if (due) {
            mark(copy);
        }
        outbound.reset().addSlice(copy, copy.readerIndex(), copy.readableBytes());
        EmitResult result = device.emit(outbound, nowNs);
        markedOut += due && result == EmitResult.SENT ? 1 : 0;
        copy.release();
        return result;
    }

    @Override
    public int receive(PacketReceiver host, int maxPackets, long nowNs) {
        return device.receive(
                (packet, its, now) -> {
                    if (isCapable(packet) && ++capableIn % every == 0) {
                        mark(packet);
                        markedIn++;
                    }
                    host.onPacket(packet, meta.reset(), now);
                },
                maxPackets,
                nowNs);
    }

    private static boolean isV6(ByteBuf packet) {
        return packet.getByte(packet.readerIndex()) >>> 4 == 6;
    }

    private static boolean isCapable(ByteBuf packet) {
        int second = packet.getByte(packet.readerIndex() + 1);
        return ((isV6(packet) ? second >>> 4 : second) & CE) != 0;
    }

    private void mark(ByteBuf packet) {
        int at = packet.readerIndex() + 1;
        packet.setByte(at, packet.getByte(at) | (isV6(packet) ? CE << 4 : CE));
        if (!isV6(packet)) {
            ByteBuffer b = packet.nioBuffer();
            if (!ip.wrap(b, b.position(), b.remaining())) {
                throw new IllegalStateException("no IPv4 packet");
            }
            ip.updateChecksum();
        }
    }

    @Override
    public void close() {
        device.close();
    }
}
