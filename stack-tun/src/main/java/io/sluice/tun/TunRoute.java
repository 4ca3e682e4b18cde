package io.sluice.tun;

import io.sluice.wire.IpAddress;
import io.sluice.wire.IpPrefix;
import org.jspecify.annotations.Nullable;

/**
 * A route of the kernel through a TUN device: packets for {@code destination} reach our stack.
 *
 * @param gateway the next hop, an address of our stack, or null where the whole prefix is behind the device (a TUN has
 *     no link-layer addresses, so it makes no difference to what arrives)
 */
public record TunRoute(IpPrefix destination, @Nullable IpAddress gateway) {
    /** Throws {@link IllegalArgumentException} if the two are of different families. */
    public TunRoute {
        if (gateway != null && gateway.isV6() != destination.address().isV6()) {
            throw new IllegalArgumentException(destination + " via " + gateway + ": two families");
        }
    }

    /** {@code 10.1.0.0/16}: everything there is behind the device. */
    public static TunRoute to(String destination) {
        return new TunRoute(IpPrefix.parse(destination), null);
    }

    /** {@code 10.1.0.0/16} by way of {@code 10.0.0.2}. */
    public static TunRoute via(String destination, String gateway) {
        return new TunRoute(IpPrefix.parse(destination), IpAddress.parse(gateway));
    }
}
