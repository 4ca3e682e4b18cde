package io.sluice.udp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.sluice.event.Counter;
import io.sluice.host.Host;
import io.sluice.host.HostConfig;
import io.sluice.link.EmitResult;
import io.sluice.link.Link;
import io.sluice.link.OutboundPacket;
import io.sluice.link.OwnedCopies;
import io.sluice.link.PacketMeta;
import io.sluice.wire.IpAddress;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sending and receiving datagrams allocates nothing for each: small ones, which are copied out, and large ones. */
final class UdpAllocationTest {
    private static final int PORT = 4000;
    private static final int BATCH = 16;
    private static final int WARM_UP_ROUNDS = 5_000;
    private static final int ROUNDS = 2_000;

    /** Carries packets to a host at once, in the same memory each time. */
    private static final class Wire implements Link {
        private final ArrayDeque<ByteBuf> spare = new ArrayDeque<>();
        private final ArrayDeque<ByteBuf> full = new ArrayDeque<>();
        private final PacketMeta meta = new PacketMeta(this);

        Wire() {
            for (int i = 0; i < 2 * BATCH; i++) {
                spare.add(PooledByteBufAllocator.DEFAULT.directBuffer(2048, 2048));
            }
        }

        @Override
        public String name() {
            return "wire";
        }

        @Override
        public int mtu() {
            return 1500;
        }

        @Override
        public EmitResult emit(OutboundPacket packet, long nowNs) {
            ByteBuf buffer = spare.remove();
            OwnedCopies.append(buffer.clear(), packet);
            full.add(buffer);
            return EmitResult.SENT;
        }

        void deliverTo(Host host, Wire on) {
            for (ByteBuf b = full.poll(); b != null; b = full.poll()) {
                host.onPacket(b, on.meta, 0);
                spare.add(b);
            }
        }

        void release() {
            spare.forEach(ByteBuf::release);
        }
    }

    @ParameterizedTest
    @CsvSource({"false, 64, true", "false, 1200, true", "true, 64, true", "true, 1200, true", "false, 64, false"})
    void noneForEachDatagram(boolean ipv6, int length, boolean connected) throws InterruptedException {
        ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED); // it allocates for what it samples
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        try {
            // Netty recycles its buffer objects for its own kind of threads.
            Thread thread = new FastThreadLocalThread(() -> {
                try {
                    exchange(ipv6, length, connected);
                } catch (AssertionError e) {
                    failure.set(e);
                }
            });
            thread.start();
            thread.join();
        } finally {
            ResourceLeakDetector.setLevel(level);
        }
        Throwable thrown = failure.get();
        assertNull(thrown, () -> String.valueOf(thrown));
    }

    private static void exchange(boolean ipv6, int length, boolean connected) {
        IpAddress addressA = IpAddress.parse(ipv6 ? "fd00::1" : "10.0.0.1");
        IpAddress addressB = IpAddress.parse(ipv6 ? "fd00::2" : "10.0.0.2");
        Wire wireA = new Wire();
        Wire wireB = new Wire();
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
            wireA.deliverTo(b, wireB);
            drain(b, socketB, received);
            send(b, socketB, addressA, length);
            wireB.deliverTo(a, wireA);
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

    private static Host host(Wire wire, IpAddress address) {
        Host host = new Host(HostConfig.builder(new SplittableRandom(1)).build());
        host.addAddress(host.addInterface(wire), address, address.isV6() ? 64 : 24);
        return host;
    }
}
