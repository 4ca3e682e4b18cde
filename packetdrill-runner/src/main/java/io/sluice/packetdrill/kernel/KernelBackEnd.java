package io.sluice.packetdrill.kernel;

import io.netty.buffer.ByteBuf;
import io.sluice.packetdrill.language.ShellCommand;
import io.sluice.packetdrill.run.BackEnd;
import io.sluice.packetdrill.run.FlowTracker;
import io.sluice.packetdrill.run.RunConfig;
import io.sluice.packetdrill.run.RunFailure;
import io.sluice.packetdrill.run.SystemInterface;
import io.sluice.tun.Offload;
import io.sluice.tun.TunDevice;
import io.sluice.tun.TunRoute;
import io.sluice.tun.namespace.NetworkNamespace;
import io.sluice.wire.IpPrefix;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The TCP of the Linux kernel that this program runs on, in real time: a network namespace of the run's own, and a TUN
 * device in it whose other end is the script. Needs root, or a user namespace.
 *
 * <p>What scripts find here that was written for this kernel tells whether the runner is right.
 */
public final class KernelBackEnd implements BackEnd {
    private final RunConfig config;
    private final KernelTimers timers = KernelTimers.ofThisKernel();
    private final KernelClock clock = new KernelClock();
    private final NetworkNamespace namespace;
    private final TunPort port;
    private final CallThread calls;
    private final Descriptors descriptors = new Descriptors();
    private final ScratchFiles files = new ScratchFiles();
    private final SysctlFiles sysctls;
    private final KernelCommands commands;

    /** @throws UncheckedIOException if there can be no namespace or no device, saying what to do */
    public KernelBackEnd(RunConfig config) {
        this.config = config;
        try {
            namespace = NetworkNamespace.create();
            port = new TunPort(namespace.call(() -> open(config)), clock);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        calls = new CallThread(namespace, clock);
        sysctls = new SysctlFiles(namespace);
        commands = new KernelCommands(namespace, sysctls, new OffloadTool(namespace), files);
    }

    /** The device of a script, in the calling thread's namespace. */
    static TunDevice open(RunConfig config) throws IOException {
        IpPrefix remote = new IpPrefix(config.remote(), config.remote().bits());
        return TunDevice.builder()
                .name("tun0")
                .offload(Offload.NONE)
                .mtu(config.mtu())
                .address(config.local() + "/" + config.prefixLength())
                .route(new TunRoute(remote, null))
                .open();
    }

    @Override
    public void start() {
        KernelLibC.schedule(true);
        clock.start();
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
    public boolean advance(long untilNs, BooleanSupplier enough) {
        return clock.await(untilNs, enough);
    }

    @Override
    public long timerGranularityNs(long waitNs) {
        return waitNs > 0 ? timers.latenessNs(waitNs) : 0;
    }

    @Override
    public boolean mergesSegments() {
        return false;
    }

    @Override
    public void inject(ByteBuf packet, int segments) {
        port.inject(packet);
    }

    @Override
    public @Nullable Captured poll() {
        return port.poll();
    }

    @Override
    public boolean hasCaptured() {
        return port.hasCaptured();
    }

    @Override
    public SystemInterface systemCalls(FlowTracker flows) {
        TransferCalls transfers = new TransferCalls(config, descriptors, flows, files);
        return new KernelSystemCalls(config.personality().symbols(), calls, descriptors)
                .with(new SocketCalls(config, descriptors, flows, sysctls::congestionControl).handlers())
                .with(transfers.handlers())
                .with(new MessageCalls(config, descriptors, transfers, clock).handlers())
                .with(new OptionCalls(descriptors).handlers())
                .with(new NameCalls(descriptors).handlers())
                .with(new PollCalls(descriptors).handlers());
    }

    @Override
    public void execute(ShellCommand command) throws RunFailure {
        commands.execute(command);
    }

    @Override
    public void close() {
        KernelLibC.schedule(false);
        descriptors.closeAll();
        calls.close();
        try {
            port.close();
            files.close();
            namespace.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
