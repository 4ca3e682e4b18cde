package io.sluice.ip;

import io.sluice.link.Link;
import io.sluice.wire.AddressKey;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpPrefix;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A link together with this host's addresses on it (RFC 1122 §3.3.4, RFC 4291 §2.1) and the multicast groups it listens
 * to. Changed through {@link Interfaces}, which keeps tables over all of them.
 */
public final class Interface {
    /**
     * An address of this host and the prefix of the subnet that it shares with neighbours.
     *
     * @param address a unicast address
     * @param prefixLength leading bits in common with the neighbours, 0..32 or 0..128
     */
    public record Address(IpAddress address, int prefixLength) {
        /** The subnet. */
        public IpPrefix prefix() {
            return new IpPrefix(address, prefixLength);
        }
    }

    /** What one socket listens to. */
    private record Listening(IpAddress group, SourceFilter filter) {}

    private static final int ALL_SYSTEMS4 = 0xE000_0001;
    private static final long ALL_NODES6_INTERFACE_LOCAL_HI = 0xFF01_0000_0000_0000L;

    private final Link device;
    private final boolean loopback;
    private Link link;
    private @Nullable Neighbors neighbors;
    private final List<Address> addresses = new ArrayList<>();
    private final List<IpPrefix> prefixes = new ArrayList<>();
    private final List<Listening> listening = new ArrayList<>();

    Interface(Link link, boolean loopback) {
        this.device = link;
        this.link = link;
        this.loopback = loopback;
    }

    /** What packets are given to. */
    public Link link() {
        return link;
    }

    /** What packets come from: the link itself, but for Ethernets. */
    Link device() {
        return device;
    }

    /** The neighbours, whose MAC addresses have to be known; null unless this is an Ethernet. */
    public @Nullable Neighbors neighbors() {
        return neighbors;
    }

    /** Makes this an Ethernet. */
    void neighbors(Neighbors n) {
        neighbors = n;
        link = n;
    }

    /** Whether what is sent on this link comes back to this host, so that loopback addresses are allowed on it. */
    public boolean isLoopback() {
        return loopback;
    }

    /** In the order they were added; the first of a family is the preferred one where rules leave a choice. */
    public List<Address> addresses() {
        return List.copyOf(addresses);
    }

    int addressCount() {
        return addresses.size();
    }

    IpAddress address(int i) {
        return addresses.get(i).address();
    }

    IpPrefix prefix(int i) {
        return prefixes.get(i);
    }

    void add(Address address) {
        addresses.add(address);
        prefixes.add(address.prefix());
    }

    boolean remove(IpAddress address) {
        for (int i = 0; i < addresses.size(); i++) {
            if (addresses.get(i).address().equals(address)) {
                addresses.remove(i);
                prefixes.remove(i);
                return true;
            }
        }
        return false;
    }

    /** One socket listens to a group otherwise than before: {@link SourceFilter#NOBODY} is none. False if it did not before. */
    boolean listen(IpAddress group, SourceFilter before, SourceFilter now) {
        boolean known = before.isNobody() || listening.remove(new Listening(group, before));
        if (known && !now.isNobody()) {
            listening.add(new Listening(group, now));
        }
        return known;
    }

    /** From whom the group is listened to here: what every node is a member of, from everybody. */
    SourceFilter filterOf(IpAddress group) {
        if (group.isV6() && isSolicitedNode(group.hi(), group.lo())) {
            return SourceFilter.EVERYBODY;
        }
        return SourceFilter.merged(listening.stream()
                .filter(l -> l.group.equals(group))
                .map(Listening::filter)
                .toList());
    }

    /** Whether {@code address} is the broadcast address of one of the IPv4 subnets here (RFC 922 §7). */
    public boolean isSubnetBroadcast4(int address) {
        for (int i = 0; i < prefixes.size(); i++) {
            if (prefixes.get(i).isSubnetBroadcast4(address)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the interface listens to an IPv4 group; always to 224.0.0.1 (RFC 1112 §7.1). */
    boolean isMember4(int group) {
        return group == ALL_SYSTEMS4 || isJoined(0, AddressKey.lo4(group));
    }

    /** Whether it listens to an IPv6 group; always to those that RFC 4291 §2.8 makes every node a member of. */
    boolean isMember6(long hi, long lo) {
        if (lo == Ipv6Groups.ALL_NODES_LO && (hi == ALL_NODES6_INTERFACE_LOCAL_HI || hi == Ipv6Groups.LINK_LOCAL_HI)) {
            return true;
        }
        return isSolicitedNode(hi, lo) || isJoined(hi, lo);
    }

    private boolean isSolicitedNode(long hi, long lo) {
        if (hi != Ipv6Groups.LINK_LOCAL_HI || Ipv6Groups.solicitedNodeLo(lo) != lo) {
            return false;
        }
        for (int i = 0; i < addresses.size(); i++) {
            IpAddress own = addresses.get(i).address();
            if (own.isV6() && Ipv6Groups.solicitedNodeLo(own.lo()) == lo) {
                return true;
            }
        }
        return false;
    }

    private boolean isJoined(long hi, long lo) {
        for (int i = 0; i < listening.size(); i++) {
            IpAddress group = listening.get(i).group;
            if (AddressKey.lo(group) == lo && AddressKey.hi(group) == hi) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return link.name() + " " + addresses;
    }
}
