package io.sluice.sim;

import io.netty.buffer.ByteBuf;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpPrefix;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node that forwards packets by their destination (RFC 1812 §5.2): the longest prefix decides, each hop costs one of the
 * hop limit. What it cannot forward it drops and counts; it sends no ICMP errors.
 */
public final class Router implements PacketSink {
    private final String name;
    private final List<Route> routes = new ArrayList<>();
    private int ports;
    private long forwarded;
    private long unroutable;

    private record Route(IpPrefix prefix, Pipe out) {}

    Router(String name) {
        this.name = name;
    }

    public String name() {
        return name;
    }

    /** Packets to {@code prefix} leave by {@code out}. */
    public Router route(IpPrefix prefix, Pipe out) {
        routes.add(new Route(prefix, out));
        routes.sort(Comparator.comparingInt((Route r) -> r.prefix().length()).reversed());
        return this;
    }

    /** The name of the next place where a wire is attached. */
    String nextPort() {
        return name + ports++;
    }

    /** Packets that left again. */
    public long forwarded() {
        return forwarded;
    }

    /** Packets without a route, or without a hop left. */
    public long unroutable() {
        return unroutable;
    }

    @Override
    public void accept(SimPacket packet, long nowNs) {
        Pipe out = lookUp(packet.bytes());
        if (out == null || !IpFields.decrementHopLimit(packet.bytes())) {
            unroutable++;
            packet.release();
            return;
        }
        forwarded++;
        out.offer(packet, nowNs);
    }

    private @Nullable Pipe lookUp(ByteBuf bytes) {
        int at = bytes.readerIndex() + IpFields.destinationOffset(bytes);
        IpAddress destination = IpFields.isIpv6(bytes)
                ? IpAddress.ofV6(bytes.getLong(at), bytes.getLong(at + 8))
                : IpAddress.ofV4(bytes.getInt(at));
        for (Route route : routes) {
            if (route.prefix().contains(destination)) {
                return route.out();
            }
        }
        return null;
    }

    @Override
    public String toString() {
        return name;
    }
}
