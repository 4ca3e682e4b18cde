package io.sluice.tun;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.sluice.link.EmitResult;
import io.sluice.link.OutboundPacket;
import io.sluice.link.PacketMeta;
import io.sluice.link.PacketReceiver;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.Ipv4Header;

/** Sends one echo request over and over; the kernel answers within the write. Allocates nothing while it does. */
final class EchoRequests implements PacketReceiver, AutoCloseable {
    private static final byte[] REQUEST = {8, 0, (byte) 0xf7, (byte) 0xfd, 0, 1, 0, 1};

    /** Buffers without leak detection, which notes every access. */
    private final UnpooledByteBufAllocator untracked = new UnpooledByteBufAllocator(true, true);

    private final TunLink link;
    private final OutboundPacket packet;
    private final ByteBuf message;
    private final int headerLength;
    int replies;

    EchoRequests(TunWire wire) {
        this.packet = wire.packet;
        this.message = untracked.directBuffer(REQUEST.length).writeBytes(REQUEST);
        this.link = new TunLink(wire.device.queues().get(0), untracked);
        this.headerLength = wire.begin(false, IpProtocol.ICMP, REQUEST.length);
    }

    /** Sends {@code count} requests and waits for as many replies. */
    void exchange(int count) {
        int until = replies + count;
        for (int i = 0; i < count; i++) {
            packet.reset();
            packet.header(headerLength, headerLength, IpProtocol.ICMP, false);
            packet.addSlice(message, 0, REQUEST.length);
            if (link.emit(packet, 0) != EmitResult.SENT) {
                throw new AssertionError("request " + i + ": " + link.counters());
            }
            link.receive(this, TunWire.BURST, 0);
        }
        while (replies < until) {
            link.receive(this, TunWire.BURST, 0);
        }
    }

    @Override
    public void onPacket(ByteBuf in, PacketMeta meta, long nowNs) {
        int at = in.readerIndex();
        if (in.getByte(at) == 0x45
                && in.getByte(at + 9) == IpProtocol.ICMP
                && in.getByte(at + Ipv4Header.MIN_LENGTH) == 0) {
            replies++;
        }
    }

    @Override
    public void close() {
        link.close();
        message.release();
    }
}
