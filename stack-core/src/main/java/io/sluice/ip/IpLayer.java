package io.sluice.ip;

import io.netty.buffer.ByteBufAllocator;
import io.sluice.event.Counters;
import io.sluice.link.EthernetDevice;
import io.sluice.link.TransmitRing;
import io.sluice.time.TimerWheel;
import java.util.random.RandomGenerator;

/** The IP of one host, but for its input: interfaces, routes, and the ways out. */
public final class IpLayer {
    private final Interfaces interfaces = new Interfaces();
    private final RouteTable routes = new RouteTable();
    private final Counters counters;
    private final ByteBufAllocator allocator;
    private final TransmitRing ring;
    private final PathMtuCache mtus;
    private final Paths paths;
    private final FragmentIds ids;
    private final Fragmenter fragmenter;
    private final ControlOutput control;
    private Undelivered undelivered = (packet, offset, length, nowNs) -> {};

    /** @param maxPathMtus destinations whose path MTU is remembered */
    public IpLayer(
            Counters counters, ByteBufAllocator allocator, TransmitRing ring, RandomGenerator random, int maxPathMtus) {
        this.counters = counters;
        this.allocator = allocator;
        this.ring = ring;
        mtus = new PathMtuCache(maxPathMtus);
        paths = new Paths(interfaces, routes, mtus);
        ids = new FragmentIds(random);
        fragmenter = new Fragmenter(allocator, ring, counters);
        control = new ControlOutput(paths, fragmenter, ids, ring, counters);
    }

    /**
     * Makes an interface an Ethernet, whose neighbours are found by ARP and NDP.
     *
     * @param on without addresses yet
     */
    public Neighbors ethernet(
            Interface on, EthernetDevice device, TimerWheel wheel, RandomGenerator random, NeighborLimits limits) {
        Neighbors neighbors = new Neighbors(device, this, wheel, random, limits);
        on.neighbors(neighbors);
        return neighbors;
    }

    public Interfaces interfaces() {
        return interfaces;
    }

    public RouteTable routes() {
        return routes;
    }

    public PathMtuCache mtus() {
        return mtus;
    }

    public Paths paths() {
        return paths;
    }

    public FragmentIds fragmentIds() {
        return ids;
    }

    public Fragmenter fragmenter() {
        return fragmenter;
    }

    /** Where whole packets go that answer something. */
    public ControlOutput control() {
        return control;
    }

    /** Who is told of packets that cannot leave. */
    Undelivered undelivered() {
        return undelivered;
    }

    /** Has somebody told of packets that cannot leave. */
    public void undelivered(Undelivered told) {
        undelivered = told;
    }

    public TransmitRing ring() {
        return ring;
    }

    public Counters counters() {
        return counters;
    }

    public ByteBufAllocator allocator() {
        return allocator;
    }
}
