package io.sluice.tcp;

import io.netty.buffer.ByteBuf;
import io.sluice.buffer.SendQueue;
import io.sluice.buffer.SendRegion;
import io.sluice.buffer.SendSource;

/** Sends a region in the place of what would be written, without a copy; what is written next waits for its end. */
final class RegionSource implements SendSource {
    private final StreamLayer layer;
    private final SendRegion region;
    private boolean finishing;

    RegionSource(StreamLayer layer, SendRegion region) {
        this.layer = layer;
        this.region = region;
    }

    @Override
    public int pull(SendQueue into, int maxBytes, long nowNs) {
        long remaining = region.remaining();
        if (remaining == 0) {
            return finishing ? END : DONE;
        }
        int ready = region.ready((int) Math.min(remaining, maxBytes), layer.windowBytes());
        if (ready <= 0) {
            return PENDING;
        }
        ByteBuf octets = region.take(maxBytes);
        int taken = octets.readableBytes();
        into.append(octets, true);
        return taken;
    }

    /** Its end, too: what is written next waits for it. */
    @Override
    public boolean hasMore() {
        return true;
    }

    @Override
    public void finish() {
        finishing = true;
    }

    @Override
    public void close() {
        region.close();
    }
}
