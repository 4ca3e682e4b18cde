package io.sluice.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.sluice.api.Endpoint;
import io.sluice.api.Sockets;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.buffer.SendRegion;
import io.sluice.event.SocketError;
import io.sluice.host.Host;
import io.sluice.host.HostConfig;
import io.sluice.link.EmitResult;
import io.sluice.link.Link;
import io.sluice.link.OutboundPacket;
import io.sluice.link.PacketMeta;
import io.sluice.wire.IpAddress;
import java.lang.management.ManagementFactory;
import java.security.AlgorithmParameters;
import java.security.Key;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.Cipher;
import javax.crypto.CipherSpi;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * From the writer to the reader, through both hosts, a record allocates nothing but what its cipher does, once all is warm: on JDK 17,
 * which {@code slow} has it run on alone. On JDK 25 Netty makes views of buffers, unless {@code -Dio.netty.noUnsafe=false} lets it not.
 */
@Tag("slow")
final class ConnectionAllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final List<CipherSuite> SUITES =
            List.of(CipherSuite.TLS_AES_128_GCM_SHA256, CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256);
    private static final int CHUNK = 4 * RecordSealer.MAX_CONTENT_BYTES;
    private static final int SMALL = 100;
    private static final int ROUNDS = 500;
    private static final int WINDOWS = 40;
    private static final long OCTETS_IN_THOUSANDTHS = 500;

    /** What is written. */
    private enum Written {
        ARRAYS,
        DIRECT_BUFFERS,
        FEW_OCTETS_AT_A_TIME,
        A_REGION
    }

    @ParameterizedTest
    @EnumSource
    void noneForEachRecord(Written what) throws InterruptedException {
        onNettyThread(() -> SUITES.forEach(suite -> transfer(what, suite)));
    }

    private static void transfer(Written what, CipherSuite suite) {
        CipherSource ciphers = CipherSource.of(new PlainProvider());
        long cipher = bytesOfCipher(ciphers, suite);
        Wire out = new Wire();
        Wire back = new Wire();
        Host a = host(out, "10.0.0.1", ciphers);
        Host b = host(back, "10.0.0.2", ciphers);
        TcpListener listener = new Sockets(b).listener();
        assertNull(listener.bind(Endpoint.of("10.0.0.2", 443)));
        assertNull(listener.listen(1));
        TcpSocket client = new Sockets(a).tcp();
        assertEquals(SocketError.IN_PROGRESS, client.connect(Endpoint.of("10.0.0.2", 443), 0));
        long now = round(a, b, out, back, 0);
        now = round(a, b, out, back, now);
        TcpSocket server = listener.accept();
        assertNotNull(server);
        assertNull(client.set(TlsOption.TLS_TX, TlsPair.keys(suite, 1), now));
        assertNull(server.set(TlsOption.TLS_RX, TlsPair.keys(suite, 1), now));
        ByteBuf data = data(what);
        Endless region = new Endless();
        if (what == Written.A_REGION) {
            assertTrue(Objects.requireNonNull(client.connection()).layer().send(region));
        }
        int rounds = what == Written.FEW_OCTETS_AT_A_TIME ? 10 * ROUNDS : ROUNDS; // one record a round
        long least = Long.MAX_VALUE; // of a record, in thousandths of an octet; what is compiled late allocates before
        for (int window = 0; window < WINDOWS && least > OCTETS_IN_THOUSANDTHS; window++) {
            long recordsBefore = records(b);
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < rounds; i++) {
                if (what == Written.A_REGION) {
                    region.more(CHUNK);
                } else {
                    client.write(data.readerIndex(0), true);
                }
                now = round(a, b, out, back, now);
                for (ByteBuf in = server.read(CHUNK); in != null; in = server.read(CHUNK)) {
                    in.release();
                }
            }
            long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            long records = records(b) - recordsBefore;
            assertTrue(records > rounds / 2, records + " records");
            least = Math.min(least, 1000 * (allocated - records * cipher) / records);
        }
        long found = least;
        assertTrue(found <= OCTETS_IN_THOUSANDTHS, () -> suite + ": " + found + " thousandths of an octet a record");
        a.close(now);
        b.close(now);
        data.release();
        out.release();
        back.release();
    }

    private static ByteBuf data(Written what) {
        int octets = what == Written.FEW_OCTETS_AT_A_TIME ? SMALL : CHUNK;
        return what == Written.ARRAYS
                ? Unpooled.wrappedBuffer(new byte[octets])
                : Unpooled.directBuffer(octets).writeZero(octets);
    }

    private static long records(Host host) {
        return TlsOffload.of(host).get(TlsCounter.RECORDS_IN);
    }

    /** What sealing and opening a record allocate by themselves: JCA wants an object with the nonce each time. */
    private static long bytesOfCipher(CipherSource ciphers, CipherSuite suite) {
        AeadCipher cipher =
                new AeadCipher(ciphers, suite.aead(), new byte[suite.aead().keyBytes()]);
        byte[] nonce = new byte[Aead.NONCE_BYTES];
        byte[] aad = new byte[Nonce.TLS_12_AAD_BYTES];
        byte[] in = new byte[SMALL];
        byte[] out = new byte[SMALL + Aead.TAG_BYTES];
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 1000; i++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            cipher.seal(nonce, aad, in, 0, in.length, out, 0);
            cipher.open(nonce, aad, out, 0, out.length, in, 0);
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }

    private static long round(Host a, Host b, Wire out, Wire back, long nowNs) {
        long now = nowNs + 100_000;
        a.onTimer(now);
        b.onTimer(now);
        a.transmit(1 << 20, now);
        out.deliverTo(b, back, now);
        b.transmit(1 << 20, now);
        back.deliverTo(a, out, now);
        while (a.pollReady() != null || b.pollReady() != null) {
            // what is ready is known here
        }
        return now;
    }

    private static Host host(Wire wire, String address, CipherSource ciphers) {
        Host host = new Host(HostConfig.builder(new SplittableRandom(1)).build());
        host.addAddress(host.addInterface(wire), IpAddress.parse(address), 24);
        TlsOffload.install(host, ciphers);
        return host;
    }

    /** Where Netty recycles its buffer objects, and samples none for leaks, for which it allocates. */
    private static void onNettyThread(Runnable exchange) throws InterruptedException {
        ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        try {
            Thread thread = new FastThreadLocalThread(exchange);
            thread.setUncaughtExceptionHandler((t, thrown) -> failure.set(thrown));
            thread.start();
            thread.join();
        } finally {
            ResourceLeakDetector.setLevel(level);
        }
        Throwable thrown = failure.get();
        assertNull(thrown, () -> String.valueOf(thrown));
    }

    /** A wire of a fixed set of buffers. */
    private static final class Wire implements Link {
        private final ArrayDeque<ByteBuf> spare = new ArrayDeque<>();
        private final ArrayDeque<ByteBuf> full = new ArrayDeque<>();
        private final PacketMeta meta = new PacketMeta(this);

        Wire() {
            for (int i = 0; i < 256; i++) {
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
            ByteBuf buffer = spare.poll();
            if (buffer == null) {
                return EmitResult.BUSY;
            }
            packet.copyTo(buffer.clear());
            full.add(buffer);
            return EmitResult.SENT;
        }

        void deliverTo(Host host, Wire in, long nowNs) {
            for (ByteBuf b = full.poll(); b != null; b = full.poll()) {
                host.onPacket(b, in.meta.reset(), nowNs);
                spare.add(b);
            }
        }

        void release() {
            spare.forEach(ByteBuf::release);
            full.forEach(ByteBuf::release);
        }
    }

    /** Zeros without end, of which so many come at a time. */
    private static final class Endless implements SendRegion {
        private Runnable whenReady = () -> {};
        private int there;

        void more(int octets) {
            there += octets;
            whenReady.run();
        }

        @Override
        public void start(Runnable newWhenReady) {
            whenReady = newWhenReady;
        }

        @Override
        public long remaining() {
            return Long.MAX_VALUE;
        }

        @Override
        public int ready(int wanted, long windowBytes) {
            return there;
        }

        @Override
        public ByteBuf take(int most) {
            throw new AssertionError("records are made of arrays");
        }

        @Override
        public void take(byte[] target, int at, int octets) {
            Arrays.fill(target, at, at + octets, (byte) 0);
            there -= octets;
        }

        @Override
        public void close() {}
    }

    /** Has a cipher of which is known what it allocates. */
    private static final class PlainProvider extends Provider {
        private static final long serialVersionUID = 1;

        PlainProvider() {
            super("Plain", "1", "nothing is secret");
            putService(new Service(this, "Cipher", "AES/GCM/NoPadding", PlainCipher.class.getName(), null, null) {
                @Override
                public Object newInstance(@Nullable Object parameter) {
                    return new PlainCipher();
                }
            });
        }
    }

    /** Copies, and allocates nothing: the text, then a tag of zeros. */
    private static final class PlainCipher extends CipherSpi {
        private boolean opens;
        private @Nullable AlgorithmParameterSpec parameters;

        @Override
        protected void engineInit(int mode, Key key, AlgorithmParameterSpec newParameters, SecureRandom random) {
            opens = mode == Cipher.DECRYPT_MODE;
            parameters = newParameters; // kept, so that no compiler leaves it out
        }

        @Override
        protected void engineUpdateAAD(byte[] aad, int at, int length) {
            assertNotNull(parameters);
        }

        @Override
        protected int engineUpdate(byte[] in, int at, int length, byte[] out, int outAt) {
            System.arraycopy(in, at, out, outAt, length);
            return length;
        }

        @Override
        protected int engineDoFinal(byte[] in, int at, int length, byte[] out, int outAt) {
            int text = opens ? length - Aead.TAG_BYTES : length;
            System.arraycopy(in, at, out, outAt, text);
            if (opens) {
                return text;
            }
            Arrays.fill(out, outAt + text, outAt + text + Aead.TAG_BYTES, (byte) 0);
            return text + Aead.TAG_BYTES;
        }

        @Override
        protected void engineSetMode(String mode) {}

        @Override
        protected void engineSetPadding(String padding) {}

        @Override
        protected int engineGetBlockSize() {
            return 16;
        }

        @Override
        protected int engineGetOutputSize(int length) {
            return length + Aead.TAG_BYTES;
        }

        @Override
        protected byte @Nullable [] engineGetIV() {
            return null;
        }

        @Override
        protected @Nullable AlgorithmParameters engineGetParameters() {
            return null;
        }

        @Override
        protected void engineInit(int mode, Key key, SecureRandom random) {
            throw new UnsupportedOperationException("without a nonce");
        }

        @Override
        protected void engineInit(int mode, Key key, AlgorithmParameters newParameters, SecureRandom random) {
            throw new UnsupportedOperationException("never asked for");
        }

        @Override
        protected byte[] engineUpdate(byte[] in, int at, int length) {
            throw new UnsupportedOperationException("never asked for");
        }

        @Override
        protected byte[] engineDoFinal(byte[] in, int at, int length) {
            throw new UnsupportedOperationException("never asked for");
        }
    }
}
