package io.sluice.ip;

import io.sluice.link.Link;
import io.sluice.wire.AddressKey;
import io.sluice.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All interfaces of a host, and which addresses are its own.
 *
 * <p>The weak end system model (RFC 1122 §3.3.4.2): a packet to any address of this host is taken from any interface, and
 * may be sent on any. Servers with several devices expect that, and kernels do so. Excepted are addresses that mean
 * something only where they are: loopback addresses on loopback links (RFC 1122 §3.2.1.3(g), RFC 4291 §2.5.3) and
 * link-local addresses on their own link (RFC 4291 §2.5.6, RFC 3927 §2.7).
 */
public final class Interfaces {
    private static final int MIN_SLOTS = 16;

    private final List<Interface> interfaces = new ArrayList<>();
    /** Open addressing over the keys of all addresses; at most half full, made anew at each change. */
    private @Nullable Interface[] owners = new Interface[MIN_SLOTS];

    private long[] keys = new long[2 * MIN_SLOTS];

    /** Adds a link without addresses; the same link only once. */
    public Interface add(Link link, boolean loopback) {
        if (of(link) != null) {
            throw new IllegalArgumentException(link.name() + " is there already");
        }
        Interface added = new Interface(link, loopback);
        interfaces.add(added);
        return added;
    }

    /** Forgets an interface and its addresses. */
    public void remove(Interface removed) {
        interfaces.remove(removed);
        rebuild();
        Neighbors neighbors = removed.neighbors();
        if (neighbors != null) {
            neighbors.close();
        }
    }

    /**
     * Gives this host an address.
     *
     * @throws IllegalArgumentException if it is no unicast address, IPv4-mapped, or here already
     */
    public void addAddress(Interface owner, IpAddress address, int prefixLength) {
        if (address.isUnspecified() || address.isMulticast() || address.isBroadcast() || address.isV4Mapped()) {
            throw new IllegalArgumentException("no address for a host: " + address);
        }
        if (isLocal(AddressKey.hi(address), AddressKey.lo(address))) {
            throw new IllegalArgumentException(address + " is there already");
        }
        Neighbors neighbors = owner.neighbors();
        owner.add(new Interface.Address(address, prefixLength));
        rebuild();
        if (neighbors != null) {
            if (address.isV6()) { // RFC 4862 §5.4.2: before anybody is asked
                neighbors.groups().listen(Ipv6Groups.solicitedNode(address), SourceFilter.EVERYBODY);
            }
            neighbors.resolution().claim(address);
        }
    }

    /** Takes an address away; false if it was not there. */
    public boolean removeAddress(Interface owner, IpAddress address) {
        boolean removed = owner.remove(address);
        rebuild();
        Neighbors neighbors = owner.neighbors();
        if (neighbors != null && removed) {
            neighbors.resolution().release(address);
            if (address.isV6()) {
                IpAddress group = Ipv6Groups.solicitedNode(address);
                neighbors.groups().listen(group, owner.filterOf(group));
            }
        }
        return removed;
    }

    /**
     * Makes the interface listen to a multicast group, whoever sends, until {@link #leave} was called as often as this. Routers and
     * switches are told on Ethernets ({@link Groups}).
     *
     * @throws IllegalArgumentException if it is no multicast address
     */
    public void join(Interface member, IpAddress group) {
        listen(member, group, SourceFilter.NOBODY, SourceFilter.EVERYBODY);
    }

    /** Undoes {@link #join}; false if the interface was no member. */
    public boolean leave(Interface member, IpAddress group) {
        return listen(member, group, SourceFilter.EVERYBODY, SourceFilter.NOBODY);
    }

    /**
     * One socket listens to a group otherwise than before; {@link SourceFilter#NOBODY} is not at all.
     *
     * @return whether {@code before} was known here
     * @throws IllegalArgumentException if it is no multicast address
     */
    public boolean listen(Interface member, IpAddress group, SourceFilter before, SourceFilter now) {
        if (!group.isMulticast()) {
            throw new IllegalArgumentException("no group: " + group);
        }
        boolean known = member.listen(group, before, now);
        Neighbors neighbors = member.neighbors();
        if (neighbors != null) {
            neighbors.groups().listen(group, member.filterOf(group));
        }
        return known;
    }

    /** The interface of {@code link}, or null. */
    public @Nullable Interface of(Link link) {
        for (int i = 0; i < interfaces.size(); i++) {
            if (interfaces.get(i).device() == link) {
                return interfaces.get(i);
            }
        }
        return null;
    }

    /** The interface that has this address, or null. */
    public @Nullable Interface owner(long hi, long lo) {
        int mask = owners.length - 1;
        for (int i = AddressKey.hash(hi, lo) & mask; ; i = (i + 1) & mask) {
            Interface owner = owners[i];
            if (owner == null || (keys[2 * i] == hi && keys[2 * i + 1] == lo)) {
                return owner;
            }
        }
    }

    /** Whether this host has this address on some interface. */
    public boolean isLocal(long hi, long lo) {
        return owner(hi, lo) != null;
    }

    /** Whether this is 255.255.255.255 or the broadcast address of a subnet of this host. */
    public boolean isBroadcast(IpAddress address) {
        if (address.isV6()) {
            return false;
        }
        boolean broadcast = address.isBroadcast();
        for (int i = 0; !broadcast && i < interfaces.size(); i++) {
            broadcast = interfaces.get(i).isSubnetBroadcast4(address.v4());
        }
        return broadcast;
    }

    /** In the order they were added. */
    public List<Interface> all() {
        return List.copyOf(interfaces);
    }

    /** The first loopback interface, or null. */
    @Nullable Interface loopback() {
        for (int i = 0; i < interfaces.size(); i++) {
            if (interfaces.get(i).isLoopback()) {
                return interfaces.get(i);
            }
        }
        return null;
    }

    /** The first interface that leads elsewhere, or null. */
    @Nullable Interface first() {
        for (int i = 0; i < interfaces.size(); i++) {
            if (!interfaces.get(i).isLoopback()) {
                return interfaces.get(i);
            }
        }
        return null;
    }

    int count() {
        return interfaces.size();
    }

    Interface get(int i) {
        return interfaces.get(i);
    }

    private void rebuild() {
        int addresses = 0;
        for (Interface i : interfaces) {
            addresses += i.addressCount();
        }
        int slots = Math.max(MIN_SLOTS, Integer.highestOneBit(Math.max(1, addresses)) << 2);
        owners = new Interface[slots];
        keys = new long[2 * slots];
        for (Interface i : interfaces) {
            for (int n = 0; n < i.addressCount(); n++) {
                insert(i, AddressKey.hi(i.address(n)), AddressKey.lo(i.address(n)));
            }
        }
    }

    private void insert(Interface owner, long hi, long lo) {
        int mask = owners.length - 1;
        int i = AddressKey.hash(hi, lo) & mask;
        while (owners[i] != null) {
            i = (i + 1) & mask;
        }
        owners[i] = owner;
        keys[2 * i] = hi;
        keys[2 * i + 1] = lo;
    }
}
