package io.sluice.packetdrill.kernel;

import io.sluice.packetdrill.run.BackEnd;
import io.sluice.packetdrill.run.RunConfig;
import io.sluice.packetdrill.run.RunFailure;
import io.sluice.tun.TunDevice;
import io.sluice.tun.namespace.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The kernel's TCP for many short scripts, one after the other: one network namespace and one TUN device for all of them,
 * which takes no time for each. What can be delayed may be acknowledged at once (the route says so). Scripts run on one thread inside the namespace ({@link #call}) and use ports of their own,
 * since what a script leaves behind (TIME-WAIT, orphans) stays. Calls that block block the script: there is one thread.
 */
public final class SharedKernel implements AutoCloseable {
    private final NetworkNamespace namespace;
    private final TunDevice device;
    private final SysctlFiles sysctls;
    private final String remote;
    private final boolean atOnce;

    /**
     * @param atOnce whether the kernel acknowledges all at once
     * @param sysctls what is set in the namespace, by name
     * @throws UncheckedIOException if there can be no namespace or no device, saying what to do
     */
    public SharedKernel(RunConfig config, boolean atOnce, Map<String, String> sysctls) {
        this.atOnce = atOnce;
        try {
            namespace = NetworkNamespace.create();
            device = namespace.call(() -> KernelBackEnd.open(config));
            remote = config.remote().toString();
            renewRoute();
            this.sysctls = new SysctlFiles(namespace);
            for (Map.Entry<String, String> entry : sysctls.entrySet()) {
                String problem =
                        this.sysctls.set(entry.getKey(), entry.getValue()).problem();
                if (problem != null) {
                    throw new IOException("the kernel cannot be set up as the stack: " + problem);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What {@link #call} runs. */
    @FunctionalInterface
    public interface Task<T> {
        T run() throws RunFailure;
    }

    /** Runs {@code task}, which may use {@link #backEnd}, on a thread inside the namespace. */
    public <T> T call(Task<T> task) throws RunFailure {
        return namespace.call(task::run);
    }

    /** What the next script is run against. The one before has been closed. */
    public BackEnd backEnd(RunConfig config) {
        forgetPathMtus();
        return new SharedKernelBackEnd(
                config, device.queues().get(0).descriptor().intValue(), sysctls);
    }

    /** Makes the route anew: with IPv6 nothing else forgets the path MTU that was learned. */
    public void renewRoute() {
        try {
            namespace.exec("ip", "route", "replace", remote, "dev", device.name(), "quickack", atOnce ? "1" : "0");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void forgetPathMtus() {
        try {
            Files.writeString(Path.of("/proc/sys/net/ipv4/route/flush"), "1");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            device.close();
            namespace.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
