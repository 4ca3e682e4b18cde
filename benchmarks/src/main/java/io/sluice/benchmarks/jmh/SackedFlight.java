package io.sluice.benchmarks.jmh;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.api.Endpoint;
import io.sluice.api.Sockets;
import io.sluice.api.TcpSocket;
import io.sluice.cc.AckSample;
import io.sluice.cc.CongestionControl;
import io.sluice.cc.CongestionWindow;
import io.sluice.cc.ConnectionView;
import io.sluice.event.SocketError;
import io.sluice.host.Host;
import io.sluice.host.HostConfig;
import io.sluice.link.PacketMeta;
import io.sluice.tcp.Knob;
import io.sluice.tcp.TcpProfile;
import io.sluice.tcp.TcpStack;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.Ipv4Header;
import io.sluice.wire.TcpHeader;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/**
 * A sender with many segments in flight, of which every tenth is lost, and the acknowledgments that a receiver would send for the
 * others, one for each segment with three SACK blocks. When all are sacked, everything is acknowledged and the next flight leaves.
 */
final class SackedFlight {
    private static final int MSS = 1460;
    private static final int LOST_OF = 10;
    private static final int WINDOW_SHIFT = 14;
    private static final int OPTIONS_BYTES = 28;
    private static final long ROUND_TRIP_NS = 50_000_000;
    private static final int IP = Ipv4Header.MIN_LENGTH;

    private final int segments;
    private final Host sender;
    private final TcpSocket socket;
    private final PacketMeta meta;
    private final ByteBuf payload = Unpooled.directBuffer(MSS, MSS).writeZero(MSS);
    private final ByteBuf packet = Unpooled.directBuffer(128, 128);
    private final ByteBuffer bytes = packet.nioBuffer(0, packet.capacity());
    private final Ipv4Header ip = new Ipv4Header();
    private final TcpHeader tcp = new TcpHeader();
    private final int senderPort;
    private final int firstSeq;
    private long nowNs;
    private long flightStart;
    private int next;

    SackedFlight(TcpStack algorithms, int segments) {
        this.segments = segments;
        CaptureLink link = new CaptureLink(false);
        meta = new PacketMeta(link).checksumTrusted(true);
        TcpStack wide = new TcpStack(algorithms.name(), algorithms.requirement(), algorithms.lossRecovery(), Wide::new);
        TcpProfile profile = TcpProfile.STANDARD
                .with(Knob.TIMESTAMPS, 0)
                .with(Knob.SEND_BUFFER, 2L * segments * MSS)
                .with(Knob.SEND_BUFFER_AUTO, 0);
        sender = new Host(HostConfig.builder(new SplittableRandom(1))
                .tcpProfile(profile)
                .tcpStack(wide)
                .build());
        sender.addAddress(sender.addInterface(link), IpAddress.parse("10.0.0.1"), 24);
        socket = new Sockets(sender).tcp();
        if (socket.connect(Endpoint.of("10.0.0.2", 80), nowNs) != SocketError.IN_PROGRESS) {
            throw new IllegalStateException("no connection");
        }
        sender.transmit(Integer.MAX_VALUE, nowNs);
        ByteBuf syn = link.captured().remove();
        senderPort = syn.getUnsignedShort(syn.readerIndex() + IP);
        firstSeq = syn.getInt(syn.readerIndex() + IP + 4) + 1;
        syn.release();
        link.stopCapturing();
        nowNs += ROUND_TRIP_NS;
        int end = begin(TcpHeader.SYN | TcpHeader.ACK, firstSeq);
        packet.setInt(end, 0x0204_05B4); // MSS 1460
        packet.setInt(end + 4, 0x0402_0101); // SACK permitted
        packet.setInt(end + 8, 0x0303_0001 | WINDOW_SHIFT << 8); // window scale
        deliver(12);
        fill();
    }

    private int begin(int flags, int ack) {
        tcp.emit(bytes, IP, TcpHeader.MIN_LENGTH + ((flags & TcpHeader.SYN) == 0 ? OPTIONS_BYTES : 12), 0)
                .sourcePort(80)
                .destinationPort(senderPort)
                .sequenceNumber((flags & TcpHeader.SYN) == 0 ? 1 : 0)
                .acknowledgmentNumber(ack)
                .flags(flags)
                .window(0xFFFF);
        return IP + TcpHeader.MIN_LENGTH;
    }

    private void deliver(int optionBytes) {
        ip.emit(bytes, 0, TcpHeader.MIN_LENGTH + optionBytes)
                .timeToLive(64)
                .protocol(IpProtocol.TCP)
                .source(0x0A00_0002)
                .destination(0x0A00_0001)
                .updateChecksum();
        packet.setIndex(0, IP + TcpHeader.MIN_LENGTH + optionBytes);
        sender.onPacket(packet, meta, nowNs);
        EstablishedPair.drainReady(sender);
        sender.transmit(Integer.MAX_VALUE, nowNs);
    }

    private void fill() {
        for (int i = 0; i < segments; i++) {
            socket.write(payload.readerIndex(0), true);
        }
        sender.transmit(Integer.MAX_VALUE, nowNs);
        nowNs += ROUND_TRIP_NS;
        next = 1;
    }

    /** The next acknowledgment arrives, and what it lets go leaves. */
    void acknowledge() {
        nowNs += 1000;
        int run = next / LOST_OF * LOST_OF + 1;
        int end = begin(TcpHeader.ACK, seq(0));
        packet.setInt(end, 0x0101_051A); // three SACK blocks
        block(end + 4, run, next + 1);
        block(end + 12, Math.max(1, run - LOST_OF), Math.max(LOST_OF, run - 1));
        block(end + 20, Math.max(1, run - 2 * LOST_OF), Math.max(LOST_OF, run - LOST_OF - 1));
        deliver(OPTIONS_BYTES);
        next += (next + 1) % LOST_OF == 0 ? 2 : 1;
        if (next >= segments) {
            flightStart += segments;
            nowNs += ROUND_TRIP_NS;
            end = begin(TcpHeader.ACK, seq(0));
            packet.setZero(end, OPTIONS_BYTES); // no options
            deliver(OPTIONS_BYTES);
            fill();
        }
    }

    private void block(int at, int from, int to) {
        packet.setInt(at, seq(from));
        packet.setInt(at + 4, seq(to));
    }

    private int seq(int segment) {
        return firstSeq + (int) ((flightStart + segment) * MSS);
    }

    long acknowledged() {
        return flightStart * segments + next;
    }

    /** A window that is never in the way. */
    private static final class Wide implements CongestionControl {
        @Override
        public String name() {
            return "wide";
        }

        @Override
        public void onStart(CongestionWindow window, ConnectionView connection, long now) {
            window.cwnd(Integer.MAX_VALUE);
        }

        @Override
        public void onAck(CongestionWindow window, ConnectionView connection, AckSample ack) {}

        @Override
        public void onCongestion(CongestionWindow window, ConnectionView connection, long now) {}

        @Override
        public void onRetransmissionTimeout(
                CongestionWindow window, ConnectionView connection, boolean first, long now) {}

        @Override
        public boolean ownsRecoveryWindow() {
            return true;
        }
    }
}
