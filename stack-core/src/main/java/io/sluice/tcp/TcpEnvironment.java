package io.sluice.tcp;

import io.sluice.link.Path;
import io.sluice.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/** What TCP needs of the host around it. */
public interface TcpEnvironment {
    /**
     * A new path from {@code local} (or the address that the host selects, if null) to {@code remote}; null if there is
     * no route.
     */
    @Nullable Path path(@Nullable IpAddress local, IpAddress remote, long nowNs);

    /**
     * The options of a socket that is bound to this local address (a key, {@link io.sluice.wire.AddressKey}) and port, and
     * neither listens nor is connected; null if there is none.
     */
    @Nullable SocketOptions boundTo(long localHi, long localLo, int port);
}
