package io.sluice.sim;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sluice.link.DeviceLink;
import io.sluice.link.EmitResult;
import io.sluice.link.OutboundPacket;
import io.sluice.link.PacketMeta;
import io.sluice.link.PacketReceiver;
import io.sluice.time.Deadline;
import java.util.ArrayDeque;
import java.util.SplittableRandom;

/**
 * A device with a line behind it, in real time: a rate with a queue of a limited time for what is sent, and delay and loss both
 * ways. For hosts on a TUN device, where the kernel at its other end has nothing that delays or loses. No offload: the line loses
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
    private final double bytesPerNs;
    private final ArrayDeque<Held> outbound = new ArrayDeque<>();
    private final ArrayDeque<Held> inbound = new ArrayDeque<>();
    private final OutboundPacket packet = new OutboundPacket();
    private final PacketMeta meta = new PacketMeta(this);
    private long idleAtNs;
    private long lost;
    private long refused;

    private record Held(long atNs, ByteBuf packet) {}

    /**
     * A line.
     *
     * @param device whose packets cross it; closed with it
     * @param seed which packets are lost
     * @param loss the share of packets lost, each way
     * @param delayNs each way
     * @param bitsPerSecond of what is sent, 0 for no limit
     */
    public LossyLine(
            DeviceLink device, ByteBufAllocator allocator, long seed, double loss, long delayNs, long bitsPerSecond) {
        this.device = device;
        this.allocator = allocator;
        this.random = new SplittableRandom(seed);
        this.loss = loss;
        this.delayNs = delayNs;
        this.bytesPerNs = (double) bitsPerSecond / Byte.SIZE / NS_PER_SECOND;
    }

    /** Packets that the line lost, both ways. */
    public long lost() {
        return lost;
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
        if (random.nextDouble() < loss) {
            lost++;
            return EmitResult.SENT;
        }
        ByteBuf copy = allocator.directBuffer(sent.totalLength());
        sent.copyTo(copy);
        outbound.add(new Held(departureNs + delayNs, copy));
        return EmitResult.SENT;
    }

    @Override
    public int receive(PacketReceiver host, int maxPackets, long nowNs) {
        int received = device.receive((bytes, m, now) -> arrive(bytes, now), maxPackets, nowNs);
        for (Held h = outbound.peek(); h != null && h.atNs <= nowNs; h = outbound.peek()) {
            outbound.remove();
            packet.reset().addSlice(h.packet, h.packet.readerIndex(), h.packet.readableBytes());
            device.emit(packet, nowNs);
            h.packet.release();
        }
        for (Held h = inbound.peek(); h != null && h.atNs <= nowNs; h = inbound.peek()) {
            inbound.remove();
            host.onPacket(h.packet, meta.reset(), nowNs);
            h.packet.release();
        }
        return received;
    }

    private void arrive(ByteBuf bytes, long nowNs) {
        if (random.nextDouble() < loss) {
            lost++;
        } else {
            inbound.add(new Held(nowNs + delayNs, bytes.copy()));
        }
    }

    @Override
    public long nextDeadlineNs() {
        Held out = outbound.peek();
        Held in = inbound.peek();
        return Math.min(out == null ? Deadline.NEVER : out.atNs, in == null ? Deadline.NEVER : in.atNs);
    }

    @Override
    public void close() {
        outbound.forEach(h -> h.packet.release());
        inbound.forEach(h -> h.packet.release());
        outbound.clear();
        inbound.clear();
        device.close();
    }
}
