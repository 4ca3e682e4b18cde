package io.sluice.packetdrill.kernel;

import com.sun.jna.Memory;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.packetdrill.language.ShellCommand;
import io.sluice.packetdrill.run.BackEnd;
import io.sluice.packetdrill.run.FlowTracker;
import io.sluice.packetdrill.run.RunConfig;
import io.sluice.packetdrill.run.RunFailure;
import io.sluice.packetdrill.run.SystemInterface;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One script against a {@link SharedKernel}. The kernel deals with a packet while it is written to the device, so what it
 * answers is there at once, and no thread needs to wait for it.
 */
final class SharedKernelBackEnd implements BackEnd {
    private static final int MAX_PACKET = 65_535;
    private static final long SETTLE_NS = 50_000;

    private final RunConfig config;
    private final int device;
    private final SysctlFiles sysctls;
    private final KernelClock clock = new KernelClock();
    private final Descriptors descriptors = new Descriptors();
    private final ScratchFiles files = new ScratchFiles();
    private final Queue<Captured> captured = new ArrayDeque<>();
    private final Memory packet = new Memory(MAX_PACKET);

    SharedKernelBackEnd(RunConfig config, int device, SysctlFiles sysctls) {
        this.config = config;
        this.device = device;
        this.sysctls = sysctls;
        receive();
        captured.clear();
    }

    /** Calls on the thread of the script. */
    private final class Inline implements Caller {
        @Override
        public CallTask make(LongSupplier call) {
            CallTask task = new CallTask(call);
            task.run(clock);
            return task;
        }

        @Override
        public boolean settle(CallTask task) {
            return task.isDone();
        }
    }

    private void receive() {
        for (long n = KernelLibC.read(device, packet, MAX_PACKET); n > 0; ) {
            byte[] octets = packet.getByteArray(0, (int) n);
            if (TunPort.isOfInterest(octets)) {
                captured.add(new Captured(clock.nowNs(), Unpooled.wrappedBuffer(octets)));
            }
            n = KernelLibC.read(device, packet, MAX_PACKET);
        }
    }

    @Override
    public void start() {
        clock.start();
    }

    @Override
    public long nowNs() {
        return clock.nowNs();
    }

    @Override
    public boolean advance(long untilNs, BooleanSupplier enough) {
        receive();
        if (hasCaptured()) {
            LockSupport.parkNanos(SETTLE_NS); // a second part may follow in a soft interrupt
            receive();
        }
        for (long leftNs = untilNs - nowNs(); leftNs > 0; leftNs = untilNs - nowNs()) {
            if (enough.getAsBoolean()) {
                return true;
            }
            LockSupport.parkNanos(leftNs);
            receive();
        }
        return enough.getAsBoolean();
    }

    @Override
    public void inject(ByteBuf injected, int segments) {
        byte[] octets = new byte[injected.readableBytes()];
        injected.getBytes(injected.readerIndex(), octets);
        injected.release();
        packet.write(0, octets, 0, octets.length);
        long written = KernelLibC.write(device, packet, octets.length);
        if (written != octets.length) {
            throw new IllegalStateException(
                    "the device took " + written + " of " + octets.length + " octets, errno " + KernelLibC.errno());
        }
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
        TransferCalls transfers = new TransferCalls(config, descriptors, flows, files);
        return new KernelSystemCalls(config.personality().symbols(), new Inline(), descriptors)
                .with(new SocketCalls(config, descriptors, flows, sysctls::congestionControl).handlers())
                .with(transfers.handlers())
                .with(new OptionCalls(descriptors).handlers())
                .with(new PollCalls(descriptors).handlers());
    }

    @Override
    public void execute(ShellCommand command) throws RunFailure {
        throw new RunFailure(command.position(), "the kernel is shared: its settings are those of all scripts");
    }

    @Override
    public void close() {
        descriptors.closeAll();
        receive();
        captured.clear();
    }
}
