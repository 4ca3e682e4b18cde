package io.sluice.benchmarks.tls;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * A moment in the life of this process.
 *
 * @param clockNs of {@link System#nanoTime}
 * @param cpuNs CPU time that the process has used, all threads, kernel included
 */
record Moment(long clockNs, long cpuNs) {
    static Moment now() {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return new Moment(System.nanoTime(), system.getProcessCpuTime());
    }
}
