package io.sluice.tun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.sluice.link.EmitResult;
import io.sluice.link.PacketMeta;
import io.sluice.link.PacketReceiver;
import io.sluice.wire.Checksum;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.Seq;
import io.sluice.wire.TcpHeader;
import io.sluice.wire.TcpOptionWriter;
import java.nio.ByteBuffer;

/**
 * Just enough of a TCP server to move a known stream over a wire that loses nothing: handshake, cumulative
 * acknowledgment once a batch, the peer's window. It offers MSS and window scale and nothing else, so that every header
 * is 20 octets.
 */
final class HandmadeTcp implements PacketReceiver {
    static final int PORT = 80;

    private static final int SHIFT = 7;
    private static final int ISS = 0xFFFF_0000; // wraps after 64 KiB

    private final TunWire wire;
    private final boolean ipv6;
    private final ByteBuf stream;
    private final ByteBuffer octets;
    private final int mss;
    private final TcpHeader tcp = new TcpHeader();
    private int peerPort;
    private int rcvNxt;
    private int sndUna;
    private int sndNxt = ISS;
    private int peerShift;
    private int peerWindow;
    private boolean acknowledge;

    private boolean established;
    boolean peerClosed;
    int received;
    int largestPacket;
    int segments;

    /** Sends, and expects to receive, the octets of {@code stream}. */
    HandmadeTcp(TunWire wire, boolean ipv6, ByteBuf stream) {
        this.wire = wire;
        this.ipv6 = ipv6;
        this.stream = stream;
        this.octets = stream.nioBuffer();
        this.mss = wire.link.mtu() - (ipv6 ? 40 : 20) - TcpHeader.MIN_LENGTH;
    }

    @Override
    public void onPacket(ByteBuf packet, PacketMeta meta, long nowNs) {
        ByteBuffer bytes = TunWire.bytes(packet);
        int at = TunWire.transport(bytes, IpProtocol.TCP);
        if (at < 0) {
            return;
        }
        assertTrue(tcp.wrap(bytes, at, bytes.limit() - at));
        assertTrue(
                meta.checksumTrusted()
                        || tcp.isChecksumValid(TunWire.pseudoHeader(ipv6, IpProtocol.TCP, bytes.limit() - at)),
                "neither vouched for nor right");
        assertTrue(!tcp.hasAnyFlag(TcpHeader.RST), "the kernel resets: it did not like what it got");
        if (tcp.hasAnyFlag(TcpHeader.SYN)) {
            onSyn();
            return;
        }
        established = true;
        sndUna = tcp.acknowledgmentNumber();
        peerWindow = tcp.window() << peerShift;
        onData(meta, bytes.limit());
    }

    private void onSyn() {
        peerPort = tcp.sourcePort();
        rcvNxt = tcp.sequenceNumber() + 1;
        for (int i = tcp.optionsOffset(); i < tcp.payloadOffset(); ) {
            int kind = tcp.buffer().get(i);
            if (kind == 3) {
                peerShift = tcp.buffer().get(i + 2);
            }
            i += kind <= 1 ? 1 : tcp.buffer().get(i + 1);
        }
        sndUna = ISS;
        sndNxt = ISS; // again, where the kernel did not wait for the answer to its first SYN
        send(TcpHeader.SYN | TcpHeader.ACK, 0, 0);
        sndNxt = ISS + 1;
    }

    private void onData(PacketMeta meta, int packetLength) {
        int length = tcp.payloadLength();
        if (Seq.lt(tcp.sequenceNumber(), rcvNxt)) {
            acknowledge = true; // a probe of the kernel: this side was slow
            return;
        }
        assertEquals(rcvNxt, tcp.sequenceNumber(), "nothing is lost or reordered here");
        ByteBuffer payload = tcp.buffer().slice(tcp.payloadOffset(), length);
        assertEquals(-1, payload.mismatch(octets.slice(received, length)), "the first wrong octet");
        if (length > 0) {
            assertEquals(Math.max(1, (length + mss - 1) / mss), meta.segments());
            assertEquals(meta.segments() > 1 ? mss : 0, meta.segmentSize());
            largestPacket = Math.max(largestPacket, packetLength);
            segments += meta.segments();
        }
        received += length;
        rcvNxt += length;
        peerClosed = tcp.hasAnyFlag(TcpHeader.FIN);
        rcvNxt += peerClosed ? 1 : 0;
        acknowledge |= length > 0 || peerClosed;
    }

    /** To be called after a batch of packets. */
    void acknowledgeBatch() {
        if (acknowledge) {
            acknowledge = false;
            send(TcpHeader.ACK, 0, 0);
        }
    }

    /**
     * Sends what the peer's window allows of the stream up to {@code end}, in pieces as large as the link takes; only a few,
     * since the kernel answers at once and the device keeps no more than 500 packets for us.
     */
    void sendUpTo(int end) {
        int most = Math.max(mss, wire.link.maxSegmentationBytes(ipv6) / mss * mss);
        for (int i = 0; i < TunWire.BURST && established; i++) {
            int from = sndNxt - (ISS + 1);
            int window = peerWindow - (sndNxt - sndUna);
            int length = Math.min(Math.min(end - from, most), window);
            if (length <= 0 || (length < Math.min(mss, end - from))) {
                return;
            }
            send(TcpHeader.ACK | TcpHeader.PSH, from, length);
            sndNxt += length;
        }
    }

    boolean isAcknowledgedUpTo(int end) {
        return Seq.leq(ISS + 1 + end, sndUna);
    }

    void close() {
        send(TcpHeader.FIN | TcpHeader.ACK, 0, 0);
        sndNxt++;
    }

    private void send(int flags, int from, int length) {
        boolean syn = (flags & TcpHeader.SYN) != 0;
        int headerLength = TcpHeader.MIN_LENGTH + (syn ? 8 : 0);
        int at = wire.begin(ipv6, IpProtocol.TCP, headerLength + length);
        ByteBuffer header = wire.packet.header();
        tcp.emit(header, at, headerLength, headerLength)
                .sourcePort(PORT)
                .destinationPort(peerPort)
                .sequenceNumber(sndNxt)
                .acknowledgmentNumber(rcvNxt)
                .flags(flags)
                .window(0xFFFF)
                .checksum(0);
        if (syn) {
            int next = TcpOptionWriter.mss(header, at + TcpHeader.MIN_LENGTH, mss);
            next = TcpOptionWriter.windowScale(header, next, SHIFT);
            TcpOptionWriter.nop(header, next);
        }
        wire.packet.header(at + headerLength, at, IpProtocol.TCP, ipv6);
        if (length > 0) {
            wire.packet.addSlice(stream, from, length);
        }
        finishChecksum(header, at, headerLength, from, length);
        assertEquals(EmitResult.SENT, wire.link.emit(wire.packet, 0));
    }

    private void finishChecksum(ByteBuffer header, int at, int headerLength, int from, int length) {
        long sum = TunWire.pseudoHeader(ipv6, IpProtocol.TCP, headerLength + length);
        if (wire.link.checksumOffload()) {
            wire.packet.checksumPartial(TcpHeader.CHECKSUM_OFFSET);
            wire.packet.gsoSize(length > mss ? mss : 0);
            tcp.checksum(Checksum.fold(sum));
        } else {
            sum = Checksum.sum(header, at, headerLength, sum);
            tcp.checksum(Checksum.finish(Checksum.sum(octets.slice(from, length), 0, length, sum)));
        }
    }
}
