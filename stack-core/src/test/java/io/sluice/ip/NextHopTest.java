package io.sluice.ip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.UdpSocket;
import io.sluice.host.EthernetWire.Station;
import io.sluice.link.Path;
import io.sluice.udp.UdpDatagram;
import io.sluice.wire.AddressKey;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpPrefix;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What paths remember of their next hop, and what others are told by an address that may turn out to be another's. */
class NextHopTest extends TwoStations {
    /** What a path remembers of its next hop holds until routes or redirects change, or the neighbour is forgotten. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void progressCountsForTheNextHopThereIsNow(boolean ipv6) {
        Station c = wire.station(MAC_C).with(address(3, ipv6).toString(), ipv6 ? 64 : 24);
        settle();
        UdpSocket from = bound(a, ipv6);
        send(from, address(2, ipv6), 1);
        send(from, address(3, ipv6), 1);
        wire.run();
        IpAddress far = IpAddress.parse(ipv6 ? "2001:db8::9" : "192.0.2.9");
        IpPrefix all = ipv6 ? IpPrefix.ALL6 : IpPrefix.ALL4;
        Route byB = new Route(all, a.on, address(2, ipv6), 1);
        a.host.routes().add(byB);
        Path to = Objects.requireNonNull(a.host.ip().paths().find(null, far, wire.nowNs));
        assertEquals(MAC_B, progressFor(to, 1));
        assertEquals(MAC_B, progressFor(to, 2));
        Route byC = new Route(all, a.on, address(3, ipv6), 0);
        a.host.routes().add(byC);
        assertEquals(MAC_C, progressFor(to, 3));
        a.host.routes().remove(byC);
        assertEquals(MAC_B, progressFor(to, 4));
        Redirects redirects = a.neighbors().redirects();
        redirects.add(AddressKey.hi(far), AddressKey.lo(far), hop(3, ipv6).hi, hop(3, ipv6).lo);
        assertEquals(MAC_C, progressFor(to, 5));
        wire.unplug(c); // what does not answer is forgotten, and with it the redirect
        wire.run(wire.nowNs + 60 * SECOND_NS);
        send(from, far, 1);
        wire.run(wire.nowNs + 9 * SECOND_NS);
        assertEquals(0, mac(a, address(3, ipv6)));
        assertEquals(MAC_B, progressFor(to, 6));
        a.neighbors().forget(hop(2, ipv6));
        assertEquals(0, progressFor(to, 7), "it is asked for again only when something is sent");
        send(from, far, 1);
        wire.run();
        assertEquals(MAC_B, progressFor(to, 8));
    }

    private Neighbor hop(int host, boolean ipv6) {
        IpAddress hop = address(host, ipv6);
        return Objects.requireNonNull(a.neighbors().find(AddressKey.hi(hop), AddressKey.lo(hop)));
    }

    /** The neighbour that progress on a path, at a time that no other has, counts for; 0 if for none. */
    private long progressFor(Path path, int serial) {
        long atNs = wire.nowNs + serial;
        a.neighbors().onForwardProgress(path, atNs);
        boolean ipv6 = path.ipv6();
        long mac = 0;
        for (int host = 2; host <= 3; host++) {
            IpAddress hop = address(host, ipv6);
            Neighbor n = a.neighbors().find(AddressKey.hi(hop), AddressKey.lo(hop));
            mac = n != null && n.progressNs == atNs ? n.mac : mac;
        }
        return mac;
    }

    /**
     * RFC 4429 §3.3: an address that may turn out to be another's overrides nothing that is known of it, and nobody is asked from it; what
     * is to be sent waits for that.
     */
    @Test
    void aTentativeAddressOverridesNothingAndAsksNobody() {
        settle();
        Station c = wire.station(MAC_C).with("fd00::3", 64);
        UdpSocket from = bound(c, true);
        UdpSocket to = bound(b, true);
        wire.take();
        send(from, address(2, true), 1);
        wire.run(wire.nowNs + SECOND_NS / 10);
        assertFalse(to.receive(new UdpDatagram()), "it waits");
        UdpSocket other = bound(a, true);
        send(other, address(3, true), 2);
        wire.run(wire.nowNs + SECOND_NS / 10);
        assertEquals(2, receive(from), "who asks is answered");
        int advertisements = 0;
        for (byte[] frame : wire.take()) {
            if (frame.length > 57 && frame[12] == (byte) 0x86 && frame[11] == (byte) MAC_C) {
                advertisements += frame[54] == (byte) 136 ? 1 : 0;
                assertTrue(frame[54] != (byte) 136 || frame[58] == 0x40, "solicited, not overriding");
                boolean probe = Arrays.equals(new byte[16], 0, 16, frame, 22, 38);
                assertTrue(frame[54] != (byte) 135 || probe, "asked from the address");
            }
        }
        assertEquals(1, advertisements);
        wire.run(wire.nowNs + SECOND_NS);
        assertEquals(1, receive(to), "it is asked as soon as the address is this host's");
        assertEquals(1, asked(wire.take()), "once, telling the MAC address");
        wire.run(wire.nowNs + 5 * SECOND_NS);
        a.neighbors()
                .forget(Objects.requireNonNull(a.neighbors()
                        .find(address(3, true).hi(), address(3, true).lo())));
        wire.take();
        send(other, address(3, true), 2);
        wire.run();
        assertEquals(
                1,
                wire.take().stream()
                        .filter(f -> f.length > 58 && f[54] == (byte) 136 && f[58] == 0x60)
                        .count());
    }

    /** How many solicitations tell the MAC address of c (RFC 4861 §7.2.2). */
    private static long asked(List<byte[]> frames) {
        return frames.stream()
                .filter(f -> f.length == 86 && f[12] == (byte) 0x86 && f[54] == (byte) 135 && f[85] == (byte) MAC_C)
                .count();
    }
}
