package io.sluice.packetdrill.simulated;

import io.netty.buffer.ByteBuf;
import io.sluice.host.Host;
import io.sluice.host.HostConfig;
import io.sluice.ip.Interface;
import io.sluice.ip.Route;
import io.sluice.link.PacketMeta;
import io.sluice.packetdrill.language.ShellCommand;
import io.sluice.packetdrill.run.BackEnd;
import io.sluice.packetdrill.run.FlowTracker;
import io.sluice.packetdrill.run.RunConfig;
import io.sluice.packetdrill.run.RunFailure;
import io.sluice.packetdrill.run.SystemCalls;
import io.sluice.packetdrill.run.SystemInterface;
import io.sluice.posix.PosixSockets;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpPrefix;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The stack in process, in virtual time: no privileges, no jitter. The host's clock does not start at zero, and its
 * secrets come from a fixed seed, so that every run of a script is the same.
 */
public final class SimulatedBackEnd implements BackEnd {
    private static final long START_NS = 1_000_000_000_000L;
    private static final long SEED = 0x5EED_0F_51_01CEL;

    private final RunConfig config;
    private final Host host;
    private final PosixSockets sockets;
    private final CapturingLink link;
    private final PacketMeta meta;
    private final Commands commands;
    private long clockNs = START_NS;

    public SimulatedBackEnd(RunConfig config) {
        this.config = config;
        host = new Host(HostConfig.builder(new SplittableRandom(SEED))
                .startNs(START_NS)
                .tcpProfile(config.personality().tcp())
                .build());
        link = new CapturingLink(config.mtu(), config.personality().dialect().segmentationOffload(), START_NS);
        meta = new PacketMeta(link);
        Interface on = host.addInterface(link);
        host.addAddress(on, config.local(), config.prefixLength());
        IpAddress any = config.ipv6() ? IpAddress.ANY6 : IpAddress.ANY4;
        host.routes().add(new Route(new IpPrefix(any, 0), on, null, 0));
        sockets = new PosixSockets(host, config.personality().posix());
        commands = new Commands(host, sockets, link, () -> clockNs);
    }

    @Override
    public long nowNs() {
        return clockNs - START_NS;
    }

    /** Nothing: no time has passed. */
    @Override
    public void start() {}

    @Override
    public boolean advance(long untilNs, BooleanSupplier enough) {
        long until = START_NS + untilNs;
        turn();
        while (!enough.getAsBoolean()) {
            long next = Math.min(host.nextDeadlineNs(), sockets.nextDeadlineNs());
            if (next > until) {
                clockNs = Math.max(clockNs, until);
                return false;
            }
            clockNs = Math.max(clockNs, next);
            turn();
        }
        return true;
    }

    /** One turn of the host: timers, sockets, transmission. */
    private void turn() {
        host.onTimer(clockNs);
        sockets.poll(clockNs);
        boolean more = true;
        while (more) {
            more = host.transmit(Integer.MAX_VALUE, clockNs);
            more |= sockets.poll(clockNs);
        }
    }

    @Override
    public void inject(ByteBuf packet) {
        host.onPacket(packet, meta.reset(), clockNs);
        packet.release();
    }

    @Override
    public @Nullable Captured poll() {
        return link.poll();
    }

    @Override
    public boolean hasCaptured() {
        return link.hasCaptured();
    }

    @Override
    public SystemInterface systemCalls(FlowTracker flows) {
        return new SystemCalls(config, sockets, () -> clockNs, flows);
    }

    @Override
    public void execute(ShellCommand command) throws RunFailure {
        commands.execute(command);
    }

    @Override
    public void close() {
        host.close(clockNs);
        for (Captured c = link.poll(); c != null; c = link.poll()) {
            c.packet().release();
        }
    }
}
