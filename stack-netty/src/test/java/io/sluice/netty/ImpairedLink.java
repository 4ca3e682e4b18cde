package io.sluice.netty;

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
 * A device with a bad line behind it: both ways packets are delayed, by different times (so that some overtake others),
 * and some are lost. In real time, since the kernel is on the other side.
 */
final class ImpairedLink implements DeviceLink {
    private final DeviceLink device;
    private final ByteBufAllocator allocator;
    private final SplittableRandom random;
    private final double loss;
    private final long delayNs;
    private final long jitterNs;
    private final PriorityQueue<Held> held = new PriorityQueue<>();
    private final OutboundPacket outbound = new OutboundPacket();
    private final PacketMeta meta = new PacketMeta(this);
    private long serial;
    private long lost;
    private long overtaken;
    private long newest;

    private record Held(long atNs, long serial, boolean inbound, ByteBuf packet) implements Comparable<Held> {
        @Override
        public int compareTo(Held other) {
            int byTime = Long.compare(atNs, other.atNs);
            return byTime != 0 ? byTime : Long.compare(serial, other.serial);
        }
    }

    ImpairedLink(DeviceLink device, ByteBufAllocator allocator, long seed, double loss, long delayNs, long jitterNs) {
        this.device = device;
        this.allocator = allocator;
        this.random = new SplittableRandom(seed);
        this.loss = loss;
        this.delayNs = delayNs;
        this.jitterNs = jitterNs;
    }

    /** Packets lost so far, both ways. */
    long lost() {
        return lost;
    }

    /** Packets that left before one that came earlier. */
    long overtaken() {
        return overtaken;
    }

    @Override
    public String name() {
        return "impaired " + device.name();
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
    public EmitResult emit(OutboundPacket packet, long nowNs) {
        ByteBuf copy = allocator.directBuffer(packet.totalLength());
        packet.copyTo(copy);
        hold(false, copy, nowNs);
        return EmitResult.SENT;
    }

    @Override
    public int receive(PacketReceiver host, int maxPackets, long nowNs) {
        int received = device.receive((packet, m, now) -> hold(true, packet.copy(), now), maxPackets, nowNs);
        for (Held h = held.peek(); h != null && h.atNs <= nowNs; h = held.peek()) {
            held.remove();
            if (h.serial < newest) {
                overtaken++;
            }
            newest = Math.max(newest, h.serial);
            if (h.inbound) {
                host.onPacket(h.packet, meta.reset(), nowNs);
            } else {
                outbound.reset().addSlice(h.packet, h.packet.readerIndex(), h.packet.readableBytes());
                device.emit(outbound, nowNs);
            }
            h.packet.release();
        }
        return received;
    }

    private void hold(boolean inbound, ByteBuf packet, long nowNs) {
        if (random.nextDouble() < loss) {
            lost++;
            packet.release();
            return;
        }
        held.add(new Held(nowNs + delayNs + random.nextLong(jitterNs + 1), serial++, inbound, packet));
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
