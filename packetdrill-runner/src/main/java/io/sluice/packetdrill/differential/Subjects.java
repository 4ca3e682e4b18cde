package io.sluice.packetdrill.differential;

import io.sluice.packetdrill.kernel.SharedKernel;
import io.sluice.packetdrill.language.ShellCommand;
import io.sluice.packetdrill.language.SourcePosition;
import io.sluice.packetdrill.run.BackEnd;
import io.sluice.packetdrill.run.LinuxDefaults;
import io.sluice.packetdrill.run.RunConfig;
import io.sluice.packetdrill.run.RunFailure;
import io.sluice.packetdrill.run.StepRecorder;
import io.sluice.packetdrill.simulated.SimulatedBackEnd;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;

/** The two that are compared: the stack with Linux's profile, and the kernel, with the same settings. */
final class Subjects implements AutoCloseable {
    private static final int FIRST_PORT = 1024;
    private static final int PORTS = 30_000;

    /** What three short pauses of a script leave of the least retransmission timeout; less than an acknowledgment waits. */
    private static final long MOST_LATE_NS = 20_000_000;

    /** What a script without pauses leaves of it. */
    private static final long MOST_LATE_WITHOUT_PAUSES_NS = 120_000_000;

    /** How long a step takes in the stack, about as in the kernel: no round trip is none, and no two steps are at once. */
    private static final long STEP_NS = 100_000;

    /** What only a kernel that is used more than once needs. */
    private static final Map<String, String> KERNEL_SETTINGS = Map.of("net.ipv4.tcp_no_metrics_save", "1");

    private final Setting setting;
    private final RunConfig config;
    private final ReadWriteLock processes;
    private final SharedKernel kernel;
    private int scripts;
    private boolean late;

    /**
     * @param processes held for reading while a script runs, for writing while a process is made: that has a copy of every descriptor
     *     for a moment, in which a close closes nothing
     */
    Subjects(Setting setting, ReadWriteLock processes) {
        this.setting = setting;
        config = setting.config();
        this.processes = processes;
        Map<String, String> ofKernel = new LinkedHashMap<>(LinuxDefaults.values());
        ofKernel.putAll(setting.topic().settings());
        ofKernel.putAll(KERNEL_SETTINGS);
        processes.writeLock().lock();
        try {
            kernel = new SharedKernel(config, !setting.delaysAcks(), ofKernel);
        } finally {
            processes.writeLock().unlock();
        }
    }

    Setting setting() {
        return setting;
    }

    /** Runs {@code task}, which may use {@link #ofKernel}, where the kernel can be reached. */
    <T> T call(SharedKernel.Task<T> task) throws RunFailure {
        return kernel.call(task);
    }

    /** A recorder of a stack that starts anew. */
    static StepRecorder newStack(Setting setting) throws RunFailure {
        RunConfig config = setting.config();
        StringBuilder command = new StringBuilder("defaults.sh; sysctl");
        setting.topic()
                .settings()
                .forEach((name, value) ->
                        command.append(' ').append(name).append('=').append(value));
        BackEnd backEnd = new SimulatedBackEnd(config);
        backEnd.execute(new ShellCommand(new SourcePosition(1, 1), command.toString()));
        return new StepRecorder(config, backEnd, STEP_NS, setting.topic().watched());
    }

    /** What comes of {@code steps} in the stack. */
    Transcript ofStack(List<Step> steps) throws RunFailure {
        try (StepRecorder recorder = newStack(setting)) {
            return Transcript.of(steps, recorder);
        }
    }

    /** What comes of {@code steps} in the kernel. */
    Transcript ofKernel(List<Step> steps) throws RunFailure {
        Transcript transcript = run(steps);
        if (steps.stream().anyMatch(step -> step.lines().get(0).startsWith("< icmp packet_too_big"))) {
            processes.writeLock().lock();
            try {
                kernel.renewRoute();
            } finally {
                processes.writeLock().unlock();
            }
        }
        return transcript;
    }

    private Transcript run(List<Step> steps) throws RunFailure {
        int port = FIRST_PORT + scripts++ % PORTS;
        RunConfig own = config.ports(new RunConfig.Ports(port, port));
        processes.readLock().lock();
        try (StepRecorder recorder =
                new StepRecorder(own, kernel.backEnd(own), 0, setting.topic().watched())) {
            long startNs = System.nanoTime();
            Transcript transcript = Transcript.of(steps, recorder);
            long waitNs = steps.stream().mapToLong(Step::waitNs).sum();
            long most = waitNs > 0 || setting.topic() != Topic.EVERYTHING ? MOST_LATE_NS : MOST_LATE_WITHOUT_PAUSES_NS;
            late = System.nanoTime() - startNs - waitNs > most;
            return transcript;
        } finally {
            processes.readLock().unlock();
        }
    }

    /** Whether the machine was so busy in the last run of the kernel that a timer may have gone off too early for the script. */
    boolean wasLate() {
        return late;
    }

    @Override
    public void close() {
        kernel.close();
    }
}
