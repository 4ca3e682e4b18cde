package io.sluice.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.sluice.event.Counter;
import io.sluice.event.SocketError;
import io.sluice.host.OneHost;
import io.sluice.ip.Packets;
import io.sluice.udp.DatagramOptions;
import io.sluice.udp.Dplpmtud;
import io.sluice.udp.Dplpmtud.State;
import io.sluice.udp.DplpmtudConfig;
import io.sluice.udp.ReceivedOptions;
import io.sluice.udp.SendOptions;
import io.sluice.udp.UdpSocketOptions.Fragmentation;
import io.sluice.udp.UdpSocketOptions.OptionReception;
import io.sluice.wire.IpProtocol;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Path MTU discovery with UDP options: RFC 8899 §5, RFC 9869, in virtual time over a path that swallows what is too large. */
class DplpmtudTest extends TwoUdpHosts {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final DplpmtudConfig CONFIG = DplpmtudConfig.STANDARD;

    private int pathMtu = 1500;
    private boolean answers = true;
    private final List<Integer> probed = new ArrayList<>();

    /** Carries packets, and lets time pass in both hosts, until {@code atNs}. */
    private void run(long atNs) {
        carry();
        while (a.nowNs < atNs) {
            long next = Math.min(atNs, Math.min(a.host.nextDeadlineNs(), b.host.nextDeadlineNs()));
            a.advance(Math.max(a.nowNs, next));
            b.advance(Math.max(b.nowNs, next));
            carry();
        }
    }

    private void carry() {
        boolean moved = true;
        while (moved) {
            List<byte[]> there = a.transmit();
            List<byte[]> back = b.transmit();
            for (byte[] packet : there) {
                probed.add(packet.length);
                if (packet.length <= pathMtu) {
                    b.receive(packet);
                }
            }
            for (byte[] packet : back) {
                if (answers) {
                    a.receive(packet);
                }
            }
            moved = !there.isEmpty() || !back.isEmpty();
        }
    }

    private UdpSocket search(boolean ipv6) {
        UdpSocket to = bound(socketsB, OneHost.peer(ipv6));
        to.options().optionReception = OptionReception.PROCESS;
        to.options().answerProbes = true;
        UdpSocket from = bound(socketsA, OneHost.own(ipv6));
        from.options().optionReception = OptionReception.PROCESS;
        check(from.connect(endpoint(OneHost.peer(ipv6)), 0));
        check(from.startPathMtuDiscovery(CONFIG, 0));
        return from;
    }

    private static Dplpmtud of(UdpSocket socket) {
        Dplpmtud search = socket.pathMtuDiscovery();
        assertNotNull(search);
        return search;
    }

    @ParameterizedTest
    @CsvSource({"1500, false", "1492, false", "1420, false", "1300, false", "1492, true", "1400, true", "1280, true"})
    void theSizeOfThePathIsFound(int mtu, boolean ipv6) {
        pathMtu = mtu;
        UdpSocket from = search(ipv6);
        assertEquals(State.BASE, of(from).state());
        run(400 * SECOND_NS);
        assertEquals(State.SEARCH_COMPLETE, of(from).state());
        int found = of(from).plpmtu();
        assertTrue(found <= mtu && found > mtu - 20, () -> found + " of " + probed);
        assertEquals(found - (ipv6 ? 48 : 28), from.maxPayload(a.nowNs));
        // Nothing of it is for the users (RFC 9869 §4.2).
        assertFalse(from.receive(received));
        assertNull(b.host.pollReady());
        assertEquals(0, b.host.counters().dropped());
    }

    /** On most paths two probes say everything; each is answered on its own (RFC 9869 §3.1: once a second). */
    @Test
    void aPathAsWideAsTheLinkTakesTwoProbes() {
        UdpSocket from = search(false);
        run(SECOND_NS);
        assertEquals(1200, of(from).plpmtu());
        assertEquals(State.SEARCHING, of(from).state());
        run(3 * SECOND_NS);
        assertEquals(List.of(1200, 1500), probed);
        assertEquals(2, b.host.counters().get(Counter.UDP_PROBES_ANSWERED));
        assertEquals(1500, of(from).plpmtu());
        assertEquals(State.SEARCH_COMPLETE, of(from).state());
    }

    /** RFC 8899 §5.2: the size is confirmed from time to time; when it does not pass any more, the search begins again. */
    @Test
    void aBlackHoleIsNoticed() {
        UdpSocket from = search(false);
        run(60 * SECOND_NS);
        assertEquals(1500, of(from).plpmtu());
        pathMtu = 1300;
        run(250 * SECOND_NS);
        int found = of(from).plpmtu();
        assertTrue(found <= 1300 && found >= 1200, () -> found + " of " + probed);
        run(500 * SECOND_NS);
        assertTrue(of(from).plpmtu() > 1280, () -> of(from).plpmtu() + " of " + probed);
    }

    /** PMTU_RAISE_TIMER: a path that has become wider is found after ten minutes. */
    @Test
    void aWiderPathIsFound() {
        pathMtu = 1300;
        UdpSocket from = search(false);
        run(300 * SECOND_NS);
        assertTrue(of(from).plpmtu() <= 1300);
        pathMtu = 1500;
        run(1000 * SECOND_NS);
        assertEquals(1500, of(from).plpmtu());
    }

    /** RFC 9869 §6: a peer that does not answer leaves the smallest size, and is asked again much later. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPeerThatDoesNotAnswer(boolean ipv6) {
        answers = false;
        UdpSocket from = search(ipv6);
        run(150 * SECOND_NS);
        assertEquals(State.DISABLED, of(from).state());
        assertEquals(ipv6 ? 1280 : 552, of(from).plpmtu());
        assertEquals(6, probed.size(), probed::toString); // MAX_PROBES of each size
        answers = true;
        run(900 * SECOND_NS);
        assertEquals(1500, of(from).plpmtu());
    }

    /** A path that carries less than BASE_PLPMTU: the ERROR state, and what passes there. */
    @Test
    void aPathTooNarrowForTheBase() {
        pathMtu = 1000;
        UdpSocket from = search(false);
        run(90 * SECOND_NS);
        assertEquals(State.ERROR, of(from).state());
        assertEquals(552, of(from).plpmtu());
        pathMtu = 1500;
        run(300 * SECOND_NS);
        assertEquals(1500, of(from).plpmtu());
    }

    /** An isolated loss does not lower what is found (RFC 8899 §5.3.3). */
    @Test
    void aLostProbeIsRepeated() {
        UdpSocket from = search(false);
        pathMtu = 1200;
        run(17 * SECOND_NS); // the first probe of 1500 is lost
        pathMtu = 1500;
        run(400 * SECOND_NS);
        assertEquals(1500, of(from).plpmtu(), probed::toString);
    }

    @Test
    void whatIsSentKeepsToWhatWasFound() {
        pathMtu = 1400;
        UdpSocket from = search(false);
        run(400 * SECOND_NS);
        from.options().fragmentation = Fragmentation.NEVER;
        int max = from.maxPayload(a.nowNs);
        assertTrue(max < 1400 - 28 + 1);
        check(from.send(buffer(max), a.nowNs));
        ByteBuf larger = buffer(max + 1);
        assertEquals(SocketError.MESSAGE_TOO_LONG, from.send(larger, a.nowNs));
        larger.release();
        from.options().fragmentation = Fragmentation.WHERE_NEEDED;
        check(from.send(buffer(3000), a.nowNs));
        probed.clear();
        carry();
        assertTrue(probed.size() > 1 && probed.stream().allMatch(length -> length <= 1400), probed::toString);
    }

    @Test
    void answersAreOffUnlessAskedFor() {
        UdpSocket to = bound(socketsB, OneHost.PEER4);
        to.options().optionReception = OptionReception.PROCESS;
        UdpSocket from = bound(socketsA, OneHost.OWN4);
        DatagramOptions request = DatagramOptions.builder().request(9).build();
        check(from.send(buffer(0), endpoint(OneHost.PEER4), SendOptions.of(request), 0));
        carry();
        assertEquals(0, b.host.counters().get(Counter.UDP_PROBES_ANSWERED));
        assertEquals(0, receive(to).length); // it is the user's
        assertNotNull(received.options());
    }

    /** What must not be answered on its own, so soon after another answer, is answered with the next datagram. */
    @Test
    void anAnswerRidesOnTheNextDatagram() {
        UdpSocket to = bound(socketsB, OneHost.PEER4);
        to.options().optionReception = OptionReception.PROCESS;
        to.options().answerProbes = true;
        UdpSocket from = bound(socketsA, OneHost.OWN4);
        from.options().optionReception = OptionReception.PROCESS;
        for (int token = 1; token <= 3; token++) {
            DatagramOptions request = DatagramOptions.builder().request(token).build();
            check(from.send(buffer(0), endpoint(OneHost.PEER4), SendOptions.of(request), 0));
            carry();
        }
        assertEquals(0, receive(from).length);
        assertEquals(1, responseToken());
        assertFalse(from.receive(received));
        check(to.send(buffer(5), endpoint(OneHost.OWN4), 0));
        check(to.send(buffer(6), endpoint(OneHost.OWN4), 0));
        carry();
        assertEquals(5, receive(from).length);
        assertEquals(3, responseToken()); // the latest
        assertEquals(6, receive(from).length);
        assertNull(received.options());
    }

    private int responseToken() {
        ReceivedOptions options = received.options();
        assertNotNull(options);
        assertTrue(options.options().hasResponse());
        return options.options().response();
    }

    @Test
    void onlyAConnectedSocketCanSearch() {
        UdpSocket from = bound(socketsA, OneHost.OWN4);
        assertEquals(SocketError.DESTINATION_REQUIRED, from.startPathMtuDiscovery(CONFIG, 0));
        assertEquals(0, from.maxPayload(0));
    }

    /** An ICMP "too big" is believed if it quotes the token of the probe (RFC 9869 §5.2). */
    @Test
    void aRouterSaysHowMuchItCarries() {
        pathMtu = 1200;
        UdpSocket from = search(false);
        List<byte[]> first = a.transmit();
        b.receive(first.get(0));
        b.transmit().forEach(a::receive);
        a.advance(2 * SECOND_NS);
        byte[] probe = a.transmitOne();
        assertEquals(1500, probe.length);
        byte[] forged = probe.clone();
        forged[33] ^= 1; // of the token
        a.receive(tooBig(forged));
        a.advance(5 * SECOND_NS);
        assertEquals(List.of(), a.transmit());
        a.receive(tooBig(probe));
        pathMtu = 1300;
        b.advance(a.nowNs);
        run(20 * SECOND_NS);
        assertEquals(List.of(1300), probed);
        assertEquals(1300, of(from).plpmtu());
        assertEquals(State.SEARCH_COMPLETE, of(from).state());
    }

    /** Fragmentation needed, and 1300 octets would pass (RFC 1191 §4); quotes the beginning of a packet. */
    private static byte[] tooBig(byte[] packet) {
        byte[] message = Packets.icmp(OneHost.PEER4, OneHost.OWN4, 3, 4, 1300, Arrays.copyOf(packet, 128));
        return Packets.ip(OneHost.PEER4, OneHost.OWN4, IpProtocol.ICMP, message);
    }
}
