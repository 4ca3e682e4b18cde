package io.sluice.tcp;

import io.sluice.link.Path;
import io.sluice.wire.IpProtocol;
import org.jspecify.annotations.Nullable;

/**
 * The ways that segments go to their peers: the route, with the flow label of the 4-tuple (RFC 6437), and for TCP over UDP what RFC
 * 6951 does for SCTP: one UDP port of the host for all connections, and for each the UDP port of its peer. A segment belongs to a
 * connection only if it came in the way that the connection uses.
 */
final class PeerPaths {
    private final TcpContext context;

    PeerPaths(TcpContext context) {
        this.context = context;
    }

    /** Whether the segment came by way of the UDP port that its connection uses, or both go without. */
    static boolean matches(Flow flow, Segment seg) {
        return flow.udpPort() == seg.udpPort;
    }

    /** Gives {@code path} the flow label of the 4-tuple, and has it lead to this UDP port of the peer; 0 leaves it without UDP. */
    void prepare(Path path, FlowKey key, int remoteUdpPort) {
        path.flowLabel(context.flowLabels.of(path, IpProtocol.TCP, key.ports));
        if (remoteUdpPort != 0) {
            path.encapsulate(
                    context.knobs.getInt(Knob.UDP_TUNNELING_PORT),
                    remoteUdpPort,
                    context.knobs.getInt(Knob.UDP_TUNNELING_OVERHEAD));
        }
    }

    /** The way back to who sent {@code seg}, by which it came; null without a route. */
    @Nullable Path back(Segment seg, long nowNs) {
        return path(new FlowKey(seg.localHi, seg.localLo, seg.remoteHi, seg.remoteLo, seg.ports), seg.udpPort, nowNs);
    }

    /** The way to the peer of a flow that has no path of its own; null without a route. */
    @Nullable Path to(Flow flow, long nowNs) {
        return path(flow.key(), flow.udpPort(), nowNs);
    }

    private @Nullable Path path(FlowKey key, int udpPort, long nowNs) {
        Path path = context.environment.path(key.local(), key.remote(), nowNs);
        if (path != null) {
            prepare(path, key, udpPort);
        }
        return path;
    }
}
