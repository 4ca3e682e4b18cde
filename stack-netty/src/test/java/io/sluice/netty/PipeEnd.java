package io.sluice.netty;

import io.sluice.link.EmitResult;
import io.sluice.link.OutboundPacket;
import io.sluice.link.PacketMeta;
import io.sluice.link.PacketReceiver;
import io.sluice.link.SignallingLink;

/** An end of a pipe as it is, for what a test makes of it. */
abstract class PipeEnd implements SignallingLink {
    private final PipeLink pipe;
    private final PacketMeta mine = new PacketMeta(this);

    PipeEnd(PipeLink pipe) {
        this.pipe = pipe;
    }

    @Override
    public final String name() {
        return pipe.name();
    }

    @Override
    public final int mtu() {
        return pipe.mtu();
    }

    @Override
    public final boolean checksumOffload() {
        return pipe.checksumOffload();
    }

    @Override
    public final void signalTo(Runnable wakeUp) {
        pipe.signalTo(wakeUp);
    }

    @Override
    public EmitResult emit(OutboundPacket packet, long nowNs) {
        return pipe.emit(packet, nowNs);
    }

    @Override
    public int receive(PacketReceiver host, int maxPackets, long nowNs) {
        return pipe.receive(
                (packet, meta, now) -> host.onPacket(packet, mine.reset().checksumTrusted(meta.checksumTrusted()), now),
                maxPackets,
                nowNs);
    }

    @Override
    public final void close() {
        pipe.close();
    }
}
