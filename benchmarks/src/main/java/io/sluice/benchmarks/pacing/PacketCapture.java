package io.sluice.benchmarks.pacing;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import io.sluice.tun.namespace.NetworkNamespace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Captures the TCP segments that come out of a TUN device, as tcpdump would: a packet socket, with the kernel's timestamps of
 * when the device handed each packet to it. Super-segments are one packet.
 */
final class PacketCapture implements AutoCloseable {
    private static final int AF_PACKET = 17;
    private static final int SOCK_DGRAM = 2;
    private static final int ETH_P_IP_BIG_ENDIAN = 0x0008;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int SO_RCVTIMEO = 20;
    private static final int RECEIVE_BUFFER = 64 << 20;
    private static final int TIMEOUT_US = 100_000;
    private static final int MSG_TRUNC = 0x20;
    private static final long SIOCGSTAMPNS = 0x8907;
    private static final int SNAP_BYTES = 128;
    private static final long NS_PER_SECOND = 1_000_000_000L;

    /** The C library. */
    private static final class C {
        static {
            Native.register(C.class, "c");
        }

        private C() {}

        static native int socket(int domain, int type, int protocol) throws LastErrorException;

        static native int setsockopt(int fd, int level, int name, byte[] value, int length) throws LastErrorException;

        static native long recv(int fd, byte[] buffer, long length, int flags);

        static native int ioctl(int fd, long request, byte[] argument);

        static native int close(int fd);
    }

    /**
     * A segment with data.
     *
     * @param atNs of the wall clock
     * @param payloadBytes octets of the stream
     */
    record Captured(long atNs, int payloadBytes) {}

    private final int fd;
    private final int source;
    private final Thread thread = new Thread(this::capture, "capture");
    private final List<Captured> packets = new ArrayList<>();
    private volatile boolean stopped;

    /** @param source the IPv4 address of the sender to look at */
    PacketCapture(NetworkNamespace namespace, byte[] source) throws IOException {
        this.source = ByteBuffer.wrap(source).getInt();
        fd = namespace.call(() -> C.socket(AF_PACKET, SOCK_DGRAM, ETH_P_IP_BIG_ENDIAN));
        C.setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, ints(RECEIVE_BUFFER), Integer.BYTES);
        byte[] timeout = ByteBuffer.allocate(16)
                .order(ByteOrder.nativeOrder())
                .putLong(0)
                .putLong(TIMEOUT_US)
                .array();
        C.setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, timeout, timeout.length);
        C.ioctl(fd, SIOCGSTAMPNS, new byte[16]); // switches timestamps on
        thread.setDaemon(true);
        thread.start();
    }

    private static byte[] ints(int value) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(value)
                .array();
    }

    private void capture() {
        byte[] packet = new byte[SNAP_BYTES];
        byte[] timespec = new byte[16];
        ByteBuffer view = ByteBuffer.wrap(packet);
        ByteBuffer time = ByteBuffer.wrap(timespec).order(ByteOrder.nativeOrder());
        while (!stopped) {
            long length = C.recv(fd, packet, SNAP_BYTES, MSG_TRUNC);
            if (length <= 0 || view.getInt(12) != source) {
                continue;
            }
            int ipHeader = (packet[0] & 0xF) * 4;
            int payload = (int) length - ipHeader - (packet[ipHeader + 12] >> 4 & 0xF) * 4;
            if (payload > 0 && C.ioctl(fd, SIOCGSTAMPNS, timespec) == 0) {
                packets.add(new Captured(time.getLong(0) * NS_PER_SECOND + time.getLong(8), payload));
            }
        }
    }

    /** Stops, and tells what was captured, in the order of time. */
    List<Captured> stop() throws InterruptedException {
        stopped = true;
        thread.join();
        return packets;
    }

    @Override
    public void close() {
        stopped = true;
        C.close(fd);
    }
}
