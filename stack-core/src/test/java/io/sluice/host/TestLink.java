package io.sluice.host;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.sluice.link.EmitResult;
import io.sluice.link.Link;
import io.sluice.link.OutboundPacket;
import io.sluice.wire.Checksum;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A link that keeps copies of what it is given, until a test takes them; it can be made to refuse. */
public final class TestLink implements Link {
    private final String name;
    private final int mtu;
    private final boolean offload;
    private final List<byte[]> sent = new ArrayList<>();
    /** How many packets more are taken before the link is busy. */
    private int room = Integer.MAX_VALUE;

    public TestLink(String name, int mtu, boolean offload) {
        this.name = name;
        this.mtu = mtu;
        this.offload = offload;
    }

    public TestLink(String name) {
        this(name, 1500, false);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int mtu() {
        return mtu;
    }

    @Override
    public boolean checksumOffload() {
        return offload;
    }

    /** After {@code packets} more, the link is busy. */
    public void room(int packets) {
        room = packets;
    }

    @Override
    public EmitResult emit(OutboundPacket packet, long nowNs) {
        if (room == 0) {
            return EmitResult.BUSY;
        }
        room--;
        ByteBuf copy = Unpooled.buffer(packet.totalLength());
        packet.copyTo(copy);
        byte[] octets = ByteBufUtil.getBytes(copy);
        if (packet.checksumPartial()) {
            complete(octets, packet.transportOffset(), packet.checksumOffset());
        }
        sent.add(octets);
        return EmitResult.SENT;
    }

    /** What a device with checksum offload does. */
    private static void complete(byte[] octets, int start, int checksumOffset) {
        ByteBuffer b = ByteBuffer.wrap(octets);
        short checksum = Checksum.finishUdp(Checksum.sum(b, start, octets.length - start, 0));
        b.putShort(start + checksumOffset, checksum);
    }

    /** Everything sent since the last call. */
    public List<byte[]> take() {
        List<byte[]> taken = new ArrayList<>(sent);
        sent.clear();
        return taken;
    }
}
