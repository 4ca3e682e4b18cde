package io.sluice.sim;

import io.netty.buffer.ByteBuf;

/** ACK thinning, as some radio and cable links do it: of TCP segments that only acknowledge, one of several passes. */
final class AckFilter {
    private final int keepOneOf;
    private int thinned;

    AckFilter(int keepOneOf) {
        this.keepOneOf = keepOneOf;
    }

    boolean passes(ByteBuf packet) {
        if (keepOneOf <= 1 || !IpFields.isBareAck(packet)) {
            thinned = 0; // what carries more comes with the latest acknowledgment
            return true;
        }
        if (++thinned == keepOneOf) {
            thinned = 0;
            return true;
        }
        return false;
    }
}
