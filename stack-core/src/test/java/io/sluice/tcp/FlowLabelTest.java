package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.sluice.api.Endpoint;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.wire.TcpHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6437 §3 for TCP over IPv6: one label for all packets of a direction, whatever state they are sent in. */
final class FlowLabelTest {
    private static final int IPV6_HEADER_LENGTH = 40;
    private static final int FLAGS = 13;

    /** The labels of each direction of each connection that was seen, by its source port and destination port. */
    private final Map<Integer, Set<Integer>> labels = new TreeMap<>();

    private final List<Integer> synAcks = new ArrayList<>();
    private final List<Integer> acksInTimeWait = new ArrayList<>();
    private boolean dropsLastAck;

    private boolean look(boolean fromA, ByteBuf packet, TwoHosts net) {
        int label = packet.getInt(packet.readerIndex()) & 0xFFFFF;
        int tcp = packet.readerIndex() + IPV6_HEADER_LENGTH;
        labels.computeIfAbsent(packet.getInt(tcp), p -> new HashSet<>()).add(label);
        if (packet.getByte(tcp + FLAGS) == (TcpHeader.SYN | TcpHeader.ACK)) {
            synAcks.add(label);
        }
        if (fromA && net.a.tcp().layer().timeWaitCount() == 1) {
            acksInTimeWait.add(label);
            return !dropsLastAck || acksInTimeWait.size() > 1;
        }
        return true;
    }

    /** A connection's whole life: the first SYN-ACK and the ACK that ends it are lost. */
    private void live(TwoHosts net, TcpListener listener) {
        net.filter = (fromA, packet) -> look(fromA, packet, net) && (fromA || synAcks.size() != 1);
        dropsLastAck = true;
        TcpSocket client = net.connect(net.socketsA.tcp(), net.serverEndpoint6);
        assertTrue(net.run(20_000 * TwoHosts.MS, () -> listener.waitingCount() == 1));
        TcpSocket server = listener.accept();
        assertNotNull(server);
        assertEquals(20_000, client.write(ByteBuffer.allocate(20_000)));
        ByteBuffer received = ByteBuffer.allocate(20_000);
        assertTrue(net.run(20_000 * TwoHosts.MS, () -> server.read(received) >= 0 && !received.hasRemaining()));
        client.close(net.nowNs);
        net.run(1_000 * TwoHosts.MS, () -> false);
        server.close(net.nowNs);
        net.run(10_000 * TwoHosts.MS, () -> false);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void allPacketsOfADirectionHaveOneLabel(int cookiesOnly) {
        try (TwoHosts net = new TwoHosts(5, TcpProfile.STANDARD.with(Knob.SYN_COOKIES_ONLY, cookiesOnly))) {
            live(net, net.listen(net.serverEndpoint6));
        }
        assertEquals(2, labels.size(), "directions");
        assertTrue(synAcks.size() > 1, "the SYN-ACK was not repeated");
        assertTrue(acksInTimeWait.size() > 1, "TIME-WAIT answered nothing");
        List<Set<Integer>> both = List.copyOf(labels.values());
        for (Set<Integer> direction : both) {
            assertEquals(1, direction.size(), () -> "labels of a direction: " + direction);
            assertTrue(direction.iterator().next() > 0, "no label");
        }
        assertNotEquals(both.get(0), both.get(1));
    }

    @Test
    void noneWhereTheyAreSwitchedOff() {
        try (TwoHosts net = new TwoHosts(5, TcpProfile.LINUX)) {
            net.a.tcp().layer().knobs().set(Knob.FLOW_LABELS, 0);
            net.b.tcp().layer().knobs().set(Knob.FLOW_LABELS, 2); // for those who ask, which nobody does
            live(net, net.listen(net.serverEndpoint6));
        }
        assertEquals(2, labels.size(), "directions");
        labels.values().forEach(direction -> assertEquals(Set.of(0), direction));
    }

    @Test
    void connectionsDiffer() {
        try (TwoHosts net = new TwoHosts(5, TcpProfile.FREEBSD)) {
            net.listen(net.serverEndpoint6);
            net.filter = (fromA, packet) -> look(fromA, packet, net);
            List<TcpSocket> clients = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                clients.add(net.connect(net.socketsA.tcp(), net.serverEndpoint6));
            }
            net.run(1_000 * TwoHosts.MS, () -> false);
            clients.forEach(client -> client.close(net.nowNs));
        }
        assertEquals(20, labels.size(), "directions");
        Set<Integer> different = new HashSet<>();
        labels.values().forEach(different::addAll);
        assertEquals(20, different.size());
    }

    /** SYN and SYN-ACK of hosts with other secrets, but the same addresses and ports. */
    @Test
    void labelsAreKeyed() {
        for (int seed = 1; seed <= 2; seed++) {
            try (TwoHosts net = new TwoHosts(seed, TcpProfile.STANDARD)) {
                TcpListener listener = net.listen(net.serverEndpoint6);
                net.filter = (fromA, packet) -> look(fromA, packet, net);
                TcpSocket client = net.socketsA.tcp();
                TwoHosts.check(client.bind(Endpoint.of("fd00::1", 4000)));
                net.connect(client, net.serverEndpoint6);
                assertTrue(net.run(1_000 * TwoHosts.MS, () -> listener.waitingCount() == 1));
            }
        }
        assertEquals(2, labels.size(), "directions");
        labels.values().forEach(direction -> assertEquals(2, direction.size()));
    }
}
