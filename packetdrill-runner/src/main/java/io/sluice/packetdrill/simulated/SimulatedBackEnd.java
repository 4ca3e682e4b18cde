package io.sluice.packetdrill.simulated;

import io.netty.buffer.ByteBuf;
import io.sluice.packetdrill.language.ShellCommand;
import io.sluice.packetdrill.run.BackEnd;
import io.sluice.packetdrill.run.FlowTracker;
import io.sluice.packetdrill.run.LinkKind;
import io.sluice.packetdrill.run.RunConfig;
import io.sluice.packetdrill.run.RunFailure;
import io.sluice.packetdrill.run.SystemInterface;
import io.sluice.wire.IpAddress;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The stack in process, in virtual time: no privileges, no jitter, and every run of a script is the same. */
public final class SimulatedBackEnd implements BackEnd {
    private final HostUnderTest host;
    private final CapturingLink link;
    private final @Nullable Neighbors neighbors;
    private long clockNs = HostUnderTest.START_NS;

    public SimulatedBackEnd(RunConfig config) {
        link = new CapturingLink(
                config.mtu(), config.personality().dialect().segmentationOffload(), HostUnderTest.START_NS);
        if (config.network().link() == LinkKind.IP) {
            neighbors = null;
            host = new HostUnderTest(config, link, () -> clockNs);
        } else {
            clockNs -= Neighbors.SETTLING_NS;
            neighbors = Neighbors.of(config, this::nextHop);
            host = new HostUnderTest(config, new ScriptedEthernet(link, neighbors), () -> clockNs);
            advance(0, () -> false);
        }
    }

    private IpAddress nextHop(IpAddress destination) {
        return host.nextHop(destination);
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
        ByteBuf frame = neighbors == null ? null : neighbors.pollAnswer();
        if (frame == null) {
            return false;
        }
        host.receive(frame, 1, false);
        frame.release();
        return true;
    }

    @Override
    public void inject(ByteBuf packet, int segments) {
        ByteBuf received = neighbors == null ? packet : neighbors.toHost(packet);
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
        return neighbors == null ? null : neighbors.fault();
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
        if (neighbors != null) {
            neighbors.close();
        }
    }
}
