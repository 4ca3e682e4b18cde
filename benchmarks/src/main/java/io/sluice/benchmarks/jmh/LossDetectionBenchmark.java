package io.sluice.benchmarks.jmh;

import io.sluice.tcp.TcpStack;
import io.sluice.tcp.TcpStacks;
import java.util.Objects;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * An acknowledgment with SACK blocks, while so many segments are in flight and a tenth of them is lost: what it costs to find the
 * losses and to repeat them, with the transmission of a segment for each. It must not depend on how many are in flight.
 */
@State(Scope.Thread)
@Fork(
        jvmArgsAppend = {
            "-Dio.netty.leakDetection.level=disabled",
            "-Djmh.executor=CUSTOM",
            "-Djmh.executor.class=io.sluice.benchmarks.jmh.NettyThreads"
        })
public class LossDetectionBenchmark {
    @Param({"default", "rack", "bbr"})
    public String stack = "default";

    @Param({"100", "1000", "10000"})
    public int inFlight = 100;

    private SackedFlight flight = new SackedFlight(TcpStack.DEFAULT, 100);

    @Setup
    public void send() {
        flight = new SackedFlight(Objects.requireNonNull(TcpStacks.installed().named(stack)), inFlight);
    }

    @Benchmark
    public long acknowledgment() {
        flight.acknowledge();
        return flight.acknowledged();
    }
}
