package io.sluice.cli.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;

/**
 * curl: another program, on the kernel's TCP. One body comes through a pipe and is hashed on its way; several go to files,
 * which are hashed and deleted afterwards.
 */
final class CurlFetcher implements Fetcher {
    /** One line for each response, once its body is complete. */
    private static final String REPORT =
            "%{stderr}%{http_code} %{size_download} %{num_connects} %{time_total} %{filename_effective}\\n";

    private static final int REPORT_FIELDS = 5;
    private static final int ENDED_BY_CTRL_C = 128 + 2;
    private static final int MAX_SECONDS = 300;
    private static final double NS_PER_S = 1e9;

    private final Processes processes;
    private final Path scratch;

    /** curl as one of {@code processes}, with {@code scratch} for bodies. */
    CurlFetcher(Processes processes, Path scratch) {
        this.processes = processes;
        this.scratch = scratch;
    }

    @Override
    public String describe(Job job) {
        String head = job.method().equals("HEAD") ? "--head " : "";
        return "curl " + head + job.urls().get(0);
    }

    @Override
    public Result fetch(Job job) throws IOException {
        boolean toPipe = job.urls().size() == 1 && !job.discard();
        List<String> command = new ArrayList<>(
                List.of("curl", "-q", "--silent", "--show-error", "--noproxy", "*", "--globoff", "--path-as-is"));
        command.addAll(List.of("--max-time", Integer.toString(MAX_SECONDS)));
        command.addAll(List.of("--write-out", REPORT));
        if (job.method().equals("HEAD")) {
            command.add("--head");
        }
        if (job.connections() > 1) {
            command.addAll(List.of(
                    "--no-progress-meter",
                    "--parallel",
                    "--parallel-immediate",
                    "--parallel-max",
                    Integer.toString(job.connections())));
        }
        for (int i = 0; i < job.urls().size(); i++) {
            command.addAll(List.of(
                    "--output", toPipe ? "-" : target(job, i), job.urls().get(i)));
        }
        Process curl = processes.start(command);
        CompletableFuture<List<String>> errors = CompletableFuture.supplyAsync(() -> lines(curl.getErrorStream()));
        String piped;
        try (InputStream body = curl.getInputStream()) {
            piped = Sha256.of(body);
        }
        await(curl, errors.join());
        return result(job, errors.join(), piped);
    }

    private String target(Job job, int i) {
        return job.discard() ? "/dev/null" : file(i).toString();
    }

    private Path file(int i) {
        return scratch.resolve("body" + i);
    }

    /** curl reports responses in the order in which they ended; the file names tell which is which. */
    private Result result(Job job, List<String> reports, String piped) throws IOException {
        Map<String, String[]> reportOf = new HashMap<>();
        for (String report : reports) {
            String[] fields = report.split(" ", REPORT_FIELDS);
            reportOf.put(fields[fields.length - 1], fields);
        }
        List<Response> responses = new ArrayList<>();
        int connections = 0;
        for (int i = 0; i < job.urls().size(); i++) {
            boolean alone = job.urls().size() == 1;
            String[] fields =
                    alone ? reports.get(reports.size() - 1).split(" ", REPORT_FIELDS) : reportOf.get(target(job, i));
            if (fields == null || fields.length < REPORT_FIELDS - 1) {
                throw new IOException(
                        "curl reported nothing about " + job.urls().get(i) + ": " + reports);
            }
            connections += Integer.parseInt(fields[2]);
            responses.add(response(fields, job.discard() ? "" : alone ? piped : hashAndDelete(file(i))));
        }
        return new Result(responses, connections, durationNs(responses, job.connections() > 1));
    }

    /** The time that curl itself took, without its start: those of the responses together, or the longest. */
    private static long durationNs(List<Response> responses, boolean atOnce) {
        LongStream times = responses.stream().mapToLong(Response::durationNs);
        return atOnce ? times.max().orElse(0) : times.sum();
    }

    private static Response response(String[] fields, String sha256) {
        return new Response(Integer.parseInt(fields[0]), Long.parseLong(fields[1]), sha256, (long)
                (Double.parseDouble(fields[3]) * NS_PER_S));
    }

    private static void await(Process curl, List<String> errors) throws IOException {
        int status;
        try {
            status = curl.waitFor();
        } catch (InterruptedException e) {
            curl.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
        if (status == ENDED_BY_CTRL_C) {
            throw new InterruptedIOException("curl was interrupted");
        }
        if (status != 0) {
            throw new IOException("curl ended with status " + status + ": " + String.join("; ", errors));
        }
    }

    private static List<String> lines(InputStream in) {
        try (in) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            return List.of(e.toString()); // of a pipe from a process that was killed
        }
    }

    private static String hashAndDelete(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Sha256.of(InputStream.nullInputStream()); // curl makes no file for an empty body
        }
        try (InputStream in = Files.newInputStream(file)) {
            return Sha256.of(in);
        } finally {
            Files.delete(file);
        }
    }
}
