package io.sluice.ip;

/**
 * What an administrator knows of the way that a route leads.
 *
 * @param mtu octets of IP packet that pass, 0 for what the link carries
 * @param advertisedMss the MSS that TCP announces at most, 0 for what the link carries
 * @param initialWindowSegments TCP's initial window, 0 for what RFC 6928 recommends
 */
public record RouteMetrics(int mtu, int advertisedMss, int initialWindowSegments) {
    /** Nothing beyond what the link says. */
    public static final RouteMetrics NONE = new RouteMetrics(0, 0, 0);

    /** Throws {@link IllegalArgumentException} for values below 0 or above 65535. */
    public RouteMetrics {
        if (((mtu | advertisedMss | initialWindowSegments) & ~0xFFFF) != 0) {
            throw new IllegalArgumentException("route metrics");
        }
    }
}
