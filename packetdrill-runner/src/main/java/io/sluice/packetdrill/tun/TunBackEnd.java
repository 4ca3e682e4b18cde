package io.sluice.packetdrill.tun;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.link.PacketMeta;
import io.sluice.packetdrill.language.ShellCommand;
import io.sluice.packetdrill.run.BackEnd;
import io.sluice.packetdrill.run.FlowTracker;
import io.sluice.packetdrill.run.RunConfig;
import io.sluice.packetdrill.run.RunFailure;
import io.sluice.packetdrill.run.SystemInterface;
import io.sluice.packetdrill.simulated.HostUnderTest;
import io.sluice.tun.Offload;
import io.sluice.tun.TunDevice;
import io.sluice.tun.TunLink;
import io.sluice.tun.namespace.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The stack on a TUN device, in real time: a network namespace of the run's own with a device in it, which the stack has
 * open; the script is on the kernel's side of the device. So every packet crosses the kernel, and the stack's time is that of
 * the clock. One thread does it all, as an event loop would. Needs root, or a user namespace.
 */
public final class TunBackEnd implements BackEnd {
    /** The largest MTU of a TUN device: the kernel is to let any packet pass that a script injects. */
    private static final int LARGEST_MTU = 65_535;

    private static final int BURST_PACKETS = 64;

    /** What is sent at once before it is looked at, so that the packet socket's buffer does not overflow. */
    private static final int BURST_BYTES = 65_536;

    private final NetworkNamespace namespace;
    private final TunDevice device;
    private final PacketSocket script;
    private final TunLink queue;
    private final ScriptLink link;
    private final HostUnderTest host;
    private final int mergedMss;
    private final Waiter waiter;
    private final Queue<Captured> captured = new ArrayDeque<>();
    private final PacedClock clock;

    /** How many packets have left by the device and have not been looked for any longer. */
    private long crossed;

    /** @throws UncheckedIOException if there can be no namespace or no device, saying what to do */
    public TunBackEnd(RunConfig config) {
        boolean ipv6 = config.ipv6();
        clock = new PacedClock(System::nanoTime, config.toleranceNs());
        boolean offload = config.personality().dialect().segmentationOffload();
        try {
            namespace = NetworkNamespace.create();
            // The kernel is only to carry packets: it has no address, and forwards nothing.
            namespace.sysctl("net.ipv4.ip_forward", "0");
            device = namespace.call(() -> TunDevice.builder()
                    .name("tun0")
                    .mtu(LARGEST_MTU)
                    .offload(offload ? Offload.TCP : Offload.NONE)
                    .ipv6LinkLocal(false)
                    .open());
            script = namespace.call(() -> new PacketSocket(device.index(), ipv6));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        queue = device.link();
        link = new ScriptLink(queue, config.mtu());
        host = new HostUnderTest(config, link, this::hostNs);
        mergedMss = config.network().mergedMss();
        waiter = new Waiter(queue.fd(), script.fd());
    }

    private long hostNs() {
        return HostUnderTest.START_NS + clock.nowNs();
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
        }
    }

    private void receive(ByteBuf packet, PacketMeta meta, long nowNs) {
        host.receive(packet, meta.segments(), meta.checksumTrusted());
    }

    /** Takes what has come out on the script's side, once all of it has: the kernel mostly, but not always, does that at once. */
    private void awaitCrossing() {
        long sent = queue.counters().packetsSent();
        capture();
        while (crossed < sent && !clock.isLate()) {
            Thread.onSpinWait();
            capture();
        }
        crossed = sent;
    }

    private void capture() {
        for (byte[] packet = script.receive(); packet != null; packet = script.receive()) {
            captured.add(new Captured(nowNs(), Unpooled.wrappedBuffer(packet)));
            crossed++;
        }
    }

    @Override
    public void inject(ByteBuf packet, int segments) {
        byte[] octets = new byte[packet.readableBytes()];
        packet.getBytes(packet.readerIndex(), octets);
        packet.release();
        script.send(octets, segments > 1 ? mergedMss : 0);
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
