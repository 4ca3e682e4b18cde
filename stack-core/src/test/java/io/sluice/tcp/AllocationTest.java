package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.sluice.api.Endpoint;
import io.sluice.api.Sockets;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.event.Counter;
import io.sluice.event.SocketError;
import io.sluice.host.Host;
import io.sluice.host.HostConfig;
import io.sluice.host.RecycledWire;
import io.sluice.tcp.authentication.CmacAlgorithm;
import io.sluice.tcp.authentication.MasterKey;
import io.sluice.tcp.authentication.MasterKeyTuple;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpPrefix;
import java.lang.management.ManagementFactory;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The steady state of a transfer allocates nothing for a segment: neither the sender's side nor the receiver's. */
class AllocationTest {
    private static final int CHUNK = 64 * 1024;
    private static final int WARM_UP_ROUNDS = 6_000;
    private static final int ROUNDS = 3_000;

    /** What segments are signed with. */
    private enum Signed {
        NOT,
        MD5,
        HMAC_SHA_1_96,
        AES_128_CMAC_96
    }

    @ParameterizedTest
    @EnumSource
    void noneForEachSegment(Signed signed) throws InterruptedException {
        RecycledWire.runOnNettyThread(() -> transfer(signed));
    }

    private static void transfer(Signed signed) {
        RecycledWire pipeA = new RecycledWire(256);
        RecycledWire pipeB = new RecycledWire(256);
        Host a = host(pipeA, "10.0.0.1");
        Host b = host(pipeB, "10.0.0.2");
        sign(a, signed);
        sign(b, signed);
        TcpListener listener = new Sockets(b).listener();
        assertNull(listener.bind(Endpoint.of("10.0.0.2", 80)));
        assertNull(listener.listen(1));
        TcpSocket client = new Sockets(a).tcp();
        assertEquals(SocketError.IN_PROGRESS, client.connect(Endpoint.of("10.0.0.2", 80), 0));
        long now = round(a, b, pipeA, pipeB, 0);
        now = round(a, b, pipeA, pipeB, now);
        TcpSocket server = listener.accept();
        assertNotNull(server);
        ByteBuf data = PooledByteBufAllocator.DEFAULT.directBuffer(CHUNK).writeZero(CHUNK);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = 0;
        long segmentsBefore = 0;
        for (int i = 0; i < WARM_UP_ROUNDS + ROUNDS; i++) {
            if (i == WARM_UP_ROUNDS) {
                segmentsBefore = segments(a, b);
                before = threads.getCurrentThreadAllocatedBytes();
            }
            client.write(data.readerIndex(0), true);
            now = round(a, b, pipeA, pipeB, now);
            for (ByteBuf in = server.read(CHUNK); in != null; in = server.read(CHUNK)) {
                in.release();
            }
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        long segments = segments(a, b) - segmentsBefore;
        assertTrue(segments > 50_000, segments + " segments");
        assertTrue(allocated < segments / 2, allocated + " octets for " + segments + " segments");
        a.close(now);
        b.close(now);
        data.release();
        pipeA.release();
        pipeB.release();
    }

    private static void sign(Host host, Signed with) {
        KeyControl keys = new Sockets(host).authentication();
        IpPrefix peers = IpPrefix.parse("10.0.0.0/24");
        try (MasterKey key = new MasterKey(new byte[20])) {
            switch (with) {
                case NOT -> {}
                case MD5 -> assertNull(keys.addMd5(peers, key));
                case HMAC_SHA_1_96 ->
                    assertNull(keys.add(MasterKeyTuple.builder(peers, key).build()));
                case AES_128_CMAC_96 ->
                    assertNull(keys.add(MasterKeyTuple.builder(peers, key)
                            .algorithm(CmacAlgorithm.AES_128_CMAC_96)
                            .build()));
            }
        }
    }

    private static long round(Host a, Host b, RecycledWire pipeA, RecycledWire pipeB, long nowNs) {
        long now = nowNs + 100_000;
        a.onTimer(now);
        b.onTimer(now);
        a.transmit(1 << 20, now);
        pipeA.deliverTo(b, pipeB, now);
        b.transmit(1 << 20, now);
        pipeB.deliverTo(a, pipeA, now);
        while (a.pollReady() != null || b.pollReady() != null) {
            // what is ready is known here
        }
        return now;
    }

    private static long segments(Host a, Host b) {
        return a.counters().get(Counter.TCP_SEGMENTS_OUT) + b.counters().get(Counter.TCP_SEGMENTS_OUT);
    }

    private static Host host(RecycledWire pipe, String address) {
        Host host = new Host(HostConfig.builder(new SplittableRandom(1)).build());
        host.addAddress(host.addInterface(pipe), IpAddress.parse(address), 24);
        return host;
    }
}
