package io.sluice.host;

import static io.sluice.host.OneHost.PEER4;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.api.Endpoint;
import io.sluice.api.Sockets;
import io.sluice.api.TcpSocket;
import io.sluice.event.SocketError;
import io.sluice.ip.PortRange;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** RFC 6056 §3.1: a 4-tuple is not used twice; where all ports to one peer are, another peer's are not. */
final class FullPortsTest {
    private static final int PORTS = 16;

    private final OneHost one =
            new OneHost(new TestLink("test0"), b -> b.ephemeralPorts(new PortRange(40_000, 40_000 + PORTS - 1)));
    private final Sockets sockets = new Sockets(one.host);
    private final List<TcpSocket> open = new ArrayList<>();

    private SocketError connect(Endpoint to) {
        TcpSocket s = sockets.tcp();
        open.add(s);
        return s.connect(to, one.nowNs);
    }

    @Test
    void aConnectionMoreThanThereArePorts() {
        Endpoint to = new Endpoint(PEER4, 80);
        Set<Integer> used = new HashSet<>();
        for (int i = 0; i < PORTS; i++) {
            assertEquals(SocketError.IN_PROGRESS, connect(to));
            used.add(Objects.requireNonNull(open.get(i).localEndpoint()).port());
        }
        assertEquals(PORTS, used.size());
        assertEquals(SocketError.ADDRESS_NOT_AVAILABLE, connect(to));
        assertEquals(SocketError.IN_PROGRESS, connect(new Endpoint(PEER4, 81)));
        open.get(3).abort(one.nowNs);
        assertEquals(SocketError.IN_PROGRESS, connect(to));
        open.forEach(s -> s.abort(one.nowNs));
        one.transmit();
        one.close();
    }
}
