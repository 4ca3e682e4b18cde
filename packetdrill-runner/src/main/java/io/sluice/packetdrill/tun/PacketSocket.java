package io.sluice.packetdrill.tun;

import com.sun.jna.Memory;
import io.sluice.wire.Checksum;
import io.sluice.wire.EthernetHeader;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.Ipv4Header;
import io.sluice.wire.Ipv6Header;
import io.sluice.wire.TcpHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's side of a TUN or TAP device, by a packet socket (packet(7)): what is sent here leaves by the device and so
 * is read by the program that has the device open; one that the program writes arrives by the device and is received here,
 * a super-segment whole. Used by one thread.
 */
final class PacketSocket implements AutoCloseable {
    private static final int AF_PACKET = 17;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_NONBLOCK = 0x800;
    private static final short ETH_P_ALL = 0x0003;
    private static final short ETH_P_IP = 0x0800;
    private static final short ETH_P_IPV6 = (short) 0x86DD;
    private static final int SOL_PACKET = 263;
    private static final int PACKET_VNET_HDR = 15;
    private static final int PACKET_IGNORE_OUTGOING = 23;

    /** {@code sockaddr_ll}: family, protocol in network order, interface; the rest does not matter. */
    private static final int ADDRESS_BYTES = 20;

    private static final int PROTOCOL = 2;
    private static final int INTERFACE = 4;

    /** {@code virtio_net_hdr}, in the order of the machine. */
    private static final int VIRTIO_BYTES = 10;

    private static final int NEEDS_CHECKSUM = 1;
    private static final int GSO_TYPE = 1;
    private static final int GSO_TCPV4 = 1;
    private static final int GSO_TCPV6 = 4;
    private static final int HEADER_LENGTH = 2;
    private static final int GSO_SIZE = 4;
    private static final int CHECKSUM_START = 6;
    private static final int CHECKSUM_OFFSET = 8;
    private static final int MAX_PACKET = 65_536;

    /** Where the checksum is in a TCP header (RFC 9293 §3.1). */
    private static final int TCP_CHECKSUM = 16;

    private final int fd;
    private final int frameHeader;
    private final Memory buffer = new Memory(VIRTIO_BYTES + MAX_PACKET);

    private PacketSocket(int interfaceIndex, short protocol, int frameHeader) throws IOException {
        this.frameHeader = frameHeader;
        int inNetworkOrder = Short.toUnsignedInt(Short.reverseBytes(protocol));
        fd = TunLibC.socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, inNetworkOrder);
        if (fd < 0) {
            throw new IOException("no packet socket: errno " + TunLibC.errno());
        }
        Memory address = new Memory(ADDRESS_BYTES);
        address.clear();
        address.setShort(0, (short) AF_PACKET);
        address.setShort(PROTOCOL, (short) inNetworkOrder);
        address.setInt(INTERFACE, interfaceIndex);
        if (!on(PACKET_VNET_HDR) || !on(PACKET_IGNORE_OUTGOING) || TunLibC.bind(fd, address, ADDRESS_BYTES) < 0) {
            int errno = TunLibC.errno();
            TunLibC.close(fd);
            throw new IOException("no packet socket on the device: errno " + errno);
        }
    }

    private boolean on(int option) {
        Memory one = new Memory(Integer.BYTES);
        one.setInt(0, 1);
        return TunLibC.setsockopt(fd, SOL_PACKET, option, one, Integer.BYTES) == 0;
    }

    /**
     * One that carries IP packets of one version. To be made, like the other, by a thread in the namespace of the device.
     *
     * @throws IOException if this process may not
     */
    static PacketSocket ofPackets(int interfaceIndex, boolean ipv6) throws IOException {
        return new PacketSocket(interfaceIndex, ipv6 ? ETH_P_IPV6 : ETH_P_IP, 0);
    }

    /** One that carries Ethernet frames, whatever is in them. */
    static PacketSocket ofFrames(int interfaceIndex) throws IOException {
        return new PacketSocket(interfaceIndex, ETH_P_ALL, EthernetHeader.LENGTH);
    }

    int fd() {
        return fd;
    }

    /**
     * Sends a packet.
     *
     * @param segmentBytes the payload of the segments that it was merged of; 0 if it is one
     * @throws IllegalStateException if the kernel refuses: nothing that a script says can cause that
     */
    void send(byte[] packet, int segmentBytes) {
        buffer.clear(VIRTIO_BYTES); // nothing is left for the device to do
        if (segmentBytes > 0) {
            merged(packet, segmentBytes);
        }
        buffer.write(VIRTIO_BYTES, packet, 0, packet.length);
        if (TunLibC.send(fd, buffer, VIRTIO_BYTES + packet.length, 0) < 0) {
            throw new IllegalStateException("a packet could not be sent: errno " + TunLibC.errno());
        }
    }

    /** The virtio header of a TCP segment that is to be taken for several: the kernel wants the checksum to be left to it. */
    private void merged(byte[] packet, int segmentBytes) {
        ByteBuffer b = ByteBuffer.wrap(packet);
        Ipv6Header v6 = new Ipv6Header();
        Ipv4Header v4 = new Ipv4Header();
        int ip = packet.length - frameHeader;
        boolean six = v6.wrap(b, frameHeader, ip);
        if (!six && !v4.wrap(b, frameHeader, ip)) {
            throw new IllegalArgumentException("no IP packet");
        }
        int at = six ? v6.payloadOffset() : v4.payloadOffset();
        TcpHeader tcp = new TcpHeader();
        int length = packet.length - at;
        if (!tcp.wrap(b, at, length)) {
            throw new IllegalArgumentException("no TCP segment");
        }
        long pseudoHeader = six ? v6.pseudoHeader(IpProtocol.TCP, length) : v4.pseudoHeader();
        b.putShort(at + TCP_CHECKSUM, (short) ~Checksum.finish(pseudoHeader));
        buffer.setByte(0, (byte) NEEDS_CHECKSUM);
        buffer.setByte(GSO_TYPE, (byte) (six ? GSO_TCPV6 : GSO_TCPV4));
        buffer.setShort(HEADER_LENGTH, (short) tcp.payloadOffset());
        buffer.setShort(GSO_SIZE, (short) segmentBytes);
        buffer.setShort(CHECKSUM_START, (short) at);
        buffer.setShort(CHECKSUM_OFFSET, (short) TCP_CHECKSUM);
    }

    /** The next packet that has come, its checksum completed as a device would; null if there is none. */
    byte @Nullable [] receive() {
        int length = (int) TunLibC.recv(fd, buffer, buffer.size(), 0) - VIRTIO_BYTES;
        if (length <= 0) {
            return null;
        }
        byte[] packet = buffer.getByteArray(VIRTIO_BYTES, length);
        if ((buffer.getByte(0) & NEEDS_CHECKSUM) != 0) {
            int start = buffer.getShort(CHECKSUM_START) & 0xFFFF;
            int offset = buffer.getShort(CHECKSUM_OFFSET) & 0xFFFF;
            ByteBuffer b = ByteBuffer.wrap(packet).order(ByteOrder.BIG_ENDIAN);
            b.putShort(start + offset, Checksum.finish(Checksum.sum(b, start, length - start, 0)));
        }
        return packet;
    }

    @Override
    public void close() {
        TunLibC.close(fd);
    }
}
