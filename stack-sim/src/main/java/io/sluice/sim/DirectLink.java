package io.sluice.sim;

import io.sluice.link.EmitResult;
import io.sluice.link.OutboundPacket;

/** A link that copies each packet to the wire at once, as a write to a TUN device does; what the queue refuses is dropped. */
final class DirectLink extends ConfiguredLink {
    private final PacketPool packets;

    DirectLink(String name, LinkConfig config, Pipe out, PacketPool packets) {
        super(name, config, out);
        this.packets = packets;
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
