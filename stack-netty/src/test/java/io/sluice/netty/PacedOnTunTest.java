package io.sluice.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.Channel;
import io.sluice.link.DeviceLink;
import io.sluice.link.EmitResult;
import io.sluice.link.OutboundPacket;
import io.sluice.link.PacketMeta;
import io.sluice.link.PacketReceiver;
import io.sluice.tun.Offload;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * SO_MAX_PACING_RATE over a TUN device to the kernel, in real time: no more than the rate leaves, and no burst is longer than it
 * may be, however late the machine's timers are. How even it is, `bin/bench pacing` measures.
 */
@Tag("netns")
@Timeout(120)
class PacedOnTunTest {
    private static final long PATIENCE_S = 60;
    private static final double NS_PER_SECOND = 1e9;

    /** Data that left, at the host's time. */
    private record Sent(long atNs, long bytes) {}

    /** A device that notes what passes. */
    private record Noting(DeviceLink device, List<Sent> sent) implements DeviceLink {
        @Override
        public String name() {
            return device.name();
        }

        @Override
        public int mtu() {
            return device.mtu();
        }

        @Override
        public int maxSegmentationBytes(boolean ipv6) {
            return device.maxSegmentationBytes(ipv6);
        }

        @Override
        public boolean checksumOffload() {
            return device.checksumOffload();
        }

        @Override
        public int fd() {
            return device.fd();
        }

        @Override
        public EmitResult emit(OutboundPacket packet, long nowNs) {
            if (packet.payloadLength() > 0) {
                sent.add(new Sent(nowNs, packet.payloadLength()));
            }
            return device.emit(packet, nowNs);
        }

        @Override
        public int receive(PacketReceiver host, int maxPackets, long nowNs) {
            PacketMeta mine = new PacketMeta(this);
            return device.receive(
                    (packet, meta, now) -> host.onPacket(
                            packet,
                            mine.reset()
                                    .checksumTrusted(meta.checksumTrusted())
                                    .merged(meta.segmentSize(), meta.segments()),
                            now),
                    maxPackets,
                    nowNs);
        }

        @Override
        public void close() {
            device.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"NONE, 2000000, 1000000", "TCP, 2000000, 1000000", "TCP, 40000000, 20000000"})
    void noMoreThanTheRateLeaves(Offload offload, long rate, long bytes) throws Exception {
        List<Sent> sent = new CopyOnWriteArrayList<>();
        try (OnTun net = new OnTun(offload, device -> new Noting(device, sent));
                KernelPeer peer = new KernelPeer();
                ServerSocketChannel server = net.namespace.call(
                        () -> ServerSocketChannel.open().bind(new InetSocketAddress(OnTun.KERNEL, 0)))) {
            Channel ours = net.client(new SendStream(bytes))
                    .option(SluiceChannelOption.SO_MAX_PACING_RATE, rate)
                    .connect(server.getLocalAddress())
                    .syncUninterruptibly()
                    .channel();
            try (SocketChannel kernel = server.accept()) {
                assertEquals(bytes, peer.verify(kernel).get(PATIENCE_S, TimeUnit.SECONDS));
            }
            ours.close().awaitUninterruptibly();
        }
        // What may leave beyond the rate: a burst of a millisecond or a segment, and half as much to catch up.
        double most = 1.5 * Math.max(rate / 1000.0, 1500);
        double excess = 0;
        long before = sent.get(0).atNs;
        for (Sent s : sent) {
            excess = Math.max(0, excess - (s.atNs - before) * (rate / NS_PER_SECOND)) + s.bytes;
            before = s.atNs;
            double now = excess;
            assertTrue(now <= most, () -> now + " octets beyond the rate, of " + most);
        }
        double seconds = (sent.get(sent.size() - 1).atNs - sent.get(0).atNs) / NS_PER_SECOND;
        assertTrue(seconds >= 0.98 * bytes / rate, seconds + " s");
    }
}
