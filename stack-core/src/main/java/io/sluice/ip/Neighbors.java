package io.sluice.ip;

import io.netty.buffer.ByteBuf;
import io.sluice.event.Counter;
import io.sluice.event.DropReason;
import io.sluice.ip.Neighbor.State;
import io.sluice.link.EmitResult;
import io.sluice.link.EthernetDevice;
import io.sluice.link.Link;
import io.sluice.link.OutboundPacket;
import io.sluice.link.Path;
import io.sluice.time.Deadline;
import io.sluice.time.TimerWheel;
import io.sluice.wire.AddressKey;
import io.sluice.wire.Checksum;
import io.sluice.wire.EthernetHeader;
import io.sluice.wire.Icmpv6Type;
import io.sluice.wire.IpAddress;
import io.sluice.wire.Ipv6Header;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The neighbours on one Ethernet, and the link of IP packets to them: finds out by ARP (RFC 826) and NDP (RFC 4861) where
 * frames go, keeps that as NDP's neighbour cache does for both families, and lets packets wait for it, bounded in number and
 * time. What a packet leaves by is its next hop: the destination, or the gateway of its route.
 */
public final class Neighbors implements Link {
    private static final List<State> FORGOTTEN_FIRST =
            List.of(State.STALE, State.REACHABLE, State.INCOMPLETE, State.DELAY, State.PROBE);
    private static final int IPV4_DESTINATION = 16;
    private static final int IPV6_DESTINATION = 24;

    private final EthernetDevice device;
    private final IpLayer ip;
    private final TimerWheel wheel;
    private final RandomGenerator random;
    private final NeighborLimits limits;
    private final AddressResolution resolution;
    private final FrameLink frames;
    private final RouterDiscovery routers;
    private final Groups groups;
    private final LinkParameters parameters;
    private final Redirects redirects = new Redirects();

    private final NeighborTable table = new NeighborTable();
    private int unresolved;
    private @Nullable Neighbor last;
    private long hopHi;
    private long hopLo;

    /** Where whole frames go: the queue for control packets, past resolution. */
    private record FrameLink(EthernetDevice device) implements Link {
        @Override
        public String name() {
            return device.name();
        }

        @Override
        public int mtu() {
            return device.mtu();
        }

        @Override
        public EmitResult emit(OutboundPacket packet, long nowNs) {
            return device.emit(packet, nowNs);
        }
    }

    Neighbors(EthernetDevice device, IpLayer ip, TimerWheel wheel, RandomGenerator random, NeighborLimits limits) {
        this.device = device;
        this.ip = ip;
        this.wheel = wheel;
        this.random = random;
        this.limits = limits;
        frames = new FrameLink(device);
        resolution = new AddressResolution(this, device, ip, wheel);
        parameters = new LinkParameters(device, limits);
        routers = new RouterDiscovery(resolution, parameters, device, ip, wheel, random);
        groups = new Groups(device, ip, frames, resolution, wheel, random);
    }

    /** Whom the link is told that this host listens to. */
    public Groups groups() {
        return groups;
    }

    /** Where ARP and NDP messages go in. */
    AddressResolution resolution() {
        return resolution;
    }

    /** Ends a message of neighbour discovery for hosts (RFC 4861 §6.3, §7.2, §8.3), whose checksum is right. */
    public void onNdp(IpDatagram datagram, long nowNs) {
        switch (datagram.nio().get(datagram.payloadOffset()) & 0xFF) {
            case Icmpv6Type.ROUTER_ADVERTISEMENT -> routers.onAdvertisement(datagram, nowNs);
            case Icmpv6Type.REDIRECT -> resolution.onRedirect(datagram, nowNs);
            default -> resolution.onNdp(datagram, nowNs);
        }
    }

    /** An IPv4 Redirect (RFC 792) about a packet of this host; returns whether packets to its destination go elsewhere now. */
    public boolean onRedirect4(IpDatagram datagram, int gateway, int packetSource, int destination) {
        return resolution.onRedirect4(datagram, gateway, packetSource, destination);
    }

    Link frames() {
        return frames;
    }

    /** Neighbours that are known or asked for. */
    public int size() {
        return table.size();
    }

    /** Those that are asked for. */
    public int unresolved() {
        return unresolved;
    }

    /** The MAC address of a neighbour, or 0 if it is not known. */
    public long macOf(long hi, long lo) {
        Neighbor n = find(hi, lo);
        return n != null && n.hasMac() ? n.mac : 0;
    }

    @Override
    public String name() {
        return device.name();
    }

    @Override
    public int mtu() {
        return device.mtu();
    }

    @Override
    public int mtu(boolean ipv6) {
        return ipv6 ? parameters.mtu() : device.mtu();
    }

    @Override
    public int hopLimit(boolean ipv6) {
        return ipv6 ? parameters.hopLimit() : Path.DEFAULT_HOP_LIMIT;
    }

    @Override
    public int maxSegmentationBytes(boolean ipv6) {
        return device.maxSegmentationBytes(ipv6);
    }

    @Override
    public boolean checksumOffload() {
        return device.checksumOffload();
    }

    @Override
    public EmitResult emit(OutboundPacket packet, long nowNs) {
        ByteBuffer b = packet.header();
        int at = 0;
        if (packet.headerLength() == 0) { // a control packet lies in one piece
            int index = packet.sliceOffset(0);
            b = packet.slice(0).internalNioBuffer(index, packet.sliceLength(0));
            at = b.position();
        }
        boolean ipv6 = (b.get(at) & 0xF0) == Ipv6Header.VERSION << 4;
        long hi = ipv6 ? b.getLong(at + IPV6_DESTINATION) : 0;
        long lo = ipv6 ? b.getLong(at + IPV6_DESTINATION + 8) : AddressKey.lo4(b.getInt(at + IPV4_DESTINATION));
        int type = ipv6 ? EthernetHeader.IPV6 : EthernetHeader.IPV4;
        if (AddressKey.isMulticast(hi, lo) || (!ipv6 && isBroadcast((int) lo))) {
            return send(packet, EthernetHeader.ofGroup(hi, lo), type, nowNs);
        }
        Neighbor n = nextHop(hi, lo, nowNs);
        if (n.state == State.INCOMPLETE) {
            return await(n, packet, type);
        }
        use(n, nowNs);
        return send(packet, n.mac, type, nowNs);
    }

    private Neighbor nextHop(long hi, long lo, long nowNs) {
        Neighbor n = knownHop(hi, lo);
        return n == null ? ask(hopHi, hopLo, nowNs) : n;
    }

    /** The next hop of packets to {@code toHi, toLo}: {@link #hopHi} and {@link #hopLo}, and if it is in the cache, that. */
    private @Nullable Neighbor knownHop(long toHi, long toLo) {
        long hi = toHi;
        long lo = toLo;
        Redirects.Redirect better = redirects.of(hi, lo);
        Route route = better == null ? ip.routes().lookup(hi, lo) : null;
        if (better != null) {
            hi = better.hopHi();
            lo = better.hopLo();
        } else if (route != null && route.gateway() != null && route.via().link() == this) {
            hi = AddressKey.hi(route.gateway());
            lo = AddressKey.lo(route.gateway());
        }
        hopHi = hi;
        hopLo = lo;
        Neighbor n = last;
        if (n == null || !n.is(hi, lo)) {
            n = find(hi, lo);
            last = n == null ? last : n;
        }
        return n;
    }

    /** The next hop of a path, looked for only when something has changed since the last time. */
    private @Nullable Neighbor hopOf(Path path) {
        int version = ip.routes().version() + redirects.version();
        Neighbor.Hop known = (Neighbor.Hop) path.nextHop();
        if (known != null && known.holds(version)) {
            return known.neighbor();
        }
        IpAddress remote = path.remote();
        Neighbor n = knownHop(AddressKey.hi(remote), AddressKey.lo(remote));
        path.nextHop(n == null ? null : n.hop(version));
        return n;
    }

    @Override
    public void onForwardProgress(Path path, long nowNs) {
        Neighbor n = hopOf(path);
        if (n != null && n.hasMac() && !n.unproven) { // else what was acknowledged may have gone to the address before
            n.progressNs = nowNs; // looked at when its time is up
            if (n.state != State.REACHABLE) {
                believe(n, nowNs);
            }
        }
    }

    /** Whether packets to {@code hi, lo} go to that neighbour now. */
    boolean isNextHop(long ofHi, long ofLo, long hi, long lo) {
        Redirects.Redirect r = redirects.of(hi, lo);
        return r != null ? r.isTo(ofHi, ofLo) : routers.isFirstHop(ofHi, ofLo, hi, lo);
    }

    /** Where packets to some destinations go instead of to the gateway of their route. */
    Redirects redirects() {
        return redirects;
    }

    /** Takes routers, prefixes and addresses from advertisements (RFC 4861 §6.3, RFC 4862 §5.5), and asks for some. */
    public void autoconfigure(Interface on) {
        routers.enable(on);
    }

    private boolean isBroadcast(int address) {
        Interface on = ip.interfaces().of(device);
        return IpAddress.isBroadcast4(address) || (on != null && on.isSubnetBroadcast4(address));
    }

    private EmitResult send(OutboundPacket packet, long mac, int type, long nowNs) {
        EthernetHeader.write(packet.linkHeader(), 0, mac, device.macAddress(), type);
        packet.linkHeaderLength(EthernetHeader.LENGTH);
        return device.emit(packet, nowNs);
    }

    /** RFC 4861 §7.2.2: packets wait, a few of them; the oldest gives way. */
    private EmitResult await(Neighbor n, OutboundPacket packet, int type) {
        if (packet.segments() > 1) {
            return EmitResult.DROPPED; // the device, not this queue, would cut it
        }
        int length = EthernetHeader.LENGTH + packet.totalLength();
        ByteBuf frame = ip.allocator().directBuffer(length, length);
        frame.writeZero(EthernetHeader.LENGTH);
        packet.copyTo(frame);
        ByteBuffer b = frame.internalNioBuffer(0, length);
        EthernetHeader.write(b, b.position(), 0, device.macAddress(), type);
        if (packet.checksumPartial()) {
            int from = b.position() + EthernetHeader.LENGTH + packet.transportOffset();
            int to = b.position() + length;
            b.putShort(from + packet.checksumOffset(), Checksum.finishUdp(Checksum.sum(b, from, to - from, 0)));
        }
        await(n, frame);
        return EmitResult.SENT;
    }

    private void await(Neighbor n, ByteBuf frame) {
        if (n.await(frame, limits.maxWaitingPackets())) {
            ip.counters().increment(Counter.NEIGHBOR_QUEUE_DROPS);
        }
    }

    /** Takes over a whole frame to a neighbour that is asked for. */
    void await(long hi, long lo, ByteBuf frame) {
        Neighbor n = find(hi, lo);
        if (n == null || n.hasMac()) {
            frame.release(); // the cache is full of others that are asked for
        } else {
            ip.counters().increment(Counter.NEIGHBOR_MESSAGES_OUT);
            await(n, frame);
        }
    }

    /** A neighbour that is in the cache, or is asked for from now on. */
    Neighbor askedFor(long hi, long lo, long nowNs) {
        Neighbor known = find(hi, lo);
        return known == null ? ask(hi, lo, nowNs) : known;
    }

    @Nullable Neighbor find(long hi, long lo) {
        return table.find(hi, lo);
    }

    private Neighbor ask(long hi, long lo, long nowNs) {
        if (unresolved >= limits.maxUnresolved() || (size() >= limits.maxNeighbors() && unresolved > 0)) {
            forgetOldest(
                    State.INCOMPLETE); // RFC 6583 §6.2: what is asked for has a bound of its own, below that of all
        }
        Neighbor n = add(hi, lo);
        unresolved++;
        solicit(n, nowNs);
        return n;
    }

    /** Where there are too many, one that is not in use gives way, and only then one that is, or that is being asked. */
    private Neighbor add(long hi, long lo) {
        for (State state : FORGOTTEN_FIRST) {
            if (size() >= limits.maxNeighbors()) {
                forgetOldest(state);
            }
        }
        Neighbor n = new Neighbor(this, hi, lo);
        table.add(n);
        return n;
    }

    private void forgetOldest(State state) {
        Neighbor oldest = table.oldest(state);
        if (oldest != null) {
            ip.counters().increment(Counter.NEIGHBORS_EVICTED);
            forget(oldest);
        }
    }

    void forget(Neighbor n) {
        table.remove(n);
        n.forgotten = true;
        unresolved -= n.state == State.INCOMPLETE ? 1 : 0;
        last = last == n ? null : last;
        wheel.disarm(n);
        n.releaseWaiting();
        // RFC 4861 §7.3.3: another next hop is chosen
        redirects.forget(n);
    }

    /** Something is sent to a neighbour whose MAC address is known: RFC 4861 §7.3.3. */
    private void use(Neighbor n, long nowNs) {
        if (n.state == State.STALE) {
            n.state = State.DELAY;
            wheel.arm(n, Deadline.after(nowNs, limits.delayNs()));
        }
    }

    private void solicit(Neighbor n, long nowNs) {
        n.confirmedNs = n.state == State.INCOMPLETE ? nowNs : n.confirmedNs;
        wheel.arm(n, resolution.solicit(n, nowNs, parameters.retransNs()));
    }

    void onExpired(Neighbor n, long nowNs) {
        switch (n.state) {
            case INCOMPLETE, PROBE -> {
                if (n.solicitations >= limits.maxSolicitations()) {
                    ip.counters().increment(Counter.NEIGHBORS_UNREACHABLE);
                    giveUp(n, nowNs);
                } else {
                    solicit(n, nowNs);
                }
            }
            case REACHABLE -> {
                if (nowNs - n.progressNs < n.reachableNs) {
                    wheel.arm(n, n.progressNs + n.reachableNs); // it was heard of since
                } else {
                    n.state = State.STALE;
                }
            }
            case DELAY -> {
                n.state = State.PROBE;
                n.solicitations = 0;
                solicit(n, nowNs);
            }
            case STALE -> {}
        }
    }

    /** RFC 4861 §7.2.2, §7.3.3: what waits is lost, and whoever sent it is told; the next packet begins anew. */
    private void giveUp(Neighbor n, long nowNs) {
        ArrayDeque<ByteBuf> queue = n.waiting;
        n.waiting = null;
        forget(n);
        while (queue != null && !queue.isEmpty()) {
            ByteBuf frame = queue.remove();
            int length = frame.readableBytes() - EthernetHeader.LENGTH;
            ByteBuffer b = frame.internalNioBuffer(EthernetHeader.LENGTH, length);
            ip.undelivered().onUnreachable(b, b.position(), length, nowNs);
            frame.release();
        }
    }

    /** The neighbour answered a solicitation: it is there, at this address. */
    void confirm(Neighbor n, long mac, long nowNs) {
        setMac(n, mac);
        n.unproven = false;
        n.confirmedNs = nowNs;
        believe(n, nowNs);
        flush(n);
    }

    private void believe(Neighbor n, long nowNs) {
        n.state = State.REACHABLE;
        n.solicitations = 0;
        // RFC 4861 §6.3.2: a random time, so that hosts do not ask in step
        n.reachableNs = parameters.reachableNs() / 2 + random.nextLong(parameters.reachableNs());
        wheel.arm(n, Deadline.after(nowNs, n.reachableNs));
    }

    /** A neighbour has said its MAC address without being asked: RFC 4861 §7.2.3, RFC 826. */
    void learn(long hi, long lo, long mac, boolean create, long nowNs) {
        Neighbor n = find(hi, lo);
        if (n == null && !create) {
            return;
        }
        if (n == null) {
            n = add(hi, lo);
            n.state = State.STALE;
            n.mac = mac;
            n.confirmedNs = nowNs;
        } else if (n.state == State.INCOMPLETE) {
            setMac(n, mac);
            n.state = State.STALE;
            wheel.disarm(n);
            flush(n);
            use(n, nowNs);
            n.confirmedNs = nowNs;
        } else if (n.mac != mac && !isFresh(n, nowNs)) {
            // Not believed before the neighbour there has answered a probe.
            n.mac = mac;
            n.unproven = true;
            n.state = State.STALE;
            wheel.disarm(n);
        }
    }

    /**
     * Whether a neighbour was confirmed so lately that an unasked message cannot move it: whoever spoofs has to be faster
     * than the neighbour's own answer.
     */
    private boolean isFresh(Neighbor n, long nowNs) {
        return n.state == State.REACHABLE && nowNs - n.confirmedNs < parameters.retransNs();
    }

    /** The MAC address is unsure: the next packet probes it. */
    void doubt(Neighbor n) {
        if (n.state == State.REACHABLE) {
            n.state = State.STALE;
            wheel.disarm(n);
        }
    }

    private void setMac(Neighbor n, long mac) {
        unresolved -= n.state == State.INCOMPLETE ? 1 : 0;
        n.mac = mac;
    }

    private void flush(Neighbor n) {
        ArrayDeque<ByteBuf> queue = n.waiting;
        if (queue == null) {
            return;
        }
        n.waiting = null;
        for (ByteBuf frame : queue) {
            ByteBuffer b = frame.internalNioBuffer(0, EthernetHeader.LENGTH);
            int type = b.getShort(b.position() + EthernetHeader.LENGTH - 2) & 0xFFFF;
            EthernetHeader.write(b, b.position(), n.mac, device.macAddress(), type);
            ip.ring().control(frames, frame);
        }
    }

    /** Lets go of everything: the interface is gone. */
    public void close() {
        for (Neighbor n = table.any(); n != null; n = table.any()) {
            forget(n);
        }
        resolution.clear();
        groups.clear();
        routers.clear();
    }

    /** Counts a frame that ends here. */
    void drop(DropReason reason) {
        ip.counters().drop(reason);
    }
}
