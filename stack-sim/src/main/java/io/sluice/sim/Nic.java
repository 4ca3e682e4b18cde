package io.sluice.sim;

import io.sluice.ip.Interface;
import io.sluice.link.Link;
import io.sluice.link.PacketMeta;
import io.sluice.wire.IpAddress;
import java.util.ArrayDeque;

/** Where a host is attached to a wire: its link, its addresses there, and both directions of the wire as it sees them. */
public final class Nic implements PacketSink {
    private final SimHost host;
    private final Link link;
    private final Pipe out;
    private final Interface iface;
    private final PacketMeta meta;
    private final Runnable onClose;
    private final ArrayDeque<SimPacket> waiting = new ArrayDeque<>();

    Nic(SimHost host, Link link, Pipe out, Runnable onClose) {
        this.host = host;
        this.link = link;
        this.out = out;
        this.onClose = onClose;
        this.iface = host.stack().addInterface(link);
        this.meta = new PacketMeta(link);
    }

    public SimHost host() {
        return host;
    }

    public Link link() {
        return link;
    }

    /** The direction in which this host sends. */
    public Pipe out() {
        return out;
    }

    /** What the host's stack knows of it. */
    public Interface iface() {
        return iface;
    }

    /** Gives the host an address here, and a route to the neighbours that share its prefix. */
    public Nic address(IpAddress address, int prefixLength) {
        host.stack().addAddress(iface, address, prefixLength);
        return this;
    }

    @Override
    public void accept(SimPacket packet, long nowNs) {
        if (host.takesPacketsAtOnce()) {
            deliver(packet, nowNs);
        } else {
            waiting.add(packet);
        }
        host.wantTurn();
    }

    /** Hands over what has come since the last turn. */
    void deliverWaiting(long nowNs) {
        for (SimPacket packet = waiting.poll(); packet != null; packet = waiting.poll()) {
            deliver(packet, nowNs);
        }
    }

    private void deliver(SimPacket packet, long nowNs) {
        meta.reset().merged(packet.segmentSize(), packet.segments());
        host.stack().onPacket(packet.bytes(), meta, nowNs);
        packet.release();
    }

    void close() {
        onClose.run();
        for (SimPacket packet = waiting.poll(); packet != null; packet = waiting.poll()) {
            packet.release();
        }
    }

    @Override
    public String toString() {
        return iface.toString();
    }
}
