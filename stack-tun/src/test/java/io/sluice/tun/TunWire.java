package io.sluice.tun;

import static org.junit.jupiter.api.Assertions.assertFalse;

import io.netty.buffer.ByteBuf;
import io.sluice.link.EmitResult;
import io.sluice.link.OutboundPacket;
import io.sluice.link.PacketReceiver;
import io.sluice.link.Path;
import io.sluice.tun.namespace.NetworkNamespace;
import io.sluice.wire.Checksum;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.Ipv4Header;
import io.sluice.wire.Ipv6Header;
import io.sluice.wire.UdpHeader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;

/**
 * A namespace with a TUN device in it and this process at the other end: the kernel is 10.0.0.1 and fd00::1, we are
 * 10.0.0.2 and fd00::2, of both families.
 */
final class TunWire implements AutoCloseable {
    static final int BURST = 64;

    final NetworkNamespace namespace;
    final TunDevice device;
    final TunLink link;
    final OutboundPacket packet = new OutboundPacket();

    TunWire(TunConfig.Builder config) throws IOException {
        namespace = NetworkNamespace.create();
        device = namespace.call(config.address("10.0.0.1/24").address("fd00::1/64")::open);
        link = device.link();
    }

    static TunWire with(Offload offload) throws IOException {
        return new TunWire(TunDevice.builder().offload(offload));
    }

    static IpAddress kernel(boolean ipv6) {
        return IpAddress.parse(ipv6 ? "fd00::1" : "10.0.0.1");
    }

    static IpAddress ours(boolean ipv6) {
        return IpAddress.parse(ipv6 ? "fd00::2" : "10.0.0.2");
    }

    static InetSocketAddress kernel(boolean ipv6, int port) {
        return new InetSocketAddress(kernel(ipv6).toInetAddress(), port);
    }

    static InetSocketAddress ours(boolean ipv6, int port) {
        return new InetSocketAddress(ours(ipv6).toInetAddress(), port);
    }

    /** Gives what arrives to {@code host} until {@code condition} holds; the test's timeout ends it otherwise. */
    void receiveUntil(BooleanSupplier condition, PacketReceiver host) {
        receiveUntil(link, condition, host);
    }

    static void receiveUntil(TunLink link, BooleanSupplier condition, PacketReceiver host) {
        while (!condition.getAsBoolean()) {
            if (link.receive(host, BURST, 0) == 0) {
                assertFalse(Thread.interrupted(), "the test took too long");
                Thread.onSpinWait();
            }
        }
    }

    /** Starts a packet from us to the kernel: IP header of {@code protocol}, for so many octets behind it. */
    int begin(boolean ipv6, int protocol, int ipPayloadLength) {
        packet.reset();
        return new Path(link, ours(ipv6), kernel(ipv6)).emitHeader(packet.header(), ipPayloadLength, protocol, 0);
    }

    /** The sum over the pseudo-header of a packet from us to the kernel. */
    static long pseudoHeader(boolean ipv6, int protocol, int ipPayloadLength) {
        IpAddress from = ours(ipv6);
        IpAddress to = kernel(ipv6);
        return ipv6
                ? Checksum.pseudoHeader6(from.hi(), from.lo(), to.hi(), to.lo(), protocol, ipPayloadLength)
                : Checksum.pseudoHeader4(from.v4(), to.v4(), protocol, ipPayloadLength);
    }

    /** Sends a datagram whose checksum is left to the link, if it takes that, or else computed. */
    EmitResult sendUdp(boolean ipv6, int fromPort, int toPort, ByteBuf payload) {
        return sendUdp(link, ipv6, fromPort, toPort, payload);
    }

    EmitResult sendUdp(TunLink on, boolean ipv6, int fromPort, int toPort, ByteBuf payload) {
        int payloadLength = payload.readableBytes();
        int length = UdpHeader.LENGTH + payloadLength;
        int at = begin(ipv6, IpProtocol.UDP, length);
        ByteBuffer header = packet.header();
        header.putShort(at, (short) fromPort);
        header.putShort(at + 2, (short) toPort);
        header.putShort(at + 4, (short) length);
        header.putShort(at + UdpHeader.CHECKSUM_OFFSET, (short) 0);
        packet.header(at + UdpHeader.LENGTH, at, IpProtocol.UDP, ipv6);
        packet.addSlice(payload, payload.readerIndex(), payloadLength);
        long sum = pseudoHeader(ipv6, IpProtocol.UDP, length);
        if (on.checksumOffload()) {
            packet.checksumPartial(UdpHeader.CHECKSUM_OFFSET);
            header.putShort(at + UdpHeader.CHECKSUM_OFFSET, (short) Checksum.fold(sum));
        } else {
            sum = Checksum.sum(header, at, UdpHeader.LENGTH, sum);
            sum = Checksum.sum(payload.nioBuffer().slice(), 0, payloadLength, sum);
            header.putShort(at + UdpHeader.CHECKSUM_OFFSET, Checksum.finishUdp(sum));
        }
        return on.emit(packet, 0);
    }

    /** The packet as the header views want it: from index 0. */
    static ByteBuffer bytes(ByteBuf packet) {
        return packet.nioBuffer().slice();
    }

    /** Where the transport header of {@code protocol} begins, or -1 if this is another packet. */
    static int transport(ByteBuffer packet, int protocol) {
        Ipv4Header ipv4 = new Ipv4Header();
        if (ipv4.wrap(packet, 0, packet.limit())) {
            return ipv4.protocol() == protocol ? ipv4.payloadOffset() : -1;
        }
        Ipv6Header ipv6 = new Ipv6Header();
        boolean matches = ipv6.wrap(packet, 0, packet.limit()) && ipv6.nextHeader() == protocol;
        return matches ? Ipv6Header.LENGTH : -1;
    }

    static boolean isIpv6(ByteBuffer packet) {
        return packet.get(0) >>> 4 == Ipv6Header.VERSION;
    }

    @Override
    public void close() throws IOException {
        link.close();
        device.close();
        namespace.close();
    }
}
