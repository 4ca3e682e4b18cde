package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.tcp.authentication.AuthenticationAlgorithm;
import io.sluice.tcp.authentication.CmacAlgorithm;
import io.sluice.tcp.authentication.HmacAlgorithm;
import io.sluice.tcp.authentication.MasterKey;
import io.sluice.tcp.authentication.MasterKeyTuple;
import io.sluice.wire.IpPrefix;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Master keys in dumps of the heap, what is not reachable any more among it: there while they are in use, and nowhere afterwards. */
@Tag("slow")
final class KeysInHeapTest {
    private static final byte MASK = 0x5A;
    private static final long STEP = 1L << 30;
    private static final int OVERLAP = 128;

    /** A connection with a key of its own. */
    private static final class Connected {
        final byte[] masked; // so that the test has no key in memory
        final TwoHosts net = new TwoHosts(1, TcpProfile.STANDARD);
        final TcpListener listener = net.listen();
        final TcpSocket client = net.socketsA.tcp();
        final TcpSocket server;

        Connected(@Nullable AuthenticationAlgorithm algorithm, int octets) {
            masked = new byte[octets];
            new SplittableRandom(System.identityHashCode(masked)).nextBytes(masked);
            add(listener.authentication(), algorithm, masked, 1, 2);
            add(client.authentication(), algorithm, masked, 2, 1);
            net.connect(client, net.serverEndpoint);
            assertTrue(net.run(1000 * TwoHosts.MS, () -> listener.waitingCount() > 0));
            TcpSocket accepted = listener.accept();
            assertNotNull(accepted);
            server = accepted;
            client.write(ByteBuffer.allocate(10_000));
            assertTrue(net.run(1000 * TwoHosts.MS, () -> server.readableBytes() == 10_000));
            server.read(ByteBuffer.allocate(10_000));
        }

        void end() {
            client.abort(net.nowNs);
            assertTrue(net.run(1000 * TwoHosts.MS, () -> server.state() == TcpState.CLOSED));
            server.abort(net.nowNs);
            listener.close(net.nowNs);
        }
    }

    /** Keys that are one of the algorithm as they are, and shorter and longer ones. */
    @Test
    void whatIsRemovedIsNowhere(@TempDir Path folder) throws Exception {
        List<Connected> all = List.of(
                new Connected(HmacAlgorithm.HMAC_SHA_1_96, 16),
                new Connected(HmacAlgorithm.HMAC_SHA_1_96, 80),
                new Connected(HmacAlgorithm.HMAC_SHA_256_128, 16),
                new Connected(CmacAlgorithm.AES_128_CMAC_96, 16),
                new Connected(CmacAlgorithm.AES_128_CMAC_96, 24),
                new Connected(null, 16));
        int[] inUse = found(all, folder.resolve("before"));
        assertTrue(Arrays.stream(inUse).allMatch(n -> n > 0), () -> Arrays.toString(inUse));
        all.forEach(Connected::end);
        assertArrayEquals(new int[all.size()], found(all, folder.resolve("after")));
        all.forEach(c -> c.net.close());
    }

    private static void add(
            KeyControl keys, @Nullable AuthenticationAlgorithm algorithm, byte[] masked, int sendId, int receiveId) {
        byte[] secret = masked.clone();
        for (int i = 0; i < secret.length; i++) {
            secret[i] ^= MASK;
        }
        IpPrefix peers = IpPrefix.parse("10.0.0.0/24");
        try (MasterKey key = new MasterKey(secret)) {
            if (algorithm == null) {
                TwoHosts.check(keys.addMd5(peers, key));
            } else {
                try (MasterKeyTuple tuple = MasterKeyTuple.builder(peers, key)
                        .ids(sendId, receiveId)
                        .algorithm(algorithm)
                        .build()) {
                    TwoHosts.check(keys.add(tuple));
                }
            }
        }
        Arrays.fill(secret, (byte) 0);
    }

    /** How often each key is in the heap, as it is or as HMAC's pads. */
    private static int[] found(List<Connected> keys, Path name) throws Exception {
        Path dump = Path.of(name + ".hprof");
        ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=HotSpotDiagnostic"),
                        "dumpHeap",
                        new Object[] {dump.toString(), false},
                        new String[] {String.class.getName(), boolean.class.getName()});
        int[] n = new int[keys.size()];
        try (FileChannel file = FileChannel.open(dump)) {
            for (long at = 0; at < file.size(); at += STEP) {
                long length = Math.min(file.size() - at, STEP + OVERLAP);
                MappedByteBuffer b = file.map(FileChannel.MapMode.READ_ONLY, at, length);
                for (int k = 0; k < n.length; k++) {
                    byte[] masked = keys.get(k).masked;
                    n[k] += count(b, masked, MASK) + count(b, masked, MASK ^ 0x36) + count(b, masked, MASK ^ 0x5C);
                }
            }
        }
        Files.delete(dump);
        return n;
    }

    private static int count(ByteBuffer b, byte[] masked, int mask) {
        int n = 0;
        byte first = (byte) (masked[0] ^ mask);
        for (int i = 0; i <= b.limit() - masked.length; i++) {
            n += b.get(i) == first && isAt(b, i, masked, mask) ? 1 : 0;
        }
        return n;
    }

    private static boolean isAt(ByteBuffer b, int at, byte[] masked, int mask) {
        int same = 1;
        while (same < masked.length && b.get(at + same) == (byte) (masked[same] ^ mask)) {
            same++;
        }
        return same == masked.length;
    }
}
