package io.sluice.host;

import io.netty.util.collection.IntObjectHashMap;
import io.sluice.ip.EphemeralPorts;
import io.sluice.ip.PortRange;
import io.sluice.tcp.FlowKey;
import io.sluice.tcp.SocketOptions;
import io.sluice.tcp.TcpLayer;
import io.sluice.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Which local TCP ports are bound, and which are free for connections ({@link EphemeralPorts}). */
final class TcpPorts {
    private final TcpLayer tcp;
    private final IntObjectHashMap<List<Binding>> bindings = new IntObjectHashMap<>();
    private final EphemeralPorts ephemeral;

    private record Binding(IpAddress address, SocketOptions options) {}

    TcpPorts(TcpLayer tcp, RandomGenerator random, PortRange range) {
        this.tcp = tcp;
        this.ephemeral = new EphemeralPorts(random, range);
    }

    /**
     * Binds a port.
     *
     * @param port 0 to have one chosen
     * @param options of the socket: with SO_REUSEADDR it only conflicts with a listener or a socket bound without it, with
     *     SO_REUSEPORT only with a socket bound without that; with neither also with connections that are left of the port
     * @return the port, or 0 if it is taken
     */
    int reserve(IpAddress address, int port, SocketOptions options) {
        int chosen = port != 0 ? port : anyFree(address);
        if (chosen == 0 || !isFree(address, chosen, options)) {
            return 0;
        }
        List<Binding> here = bindings.get(chosen);
        if (here == null) {
            here = new ArrayList<>(1);
            bindings.put(chosen, here);
        }
        here.add(new Binding(address, options));
        return chosen;
    }

    /** The options of a socket that is bound to this port, and to this address or any of its family; null if none is. */
    @Nullable SocketOptions boundTo(IpAddress address, int port) {
        List<Binding> here = bindings.get(port);
        if (here == null) {
            return null;
        }
        for (Binding b : here) {
            boolean any = b.address.isUnspecified() && (b.address.isV6() || !address.isV6());
            if (any || b.address.equals(address)) {
                return b.options;
            }
        }
        return null;
    }

    void release(IpAddress address, int port) {
        List<Binding> here = bindings.get(port);
        if (here == null) {
            return;
        }
        for (int i = 0; i < here.size(); i++) {
            if (here.get(i).address.equals(address)) {
                here.remove(i);
                break;
            }
        }
        if (here.isEmpty()) {
            bindings.remove(port);
        }
    }

    /** @param options of the socket that wants the port, or null for one without any */
    private boolean isFree(IpAddress address, int port, @Nullable SocketOptions options) {
        boolean shares = options != null && (options.reuseAddress || options.reusePort);
        if (!shares && tcp.hasFlow(address.isUnspecified() ? null : address, port)) {
            return false;
        }
        for (Binding b : bindings.getOrDefault(port, List.of())) {
            boolean overlap = b.address.isUnspecified() || address.isUnspecified() || b.address.equals(address);
            if (overlap && (options == null || !mayShare(b.options, options, port))) {
                return false;
            }
        }
        return true;
    }

    private boolean mayShare(SocketOptions here, SocketOptions other, int port) {
        return (here.reusePort && other.reusePort)
                || (here.reuseAddress && other.reuseAddress && !tcp.isListening(port));
    }

    private int anyFree(IpAddress address) {
        return ephemeral.selectAny(port -> isFree(address, port, null));
    }

    /** A port from which {@code remote} can be connected. Null if all are in use. */
    @Nullable FlowKey ephemeral(IpAddress local, IpAddress remote, int remotePort) {
        int port = ephemeral.select(
                local,
                remote,
                remotePort,
                p -> !bindings.containsKey(p) && tcp.isFree(FlowKey.of(local, p, remote, remotePort)));
        if (port == 0) { // RFC 6056 §3.1, RFC 6191: only now one in TIME-WAIT, whose peer can tell the two apart
            port = ephemeral.select(
                    local,
                    remote,
                    remotePort,
                    p -> !bindings.containsKey(p) && tcp.isConnectable(FlowKey.of(local, p, remote, remotePort)));
        }
        return port == 0 ? null : FlowKey.of(local, port, remote, remotePort);
    }
}
