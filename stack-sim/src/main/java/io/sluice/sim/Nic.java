package io.sluice.sim;

import io.sluice.ip.Interface;
import io.sluice.link.Link;
import io.sluice.link.PacketMeta;
import io.sluice.wire.IpAddress;

/** Where a host is attached to a wire: its link, its addresses there, and both directions of the wire as it sees them. */
public final class Nic implements PacketSink {
    private final SimHost host;
    private final Link link;
    private final Pipe out;
    private final Interface iface;
    private final PacketMeta meta;
    private final Runnable onClose;

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
        host.receive(packet.bytes(), meta.reset(), nowNs);
        packet.release();
    }

    void close() {
        onClose.run();
    }

    @Override
    public String toString() {
        return iface.toString();
    }
}
