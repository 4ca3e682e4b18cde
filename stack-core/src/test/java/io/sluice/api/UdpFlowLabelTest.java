package io.sluice.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.host.OneHost;
import io.sluice.tcp.Knob;
import io.sluice.wire.IpAddress;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** RFC 6437 §3 for UDP over IPv6: a label for each socket and destination. */
final class UdpFlowLabelTest extends TwoUdpHosts {
    private static final Endpoint SERVER = endpoint(OneHost.PEER6);
    private static final Endpoint OTHER_PORT = new Endpoint(OneHost.PEER6, PORT + 1);
    private static final Endpoint OTHER_ADDRESS = endpoint(IpAddress.parse("fd00::3"));

    private static int label(byte[] packet) {
        return ByteBuffer.wrap(packet).getInt(0) & 0xFFFFF;
    }

    private int labelOf(UdpSocket socket, Endpoint to) {
        send(socket, 100, to);
        return label(a.transmitOne());
    }

    @Test
    void oneForEachSocketAndDestination() {
        UdpSocket first = socketsA.udp(true);
        UdpSocket second = socketsA.udp(true);
        Set<Integer> labels = new HashSet<>();
        for (Endpoint to : List.of(SERVER, OTHER_PORT, OTHER_ADDRESS)) {
            labels.add(labelOf(first, to));
            labels.add(labelOf(second, to));
        }
        assertEquals(6, labels.size());
        assertTrue(labels.stream().allMatch(label -> label > 0));
        for (Endpoint to : List.of(OTHER_ADDRESS, SERVER, OTHER_PORT, SERVER)) {
            assertTrue(labels.contains(labelOf(first, to)), "has changed");
        }
    }

    @Test
    void staysWhenTheSocketIsConnected() {
        UdpSocket socket = socketsA.udp(true);
        int before = labelOf(socket, SERVER);
        check(socket.connect(SERVER, 0));
        assertEquals(before, labelOf(socket, SERVER));
    }

    @Test
    void fragmentsHaveIt() {
        UdpSocket socket = socketsA.udp(true);
        int label = labelOf(socket, SERVER);
        send(socket, 10_000, SERVER);
        List<byte[]> fragments = a.transmit();
        assertTrue(fragments.size() > 6);
        fragments.forEach(fragment -> assertEquals(label, label(fragment)));
    }

    @Test
    void directionsDiffer() {
        UdpSocket server = bound(socketsB, OneHost.PEER6);
        UdpSocket client = socketsA.udp(true);
        send(client, 1, SERVER);
        byte[] there = a.transmitOne();
        b.receive(there);
        receive(server);
        send(server, 1, new Endpoint(received.source(), received.sourcePort()));
        assertNotEquals(label(there), label(b.transmitOne()));
    }

    @Test
    void noneWhereTheyAreSwitchedOff() {
        a.host.tcp().layer().knobs().set(Knob.FLOW_LABELS, 0);
        assertEquals(0, labelOf(socketsA.udp(true), SERVER));
    }
}
