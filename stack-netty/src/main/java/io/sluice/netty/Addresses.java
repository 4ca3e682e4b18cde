package io.sluice.netty;

import io.sluice.api.Endpoint;
import io.sluice.wire.IpAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import org.jspecify.annotations.Nullable;

/** {@code java.net}'s addresses and the stack's. */
final class Addresses {
    private Addresses() {}

    /**
     * An address to bind to. As everywhere in Java, either wildcard stands for all addresses of both families.
     *
     * @throws UnsupportedAddressTypeException if it is no {@link InetSocketAddress}
     * @throws UnresolvedAddressException if its name was not looked up
     */
    static Endpoint local(SocketAddress address) {
        Endpoint e = endpoint(address);
        return e.address().isUnspecified() ? new Endpoint(IpAddress.ANY6, e.port()) : e;
    }

    /** An address to connect or send to; exceptions as {@link #local}. */
    static Endpoint endpoint(SocketAddress address) {
        if (!(address instanceof InetSocketAddress inet)) {
            throw new UnsupportedAddressTypeException();
        }
        if (inet.isUnresolved()) {
            throw new UnresolvedAddressException();
        }
        IpAddress ip = IpAddress.of(inet.getAddress());
        return new Endpoint(ip.isV4Mapped() ? IpAddress.ofV4(ip.v4()) : ip, inet.getPort());
    }

    static @Nullable InetSocketAddress toJava(@Nullable Endpoint endpoint) {
        return endpoint == null
                ? null
                : new InetSocketAddress(endpoint.address().toInetAddress(), endpoint.port());
    }
}
