package io.sluice.sim;

import io.sluice.link.EmitResult;
import io.sluice.link.OutboundPacket;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * An asynchronous link, as a device with a transmit ring: keeps what it is given, by reference, until the wire has taken
 * it, and is busy while the ring is full. Bytes that changed meanwhile would leave with a wrong checksum.
 */
final class RingLink extends ConfiguredLink {
    private final SimContext context;
    private final Runnable onWritable;
    private final ArrayDeque<OutboundPacket> ring = new ArrayDeque<>();
    private final ArrayDeque<OutboundPacket> spare = new ArrayDeque<>();
    private final Event wireIdle = new Event() {
        @Override
        void fire(long nowNs) {
            onWireIdle(nowNs);
        }
    };
    private int nextSegment;
    private boolean refused;

    RingLink(String name, LinkConfig config, Pipe out, SimContext context, Runnable onWritable) {
        super(name, config, out);
        this.context = context;
        this.onWritable = onWritable;
    }

    @Override
    public EmitResult emit(OutboundPacket packet, long nowNs) {
        if (ring.size() >= config.ringPackets()) {
            refused = true;
            return EmitResult.BUSY;
        }
        ring.add(keep(packet));
        if (!wireIdle.isScheduled()) {
            context.events().schedule(wireIdle, Math.max(nowNs, out.idleAtNs()));
        }
        return EmitResult.SENT;
    }

    private OutboundPacket keep(OutboundPacket packet) {
        OutboundPacket reused = spare.poll();
        OutboundPacket kept = reused == null ? new OutboundPacket() : reused;
        kept.header(packet.headerLength(), packet.transportOffset(), packet.protocol(), packet.ipv6());
        kept.header().put(0, packet.header(), 0, packet.headerLength());
        if (packet.checksumPartial()) {
            kept.checksumPartial(packet.checksumOffset());
        }
        kept.gsoSize(packet.gsoSize()).txToken(packet.txToken());
        for (int i = 0; i < packet.sliceCount(); i++) {
            kept.addSlice(packet.slice(i).retain(), packet.sliceOffset(i), packet.sliceLength(i));
        }
        return kept;
    }

    /** The wire can take one more segment; what was sent before is done. */
    private void onWireIdle(long nowNs) {
        OutboundPacket head = ring.peek();
        if (head != null && nextSegment == config.packetsOf(head)) {
            ring.remove();
            forget(head);
            nextSegment = 0;
            if (refused) {
                refused = false;
                onWritable.run();
            }
            head = ring.peek();
        }
        if (head != null) {
            out.accept(Segmenter.packet(head, nextSegment++, config.whole(), context.packets()), nowNs);
            context.events().schedule(wireIdle, Math.max(nowNs, out.idleAtNs()));
        }
    }

    private void forget(OutboundPacket packet) {
        for (int i = 0; i < packet.sliceCount(); i++) {
            packet.slice(i).release();
        }
        spare.push(packet.reset());
    }

    /** Lets go of everything in the ring. */
    void clear() {
        context.events().cancel(wireIdle);
        for (@Nullable OutboundPacket p = ring.poll(); p != null; p = ring.poll()) {
            forget(p);
        }
        nextSegment = 0;
    }
}
