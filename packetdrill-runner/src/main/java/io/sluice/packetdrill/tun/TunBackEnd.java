package io.sluice.packetdrill.tun;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.sluice.link.DeviceLink;
import io.sluice.link.PacketMeta;
import io.sluice.packetdrill.language.ShellCommand;
import io.sluice.packetdrill.run.BackEnd;
import io.sluice.packetdrill.run.FlowTracker;
import io.sluice.packetdrill.run.LinkKind;
import io.sluice.packetdrill.run.RunConfig;
import io.sluice.packetdrill.run.RunFailure;
import io.sluice.packetdrill.run.SystemInterface;
import io.sluice.packetdrill.simulated.HostUnderTest;
import io.sluice.packetdrill.simulated.Neighbors;
import io.sluice.tun.Offload;
import io.sluice.tun.TapLink;
import io.sluice.tun.TunConfig;
import io.sluice.tun.TunCounters;
import io.sluice.tun.TunDevice;
import io.sluice.tun.TunLink;
import io.sluice.tun.namespace.NetworkNamespace;
import io.sluice.wire.EthernetHeader;
import io.sluice.wire.IpAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The stack on a TUN device, or for an Ethernet a TAP device, in real time: a network namespace of the run's own with a device
 * in it, which the stack has open; the script is on the kernel's side of the device. So every packet crosses the kernel, and the
 * stack's time is that of the clock. One thread does it all, as an event loop would. Needs root, or a user namespace.
 */
public final class TunBackEnd implements BackEnd {
    /** The largest MTU of a TUN device: the kernel is to let any packet pass that a script injects. */
    private static final int LARGEST_MTU = 65_535;

    /** The same of a TAP device. */
    private static final int LARGEST_ETHERNET_MTU = LARGEST_MTU - EthernetHeader.LENGTH;

    private static final int BURST_PACKETS = 64;

    /** What is sent at once before it is looked at, so that the packet socket's buffer does not overflow. */
    private static final int BURST_BYTES = 65_536;

    private final NetworkNamespace namespace;
    private final TunDevice device;
    private final PacketSocket script;
    private final DeviceLink queue;
    private final TunCounters counters;
    private final ScriptLink link;
    private final @Nullable Neighbors neighbors;
    private final HostUnderTest host;
    private final int mergedMss;
    private final Waiter waiter;
    private final Queue<Captured> captured = new ArrayDeque<>();
    private final PacedClock clock;

    /** How many packets have left by the device and have not been looked for any longer. */
    private long crossed;

    /** The host's time until the script begins, which has it to itself and does not take so long. */
    private long settlingNs;

    /** @throws UncheckedIOException if there can be no namespace or no device, saying what to do */
    public TunBackEnd(RunConfig config) {
        boolean frames = config.network().link() == LinkKind.ETHERNET;
        clock = new PacedClock(System::nanoTime, config.toleranceNs());
        try {
            namespace = NetworkNamespace.create();
            // The kernel is only to carry packets: it has no address, and forwards nothing.
            namespace.sysctl("net.ipv4.ip_forward", "0");
            device = namespace.call(() -> device(config, frames).open());
            script = namespace.call(() -> frames
                    ? PacketSocket.ofFrames(device.index())
                    : PacketSocket.ofPackets(device.index(), config.ipv6()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (frames) {
            TapLink tap = new TapLink(device.queues().get(0), PooledByteBufAllocator.DEFAULT, Neighbors.HOST_MAC);
            queue = tap;
            counters = tap.counters();
            neighbors = Neighbors.of(config, this::nextHop);
            settlingNs = Neighbors.SETTLING_NS;
        } else {
            TunLink tun = device.link();
            queue = tun;
            counters = tun.counters();
            neighbors = null;
        }
        link = ScriptLink.on(queue, config.mtu());
        host = new HostUnderTest(config, link, this::hostNs);
        mergedMss = config.network().mergedMss();
        waiter = new Waiter(queue.fd(), script.fd());
        settle();
    }

    private static TunConfig.Builder device(RunConfig config, boolean frames) {
        boolean offload = config.personality().dialect().segmentationOffload();
        TunConfig.Builder tun = TunDevice.builder()
                .name("tun0")
                .offload(offload ? Offload.TCP : Offload.NONE)
                .ipv6LinkLocal(false);
        return frames ? tun.ethernet().mtu(LARGEST_ETHERNET_MTU) : tun.mtu(LARGEST_MTU);
    }

    private IpAddress nextHop(IpAddress destination) {
        return host.nextHop(destination);
    }

    private long hostNs() {
        return HostUnderTest.START_NS - settlingNs + clock.nowNs();
    }

    /** What a host on an Ethernet does before its addresses are its own, frame by frame over the device, without the waits between. */
    private void settle() {
        while (settlingNs > 0) {
            clock.resume();
            turn();
            clock.stop();
            settlingNs = Math.max(0, Math.min(settlingNs - 1, HostUnderTest.START_NS - host.nextDeadlineNs()));
        }
    }

    @Override
    public long nowNs() {
        return clock.nowNs();
    }

    @Override
    public long latestNs() {
        return clock.latestNs();
    }

    @Override
    public void start() {
        TunLibC.schedule(true);
    }

    @Override
    public boolean advance(long untilNs, BooleanSupplier enough) {
        clock.resume();
        turn();
        boolean done = enough.getAsBoolean();
        while (!done && nowNs() < untilNs) {
            long nextNs = Math.min(untilNs, host.nextDeadlineNs() - HostUnderTest.START_NS);
            waiter.await(clock.leftNs(nextNs));
            clock.follow(nextNs);
            turn();
            done = enough.getAsBoolean();
        }
        clock.stop();
        return done;
    }

    /** One turn of the host: packets, timers, sockets, transmission; and what left is looked at. */
    private void turn() {
        boolean more = true;
        while (more) {
            more = link.receive(this::receive, BURST_PACKETS, hostNs()) > 0;
            host.work();
            more |= host.transmit(BURST_BYTES);
            awaitCrossing();
            more |= answer();
        }
    }

    private void receive(ByteBuf packet, PacketMeta meta, long nowNs) {
        host.receive(packet, meta.segments(), meta.checksumTrusted());
    }

    /** Takes what has come out on the script's side, once all of it has: the kernel mostly, but not always, does that at once. */
    private void awaitCrossing() {
        long sent = counters.packetsSent();
        capture();
        while (crossed < sent && !clock.isLate()) {
            Thread.onSpinWait();
            capture();
        }
        crossed = sent;
    }

    private void capture() {
        for (byte[] octets = script.receive(); octets != null; octets = script.receive()) {
            ByteBuf received = Unpooled.wrappedBuffer(octets);
            ByteBuf packet = neighbors == null ? received : neighbors.fromHost(received);
            if (packet != null) {
                captured.add(new Captured(nowNs(), packet));
            }
            crossed++;
        }
    }

    /** Sends what the host's neighbours answer; whether there was something. */
    private boolean answer() {
        ByteBuf frame = neighbors == null ? null : neighbors.pollAnswer();
        if (frame == null) {
            return false;
        }
        send(frame, 0);
        return true;
    }

    @Override
    public void inject(ByteBuf packet, int segments) {
        send(neighbors == null ? packet : neighbors.toHost(packet), segments > 1 ? mergedMss : 0);
    }

    private void send(ByteBuf packet, int segmentBytes) {
        byte[] octets = new byte[packet.readableBytes()];
        packet.getBytes(packet.readerIndex(), octets);
        packet.release();
        script.send(octets, segmentBytes);
    }

    @Override
    public @Nullable String linkFault() {
        return neighbors == null ? null : neighbors.fault();
    }

    @Override
    public @Nullable Captured poll() {
        return captured.poll();
    }

    @Override
    public boolean hasCaptured() {
        return !captured.isEmpty();
    }

    @Override
    public SystemInterface systemCalls(FlowTracker flows) {
        return host.systemCalls(flows);
    }

    @Override
    public void execute(ShellCommand command) throws RunFailure {
        host.execute(command);
    }

    @Override
    public void close() {
        TunLibC.schedule(false);
        host.close();
        captured.forEach(c -> c.packet().release());
        if (neighbors != null) {
            neighbors.close();
        }
        script.close();
        queue.close();
        try {
            device.close();
            namespace.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
