package io.sluice.tun;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.unix.Buffer;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.IovArray;
import io.sluice.link.DeviceLink;
import io.sluice.link.EmitResult;
import io.sluice.link.OutboundPacket;
import io.sluice.link.PacketMeta;
import io.sluice.link.PacketReceiver;
import io.sluice.wire.EthernetHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * One queue of a TUN device as a link of a host: each write carries a whole packet, or a TCP super-segment that the
 * kernel treats as if it had been cut; each read brings one.
 *
 * <p>Confined to one thread. Allocates nothing per packet: the receive buffer is used again unless the host kept it, and
 * payload is written from where it lies.
 */
public final class TunLink implements DeviceLink {
    private static final int PROTOCOL_UDP = 17;
    private static final int TCP_FLAGS = 13;
    private static final int TCP_FLAG_CWR = 0x80;
    private static final int MAX_PACKET = 65_535;
    private static final int MAX_VECTORS = 256;

    /** What a packet of 65535 octets leaves for payload behind an IPv6 and the longest TCP header. */
    private static final int MAX_SEGMENTATION_BYTES = MAX_PACKET - 40 - 60;

    /**
     * The largest read: 64 KiB and a virtio header, and the TUN driver's GSO limit is on the payload. The pool's next size
     * class is 80 KiB.
     */
    private static final int RECEIVE_BUFFER_BYTES = 80 * 1024;

    private final TunQueue queue;
    private final String name;
    private final FileDescriptor descriptor;
    private final ByteBufAllocator allocator;
    private final int virtioLength;
    private final TunCounters counters = new TunCounters();
    private final VirtioHeader virtio = new VirtioHeader();
    private final PacketMeta meta;
    /** Octets of the header of a frame, before the packet: 0 on TUN devices. */
    private final int frameHeaderLength;

    /**
     * The virtio header and, behind it, the packet's own headers: 60 octets are cheaper copied than gathered. Allocated by
     * Netty, which then knows its address without asking the JDK each time.
     */
    private final ByteBuf headMemory;

    private final ByteBuffer head;
    private final IovArray vectors = new IovArray(MAX_VECTORS);

    private @Nullable ByteBuf receiveBuffer;
    private long receiveAddress;
    private @Nullable ByteBuf copyBuffer;
    private @Nullable IOException failure;
    private boolean closed;

    /** A link on {@code queue} with receive buffers from Netty's default pool. */
    public TunLink(TunQueue queue) {
        this(queue, PooledByteBufAllocator.DEFAULT);
    }

    /** A link on {@code queue} with receive buffers from {@code allocator}, 80 KiB each. */
    public TunLink(TunQueue queue, ByteBufAllocator allocator) {
        this(queue, allocator, null);
    }

    /** The part of {@code tap} that reads and writes. */
    TunLink(TunQueue queue, ByteBufAllocator allocator, @Nullable TapLink tap) {
        this.meta = new PacketMeta(tap == null ? this : tap);
        this.frameHeaderLength = tap == null ? 0 : EthernetHeader.LENGTH;
        this.queue = queue;
        this.name = queue.name();
        this.descriptor = queue.descriptor();
        this.allocator = allocator;
        this.virtioLength = queue.virtioHeaderLength();
        int headLength = virtioLength + frameHeaderLength + OutboundPacket.HEADER_CAPACITY;
        this.headMemory = new UnpooledByteBufAllocator(true, true).directBuffer(headLength, headLength);
        this.head = headMemory.nioBuffer(0, headLength).order(ByteOrder.LITTLE_ENDIAN);
    }

    public TunQueue queue() {
        return queue;
    }

    public TunCounters counters() {
        return counters;
    }

    @Override
    public int fd() {
        return descriptor.intValue();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int mtu() {
        return queue.device().mtu();
    }

    @Override
    public int maxSegmentationBytes(boolean ipv6) {
        return queue.offload().includes(Offload.TCP) ? MAX_SEGMENTATION_BYTES : 0;
    }

    @Override
    public boolean checksumOffload() {
        return queue.offload().includes(Offload.CHECKSUM);
    }

    /** The error that made the last read fail, or null: the device is gone when this is set. */
    public @Nullable IOException failure() {
        return failure;
    }

    @Override
    public EmitResult emit(OutboundPacket packet, long nowNs) {
        if (closed || !describe(packet)) {
            counters.packetsRefused++;
            return EmitResult.DROPPED;
        }
        int at = virtioLength;
        if (virtioLength > 0) {
            virtio.write(head, 0);
        }
        if (packet.linkHeaderLength() > 0) {
            head.put(at, packet.linkHeader(), 0, packet.linkHeaderLength());
            at += packet.linkHeaderLength();
        }
        head.put(at, packet.header(), 0, packet.headerLength());
        int headLength = at + packet.headerLength();
        vectors.clear();
        vectors.add(headMemory, 0, headLength);
        if (!gather(packet)) {
            copy(packet, headLength);
        }
        return write(packet, virtioLength + packet.linkHeaderLength() + packet.totalLength());
    }

    private EmitResult write(OutboundPacket packet, int length) {
        long written;
        try {
            written = descriptor.writevAddresses(vectors.memoryAddress(0), vectors.count());
        } catch (IOException e) {
            counters.writeErrors++;
            return EmitResult.DROPPED;
        }
        if (written == length) {
            counters.packetsSent++;
            counters.bytesSent += packet.totalLength();
            counters.superSegmentsSent += virtio.gsoSize == 0 ? 0 : 1;
            return EmitResult.SENT;
        }
        if (written == 0) {
            counters.busyWrites++;
            return EmitResult.BUSY;
        }
        counters.shortWrites++;
        return EmitResult.DROPPED;
    }

    /** Fills in the virtio header; false if the packet asks for what was not granted. */
    private boolean describe(OutboundPacket packet) {
        virtio.clear();
        virtio.headerLength = packet.linkHeaderLength() + packet.headerLength();
        if (packet.checksumPartial()) {
            virtio.flags = VirtioHeader.FLAG_NEEDS_CHECKSUM;
            virtio.checksumStart = packet.linkHeaderLength() + packet.transportOffset();
            virtio.checksumOffset = packet.checksumOffset();
        }
        boolean segmented = packet.segments() > 1;
        if (segmented) {
            virtio.gsoType = segmentation(packet);
            virtio.gsoSize = packet.gsoSize();
        }
        Offload granted = queue.offload();
        if (!segmented) {
            return !packet.checksumPartial() || granted.includes(Offload.CHECKSUM);
        }
        boolean udp = virtio.gsoType == VirtioHeader.GSO_UDP_L4;
        return packet.checksumPartial() && granted.includes(udp ? Offload.TCP_AND_UDP : Offload.TCP);
    }

    private static int segmentation(OutboundPacket packet) {
        if (packet.protocol() == PROTOCOL_UDP) {
            return VirtioHeader.GSO_UDP_L4;
        }
        int type = packet.ipv6() ? VirtioHeader.GSO_TCPV6 : VirtioHeader.GSO_TCPV4;
        int flags = packet.header().get(packet.transportOffset() + TCP_FLAGS);
        return (flags & TCP_FLAG_CWR) == 0 ? type : type | VirtioHeader.GSO_ECN;
    }

    /** Adds the payload where it lies; false if part of it is not in direct memory or there are too many pieces. */
    private boolean gather(OutboundPacket packet) {
        for (int i = 0; i < packet.sliceCount(); i++) {
            ByteBuf slice = packet.slice(i);
            if (!slice.isDirect() || !vectors.add(slice, packet.sliceOffset(i), packet.sliceLength(i))) {
                return false;
            }
        }
        return true;
    }

    private void copy(OutboundPacket packet, int headLength) {
        ByteBuf target = copyBuffer;
        if (target == null) {
            target = Unpooled.directBuffer(MAX_PACKET);
            copyBuffer = target;
        }
        target.clear();
        for (int i = 0; i < packet.sliceCount(); i++) {
            target.writeBytes(packet.slice(i), packet.sliceOffset(i), packet.sliceLength(i));
        }
        vectors.clear();
        vectors.add(headMemory, 0, headLength);
        vectors.add(target, 0, target.readableBytes());
        counters.payloadBytesCopied += target.readableBytes();
    }

    /**
     * Reads packets and hands each to {@code host}, until none is left or {@code maxPackets} were read.
     *
     * @return how many were read; fewer than {@code maxPackets} if the device has no more now, or failed
     */
    @Override
    public int receive(PacketReceiver host, int maxPackets, long nowNs) {
        int packets = 0;
        while (packets < maxPackets && !closed) {
            ByteBuf buffer = receiveBuffer();
            int length = read(buffer.capacity());
            if (length <= 0) {
                break;
            }
            packets++;
            if (length <= virtioLength + frameHeaderLength || length == buffer.capacity()) {
                counters.invalidReads++;
            } else {
                deliver(buffer, length, host, nowNs);
            }
        }
        return packets;
    }

    private int read(int capacity) {
        try {
            int length = descriptor.readAddress(receiveAddress, 0, capacity);
            if (length <= 0) {
                counters.emptyReads++;
            }
            return length;
        } catch (IOException e) {
            counters.readErrors++;
            failure = e;
            return 0;
        }
    }

    private void deliver(ByteBuf buffer, int length, PacketReceiver host, long nowNs) {
        int packetLength = length - virtioLength;
        meta.reset();
        if (virtioLength > 0) {
            virtio.read(buffer, 0);
            meta.checksumTrusted(virtio.has(VirtioHeader.FLAG_NEEDS_CHECKSUM | VirtioHeader.FLAG_DATA_VALID));
            int segments = virtio.segments(buffer, virtioLength + frameHeaderLength, packetLength - frameHeaderLength);
            if (segments > 1) {
                meta.merged(virtio.gsoSize, segments);
                counters.mergedPacketsReceived++;
            }
        }
        counters.packetsReceived++;
        counters.bytesReceived += packetLength;
        counters.segmentsReceived += meta.segments();
        buffer.setIndex(virtioLength, length);
        host.onPacket(buffer, meta, nowNs);
        if (!closed && buffer.refCnt() > 1) {
            counters.buffersKept++;
            receiveBuffer = null;
            buffer.release();
        }
    }

    private ByteBuf receiveBuffer() {
        ByteBuf buffer = receiveBuffer;
        if (buffer == null) {
            buffer = allocator.directBuffer(RECEIVE_BUFFER_BYTES, RECEIVE_BUFFER_BYTES);
            receiveBuffer = buffer;
            receiveAddress = address(buffer);
        }
        return buffer;
    }

    /** Without Unsafe (newer JDKs) Netty knows no address, but JNI does. */
    private static long address(ByteBuf buffer) {
        if (buffer.hasMemoryAddress()) {
            return buffer.memoryAddress();
        }
        ByteBuffer memory = buffer.internalNioBuffer(0, buffer.capacity());
        return Buffer.memoryAddress(memory) + memory.position();
    }

    /** Releases this link's memory, not the device. Packets offered later are dropped. Idempotent. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        vectors.release();
        headMemory.release();
        if (receiveBuffer != null) {
            receiveBuffer.release();
            receiveBuffer = null;
        }
        if (copyBuffer != null) {
            copyBuffer.release();
            copyBuffer = null;
        }
    }
}
