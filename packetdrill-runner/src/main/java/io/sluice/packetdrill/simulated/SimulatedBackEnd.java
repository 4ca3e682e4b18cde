package io.sluice.packetdrill.simulated;

import io.netty.buffer.ByteBuf;
import io.sluice.ip.Route;
import io.sluice.packetdrill.language.ShellCommand;
import io.sluice.packetdrill.run.BackEnd;
import io.sluice.packetdrill.run.FlowTracker;
import io.sluice.packetdrill.run.LinkKind;
import io.sluice.packetdrill.run.RunConfig;
import io.sluice.packetdrill.run.RunFailure;
import io.sluice.packetdrill.run.SystemInterface;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpPrefix;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The stack in process, in virtual time: no privileges, no jitter, and every run of a script is the same. */
public final class SimulatedBackEnd implements BackEnd {
    /** How long a host on an Ethernet is there before the script begins: its addresses are its own by then (RFC 4862 §5.4). */
    private static final long SETTLING_NS = 5_000_000_000L;

    private final HostUnderTest host;
    private final CapturingLink link;
    private final @Nullable ScriptedEthernet ethernet;
    private long clockNs = HostUnderTest.START_NS;

    public SimulatedBackEnd(RunConfig config) {
        link = new CapturingLink(
                config.mtu(), config.personality().dialect().segmentationOffload(), HostUnderTest.START_NS);
        if (config.network().link() == LinkKind.IP) {
            ethernet = null;
            host = new HostUnderTest(config, link, () -> clockNs);
        } else {
            IpPrefix subnet = new IpPrefix(config.local(), config.prefixLength());
            Stations stations = new Stations(ScriptedEthernet.HOST_MAC, subnet, this::nextHop);
            ethernet = new ScriptedEthernet(link, stations);
            clockNs -= SETTLING_NS;
            host = new HostUnderTest(config, ethernet, () -> clockNs);
            advance(0, () -> false);
        }
    }

    /** Who gets packets to an address: a gateway, if commands have set one. */
    private IpAddress nextHop(IpAddress destination) {
        Route route = host.route(destination);
        return route == null || route.gateway() == null ? destination : route.gateway();
    }

    @Override
    public long nowNs() {
        return clockNs - HostUnderTest.START_NS;
    }

    /** Nothing: no time has passed. */
    @Override
    public void start() {}

    @Override
    public boolean advance(long untilNs, BooleanSupplier enough) {
        long until = HostUnderTest.START_NS + untilNs;
        turn();
        while (!enough.getAsBoolean()) {
            long next = host.nextDeadlineNs();
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
        host.work();
        boolean more = true;
        while (more) {
            more = host.transmit(Integer.MAX_VALUE);
            more |= answer();
        }
    }

    /** Has the host receive what its neighbours answer; whether there was something. */
    private boolean answer() {
        ByteBuf frame = ethernet == null ? null : ethernet.pollAnswer();
        if (frame == null) {
            return false;
        }
        host.receive(frame, 1, false);
        frame.release();
        return true;
    }

    @Override
    public void inject(ByteBuf packet, int segments) {
        ByteBuf received = ethernet == null ? packet : ethernet.toHost(packet);
        host.receive(received, segments, false);
        received.release();
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
    public @Nullable String linkFault() {
        return ethernet == null ? null : ethernet.fault();
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
        host.close();
        for (Captured c = link.poll(); c != null; c = link.poll()) {
            c.packet().release();
        }
        if (ethernet != null) {
            ethernet.close();
        }
    }
}
