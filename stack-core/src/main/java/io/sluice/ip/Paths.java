package io.sluice.ip;

import io.sluice.link.Path;
import io.sluice.wire.AddressKey;
import io.sluice.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/** Finds the way to an address: interface, source address, path MTU. */
public final class Paths {
    private final Interfaces interfaces;
    private final RouteTable routes;
    private final PathMtuCache mtus;
    private final SourceSelection sources;

    public Paths(Interfaces interfaces, RouteTable routes, PathMtuCache mtus) {
        this.interfaces = interfaces;
        this.routes = routes;
        this.mtus = mtus;
        sources = new SourceSelection(interfaces);
    }

    /**
     * A new path to {@code remote}.
     *
     * @param local the source address, of the same family; null to have it selected
     * @return null if there is no route, or no source address of the family
     */
    public @Nullable Path find(@Nullable IpAddress local, IpAddress remote, long nowNs) {
        long hi = AddressKey.hi(remote);
        long lo = AddressKey.lo(remote);
        Interface bound = local == null ? null : interfaces.owner(AddressKey.hi(local), AddressKey.lo(local));
        Route route = routes.lookup(hi, lo);
        Interface via = via(hi, lo, route, bound);
        if (via == null) {
            return null;
        }
        IpAddress gateway = route == null ? null : route.gateway();
        IpAddress source = local;
        if (source == null) {
            source = interfaces.isLocal(hi, lo)
                    ? remote // RFC 6724 §5, rule 1
                    : sources.select(via, gateway == null ? remote : gateway, remote);
        }
        if (source == null || source.isV6() != remote.isV6()) {
            return null;
        }
        Path path = new Path(via.link(), source, remote);
        path.mtu(mtus.mtu(remote, path.linkMtu(), nowNs));
        if (route != null && route.via() == via) {
            RouteMetrics m = route.metrics();
            path.advertisedMss(m.advertisedMss());
            path.initialWindowSegments(m.initialWindowSegments());
            path.mtu(m.mtu() == 0 ? path.mtu() : Math.min(m.mtu(), path.mtu()));
        }
        return path;
    }

    /** As {@link #via(long, long, Route, Interface)}, with the route that there is. */
    @Nullable Interface via(long hi, long lo, @Nullable Interface bound) {
        return via(hi, lo, routes.lookup(hi, lo), bound);
    }

    /**
     * The interface that packets to an address leave by: of the host's own addresses, the loopback one; of addresses that
     * mean something on one link only, and of groups and broadcasts without a route, the one that the sender is bound to,
     * else the first; of all others that of the route.
     */
    private @Nullable Interface via(long hi, long lo, @Nullable Route route, @Nullable Interface bound) {
        Interface loopback = interfaces.loopback();
        if (loopback != null && interfaces.isLocal(hi, lo)) {
            return loopback;
        }
        if (bound != null && !bound.isLoopback() && isOfOneLink(hi, lo)) {
            return bound;
        }
        if (route != null) {
            return route.via();
        }
        return isOfOneLink(hi, lo) ? interfaces.first() : null;
    }

    private static boolean isOfOneLink(long hi, long lo) {
        if (AddressKey.isMulticast(hi, lo)) {
            return true;
        }
        return AddressKey.isV4(hi, lo)
                ? IpAddress.isBroadcast4((int) lo) || IpAddress.isLinkLocal4((int) lo)
                : IpAddress.isLinkLocal6(hi);
    }

    /** The path MTU to {@code destination} over a link of {@code linkMtu}. */
    int mtu(IpAddress destination, int linkMtu, long nowNs) {
        return mtus.mtu(destination, linkMtu, nowNs);
    }
}
