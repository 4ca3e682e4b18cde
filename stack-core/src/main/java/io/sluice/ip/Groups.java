package io.sluice.ip;

import io.netty.buffer.ByteBuf;
import io.sluice.event.Counter;
import io.sluice.event.DropReason;
import io.sluice.link.EthernetDevice;
import io.sluice.link.Link;
import io.sluice.time.TimerWheel;
import io.sluice.wire.IpAddress;
import java.util.random.RandomGenerator;

/**
 * The multicast groups of an Ethernet that this host listens to, as routers and switches that snoop are told of them: IPv4 groups
 * by {@link Igmp}, IPv6 groups by {@link Mld}.
 */
public final class Groups {
    private final EthernetDevice device;
    private final IpLayer ip;
    private final Link frames;
    private final AddressResolution resolution;
    private final Igmp igmp;
    private final Mld mld;

    Groups(
            EthernetDevice device,
            IpLayer ip,
            Link frames,
            AddressResolution resolution,
            TimerWheel wheel,
            RandomGenerator random) {
        this.device = device;
        this.ip = ip;
        this.frames = frames;
        this.resolution = resolution;
        igmp = new Igmp(this, device, ip, wheel, random);
        mld = new Mld(this, device, ip, wheel, random);
    }

    /** Ends an IGMP message. */
    public void onIgmp(IpDatagram datagram, long nowNs) {
        igmp.onMessage(datagram, nowNs);
    }

    /** Ends a message of multicast listener discovery, whose checksum is right. */
    public void onMld(IpDatagram datagram, long nowNs) {
        mld.onMessage(datagram, nowNs);
    }

    /** From whom the interface listens to a group now. */
    void listen(IpAddress group, SourceFilter filter) {
        if (!group.isV6()) {
            if (group.v4() != Igmp.ALL_SYSTEMS) { // RFC 3376 §5: nothing is told of it
                igmp.membership().listen(group, filter);
            }
        } else if (Mld.isTold(group)) {
            mld.membership().listen(group, filter);
        }
    }

    /**
     * A link-local address that this host is known to have here alone; as long as there is none, the unspecified one (RFC 3590 §4,
     * RFC 4861 §6.3.7).
     */
    IpAddress linkLocal() {
        Interface on = ip.interfaces().of(device);
        IpAddress source = IpAddress.ANY6;
        for (int i = 0; on != null && i < on.addressCount(); i++) {
            IpAddress a = on.address(i);
            if (a.isV6() && IpAddress.isLinkLocal6(a.hi()) && !resolution.isTentative(a)) {
                source = a;
            }
        }
        return source;
    }

    /** RFC 3590 §4: what was told from the unspecified address, which routers ignore, is told again from the new one. */
    void onLinkLocal() {
        mld.membership().tellAgain();
    }

    /** Sends a whole frame. */
    void send(ByteBuf frame, int length) {
        frame.setIndex(0, length);
        ip.counters().increment(Counter.GROUP_REPORTS_OUT);
        ip.ring().control(frames, frame);
    }

    /** Counts a message as delivered, or as none for hosts. */
    void end(boolean understood) {
        if (understood) {
            ip.counters().increment(Counter.PACKETS_DELIVERED);
        } else {
            drop(DropReason.ICMP_IGNORED);
        }
    }

    void drop(DropReason reason) {
        ip.counters().drop(reason);
    }

    void clear() {
        igmp.membership().clear();
        mld.membership().clear();
    }
}
