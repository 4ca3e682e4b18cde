package io.sluice.udp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.sluice.event.Counter;
import io.sluice.host.Host;
import io.sluice.host.HostConfig;
import io.sluice.host.RecycledWire;
import io.sluice.wire.IpAddress;
import java.lang.management.ManagementFactory;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sending and receiving datagrams allocates nothing for each: small ones, which are copied out, and large ones. */
final class UdpAllocationTest {
    private static final int PORT = 4000;
    private static final int BATCH = 16;
    private static final int WARM_UP_ROUNDS = 5_000;
    private static final int ROUNDS = 2_000;

    @ParameterizedTest
    @CsvSource({"false, 64, true", "false, 1200, true", "true, 64, true", "true, 1200, true", "false, 64, false"})
    void noneForEachDatagram(boolean ipv6, int length, boolean connected) throws InterruptedException {
        RecycledWire.runOnNettyThread(() -> exchange(ipv6, length, connected));
    }

    private static void exchange(boolean ipv6, int length, boolean connected) {
        IpAddress addressA = IpAddress.parse(ipv6 ? "fd00::1" : "10.0.0.1");
        IpAddress addressB = IpAddress.parse(ipv6 ? "fd00::2" : "10.0.0.2");
        RecycledWire wireA = new RecycledWire(2 * BATCH);
        RecycledWire wireB = new RecycledWire(2 * BATCH);
        Host a = host(wireA, addressA);
        Host b = host(wireB, addressB);
        UdpEndpoint socketA = a.udp().open(ipv6);
        UdpEndpoint socketB = b.udp().open(ipv6);
        assertNull(socketA.bind(addressA, PORT));
        assertNull(socketB.bind(addressB, PORT));
        if (connected) {
            assertNull(socketA.connect(addressB, PORT, 0));
            assertNull(socketB.connect(addressA, PORT, 0));
        }
        UdpDatagram received = new UdpDatagram();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = 0;
        for (int i = 0; i < WARM_UP_ROUNDS + ROUNDS; i++) {
            if (i == WARM_UP_ROUNDS) {
                before = threads.getCurrentThreadAllocatedBytes();
            }
            send(a, socketA, addressB, length);
            wireA.deliverTo(b, wireB, 0);
            drain(b, socketB, received);
            send(b, socketB, addressA, length);
            wireB.deliverTo(a, wireA, 0);
            drain(a, socketA, received);
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        long datagrams = 2L * BATCH * ROUNDS;
        assertEquals((WARM_UP_ROUNDS + ROUNDS) * (long) BATCH, a.counters().get(Counter.PACKETS_DELIVERED));
        assertTrue(allocated < datagrams / 2, allocated + " octets for " + datagrams + " datagrams");
        a.close(0);
        b.close(0);
        wireA.release();
        wireB.release();
    }

    private static void send(Host host, UdpEndpoint from, IpAddress to, int length) {
        for (int i = 0; i < BATCH; i++) {
            ByteBuf payload =
                    PooledByteBufAllocator.DEFAULT.directBuffer(length).writeZero(length);
            assertNull(from.send(payload, to, PORT, SendOptions.NONE, 0));
        }
        host.transmit(1 << 20, 0);
    }

    private static void drain(Host host, UdpEndpoint socket, UdpDatagram into) {
        while (host.pollReady() != null) {
            // what is ready is known here
        }
        while (socket.receive(into)) {
            into.release();
        }
    }

    private static Host host(RecycledWire wire, IpAddress address) {
        Host host = new Host(HostConfig.builder(new SplittableRandom(1)).build());
        host.addAddress(host.addInterface(wire), address, address.isV6() ? 64 : 24);
        return host;
    }
}
