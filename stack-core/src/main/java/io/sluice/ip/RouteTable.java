package io.sluice.ip;

import io.sluice.wire.AddressKey;
import io.sluice.wire.IpAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which interface a packet leaves by: the longest matching prefix decides, then the lowest metric, then who came first
 * (RFC 1122 §3.3.1). Meant for the tens of routes that a host has: a lookup looks at each.
 */
public final class RouteTable {
    private static final Comparator<Route> MOST_SPECIFIC_FIRST =
            Comparator.comparingInt((Route r) -> -r.prefix().length()).thenComparingInt(Route::metric);

    private final List<Route> routes = new ArrayList<>();
    private int version;

    /** Adds a route. */
    public void add(Route route) {
        version++;
        routes.add(route);
        routes.sort(MOST_SPECIFIC_FIRST); // stable
    }

    /** Removes a route that equals {@code route}; false if there is none. */
    public boolean remove(Route route) {
        version++;
        return routes.remove(route);
    }

    /** Removes every route over {@code via}. */
    public void removeAll(Interface via) {
        version++;
        routes.removeIf(r -> r.via() == via);
    }

    /** A number that changes whenever the table does: who keeps a path compares. */
    public int version() {
        return version;
    }

    /** The route to an address given by its key, or null. */
    public @Nullable Route lookup(long hi, long lo) {
        boolean v4 = AddressKey.isV4(hi, lo);
        for (int i = 0; i < routes.size(); i++) {
            Route r = routes.get(i);
            if (v4 ? r.prefix().matches4((int) lo) : r.prefix().matches6(hi, lo)) {
                return r;
            }
        }
        return null;
    }

    /** The route to an address, or null. */
    public @Nullable Route lookup(IpAddress destination) {
        return lookup(AddressKey.hi(destination), AddressKey.lo(destination));
    }

    /** In the order in which they are tried. */
    public List<Route> all() {
        return List.copyOf(routes);
    }
}
