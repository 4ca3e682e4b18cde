package io.sluice.ip;

import io.sluice.event.Counter;
import io.sluice.event.DropReason;
import io.sluice.link.EthernetDevice;
import io.sluice.time.Deadline;
import io.sluice.time.TimerNode;
import io.sluice.time.TimerWheel;
import io.sluice.wire.AddressKey;
import io.sluice.wire.EthernetHeader;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpPrefix;
import io.sluice.wire.NdpOptions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Routers, prefixes and addresses that an Ethernet tells its hosts of: RFC 4861 §6.3, RFC 4862 §5.5. Does nothing unless it
 * was asked to; believes a bounded number of everything.
 */
final class RouterDiscovery {
    private static final int ADVERTISEMENT_LENGTH = 16;
    private static final int INTERFACE_ID_BITS = 64;
    private static final int MAX_SOLICITATIONS = 3;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long SOLICITATION_INTERVAL_NS = 4 * SECOND_NS;
    private static final long TWO_HOURS_S = 7200;
    private static final long FOR_EVER_S = 0xFFFF_FFFFL;
    private static final int METRIC = 1024;
    private static final long LINK_LOCAL_HI = 0xFE80_0000_0000_0000L;
    private static final long UNIVERSAL_LOCAL = 0x0200_0000_0000_0000L;
    private static final IpPrefix EVERYWHERE = new IpPrefix(IpAddress.ANY6, 0);

    private final AddressResolution resolution;
    private final LinkParameters parameters;
    private final EthernetDevice device;
    private final IpLayer ip;
    private final TimerWheel wheel;
    private final RandomGenerator random;
    private final NdpOptions options = new NdpOptions();
    private final List<Learnt> learnt = new ArrayList<>();
    private final Solicitor solicitor = new Solicitor();
    private boolean enabled;

    /** What is learnt, each bounded. */
    private enum Kind {
        ROUTER(8),
        PREFIX(16),
        ADDRESS(16);

        final int most;

        Kind(int most) {
            this.most = most;
        }
    }

    /** A route, or an address of this host, for a while. */
    private final class Learnt extends TimerNode {
        final Interface on;
        final @Nullable Route route;
        final @Nullable IpAddress address;
        private boolean forEver;

        Learnt(Interface on, @Nullable Route route, @Nullable IpAddress address) {
            this.on = on;
            this.route = route;
            this.address = address;
        }

        Kind kind() {
            return address != null
                    ? Kind.ADDRESS
                    : route != null && route.gateway() != null ? Kind.ROUTER : Kind.PREFIX;
        }

        void until(long lifetimeS, long nowNs) {
            forEver = lifetimeS == FOR_EVER_S;
            if (forEver) {
                wheel.disarm(this);
            } else {
                wheel.arm(this, Deadline.after(nowNs, lifetimeS * SECOND_NS));
            }
        }

        /** Seconds that are left; 0 before the first {@link #until}. */
        long leftS(long nowNs) {
            if (forEver) {
                return FOR_EVER_S;
            }
            return deadlineNs() == Deadline.NEVER ? 0 : (deadlineNs() - nowNs) / SECOND_NS;
        }

        @Override
        protected void onExpired(long nowNs) {
            forget(this);
        }
    }

    /** RFC 4861 §6.3.7: asks for an advertisement, a few times. */
    private final class Solicitor extends TimerNode {
        private int sent = -1;

        @Override
        protected void onExpired(long nowNs) {
            if (sent < 0) {
                sent = 0;
                wheel.arm(this, Deadline.after(nowNs, random.nextLong(SECOND_NS)));
                return;
            }
            resolution.solicitRouters();
            if (++sent < MAX_SOLICITATIONS) {
                wheel.arm(this, Deadline.after(nowNs, SOLICITATION_INTERVAL_NS));
            }
        }
    }

    RouterDiscovery(
            AddressResolution resolution,
            LinkParameters parameters,
            EthernetDevice device,
            IpLayer ip,
            TimerWheel wheel,
            RandomGenerator random) {
        this.resolution = resolution;
        this.parameters = parameters;
        this.device = device;
        this.ip = ip;
        this.wheel = wheel;
        this.random = random;
    }

    /** RFC 4291 Appendix A: the modified EUI-64 of a MAC address. */
    static long interfaceId(long mac) {
        long high = mac >>> 24;
        return (high << 40 | 0xFF_FE00_0000L | (mac & 0xFF_FFFFL)) ^ UNIVERSAL_LOCAL;
    }

    /** Begins: with a link-local address (RFC 4862 §5.3), and a question to the routers. */
    void enable(Interface on) {
        if (enabled) {
            return;
        }
        enabled = true;
        IpAddress linkLocal = IpAddress.ofV6(LINK_LOCAL_HI, interfaceId(device.macAddress()));
        if (!ip.interfaces().isLocal(linkLocal.hi(), linkLocal.lo())) {
            ip.interfaces().addAddress(on, linkLocal, INTERFACE_ID_BITS);
        }
        wheel.arm(solicitor, 0);
    }

    /** A Router Advertisement whose checksum is right; it ends here. */
    void onAdvertisement(IpDatagram d, long nowNs) {
        Interface on = d.receivedOn();
        ByteBuffer b = d.nio();
        int at = d.payloadOffset();
        int length = d.payloadLength();
        // RFC 4861 §6.1.2
        boolean valid = d.hopLimit() == AddressResolution.MAX_HOP_LIMIT
                && length >= ADVERTISEMENT_LENGTH
                && b.get(at + 1) == 0
                && IpAddress.isLinkLocal6(d.sourceHi())
                && options.wrap(b, at + ADVERTISEMENT_LENGTH, length - ADVERTISEMENT_LENGTH);
        if (!valid || on == null) {
            ip.counters().drop(DropReason.NDP_MALFORMED);
            return;
        }
        if (!enabled) {
            ip.counters().drop(DropReason.ICMP_IGNORED);
            return;
        }
        ip.counters().increment(Counter.PACKETS_DELIVERED);
        wheel.disarm(solicitor);
        router(on, d.source(), b.getShort(at + 6) & 0xFFFF, nowNs);
        parameters.advertised(b.get(at + 4) & 0xFF, b.getInt(at + 8) & 0xFFFF_FFFFL, b.getInt(at + 12) & 0xFFFF_FFFFL);
        readOptions(on, d, nowNs);
    }

    private void readOptions(Interface on, IpDatagram d, long nowNs) {
        while (options.next()) {
            if (options.type() == NdpOptions.SOURCE_MAC && EthernetHeader.isUnicast(options.mac())) {
                resolution.learn(d.sourceHi(), d.sourceLo(), options.mac(), nowNs);
            } else if (options.type() == NdpOptions.MTU) {
                parameters.advertisedMtu(options.mtu());
            } else if (options.prefixLength() > 0) {
                prefix(on, nowNs);
            }
        }
    }

    /** RFC 4861 §6.3.4: a default router, for so long; 0 for no longer. */
    private void router(Interface on, IpAddress router, int lifetimeS, long nowNs) {
        route(new Route(EVERYWHERE, on, router, METRIC), lifetimeS, nowNs);
    }

    /** RFC 4861 §6.3.4, RFC 4862 §5.5.3(b), (c). */
    private boolean isPrefixFine() {
        long hi = options.prefixHi();
        return options.prefixLength() <= IpAddress.ANY6.bits()
                && !IpAddress.isLinkLocal6(hi)
                && !IpAddress.isMulticast6(hi)
                && options.preferredLifetimeSeconds() <= options.validLifetimeSeconds();
    }

    /**
     * RFC 4861 §6.3.4: a prefix is on-link for so long if the advertisement says that it is, and one that says nothing of it changes
     * nothing. Addresses are another matter.
     */
    private void prefix(Interface on, long nowNs) {
        if (!isPrefixFine()) {
            return;
        }
        int length = options.prefixLength();
        long hi = options.prefixHi();
        long validS = options.validLifetimeSeconds();
        if (options.isOnLink()) {
            route(
                    new Route(new IpPrefix(IpAddress.ofV6(hi, options.prefixLo()), length), on, null, METRIC),
                    validS,
                    nowNs);
        }
        if (options.isAutonomous() && length == INTERFACE_ID_BITS) {
            address(on, IpAddress.ofV6(hi, interfaceId(device.macAddress())), validS, nowNs);
        }
    }

    /** A route holds for so long; for 0 not any more. */
    private void route(Route route, long lifetimeS, long nowNs) {
        Learnt known = find(l -> route.equals(l.route));
        if (lifetimeS == 0) {
            if (known != null) {
                forget(known);
            }
            return;
        }
        if (known == null) {
            known = add(new Learnt(route.via(), route, null));
            if (known == null) {
                return;
            }
            ip.routes().add(route);
        }
        known.until(lifetimeS, nowNs);
    }

    /** RFC 4862 §5.5.3(d), (e): an address of a prefix, unless this host has it by other means. */
    private void address(Interface on, IpAddress address, long validS, long nowNs) {
        Learnt known = find(l -> address.equals(l.address));
        if (known != null) {
            known.until(lifetime(known, validS, nowNs), nowNs);
        } else if (validS != 0 && !ip.interfaces().isLocal(address.hi(), address.lo())) {
            known = add(new Learnt(on, null, address));
            if (known != null) {
                ip.interfaces().addAddress(on, address, INTERFACE_ID_BITS);
                known.until(validS, nowNs);
            }
        }
    }

    /** RFC 4862 §5.5.3(e): nobody can take an address away at once, as a forged advertisement would. */
    private static long lifetime(Learnt known, long validS, long nowNs) {
        long left = known.leftS(nowNs);
        return validS > TWO_HOURS_S || validS > left ? validS : Math.min(left, TWO_HOURS_S);
    }

    private @Nullable Learnt find(Predicate<Learnt> wanted) {
        for (Learnt l : learnt) {
            if (wanted.test(l)) {
                return l;
            }
        }
        return null;
    }

    /** Null if there are enough of its kind. */
    private @Nullable Learnt add(Learnt l) {
        long alike = learnt.stream().filter(o -> o.kind() == l.kind()).count();
        if (alike >= l.kind().most) {
            return null;
        }
        learnt.add(l);
        return l;
    }

    private void forget(Learnt l) {
        wheel.disarm(l);
        learnt.remove(l);
        if (l.route != null) {
            ip.routes().remove(l.route);
        }
        if (l.address != null) {
            ip.interfaces().removeAddress(l.on, l.address);
        }
    }

    void clear() {
        wheel.disarm(solicitor);
        for (Learnt l : List.copyOf(learnt)) {
            wheel.disarm(l);
            if (l.route != null) {
                ip.routes().remove(l.route);
            }
        }
        learnt.clear();
    }

    /** Whether {@code router} is the one that packets to {@code destination} go to now. */
    boolean isFirstHop(long routerHi, long routerLo, long hi, long lo) {
        Route route = ip.routes().lookup(hi, lo);
        return route != null
                && route.gateway() != null
                && AddressKey.hi(route.gateway()) == routerHi
                && AddressKey.lo(route.gateway()) == routerLo;
    }
}
