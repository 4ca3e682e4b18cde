package io.sluice.host;

import io.sluice.icmp.IcmpError;
import io.sluice.icmp.IcmpErrorKind;
import io.sluice.icmp.IcmpErrors;
import io.sluice.tcp.FlowKey;
import io.sluice.tcp.IcmpNotice;
import io.sluice.tcp.Knob;
import io.sluice.tcp.TcpLayer;
import io.sluice.udp.UdpLayer;

/** Where the transports of a host are told of ICMP errors about their packets. */
final class IcmpErrorDemux implements IcmpErrors {
    private final TcpLayer tcp;
    private final UdpLayer udp;

    IcmpErrorDemux(TcpLayer tcp, UdpLayer udp) {
        this.tcp = tcp;
        this.udp = udp;
    }

    @Override
    public boolean onTcpError(IcmpError e, long nowNs) {
        return tell(e, FlowKey.ports(e.localPort(), e.remotePort()), e.sequenceNumber(), 0, nowNs);
    }

    /** @param udpPort of the peer, for TCP over UDP; else 0 */
    private boolean tell(IcmpError e, int ports, int sequenceNumber, int udpPort, long nowNs) {
        FlowKey key = new FlowKey(e.localHi(), e.localLo(), e.remoteHi(), e.remoteLo(), ports);
        if (!tcp.travelsBy(key, udpPort)) {
            return false;
        }
        if (e.kind() != IcmpErrorKind.NEIGHBOR_UNREACHABLE && tcp.isFromAfar(key, e.quotedHopLimit())) {
            return false;
        }
        if (e.isHardForAuthenticated() && tcp.ignoresHardErrors(key)) {
            return false;
        }
        return e.kind() == IcmpErrorKind.PACKET_TOO_BIG
                ? tcp.onPacketTooBig(key, sequenceNumber, e.mtu(), nowNs)
                : tcp.onIcmpError(key, sequenceNumber, e, IcmpErrorDemux::notice, nowNs);
    }

    private static IcmpNotice notice(IcmpError e) {
        IcmpErrorKind kind = e.kind();
        return new IcmpNotice(
                kind.socketError(), kind.finality(), kind.isUnreachable(), e.ipv6(), e.type(), e.code(), e.reporter());
    }

    @Override
    public boolean onUdpError(IcmpError error, long nowNs) {
        int port = tcp.knobs().getInt(Knob.UDP_TUNNELING_PORT);
        if (port == 0 || error.localPort() != port) {
            return udp.onError(error, nowNs);
        }
        // RFC 6951 §5.5 (of SCTP): what the datagram carried decides, so enough of it must be quoted.
        int ports = FlowKey.ports(error.innerLocalPort(), error.innerRemotePort());
        return error.hasInner() && tell(error, ports, error.innerSequenceNumber(), error.remotePort(), nowNs);
    }
}
