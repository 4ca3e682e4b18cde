package io.sluice.host;

import io.sluice.event.SocketError;
import io.sluice.ip.Interfaces;
import io.sluice.ip.Paths;
import io.sluice.link.Path;
import io.sluice.tcp.FastOpening;
import io.sluice.tcp.FlowKey;
import io.sluice.tcp.SocketOptions;
import io.sluice.tcp.TcpConfig;
import io.sluice.tcp.TcpEnvironment;
import io.sluice.tcp.TcpLayer;
import io.sluice.wire.AddressKey;
import io.sluice.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/** The TCP of a host with what it needs around it: paths, local addresses and ports. */
public final class HostTcp implements TcpEnvironment {
    private final Paths paths;
    private final Interfaces interfaces;
    private final TcpLayer layer;
    private final TcpPorts ports;

    HostTcp(Host host, HostConfig config, Paths paths) {
        this.paths = paths;
        this.interfaces = host.interfaces();
        this.layer = new TcpLayer(new TcpConfig(
                config.tcpProfile(),
                config.tcpStack(),
                config.tcpStacks(),
                config.congestionControls(),
                host.wheel(),
                host.ring(),
                host.ready(),
                host.counters(),
                host.events(),
                host.random(),
                host.memory(),
                host.allocator(),
                this));
        this.ports = new TcpPorts(layer, host.random(), config.ephemeralPorts());
    }

    public TcpLayer layer() {
        return layer;
    }

    @Override
    public @Nullable Path path(@Nullable IpAddress local, IpAddress remote, long nowNs) {
        return paths.find(local, remote, nowNs);
    }

    @Override
    public @Nullable SocketOptions boundTo(long localHi, long localLo, int port) {
        return ports.boundTo(AddressKey.toAddress(localHi, localLo), port);
    }

    /** Whether a socket may be bound to this address: any, or one of the host's. */
    public boolean isUsable(IpAddress address) {
        return address.isUnspecified() || interfaces.isLocal(AddressKey.hi(address), AddressKey.lo(address));
    }

    /**
     * Binds a port (0: one that is free); returns it, or 0 if it is taken. RFC 9293 §3.9.1.1 (MUST-41): whoever has it
     * already keeps it.
     */
    public int reserve(IpAddress address, int port, SocketOptions options) {
        return ports.reserve(address, port, options);
    }

    public void release(IpAddress address, int port) {
        ports.release(address, port);
    }

    /**
     * Opens a connection. RFC 9293 §3.9.1.1 (MUST-44, MUST-45): without an address the route decides, once and for all.
     *
     * @param local the source address, null or unspecified to have it selected
     * @param localPort 0 to have it chosen
     * @param fast whether its SYN may carry data (RFC 7413)
     */
    public ConnectResult connect(
            @Nullable IpAddress local,
            int localPort,
            IpAddress remote,
            int remotePort,
            SocketOptions options,
            FastOpening fast,
            long nowNs) {
        IpAddress source = local == null || local.isUnspecified() ? null : local;
        if (source != null && source.isV6() != remote.isV6()) {
            return new ConnectResult(null, SocketError.FAMILY_NOT_SUPPORTED);
        }
        Path path = path(source, remote, nowNs);
        if (path == null) {
            return new ConnectResult(null, SocketError.NETWORK_UNREACHABLE);
        }
        FlowKey key = localPort == 0
                ? ports.ephemeral(path.local(), remote, remotePort)
                : FlowKey.of(path.local(), localPort, remote, remotePort);
        if (key == null) {
            return new ConnectResult(null, SocketError.ADDRESS_NOT_AVAILABLE);
        }
        if (!layer.isConnectable(key)) {
            return new ConnectResult(null, SocketError.ADDRESS_IN_USE);
        }
        if (!layer.mayOpen(key, options)) {
            return new ConnectResult(null, SocketError.KEY_REJECTED);
        }
        return new ConnectResult(layer.connect(key, path, options, fast, nowNs), null);
    }
}
