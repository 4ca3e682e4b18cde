package io.sluice.udp;

import io.netty.buffer.ByteBuf;
import io.sluice.link.Path;
import org.jspecify.annotations.Nullable;

/** A datagram that was accepted and waits for its link. Reused. */
final class Outgoing {
    @Nullable ByteBuf payload;

    @Nullable Path path;

    int sourcePort;
    int destinationPort;
    int hopLimit;
    int trafficClass;
    boolean checksum;
    boolean dontFragment;
    int chargedBytes;

    /** Lets go of the payload. */
    void release() {
        if (payload != null) {
            payload.release();
            payload = null;
        }
        path = null;
    }
}
