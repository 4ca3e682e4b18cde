package io.sluice.api;

import io.sluice.wire.IpAddress;

/**
 * An IP address and a port.
 *
 * @param address 0.0.0.0 or :: stands for any local address
 * @param port 0..65535; 0 stands for one that the host chooses
 */
public record Endpoint(IpAddress address, int port) {
    /** @throws IllegalArgumentException if the port is out of range */
    public Endpoint {
        if (port < 0 || port > 0xFFFF) {
            throw new IllegalArgumentException("no port: " + port);
        }
    }

    /** {@code address} as {@link IpAddress#parse} takes it. */
    public static Endpoint of(String address, int port) {
        return new Endpoint(IpAddress.parse(address), port);
    }

    @Override
    public String toString() {
        return address.isV6() ? "[" + address + "]:" + port : address + ":" + port;
    }
}
