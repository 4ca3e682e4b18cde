package io.sluice.benchmarks.tls;

import io.sluice.tls.CipherSuite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What TLS costs a server. First the record path beside the bare cipher; then servers, each in a process of its own, that send to
 * {@code openssl s_client}, in turns: CPU seconds of the server's process for a gigabyte, from the handshake to the last octet,
 * and the throughput. Prints tables of medians, and which aims are met. Needs root.
 */
@Command(
        name = "bench tls",
        mixinStandardHelpOptions = true,
        description = "TLS: record path beside the bare cipher, and servers over a TUN beside SslHandler.")
public final class TlsBench implements Callable<Integer> {
    private static final int FILE_MIB = 128;

    /** Of a connection that is there for its handshake. */
    private static final int SHORT_BYTES = 64 * 1024;

    /** Of the CPU time of {@code SslHandler}, with the JDK's TLS and with tcnative. */
    private static final double MOST_OF_JDK = 0.75;

    private static final double MOST_OF_TCNATIVE = 1;

    @Option(names = "--mebibytes", description = "MiB of each sample (default: ${DEFAULT-VALUE})")
    private long mebibytes = 512;

    @Option(names = "--rounds", description = "samples of each server (default: ${DEFAULT-VALUE})")
    private int rounds = 7;

    @Option(
            names = "--warm-up",
            description = "samples before those, for the JIT compiler, whose time counts (default: ${DEFAULT-VALUE})")
    private int warmUp = 6;

    @Option(
            names = "--handshakes",
            description =
                    "short connections to each server before those, for the same reason (default: ${DEFAULT-VALUE})")
    private int handshakes = 150;

    @Option(names = "--suite", description = "one of TLS 1.3 (default: ${DEFAULT-VALUE})")
    private CipherSuite suite = CipherSuite.TLS_AES_128_GCM_SHA256;

    @Option(names = "--directory", description = "where the file is that is served; of a disk, not tmpfs (default: .)")
    private Path directory = Path.of(".");

    @Option(names = "--only", description = "servers whose names match, such as 'file.*' (default: all)")
    private Pattern only = Pattern.compile(".*");

    public static void main(String[] args) {
        System.exit(new CommandLine(new TlsBench()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        System.out.printf(
                "JDK %s, %s, %d rounds of %d MiB%n%n", System.getProperty("java.version"), suite, rounds, mebibytes);
        System.out.println(new RecordPath().report(rounds));
        Path work = Files.createTempDirectory(directory, "bench-tls");
        List<ServerProcess> servers = new ArrayList<>();
        try {
            run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=server.example"
                    + " -keyout " + work.resolve("key.pem") + " -out " + work.resolve("chain.pem"));
            Path file = Files.write(work.resolve("file"), new byte[FILE_MIB << 20]);
            List<Subject> subjects = new ArrayList<>(Subject.all(file));
            subjects.removeIf(s -> !only.matcher(s.name()).matches());
            for (Subject subject : subjects) {
                ServerProcess server = new ServerProcess(subject, work, suite);
                servers.add(server);
                for (int i = 0; i < handshakes; i++) {
                    server.sample(SHORT_BYTES);
                }
            }
            double[][] cpu = new double[subjects.size()][rounds];
            double[][] rate = new double[subjects.size()][rounds];
            for (int round = -warmUp; round < rounds; round++) {
                for (int i = 0; i < subjects.size(); i++) {
                    Sample s = servers.get(i).sample(mebibytes << 20);
                    if (round >= 0) {
                        cpu[i][round] = s.cpuSecondsPerGb();
                        rate[i][round] = s.gigabitsPerSecond();
                    }
                }
            }
            print(subjects, cpu, rate);
        } finally {
            servers.forEach(ServerProcess::close);
            for (String name : new String[] {"key.pem", "chain.pem", "file"}) {
                Files.deleteIfExists(work.resolve(name));
            }
            Files.delete(work);
        }
        return 0;
    }

    private static void run(String command) throws IOException, InterruptedException {
        Process p = new ProcessBuilder(command.split(" "))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (p.waitFor() != 0) {
            throw new IOException("failed: " + command);
        }
    }

    private static void print(List<Subject> subjects, double[][] cpu, double[][] rate) {
        System.out.println("| server | CPU s/GB | of SslHandler (JDK) | Gbit/s |\n|---|--:|--:|--:|");
        for (int i = 0; i < subjects.size(); i++) {
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %.3f | %.2f | %.1f |%n",
                    subjects.get(i).name(),
                    RecordPath.median(cpu[i]),
                    ofJdk(subjects, cpu, i),
                    RecordPath.median(rate[i]));
        }
        System.out.println();
        for (int i = 0; i < subjects.size(); i++) {
            for (int k = 0; k < subjects.size(); k++) {
                if (subjects.get(i).shouldBeat(subjects.get(k))) {
                    aim(subjects, cpu, i, k);
                }
            }
        }
    }

    private static void aim(List<Subject> subjects, double[][] cpu, int i, int k) {
        Subject other = subjects.get(k);
        double most = other.way() == Way.SSL_HANDLER_JDK ? MOST_OF_JDK : MOST_OF_TCNATIVE;
        String what = subjects.get(i).name() + ", CPU time of " + other.name();
        System.out.println(new Aim(what, ratio(cpu[i], cpu[k]), most, true));
    }

    /** Of the CPU time of the first server like it that has the JDK's TLS; NaN if there is none. */
    private static double ofJdk(List<Subject> subjects, double[][] cpu, int i) {
        for (int k = 0; k < subjects.size(); k++) {
            Subject o = subjects.get(k);
            if (o.isLike(subjects.get(i)) && o.onStack() && o.way() == Way.SSL_HANDLER_JDK) {
                return ratio(cpu[i], cpu[k]);
            }
        }
        return Double.NaN;
    }

    /** The median of what a server took of another one's CPU time, round by round. */
    private static double ratio(double[] cpu, double[] ofOther) {
        double[] ratio = cpu.clone();
        for (int r = 0; r < ratio.length; r++) {
            ratio[r] /= ofOther[r];
        }
        return RecordPath.median(ratio);
    }
}
