package io.sluice.host;

import io.sluice.event.Counters;
import io.sluice.event.DropReason;
import io.sluice.icmp.Icmp;
import io.sluice.ip.ErrorReporter.Problem;
import io.sluice.ip.Interface;
import io.sluice.ip.IpDatagram;
import io.sluice.ip.Neighbors;
import io.sluice.ip.TransportDemux;
import io.sluice.tcp.Knob;
import io.sluice.tcp.Knobs;
import io.sluice.udp.UdpLayer;
import io.sluice.wire.IpProtocol;

/** Where the transports of a host are plugged in: datagrams go to them from here. */
final class HostDemux implements TransportDemux {
    private final Counters counters;
    private final TcpDemux tcp;
    private final UdpLayer udp;
    private final Icmp icmp;
    private final Knobs knobs;

    HostDemux(Counters counters, HostTcp tcp, UdpLayer udp, Icmp icmp) {
        this.counters = counters;
        this.udp = udp;
        this.tcp = new TcpDemux(tcp.layer(), counters);
        this.icmp = icmp;
        this.knobs = tcp.layer().knobs();
    }

    @Override
    public void onTcp(IpDatagram datagram, long nowNs) {
        tcp.onSegment(datagram, nowNs);
    }

    @Override
    public void onUdp(IpDatagram datagram, long nowNs) {
        if (tcp.isEncapsulated(datagram)) {
            tcp.onEncapsulated(datagram, nowNs);
            return;
        }
        if (!udp.onDatagram(datagram, nowNs)) {
            if (!knobs.isOn(Knob.UDP_BLACKHOLE)) {
                icmp.reporter().report(Problem.PORT_UNREACHABLE, datagram, 0, nowNs);
            }
            counters.drop(DropReason.UDP_NO_PORT);
        }
    }

    @Override
    public boolean onOther(IpDatagram datagram, long nowNs) {
        Interface on = datagram.receivedOn();
        Neighbors neighbors = on == null ? null : on.neighbors();
        if (datagram.protocol() != IpProtocol.IGMP || datagram.ipv6() || neighbors == null) {
            return false;
        }
        neighbors.groups().onIgmp(datagram, nowNs);
        return true;
    }

    @Override
    public void onIcmp(IpDatagram datagram, long nowNs) {
        icmp.onIcmp(datagram, nowNs);
    }
}
