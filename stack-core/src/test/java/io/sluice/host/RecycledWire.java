package io.sluice.host;

import static org.junit.jupiter.api.Assertions.assertNull;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.sluice.link.EmitResult;
import io.sluice.link.Link;
import io.sluice.link.OutboundPacket;
import io.sluice.link.OwnedCopies;
import io.sluice.link.PacketMeta;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A wire that allocates nothing when packets pass, for tests that count what the stack allocates: a fixed set of buffers. */
public final class RecycledWire implements Link {
    private final ArrayDeque<ByteBuf> spare = new ArrayDeque<>();
    private final ArrayDeque<ByteBuf> full = new ArrayDeque<>();
    private final PacketMeta meta = new PacketMeta(this);

    /** @param packets how many can be on it before it is busy */
    public RecycledWire(int packets) {
        for (int i = 0; i < packets; i++) {
            spare.add(PooledByteBufAllocator.DEFAULT.directBuffer(2048, 2048));
        }
    }

    /** Runs {@code exchange} where Netty recycles its buffer objects, a thread of its own kind, and samples none for leaks. */
    public static void runOnNettyThread(Runnable exchange) throws InterruptedException {
        ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED); // it allocates for what it samples
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
        OwnedCopies.append(buffer.clear(), packet);
        full.add(buffer);
        return EmitResult.SENT;
    }

    /** Hands what is on it to {@code host}, which it comes to on {@code in}. */
    public void deliverTo(Host host, RecycledWire in, long nowNs) {
        for (ByteBuf b = full.poll(); b != null; b = full.poll()) {
            host.onPacket(b, in.meta.reset(), nowNs);
            spare.add(b);
        }
    }

    public void release() {
        spare.forEach(ByteBuf::release);
        full.forEach(ByteBuf::release);
    }
}
