package io.sluice.host;

import io.sluice.event.Counters;
import io.sluice.event.DropReason;
import io.sluice.ip.IpDatagram;
import io.sluice.ip.TransportDemux;

/** Where the transports of a host are plugged in. */
final class HostDemux implements TransportDemux {
    private final Counters counters;
    private final TcpDemux tcp;

    HostDemux(Counters counters, HostTcp tcp) {
        this.counters = counters;
        this.tcp = new TcpDemux(tcp.layer(), counters);
    }

    @Override
    public void onTcp(IpDatagram datagram, long nowNs) {
        tcp.onSegment(datagram, nowNs);
    }

    @Override
    public void onUdp(IpDatagram datagram, long nowNs) {
        counters.drop(DropReason.UDP_NO_PORT);
    }

    @Override
    public void onIcmp(IpDatagram datagram, long nowNs) {
        counters.drop(DropReason.ICMP_IGNORED);
    }
}
