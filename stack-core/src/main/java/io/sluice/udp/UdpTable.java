package io.sluice.udp;

import io.netty.util.collection.IntObjectHashMap;
import io.sluice.ip.IpDatagram;
import io.sluice.wire.AddressKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which socket a datagram is for: one that is connected to the sender, else the one bound to the address it was sent to,
 * else one bound to any address, of its own family rather than of both (RFC 1122 §4.1.3.5).
 *
 * <p>Two hash tables with intrusive chains: connected sockets by their 4-tuple, all others by their port. Peers choose
 * tuples, so that hash is keyed.
 */
final class UdpTable {
    private static final int MIN_BUCKETS = 64;
    /** Bound to the very address; to any address of the family; to any address of both families. */
    private static final int SCORE_ADDRESS = 3;

    private static final int SCORE_ANY = 2;
    private static final int SCORE_ANY_OF_BOTH = 1;

    private final long secret;
    private @Nullable UdpEndpoint[] bound = new UdpEndpoint[MIN_BUCKETS];
    private @Nullable UdpEndpoint[] connected = new UdpEndpoint[MIN_BUCKETS];
    /** All sockets once more, by port: for what is not done for each datagram. */
    private final IntObjectHashMap<List<UdpEndpoint>> byPort = new IntObjectHashMap<>();

    private int boundCount;
    private int connectedCount;

    UdpTable(long secret) {
        this.secret = secret;
    }

    /** Sockets that have a port. */
    int size() {
        return boundCount + connectedCount;
    }

    /** Files a socket by what it is now; the latest comes first. */
    void add(UdpEndpoint e) {
        List<UdpEndpoint> here = byPort.get(e.localPort);
        if (here == null) {
            here = new ArrayList<>(1);
            byPort.put(e.localPort, here);
        }
        here.add(e);
        if (e.isConnected()) {
            if (++connectedCount > connected.length) {
                connected = grow(connected, true);
            }
            push(connected, bucket(e, true, connected.length), e);
        } else {
            if (++boundCount > bound.length) {
                bound = grow(bound, false);
            }
            push(bound, bucket(e, false, bound.length), e);
        }
    }

    /** Takes a socket out, before what it is filed by changes. */
    void remove(UdpEndpoint e) {
        List<UdpEndpoint> here = byPort.get(e.localPort);
        here.remove(e);
        if (here.isEmpty()) {
            byPort.remove(e.localPort);
        }
        boolean isConnected = e.isConnected();
        @Nullable UdpEndpoint[] table = isConnected ? connected : bound;
        int bucket = bucket(e, isConnected, table.length);
        if (e.tablePrevious == null) {
            table[bucket] = e.tableNext;
        } else {
            e.tablePrevious.tableNext = e.tableNext;
        }
        if (e.tableNext != null) {
            e.tableNext.tablePrevious = e.tablePrevious;
        }
        e.tableNext = null;
        e.tablePrevious = null;
        if (isConnected) {
            connectedCount--;
        } else {
            boundCount--;
        }
    }

    private static void push(@Nullable UdpEndpoint[] table, int bucket, UdpEndpoint e) {
        UdpEndpoint head = table[bucket];
        e.tablePrevious = null;
        e.tableNext = head;
        if (head != null) {
            head.tablePrevious = e;
        }
        table[bucket] = e;
    }

    private @Nullable UdpEndpoint[] grow(@Nullable UdpEndpoint[] old, boolean isConnected) {
        @Nullable UdpEndpoint[] larger = new UdpEndpoint[old.length * 2];
        for (UdpEndpoint head : old) {
            // Chains are turned round once here and once by push, so that the latest stays first.
            UdpEndpoint reversed = reverse(head);
            while (reversed != null) {
                UdpEndpoint next = reversed.tableNext;
                push(larger, bucket(reversed, isConnected, larger.length), reversed);
                reversed = next;
            }
        }
        return larger;
    }

    private static @Nullable UdpEndpoint reverse(@Nullable UdpEndpoint head) {
        UdpEndpoint reversed = null;
        UdpEndpoint e = head;
        while (e != null) {
            UdpEndpoint next = e.tableNext;
            e.tableNext = reversed;
            reversed = e;
            e = next;
        }
        return reversed;
    }

    private int bucket(UdpEndpoint e, boolean isConnected, int buckets) {
        return isConnected
                ? tupleBucket(e.localHi, e.localLo, e.remoteHi, e.remoteLo, e.ports(), buckets)
                : e.localPort & (buckets - 1);
    }

    private int tupleBucket(long localHi, long localLo, long remoteHi, long remoteLo, int ports, int buckets) {
        return hash(localHi ^ localLo, remoteHi ^ Long.rotateLeft(remoteLo, 32), ports) & (buckets - 1);
    }

    private int hash(long local, long remote, int ports) {
        return AddressKey.hash((local ^ secret) * 0x9E37_79B9_7F4A_7C15L + ports, remote ^ Long.rotateLeft(secret, 29));
    }

    /** The socket that is connected this way, or null. */
    @Nullable UdpEndpoint connected(long localHi, long localLo, long remoteHi, long remoteLo, int ports) {
        if (connectedCount == 0) {
            return null;
        }
        UdpEndpoint e = connected[tupleBucket(localHi, localLo, remoteHi, remoteLo, ports, connected.length)];
        while (e != null && !e.isConnectedAs(localHi, localLo, remoteHi, remoteLo, ports)) {
            e = e.tableNext;
        }
        return e;
    }

    /** The socket that a unicast datagram is for, or null. */
    @Nullable UdpEndpoint find(IpDatagram d, int localPort, int remotePort) {
        UdpEndpoint e = connected(
                d.destinationHi(), d.destinationLo(), d.sourceHi(), d.sourceLo(), ports(localPort, remotePort));
        return e != null ? e : bound(d, localPort, remotePort);
    }

    private @Nullable UdpEndpoint bound(IpDatagram d, int localPort, int remotePort) {
        UdpEndpoint best = null;
        int bestScore = 0;
        int sharing = 0;
        for (UdpEndpoint e = bound[localPort & (bound.length - 1)]; e != null; e = e.tableNext) {
            int score = e.localPort == localPort ? score(e, d.destinationHi(), d.destinationLo(), d.ipv6()) : 0;
            if (score > bestScore) {
                best = e;
                bestScore = score;
                sharing = e.options().reusePort ? 1 : 0;
            } else if (score == bestScore && score != 0 && e.options().reusePort) {
                sharing++;
            }
        }
        return sharing > 1 ? shared(d, localPort, remotePort, bestScore, sharing) : best;
    }

    /** One of those that share the port, always the same for the same sender. */
    private @Nullable UdpEndpoint shared(IpDatagram d, int localPort, int remotePort, int score, int sharing) {
        int chosen = Integer.remainderUnsigned(
                hash(d.destinationHi() ^ d.destinationLo(), d.sourceHi() ^ d.sourceLo(), remotePort), sharing);
        UdpEndpoint e = bound[localPort & (bound.length - 1)];
        while (e != null) {
            if (e.localPort == localPort
                    && e.options().reusePort
                    && score(e, d.destinationHi(), d.destinationLo(), d.ipv6()) == score
                    && chosen-- == 0) {
                return e;
            }
            e = e.tableNext;
        }
        return null;
    }

    /** How well a socket that is not connected fits a destination address; 0 if not at all. */
    private static int score(UdpEndpoint e, long hi, long lo, boolean ipv6) {
        if (!e.isBoundToAny()) {
            return e.localHi == hi && e.localLo == lo ? SCORE_ADDRESS : 0;
        }
        if (e.ipv6() == ipv6) {
            return SCORE_ANY;
        }
        return e.speaks(ipv6) ? SCORE_ANY_OF_BOTH : 0;
    }

    /** Every socket with this port; the list is the table's own. */
    List<UdpEndpoint> withPort(int port) {
        List<UdpEndpoint> here = byPort.get(port);
        return here == null ? List.of() : here;
    }

    /** Whether {@code e} is for datagrams to this group or broadcast, from this sender. */
    static boolean isMember(UdpEndpoint e, IpDatagram d, int remotePort) {
        boolean mine = e.isConnected()
                ? e.isConnectedAs(e.localHi, e.localLo, d.sourceHi(), d.sourceLo(), ports(e.localPort, remotePort))
                : score(e, d.destinationHi(), d.destinationLo(), d.ipv6()) != 0;
        return mine && e.listensTo(d);
    }

    /** Whether a socket that is not connected has this port, and would take a datagram to this address. */
    boolean isBound(long hi, long lo, int port) {
        boolean ipv6 = !AddressKey.isV4(hi, lo);
        for (UdpEndpoint e = bound[port & (bound.length - 1)]; e != null; e = e.tableNext) {
            if (e.localPort == port && score(e, hi, lo, ipv6) != 0) {
                return true;
            }
        }
        return false;
    }

    /** Whether a socket like {@code candidate} can have this address and port, beside all that have the port already. */
    boolean isFree(UdpEndpoint candidate, long hi, long lo, int port) {
        List<UdpEndpoint> here = withPort(port);
        for (int i = 0; i < here.size(); i++) {
            if (here.get(i) != candidate && conflict(here.get(i), candidate, hi, lo)) {
                return false;
            }
        }
        return true;
    }

    /** Whether {@code candidate} cannot be bound to this address on the port of {@code e}. */
    private static boolean conflict(UdpEndpoint e, UdpEndpoint candidate, long hi, long lo) {
        if (share(e.options(), candidate.options())) {
            return false;
        }
        boolean otherIsAny = AddressKey.isUnspecified(hi, lo);
        if (!e.isBoundToAny()) {
            return otherIsAny
                    ? candidate.speaks(!AddressKey.isV4(e.localHi, e.localLo))
                    : e.localHi == hi && e.localLo == lo;
        }
        if (!otherIsAny) {
            return e.speaks(!AddressKey.isV4(hi, lo));
        }
        return (e.speaks(true) && candidate.speaks(true)) || (e.speaks(false) && candidate.speaks(false));
    }

    private static boolean share(UdpSocketOptions a, UdpSocketOptions b) {
        return (a.reuseAddress && b.reuseAddress) || (a.reusePort && b.reusePort);
    }

    /** A copy of all sockets that have a port. */
    List<UdpEndpoint> all() {
        List<UdpEndpoint> all = new ArrayList<>();
        byPort.values().forEach(all::addAll);
        return all;
    }

    /** Both ports in one number. */
    static int ports(int localPort, int remotePort) {
        return remotePort << 16 | localPort;
    }
}
