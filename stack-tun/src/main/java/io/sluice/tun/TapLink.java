package io.sluice.tun;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.sluice.link.DeviceLink;
import io.sluice.link.EmitResult;
import io.sluice.link.EthernetDevice;
import io.sluice.link.OutboundPacket;
import io.sluice.link.PacketReceiver;
import io.sluice.wire.EthernetHeader;
import java.io.IOException;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * One queue of a TAP device ({@link TunConfig.Builder#ethernet}) as a link of a host, which then is a station on an Ethernet
 * with a MAC address of its own: it finds its neighbours by ARP and NDP. Offload, buffers and threading are those of {@link
 * TunLink}.
 */
public final class TapLink implements DeviceLink, EthernetDevice {
    private static final long MAC_MASK = 0xFFFF_FFFF_FFFFL;
    private static final long GROUP = 0x0100_0000_0000L;
    private static final long LOCALLY_ADMINISTERED = 0x0200_0000_0000L;

    private final TunLink frames;
    private final long macAddress;

    /** A link on {@code queue} with a random MAC address and receive buffers from Netty's default pool. */
    public TapLink(TunQueue queue) {
        this(queue, PooledByteBufAllocator.DEFAULT, randomMac());
    }

    /**
     * A link on {@code queue}.
     *
     * @param macAddress of this side, not that of the kernel's interface: 48 bits, no group
     * @throws IllegalArgumentException if it is no unicast MAC address
     */
    public TapLink(TunQueue queue, ByteBufAllocator allocator, long macAddress) {
        if (!EthernetHeader.isUnicast(macAddress) || (macAddress & ~MAC_MASK) != 0) {
            throw new IllegalArgumentException("no MAC address of a station: " + Long.toHexString(macAddress));
        }
        this.macAddress = macAddress;
        frames = new TunLink(queue, allocator, this);
    }

    /** A MAC address that nobody assigned (IEEE 802-2014 §8.4). */
    public static long randomMac() {
        return (new SecureRandom().nextLong() & MAC_MASK & ~GROUP) | LOCALLY_ADMINISTERED;
    }

    @Override
    public long macAddress() {
        return macAddress;
    }

    /** Counters of frames; octets of packets. */
    public TunCounters counters() {
        return frames.counters();
    }

    /** The error that made the last read fail, or null: the device is gone when this is set. */
    public @Nullable IOException failure() {
        return frames.failure();
    }

    @Override
    public int fd() {
        return frames.fd();
    }

    @Override
    public String name() {
        return frames.name();
    }

    @Override
    public int mtu() {
        return frames.mtu();
    }

    @Override
    public int maxSegmentationBytes(boolean ipv6) {
        return frames.maxSegmentationBytes(ipv6);
    }

    @Override
    public boolean checksumOffload() {
        return frames.checksumOffload();
    }

    @Override
    public EmitResult emit(OutboundPacket packet, long nowNs) {
        return frames.emit(packet, nowNs);
    }

    @Override
    public int receive(PacketReceiver host, int maxPackets, long nowNs) {
        return frames.receive(host, maxPackets, nowNs);
    }

    @Override
    public void close() {
        frames.close();
    }
}
