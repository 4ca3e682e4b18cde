package io.sluice.sim;

import io.sluice.link.EmitResult;
import io.sluice.link.Link;
import io.sluice.link.OutboundPacket;

/** A link that copies each packet to the wire at once, as a write to a TUN device does; what the queue refuses is dropped. */
final class DirectLink implements Link {
    private final String name;
    private final LinkConfig config;
    private final Pipe out;
    private final PacketPool packets;

    DirectLink(String name, LinkConfig config, Pipe out, PacketPool packets) {
        this.name = name;
        this.config = config;
        this.out = out;
        this.packets = packets;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int mtu() {
        return config.mtu();
    }

    @Override
    public int maxSegmentationBytes(boolean ipv6) {
        return config.segmentationBytes();
    }

    @Override
    public boolean checksumOffload() {
        return config.checksumOffload();
    }

    @Override
    public EmitResult emit(OutboundPacket packet, long nowNs) {
        boolean taken = false;
        for (int i = 0; i < config.packetsOf(packet); i++) {
            taken |= out.offer(Segmenter.packet(packet, i, config.whole(), packets), nowNs);
        }
        return taken ? EmitResult.SENT : EmitResult.DROPPED;
    }
}
