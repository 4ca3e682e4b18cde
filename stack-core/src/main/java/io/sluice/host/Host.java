package io.sluice.host;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sluice.buffer.MemoryAccount;
import io.sluice.event.Counter;
import io.sluice.event.Counters;
import io.sluice.event.DropReason;
import io.sluice.event.Pollable;
import io.sluice.event.StackEvents;
import io.sluice.icmp.Icmp;
import io.sluice.ip.ErrorReporter;
import io.sluice.ip.Interface;
import io.sluice.ip.Interfaces;
import io.sluice.ip.IpInput;
import io.sluice.ip.IpLayer;
import io.sluice.ip.NeighborLimits;
import io.sluice.ip.Neighbors;
import io.sluice.ip.Reassembly;
import io.sluice.ip.Route;
import io.sluice.ip.RouteTable;
import io.sluice.link.EthernetDevice;
import io.sluice.link.Link;
import io.sluice.link.PacketMeta;
import io.sluice.link.PacketReceiver;
import io.sluice.link.TransmitRing;
import io.sluice.time.TimerWheel;
import io.sluice.udp.UdpLayer;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpPrefix;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A protocol stack without I/O: no thread, descriptor, clock or randomness of its own. Each call gets the time; two hosts
 * given the same calls do the same things. Confined to one thread, which is its driver's.
 *
 * <p>A driver works in turns: received packets ({@link #onPacket}), due timers ({@link #onTimer}), sockets that have
 * something to tell ({@link #pollReady}, after which their users may call them), and last what is to be sent ({@link
 * #transmit}), which ends the turn. It sleeps until a packet arrives, a busy link can take more, or {@link
 * #nextDeadlineNs}. Time never goes back.
 */
public final class Host implements PacketReceiver {
    /** RFC 1122 §3.2.1.3(g). */
    private static final int LOOPBACK4_PREFIX_LENGTH = 8;

    private final Counters counters = new Counters();
    private final Pollable.ReadyList ready = new Pollable.ReadyList();
    private final StackEvents events;
    private final ByteBufAllocator allocator;
    private final RandomGenerator random;
    private final MemoryAccount memory;
    private final TimerWheel wheel;
    private final TransmitRing ring;
    private final IpLayer ip;
    private final Reassembly reassembly;
    private final IpInput input;
    private final HostTcp tcp;
    private final UdpLayer udp;
    private final Map<Class<?>, Object> extensions = new HashMap<>();
    private final NeighborLimits neighborLimits;
    private @Nullable LoopbackLink loopback;
    private boolean inTurn;
    private boolean closed;

    public Host(HostConfig config) {
        events = config.events();
        allocator = config.allocator();
        neighborLimits = config.neighborLimits();
        random = new HostRandom(config.random(), events);
        memory = new MemoryAccount(null, config.memory().limitBytes());
        wheel = new TimerWheel(config.startNs());
        ring = new TransmitRing(counters, config.memory().maxControlPackets());
        ip = new IpLayer(counters, allocator, ring, random, config.memory().maxPathMtus());
        tcp = new HostTcp(this, config, ip.paths());
        udp = new UdpLayer(ip, tcp.layer().flowLabels(), ready, memory, random, wheel, config.ephemeralPorts());
        Icmp icmp = new Icmp(ip, new IcmpErrorDemux(tcp.layer(), udp), config.icmpLimits(), config.startNs());
        ErrorReporter reporter = icmp.reporter();
        reassembly = new Reassembly(config.memory().reassembly(), memory, allocator, wheel, reporter, counters);
        input = new IpInput(ip.interfaces(), reassembly, new HostDemux(counters, tcp, udp, icmp), reporter, counters);
    }

    /** Attaches a link, also one that carries Ethernet frames; addresses are given to what is returned. */
    public Interface addInterface(Link link) {
        Interface added = ip.interfaces().add(link, false);
        if (link instanceof EthernetDevice device) {
            ip.ethernet(added, device, wheel, random, neighborLimits);
        }
        return added;
    }

    /**
     * Makes a way from this host to itself: packets to its own addresses, which would otherwise leave by some link, come
     * back, and it gets the addresses 127.0.0.1/8 and ::1/128.
     *
     * @throws IllegalStateException if there is one already
     */
    public Interface addLoopback() {
        if (loopback != null) {
            throw new IllegalStateException("there is a loopback link already");
        }
        LoopbackLink link = new LoopbackLink(allocator);
        Interface added = ip.interfaces().add(link, true);
        loopback = link;
        addAddress(added, IpAddress.LOOPBACK4, LOOPBACK4_PREFIX_LENGTH);
        addAddress(added, IpAddress.LOOPBACK6, IpAddress.LOOPBACK6.bits());
        return added;
    }

    /**
     * Configures IPv6 on an Ethernet by what its routers advertise (RFC 4861 §6.3, RFC 4862): a link-local address, default
     * routes, prefixes, addresses made of them and of the MAC address.
     *
     * @throws IllegalArgumentException if {@code on} is no Ethernet
     */
    public void autoconfigure(Interface on) {
        Neighbors neighbors = on.neighbors();
        if (neighbors == null) {
            throw new IllegalArgumentException("no Ethernet: " + on);
        }
        neighbors.autoconfigure(on);
    }

    /** Detaches a link, with its addresses and the routes over it. */
    public void removeInterface(Interface removed) {
        ip.routes().removeAll(removed);
        ip.interfaces().remove(removed);
    }

    /**
     * Gives this host an address on an interface, and a route to the neighbours that share its prefix.
     *
     * @param prefixLength leading bits in common with the neighbours
     * @throws IllegalArgumentException if no host can have the address, or this one has it already
     */
    public void addAddress(Interface on, IpAddress address, int prefixLength) {
        Route connected = new Route(new IpPrefix(address, prefixLength), on, null, 0);
        ip.interfaces().addAddress(on, address, prefixLength);
        if (prefixLength < address.bits() && !ip.routes().all().contains(connected)) {
            ip.routes().add(connected);
        }
    }

    /** Takes an address away, and the route that came with it if no other address on the interface shares the prefix. */
    public void removeAddress(Interface from, IpAddress address) {
        for (Interface.Address a : from.addresses()) {
            if (a.address().equals(address)) {
                ip.interfaces().removeAddress(from, address);
                boolean shared =
                        from.addresses().stream().anyMatch(o -> o.prefix().equals(a.prefix()));
                if (!shared) {
                    ip.routes().remove(new Route(a.prefix(), from, null, 0));
                }
            }
        }
    }

    /** Which interface packets leave by. */
    public RouteTable routes() {
        return ip.routes();
    }

    /** TCP. */
    public HostTcp tcp() {
        return tcp;
    }

    /** UDP. */
    public UdpLayer udp() {
        return udp;
    }

    /** The links of this host and its addresses on them. */
    public Interfaces interfaces() {
        return ip.interfaces();
    }

    /** The IP of this host: its interfaces, paths and path MTUs. */
    public IpLayer ip() {
        return ip;
    }

    @Override
    public void onPacket(ByteBuf packet, PacketMeta meta, long nowNs) {
        startTurn(nowNs);
        events.packetReceived(packet.readableBytes(), nowNs);
        long ended = ended();
        long dropped = counters.dropped();
        if (closed) {
            counters.increment(Counter.PACKETS_IN);
            counters.drop(DropReason.IP_NOT_LOCAL);
        } else {
            input.onPacket(packet, meta, nowNs);
        }
        assert ended() == ended + 1 : "a packet did not end exactly once: " + counters;
        DropReason reason = counters.lastDrop();
        if (reason != null && counters.dropped() != dropped) {
            events.packetDropped(reason, nowNs);
        }
    }

    /** Packets that are delivered, dropped or held as fragments: all that came in. */
    private long ended() {
        return counters.get(Counter.PACKETS_DELIVERED)
                + counters.dropped()
                + reassembly.heldFragments()
                + udp.heldFragments();
    }

    /** Runs what was due at {@code nowNs} or before. */
    public void onTimer(long nowNs) {
        startTurn(nowNs);
        if (loopback != null) {
            loopback.deliver(this, nowNs);
        }
        wheel.advance(nowNs);
    }

    /** When {@link #onTimer} has to be called next at the latest, or {@link io.sluice.time.Deadline#NEVER}. */
    public long nextDeadlineNs() {
        long next = wheel.nextDeadlineNs();
        return loopback == null ? next : Math.min(next, loopback.nextDeadlineNs());
    }

    /** The next socket that has something to tell, or null; it leaves the list. */
    public @Nullable Pollable pollReady() {
        return ready.poll();
    }

    /**
     * Sends what may be sent now, each packet to the link of its path, and ends the turn.
     *
     * @param budgetBytes about how many octets to send in this call
     * @return true if more could go now; false also if what is left waits for a busy link
     */
    public boolean transmit(int budgetBytes, long nowNs) {
        startTurn(nowNs);
        boolean more = ring.run(budgetBytes, nowNs);
        inTurn = false;
        events.turnEnded(nowNs);
        return more;
    }

    private void startTurn(long nowNs) {
        if (!inTurn) {
            inTurn = true;
            events.turnStarted(nowNs);
        }
    }

    /** Lets go of everything: packets that wait, fragments, timers. Packets that still come are dropped. */
    public void close(long nowNs) {
        closed = true;
        tcp.layer().close(nowNs);
        udp.close();
        reassembly.close();
        for (Interface i : ip.interfaces().all()) {
            if (i.neighbors() != null) {
                i.neighbors().close();
            }
        }
        ring.clear();
        if (loopback != null) {
            loopback.clear();
        }
        wheel.clear();
    }

    /** What was counted since the host was made; other threads may read it, a little out of date. */
    public Counters counters() {
        return counters;
    }

    /** Who is told what happens. */
    public StackEvents events() {
        return events;
    }

    /** The deadlines of everything in this host. */
    public TimerWheel wheel() {
        return wheel;
    }

    /** What has something to send. */
    public TransmitRing ring() {
        return ring;
    }

    /** Where sockets signal readiness. */
    public Pollable.ReadyList ready() {
        return ready;
    }

    /** Where the memory of packets and queues comes from. */
    public ByteBufAllocator allocator() {
        return allocator;
    }

    /** The injected source of randomness; what is drawn is reported to {@link #events}. */
    public RandomGenerator random() {
        return random;
    }

    /** The account that all memory of this host counts against. */
    public MemoryAccount memory() {
        return memory;
    }

    /** What another module keeps for this host, made when it is first asked for. */
    public <T> T extension(Class<T> type, Supplier<T> first) {
        return type.cast(extensions.computeIfAbsent(type, t -> first.get()));
    }

    /** Fragments that wait for the rest of their datagram. */
    public Reassembly reassembly() {
        return reassembly;
    }
}
