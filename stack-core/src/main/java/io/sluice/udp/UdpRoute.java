package io.sluice.udp;

import io.sluice.ip.Interfaces;
import io.sluice.ip.IpLayer;
import io.sluice.link.FlowLabels;
import io.sluice.link.Path;
import io.sluice.wire.AddressKey;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpProtocol;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The ways of one socket's datagrams: remembers the latest, which most of them go. */
final class UdpRoute {
    private final IpLayer ip;
    private final FlowLabels labels;
    private @Nullable Path path;
    private @Nullable IpAddress pathFrom;
    private int pathVersion;
    private @Nullable Path labelled;
    private int labelledPorts;
    private int flowLabel;

    UdpRoute(IpLayer ip, FlowLabels labels) {
        this.ip = ip;
        this.labels = labels;
    }

    void keep(Path found, @Nullable IpAddress from) {
        path = found;
        pathFrom = from;
        pathVersion = ip.routes().version();
    }

    /** The way to {@code to} from {@code from}, or from whatever address suits: the one found last, if it still holds. */
    @Nullable Path to(@Nullable IpAddress from, IpAddress to, long nowNs) {
        Path last = path;
        if (last != null
                && pathVersion == ip.routes().version()
                && last.remote().equals(to)
                && Objects.equals(pathFrom, from)) {
            return last;
        }
        Path found = ip.paths().find(from, to, nowNs);
        if (found != null) {
            keep(found, from);
        }
        return found;
    }

    /** The IPv6 flow label of datagrams that go this way from and to these ports (RFC 6437 §3); 0 for none. */
    int flowLabel(Path way, int ports) {
        if (way != labelled || ports != labelledPorts) {
            flowLabel = labels.of(way, IpProtocol.UDP, ports);
            labelled = way;
            labelledPorts = ports;
        }
        return flowLabel;
    }

    /** {@code bound}, if datagrams to {@code to} can come from it; else null. */
    @Nullable IpAddress usable(@Nullable IpAddress bound, IpAddress to) {
        return bound != null
                        && bound.isV6() == to.isV6()
                        && ip.interfaces().isLocal(AddressKey.hi(bound), AddressKey.lo(bound))
                ? bound
                : null;
    }

    /** Whether a socket may be bound to {@code address}: one of the host's, any, or one that several hosts have. */
    boolean canBind(IpAddress address) {
        Interfaces interfaces = ip.interfaces();
        return address.isUnspecified()
                || address.isMulticast()
                || interfaces.isBroadcast(address)
                || interfaces.isLocal(AddressKey.hi(address), AddressKey.lo(address));
    }
}
