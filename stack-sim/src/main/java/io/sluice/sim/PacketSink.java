package io.sluice.sim;

/** A place where packets arrive: one direction of a wire, the end of one at a host, a router. */
@FunctionalInterface
public interface PacketSink {
    /** Where nothing is left of a packet. */
    PacketSink NOWHERE = (packet, nowNs) -> packet.release();

    /** Takes over the packet, which arrives now. */
    void accept(SimPacket packet, long nowNs);
}
