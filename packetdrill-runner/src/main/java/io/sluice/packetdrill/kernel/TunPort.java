package io.sluice.packetdrill.kernel;

import com.sun.jna.Memory;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.packetdrill.run.BackEnd.Captured;
import io.sluice.tun.TunDevice;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The script's side of a TUN device: writes what is injected, and reads on a thread of its own what the kernel sends, so
 * that its time is that of the read.
 */
final class TunPort implements AutoCloseable {
    private static final int MAX_PACKET = 65_535;
    private static final int POLLFD_BYTES = 8;
    private static final int POLL_EVENTS = 4;
    private static final int POLL_MS = 50;
    private static final int NEXT_HEADER = 6;
    private static final int ICMPV6 = 58;
    private static final int HOP_BY_HOP = 0;
    private static final int IPV6_HEADER = 40;
    private static final int IPV6 = 6;

    /** Router solicitations (RFC 4861 §4.1) and what is about multicast groups (RFC 3810): the kernel's own affairs. */
    private static final int ROUTER_SOLICITATION = 133;

    private final TunDevice device;
    private final int fd;
    private final KernelClock clock;
    private final Queue<Captured> captured = new ConcurrentLinkedQueue<>();
    private final Memory outgoing = new Memory(MAX_PACKET);
    private final Thread reader;
    private volatile boolean closed;

    TunPort(TunDevice device, KernelClock clock) {
        this.device = device;
        this.fd = device.queues().get(0).descriptor().intValue();
        this.clock = clock;
        this.reader = new Thread(this::readAll, "packetdrill-reader");
        reader.setDaemon(true);
        reader.start();
    }

    private void readAll() {
        KernelLibC.schedule(true);
        Memory incoming = new Memory(MAX_PACKET);
        Memory events = new Memory(POLLFD_BYTES);
        events.setInt(0, fd);
        events.setShort(POLL_EVENTS, KernelLibC.POLLIN);
        while (!closed) {
            KernelLibC.poll(events, 1, POLL_MS);
            long length = KernelLibC.read(fd, incoming, MAX_PACKET);
            long atNs = clock.nowNs();
            while (length > 0) {
                byte[] octets = incoming.getByteArray(0, (int) length);
                if (isOfInterest(octets)) {
                    captured.add(new Captured(atNs, Unpooled.wrappedBuffer(octets)));
                    clock.wake();
                }
                length = closed ? 0 : KernelLibC.read(fd, incoming, MAX_PACKET);
                atNs = clock.nowNs();
            }
        }
    }

    /** Whether it is a script's, and not about the kernel's own affairs. */
    static boolean isOfInterest(byte[] packet) {
        if (packet[0] >>> 4 != IPV6) {
            return true;
        }
        int next = packet[NEXT_HEADER];
        return next != HOP_BY_HOP && !(next == ICMPV6 && (packet[IPV6_HEADER] & 0xFF) >= ROUTER_SOLICITATION);
    }

    /** Writes a packet; takes the reference. The kernel has dealt with it when this returns, but for what waits. */
    void inject(ByteBuf packet) {
        byte[] octets = new byte[packet.readableBytes()];
        packet.getBytes(packet.readerIndex(), octets);
        packet.release();
        outgoing.write(0, octets, 0, octets.length);
        KernelLibC.write(fd, outgoing, octets.length);
    }

    @Nullable Captured poll() {
        return captured.poll();
    }

    boolean hasCaptured() {
        return !captured.isEmpty();
    }

    /** Ends the reader, then closes the device. */
    @Override
    public void close() throws IOException {
        closed = true;
        try {
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        device.close();
    }
}
