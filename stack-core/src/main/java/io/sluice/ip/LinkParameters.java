package io.sluice.ip;

import io.sluice.link.EthernetDevice;
import io.sluice.link.Path;
import io.sluice.wire.Ipv6Header;

/** What hosts are told of an Ethernet by its routers (RFC 4861 §6.3.2, §6.3.4), and what holds until they do. */
final class LinkParameters {
    private static final long NS_PER_MS = 1_000_000L;

    /** RFC 4861 §6.2.1: MAX of AdvReachableTime. */
    private static final long MAX_REACHABLE_MS = 3_600_000;

    /** Shorter would have neighbours asked all the time, or given up before they can answer. */
    private static final long MIN_REACHABLE_MS = 1000;

    private static final long MIN_RETRANS_MS = 100;

    /** Longer would only keep neighbours from being found. */
    private static final long MAX_RETRANS_MS = 60_000;

    private final EthernetDevice device;
    private int hopLimit = Path.DEFAULT_HOP_LIMIT;
    private int mtu;
    private long reachableNs;
    private long retransNs;

    LinkParameters(EthernetDevice device, NeighborLimits limits) {
        this.device = device;
        mtu = device.mtu();
        reachableNs = limits.reachableNs();
        retransNs = limits.retransNs();
    }

    /** CurHopLimit. */
    int hopLimit() {
        return hopLimit;
    }

    /** LinkMTU, of IPv6 packets. */
    int mtu() {
        return Math.min(mtu, device.mtu());
    }

    /** BaseReachableTime. */
    long reachableNs() {
        return reachableNs;
    }

    /** RetransTimer. */
    long retransNs() {
        return retransNs;
    }

    /**
     * What the fixed part of an advertisement says; 0 says nothing. Deviates from RFC 4861 §6.3.4, by which any Cur Hop Limit is
     * taken, and any time: a lower limit, or a very short time, by which a forged advertisement would cut the host off, is not.
     */
    void advertised(int newHopLimit, long reachableMs, long retransMs) {
        hopLimit = Math.max(hopLimit, newHopLimit);
        if (reachableMs >= MIN_REACHABLE_MS && reachableMs <= MAX_REACHABLE_MS) {
            reachableNs = reachableMs * NS_PER_MS;
        }
        if (retransMs >= MIN_RETRANS_MS && retransMs <= MAX_RETRANS_MS) {
            retransNs = retransMs * NS_PER_MS;
        }
    }

    /** The MTU option. */
    void advertisedMtu(long octets) {
        if (octets >= Ipv6Header.MINIMUM_MTU && octets <= device.mtu()) {
            mtu = (int) octets;
        }
    }
}
