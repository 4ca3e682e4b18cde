package io.sluice.sim;

import io.netty.buffer.ByteBuf;

/**
 * Somebody who watches every wire of a simulation. Bytes lie between reader and writer index, are borrowed, and must be
 * left alone.
 */
public interface Capture {
    /** A packet was put on the wire, behind what waits there. */
    void sent(Pipe pipe, ByteBuf bytes, long nowNs);

    /** A packet arrived at the other end. */
    void delivered(Pipe pipe, ByteBuf bytes, long nowNs);

    /** A packet will not arrive. */
    void dropped(Pipe pipe, ByteBuf bytes, Fate fate, long nowNs);
}
