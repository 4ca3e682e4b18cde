package io.sluice.ip;

import io.sluice.time.Deadline;
import io.sluice.wire.IpAddress;
import io.sluice.wire.Ipv6Header;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What ICMP said about the path MTU of destinations (RFC 1191 §6.3, RFC 8201 §5.2). Bounded: the destination that was
 * changed longest ago gives way. Forgotten after ten minutes, so that a path that became wider is tried again (RFC 8201
 * §5.3, RFC 1191 §6.3).
 */
public final class PathMtuCache {
    /** How long a path MTU is believed. */
    public static final long LIFETIME_NS = 600_000_000_000L;

    /** RFC 8200 §5: every link carries that much. */
    public static final int MIN_MTU6 = Ipv6Header.MINIMUM_MTU;

    /**
     * Deviates from RFC 1191 §3, which takes any value down to 68: real paths are wider, and a forged message that claims
     * less would make this host cut its packets into crumbs.
     */
    public static final int MIN_MTU4 = 552;

    private record Entry(int mtu, long expiresNs) {}

    private final Map<IpAddress, Entry> entries = new LinkedHashMap<>();
    private final int maxEntries;

    /** @param maxEntries destinations remembered at a time */
    public PathMtuCache(int maxEntries) {
        this.maxEntries = maxEntries;
    }

    /** The path MTU to {@code destination}: {@code linkMtu} or what is known to be less. */
    public int mtu(IpAddress destination, int linkMtu, long nowNs) {
        Entry e = entries.get(destination);
        if (e == null) {
            return linkMtu;
        }
        if (e.expiresNs() <= nowNs) {
            entries.remove(destination);
            return linkMtu;
        }
        return Math.min(e.mtu(), linkMtu);
    }

    /** A router said that packets to {@code destination} must not be larger than {@code mtu}; more is never believed. */
    public void reduce(IpAddress destination, int mtu, long nowNs) {
        int believed = Math.max(mtu, destination.isV6() ? MIN_MTU6 : MIN_MTU4);
        int known = mtu(destination, Integer.MAX_VALUE, nowNs);
        entries.remove(destination);
        if (entries.size() >= maxEntries) {
            Iterator<IpAddress> oldest = entries.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
        entries.put(destination, new Entry(Math.min(believed, known), Deadline.after(nowNs, LIFETIME_NS)));
    }

    /** Destinations remembered, those whose time is up included. */
    public int size() {
        return entries.size();
    }
}
