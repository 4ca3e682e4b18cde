package io.sluice.benchmarks.jmh;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Runs the micro-benchmarks with JMH and writes one table: time and allocated octets of an operation. Of many short
 * iterations the best is told besides the median: on a shared machine that is what the code costs, the rest is neighbours.
 */
@Command(
        name = "bench micro",
        mixinStandardHelpOptions = true,
        description = "Runs the JMH benchmarks and writes a table of time and allocation per operation.")
public final class MicroBenchmarks implements Callable<Integer> {
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    @Option(names = "--quick", description = "fewer measurements behind the same warming up")
    private boolean quick;

    @Option(names = "--verbose", description = "JMH's own output besides")
    private boolean verbose;

    @Parameters(paramLabel = "PATTERN", description = "only benchmarks whose name matches one of these")
    private List<String> patterns = new ArrayList<>();

    public static void main(String[] args) {
        System.exit(new CommandLine(new MicroBenchmarks()).execute(args));
    }

    @Override
    public Integer call() throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .mode(Mode.AverageTime)
                .timeUnit(TimeUnit.NANOSECONDS)
                .forks(1)
                .warmupIterations(4) // with less, what is measured is code that C2 has not compiled yet
                .warmupTime(TimeValue.milliseconds(500))
                .measurementIterations(quick ? 5 : 20)
                .measurementTime(TimeValue.milliseconds(quick ? 100 : 150))
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true)
                .verbosity(verbose ? VerboseMode.NORMAL : VerboseMode.SILENT);
        for (String pattern : patterns.isEmpty() ? List.of("io.sluice.benchmarks.jmh") : patterns) {
            options.include(pattern);
        }
        print(new Runner(options.build()).run());
        return 0;
    }

    private static void print(Collection<RunResult> results) {
        System.out.println("JDK " + System.getProperty("java.version") + ", "
                + Runtime.getRuntime().availableProcessors() + " CPUs");
        System.out.println();
        System.out.println("| benchmark | of | ns/op, best | ns/op, median | octets/op |");
        System.out.println("|---|---|--:|--:|--:|");
        for (RunResult r : results) {
            BenchmarkParams params = r.getParams();
            List<String> values = new ArrayList<>();
            for (String key : params.getParamsKeys()) {
                values.add(key + " " + params.getParam(key));
            }
            Result<?> time = r.getPrimaryResult();
            Result<?> allocated = r.getSecondaryResults().get(ALLOCATED);
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %s | %.1f | %.1f | %.1f |%n",
                    shortName(params.getBenchmark()),
                    String.join(", ", values),
                    time.getStatistics().getMin(),
                    time.getStatistics().getPercentile(50),
                    allocated == null ? Double.NaN : allocated.getScore());
        }
    }

    /** {@code Checksum.checksum} of {@code io.sluice...ChecksumBenchmark.checksum}. */
    private static String shortName(String benchmark) {
        int method = benchmark.lastIndexOf('.');
        return benchmark.substring(benchmark.lastIndexOf('.', method - 1) + 1).replace("Benchmark", "");
    }
}
