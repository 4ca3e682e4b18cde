package io.sluice.sim.workload;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sluice.api.TcpSocket;
import io.sluice.buffer.SendRegion;
import io.sluice.tcp.TcpConnection;
import io.sluice.tcp.TcpState;
import java.nio.ByteBuffer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Sends some parts of a {@link StreamPeer}'s stream by regions instead of writing them, as sendfile does: of all sizes up to the
 * whole rest. Half of the regions are read at once, the others by reads that take some time and bring fewer octets than asked for,
 * or more. Of one connection; confined to the socket's thread.
 */
public final class RegionSender {
    private static final int MOST_READ_BYTES = 256 * 1024;
    private static final int MOST_BUFFER_BYTES = 64 * 1024;
    private static final long LEAST_READ_NS = 1000;
    private static final int READ_TIME_DOUBLINGS = 15;

    private final double share;
    private final Timing timing;
    private final LongSupplier clock;
    private final RandomGenerator random;
    private final ByteBufAllocator allocator;
    private long regions;
    private long octets;
    private long lateReads;

    /**
     * One that has sent nothing yet.
     *
     * @param share how often a region takes the place of a written piece, 0..1
     * @param clock the time that {@code timing} goes by, in nanoseconds
     * @param random where choices, sizes and times come from
     * @param allocator where buffers come from
     */
    public RegionSender(
            double share, Timing timing, LongSupplier clock, RandomGenerator random, ByteBufAllocator allocator) {
        this.share = share;
        this.timing = timing;
        this.clock = clock;
        this.random = random;
        this.allocator = allocator;
    }

    /** Regions that were sent. */
    public long regions() {
        return regions;
    }

    /** Octets of the regions that were sent. */
    public long octets() {
        return octets;
    }

    /** Reads that were not over at once. */
    public long lateReads() {
        return lateReads;
    }

    /**
     * Sends what comes next in the stream by a region, or not.
     *
     * @param offset of the first octet
     * @param most octets that may be sent
     * @return octets of the region; 0 if there is none
     */
    long send(TcpSocket socket, Pattern content, long offset, long most) {
        TcpConnection c = socket.connection();
        TcpState state = socket.state();
        if (c == null || (state != TcpState.ESTABLISHED && state != TcpState.CLOSE_WAIT)) {
            return 0;
        }
        if (random.nextDouble() >= share) {
            return 0;
        }
        long length = random.nextInt(4) == 0 ? most : 1 + (random.nextLong(most) >>> random.nextInt(12));
        if (!c.layer().send(new Region(content, offset, length, random.nextBoolean()))) {
            return 0; // another one is in the way
        }
        regions++;
        octets += length;
        return length;
    }

    /** A part of the stream. */
    private final class Region implements SendRegion, SocketHandler {
        private final Pattern content;
        private final long end;
        private final boolean late;
        private long taken;
        private long read;
        private long coming;
        private boolean closed;
        private @Nullable Runnable whenReady;

        Region(Pattern content, long offset, long length, boolean late) {
            this.content = content;
            this.taken = offset;
            this.read = offset;
            this.end = offset + length;
            this.late = late;
        }

        @Override
        public void start(Runnable newWhenReady) {
            whenReady = newWhenReady;
        }

        @Override
        public long remaining() {
            return end - taken;
        }

        @Override
        public int ready(int wanted, long windowBytes) {
            while (read - taken < wanted && coming == 0) {
                long worthwhile = Math.max(wanted, Math.min(windowBytes, MOST_READ_BYTES));
                long n = Math.min(end - read, 1 + random.nextLong(worthwhile));
                if (late) {
                    coming = n;
                    lateReads++;
                    long longest = LEAST_READ_NS << random.nextInt(READ_TIME_DOUBLINGS);
                    timing.wakeAt(clock.getAsLong() + 1 + random.nextLong(longest), this);
                } else {
                    read += n;
                }
            }
            return (int) (read - taken);
        }

        /** A read is over. */
        @Override
        public void onReady(long nowNs) {
            read += coming;
            coming = 0;
            if (!closed && whenReady != null) {
                whenReady.run();
            }
        }

        @Override
        public ByteBuf take(int most) {
            int n = (int) Math.min(Math.min(most, MOST_BUFFER_BYTES), read - taken);
            ByteBuf buffer = allocator.directBuffer(n);
            fill(buffer.internalNioBuffer(0, n));
            return buffer.writerIndex(n);
        }

        @Override
        public void take(byte[] target, int at, int n) {
            fill(ByteBuffer.wrap(target, at, n));
        }

        private void fill(ByteBuffer target) {
            int n = target.remaining();
            if (closed || n == 0 || n > read - taken) {
                throw new IllegalStateException(n + " octets of " + (read - taken) + (closed ? ", closed" : ""));
            }
            content.fill(target, taken);
            taken += n;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
