package io.sluice.sim;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sluice.link.DeviceLink;
import io.sluice.link.EmitResult;
import io.sluice.link.OutboundPacket;
import io.sluice.link.PacketMeta;
import io.sluice.link.PacketReceiver;
import io.sluice.time.Deadline;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * A device with a line behind it, in real time: a rate with a queue of a limited time for what is sent, and both ways loss, delay,
 * and jitter by which packets overtake each other. For hosts on a TUN device, where the kernel at its other end has nothing that delays or loses. No offload: the line loses
 * packets, not super-segments. Has no clock: the driver tells the time, and is told when a packet is due.
 */
public final class LossyLine implements DeviceLink {
    private static final double NS_PER_SECOND = 1e9;

    /** What the queue in front of the line may hold, in time at its rate. */
    private static final long QUEUE_NS = 50_000_000L;

    private final DeviceLink device;
    private final ByteBufAllocator allocator;
    private final SplittableRandom random;
    private final double loss;
    private final long delayNs;
    private final long jitterNs;
    private final double bytesPerNs;
    private final PriorityQueue<Held> held = new PriorityQueue<>();
    private final OutboundPacket packet = new OutboundPacket();
    private final PacketMeta meta = new PacketMeta(this);
    private long idleAtNs;
    private long lost;
    private long refused;
    private long serial;
    private long newestIn;
    private long newestOut;
    private long overtaken;

    private record Held(long atNs, long serial, boolean inbound, ByteBuf packet) implements Comparable<Held> {
        @Override
        public int compareTo(Held other) {
            int byTime = Long.compare(atNs, other.atNs);
            return byTime != 0 ? byTime : Long.compare(serial, other.serial);
        }
    }

    /** A line that keeps the order. */
    public LossyLine(
            DeviceLink device, ByteBufAllocator allocator, long seed, double loss, long delayNs, long bitsPerSecond) {
        this(device, allocator, seed, loss, delayNs, bitsPerSecond, 0);
    }

    /**
     * A line.
     *
     * @param device whose packets cross it; closed with it
     * @param seed which packets are lost
     * @param loss the share of packets lost, each way
     * @param delayNs each way
     * @param bitsPerSecond of what is sent, 0 for no limit
     * @param jitterNs by how much more a packet may be delayed
     */
    public LossyLine(
            DeviceLink device,
            ByteBufAllocator allocator,
            long seed,
            double loss,
            long delayNs,
            long bitsPerSecond,
            long jitterNs) {
        this.device = device;
        this.allocator = allocator;
        this.random = new SplittableRandom(seed);
        this.loss = loss;
        this.delayNs = delayNs;
        this.jitterNs = jitterNs;
        this.bytesPerNs = (double) bitsPerSecond / Byte.SIZE / NS_PER_SECOND;
    }

    /** Packets that the line lost, both ways. */
    public long lost() {
        return lost;
    }

    /** Packets that came out after one that had gone the same way later. */
    public long overtaken() {
        return overtaken;
    }

    /** Packets for which the queue had no room. */
    public long refused() {
        return refused;
    }

    @Override
    public String name() {
        return "lossy " + device.name();
    }

    @Override
    public int mtu() {
        return device.mtu();
    }

    @Override
    public int fd() {
        return device.fd();
    }

    @Override
    public EmitResult emit(OutboundPacket sent, long nowNs) {
        long departureNs = nowNs;
        if (bytesPerNs > 0) {
            idleAtNs = Math.max(idleAtNs, nowNs);
            if (idleAtNs - nowNs > QUEUE_NS) {
                refused++;
                return EmitResult.SENT;
            }
            idleAtNs += (long) (sent.totalLength() / bytesPerNs);
            departureNs = idleAtNs;
        }
        ByteBuf copy = allocator.directBuffer(sent.totalLength());
        sent.copyTo(copy);
        hold(false, copy, departureNs);
        return EmitResult.SENT;
    }

    @Override
    public int receive(PacketReceiver host, int maxPackets, long nowNs) {
        int received = device.receive((bytes, m, now) -> hold(true, bytes.copy(), now), maxPackets, nowNs);
        for (Held h = held.peek(); h != null && h.atNs <= nowNs; h = held.peek()) {
            held.remove();
            overtaken += h.serial < (h.inbound ? newestIn : newestOut) ? 1 : 0;
            if (h.inbound) {
                newestIn = Math.max(newestIn, h.serial);
                host.onPacket(h.packet, meta.reset(), nowNs);
            } else {
                newestOut = Math.max(newestOut, h.serial);
                packet.reset().addSlice(h.packet, h.packet.readerIndex(), h.packet.readableBytes());
                device.emit(packet, nowNs);
            }
            h.packet.release();
        }
        return received;
    }

    private void hold(boolean inbound, ByteBuf bytes, long fromNs) {
        if (random.nextDouble() < loss) {
            lost++;
            bytes.release();
            return;
        }
        long extraNs = jitterNs == 0 ? 0 : random.nextLong(jitterNs + 1);
        held.add(new Held(fromNs + delayNs + extraNs, serial++, inbound, bytes));
    }

    @Override
    public long nextDeadlineNs() {
        Held first = held.peek();
        return first == null ? Deadline.NEVER : first.atNs;
    }

    @Override
    public void close() {
        held.forEach(h -> h.packet.release());
        held.clear();
        device.close();
    }
}
