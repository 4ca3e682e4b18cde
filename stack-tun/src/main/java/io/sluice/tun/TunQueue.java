package io.sluice.tun;

import io.netty.channel.unix.FileDescriptor;
import io.sluice.tun.linux.ErrnoException;
import io.sluice.tun.linux.LibC;
import io.sluice.tun.linux.TunIoctl;
import java.io.IOException;

/**
 * One queue of a TUN device: a non-blocking descriptor from which each read takes one packet, and to which each write
 * gives one. With any offload each packet is behind a virtio header.
 *
 * <p>Belongs to the thread of the {@link TunLink} on it.
 */
public final class TunQueue {
    /** What {@code TUNSETVNETHDRSZ} is set to: virtio 1.2's header, which leaves the packet aligned to 4 octets. */
    private static final int VIRTIO_HEADER_LENGTH = 12;

    private final TunDevice device;
    private final int number;
    private final FileDescriptor descriptor;
    private final Offload offload;
    private final int virtioHeaderLength;

    /**
     * Prepares an attached descriptor: non-blocking, the virtio header's length, as much of {@code most} as the kernel
     * grants. Takes over the descriptor only if it returns.
     */
    TunQueue(TunDevice device, int number, int fd, boolean virtioHeader, Offload most) throws ErrnoException {
        LibC.setNonBlocking(fd);
        this.device = device;
        this.number = number;
        if (virtioHeader) {
            TunIoctl.vnetHeaderLength(fd, VIRTIO_HEADER_LENGTH);
            this.offload = negotiate(fd, most);
            this.virtioHeaderLength = VIRTIO_HEADER_LENGTH;
        } else {
            this.offload = Offload.NONE;
            this.virtioHeaderLength = 0;
        }
        this.descriptor = new FileDescriptor(fd);
    }

    /** The kernel refuses a whole set of features for one it does not know, so ask for less and less. */
    private static Offload negotiate(int fd, Offload most) throws ErrnoException {
        Offload wanted = most;
        while (true) {
            try {
                TunIoctl.offload(fd, wanted.features());
                return wanted;
            } catch (ErrnoException e) {
                if (wanted == Offload.NONE) {
                    throw e;
                }
                wanted = wanted.less();
            }
        }
    }

    public TunDevice device() {
        return device;
    }

    /** Its place in {@link TunDevice#queues}. */
    public int number() {
        return number;
    }

    /** {@code tun0}, {@code tun0/1}, {@code tun0/2}, ... */
    public String name() {
        return number == 0 ? device.name() : device.name() + "/" + number;
    }

    /** For reading, writing and event loops; {@link TunDevice#close} closes it. */
    public FileDescriptor descriptor() {
        return descriptor;
    }

    /** What the kernel granted. */
    public Offload offload() {
        return offload;
    }

    /** Octets of virtio header before each packet; 0 if there is none. */
    public int virtioHeaderLength() {
        return virtioHeaderLength;
    }

    void close() throws IOException {
        if (descriptor.isOpen()) {
            descriptor.close();
        }
    }
}
