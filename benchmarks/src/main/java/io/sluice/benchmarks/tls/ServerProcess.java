package io.sluice.benchmarks.tls;

import io.sluice.tls.CipherSuite;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The process of a {@link Sampler}, with the same JVM and options as this one. */
final class ServerProcess implements AutoCloseable {
    /** For the network to be taken down. */
    private static final int END_S = 30;

    private final String name;
    private final Process process;
    private final BufferedReader output;
    private final PrintStream input;

    ServerProcess(Subject subject, Path work, CipherSuite suite) throws IOException {
        name = subject.name();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Sampler.class.getName()));
        command.addAll(List.of(work.toString(), suite.name(), name));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        output = process.inputReader(StandardCharsets.US_ASCII);
        input = new PrintStream(process.getOutputStream(), true, StandardCharsets.US_ASCII);
    }

    /** Has it send so many octets to a client. */
    Sample sample(long octets) throws IOException {
        input.println(octets);
        String line = output.readLine();
        if (line == null) {
            throw new IOException("no sample any more: " + name);
        }
        return Sample.parse(line);
    }

    @Override
    public void close() {
        input.close();
        try {
            if (!process.waitFor(END_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
