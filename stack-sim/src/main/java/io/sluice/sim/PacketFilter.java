package io.sluice.sim;

import io.netty.buffer.ByteBuf;

/** A test's say in what passes a {@link Pipe}. */
@FunctionalInterface
public interface PacketFilter {
    /** Lets everything pass. */
    PacketFilter ALL = (bytes, nowNs) -> true;

    /** Whether the packet passes. It may be changed in place, and cut by moving its writer index. */
    boolean passes(ByteBuf bytes, long nowNs);
}
