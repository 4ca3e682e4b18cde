package io.sluice.packetdrill.simulated;

import io.netty.buffer.ByteBuf;
import io.sluice.host.Host;
import io.sluice.host.HostConfig;
import io.sluice.ip.Interface;
import io.sluice.ip.Route;
import io.sluice.link.PacketMeta;
import io.sluice.packetdrill.language.ShellCommand;
import io.sluice.packetdrill.run.FlowTracker;
import io.sluice.packetdrill.run.RunConfig;
import io.sluice.packetdrill.run.RunFailure;
import io.sluice.packetdrill.run.SystemCalls;
import io.sluice.packetdrill.run.SystemInterface;
import io.sluice.posix.PosixSockets;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpPrefix;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/**
 * The stack that scripts are run against, whatever carries its packets and makes its time pass: a host with one interface
 * and one route, its sockets, and what commands do to it. Its secrets come from a fixed seed, so that every run of a script
 * is the same.
 */
public final class HostUnderTest implements AutoCloseable {
    /** The host's clock when a script begins: not zero. */
    public static final long START_NS = 1_000_000_000_000L;

    private static final long SEED = 0x5EED_0F_51_01CEL;

    private final RunConfig config;
    private final LongSupplier clock;
    private final Host host;
    private final PosixSockets sockets;
    private final PacketMeta meta;
    private final Commands commands;

    /**
     * @param link what carries its packets
     * @param clock the host's time; {@link #START_NS} when the script begins
     */
    public HostUnderTest(RunConfig config, ScriptedLink link, LongSupplier clock) {
        this.config = config;
        this.clock = clock;
        host = new Host(HostConfig.builder(new SplittableRandom(SEED))
                .startNs(clock.getAsLong())
                .tcpProfile(config.personality().tcp())
                .tcpStack(config.personality().stack())
                .build());
        meta = new PacketMeta(link);
        Interface on = host.addInterface(link);
        host.addAddress(on, config.local(), config.prefixLength());
        IpAddress any = config.ipv6() ? IpAddress.ANY6 : IpAddress.ANY4;
        host.routes().add(new Route(new IpPrefix(any, 0), on, null, 0));
        sockets = new PosixSockets(host, config.personality().posix());
        commands = new Commands(host, sockets, link, clock);
    }

    /** When the next timer of the host or of a call that blocks is due, in the host's time. */
    public long nextDeadlineNs() {
        return Math.min(host.nextDeadlineNs(), sockets.nextDeadlineNs());
    }

    /**
     * A packet arrives, or on an Ethernet a frame, which lies between the indices of the buffer; borrowed.
     *
     * @param segments of how many segments the device has merged it
     * @param checksumTrusted whether the device vouches for its checksum
     */
    public void receive(ByteBuf packet, int segments, boolean checksumTrusted) {
        meta.reset().checksumTrusted(checksumTrusted).merged(packet.readableBytes() / segments, segments);
        host.onPacket(packet, meta, clock.getAsLong());
    }

    /** Timers, and calls that can go on. */
    public void work() {
        host.onTimer(clock.getAsLong());
        sockets.poll(clock.getAsLong());
    }

    /** Sends up to {@code budgetBytes}, and has calls go on that waited for it; whether there may be more to do now. */
    public boolean transmit(int budgetBytes) {
        boolean more = host.transmit(budgetBytes, clock.getAsLong());
        more |= sockets.poll(clock.getAsLong());
        return more;
    }

    /** Who gets its packets to an address: a gateway, if commands have set one. */
    public IpAddress nextHop(IpAddress destination) {
        Route route = host.routes().lookup(destination);
        return route == null || route.gateway() == null ? destination : route.gateway();
    }

    /** The calls of its sockets. */
    public SystemInterface systemCalls(FlowTracker flows) {
        return new SystemCalls(config, sockets, clock, flows);
    }

    /** Does what a command would do. */
    public void execute(ShellCommand command) throws RunFailure {
        commands.execute(command);
    }

    @Override
    public void close() {
        long nowNs = clock.getAsLong();
        sockets.list().forEach(socket -> sockets.close(socket.fd(), nowNs));
        host.close(nowNs);
    }
}
