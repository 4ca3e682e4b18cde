package io.sluice.benchmarks.jmh;

import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The threads that JMH runs {@link SegmentBenchmark} on: the kind that Netty's event loops have. */
public final class NettyThreads extends ThreadPoolExecutor {
    /** The constructor that JMH looks for. */
    public NettyThreads(int threads, String name) {
        super(
                threads,
                threads,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> new FastThreadLocalThread(task, name));
    }
}
