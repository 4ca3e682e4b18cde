package io.sluice.ip;

import io.sluice.wire.IpAddress;
import io.sluice.wire.IpPrefix;
import org.jspecify.annotations.Nullable;

/**
 * A line of the {@link RouteTable}: packets to {@code prefix} leave by {@code via}.
 *
 * @param gateway the neighbour that passes them on, or null if the destination is a neighbour itself; only links that
 *     have link-layer addresses do more with it than choose a source address
 * @param metric which of two routes to the same prefix is used: the lower
 * @param metrics what is known of the way
 */
public record Route(IpPrefix prefix, Interface via, @Nullable IpAddress gateway, int metric, RouteMetrics metrics) {
    /** A route of which nothing more is known. */
    public Route(IpPrefix prefix, Interface via, @Nullable IpAddress gateway, int metric) {
        this(prefix, via, gateway, metric, RouteMetrics.NONE);
    }
}
