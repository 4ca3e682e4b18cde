package io.sluice.host;

import io.sluice.icmp.IcmpError;
import io.sluice.icmp.IcmpErrorKind;
import io.sluice.icmp.IcmpErrors;
import io.sluice.tcp.FlowKey;
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
        FlowKey key = new FlowKey(
                e.localHi(), e.localLo(), e.remoteHi(), e.remoteLo(), FlowKey.ports(e.localPort(), e.remotePort()));
        if (e.kind() == IcmpErrorKind.PACKET_TOO_BIG) {
            return tcp.onPacketTooBig(key, e.sequenceNumber(), e.mtu(), nowNs);
        }
        return tcp.onIcmpError(
                key, e.sequenceNumber(), e.kind().socketError(), e.kind().finality(), nowNs);
    }

    @Override
    public boolean onUdpError(IcmpError error, long nowNs) {
        return udp.onError(error, nowNs);
    }
}
