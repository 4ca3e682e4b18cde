package io.sluice.benchmarks.tls;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;

/**
 * A moment in the life of this process.
 *
 * @param clockNs of {@link System#nanoTime}
 * @param cpuNs CPU time that the process has used, all threads, kernel included
 */
record Moment(long clockNs, long cpuNs) {
    private static final int CLOCK_PROCESS_CPUTIME_ID = 2;

    /** The JDK's own count of CPU time goes by hundredths of a second, which are percents here. */
    private static final class Clock {
        static {
            Native.register(Clock.class, "c");
        }

        static native int clock_gettime(int clock, ByteBuffer time) throws LastErrorException;
    }

    static Moment now() {
        ByteBuffer time = ByteBuffer.allocateDirect(2 * Long.BYTES).order(ByteOrder.nativeOrder());
        Clock.clock_gettime(CLOCK_PROCESS_CPUTIME_ID, time);
        return new Moment(System.nanoTime(), TimeUnit.SECONDS.toNanos(time.getLong(0)) + time.getLong(Long.BYTES));
    }
}
