package io.sluice.benchmarks.tls;

import io.sluice.tls.CipherSuite;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * One server in a process of its own, so that no JIT compiler has learnt from another: reads numbers of octets from its input,
 * line by line, sends so many to a client, and writes what that took.
 */
final class Sampler {
    private final Places places;
    private final Subject subject;
    private final Path work;
    private final CipherSuite suite;

    private Sampler(Places places, Subject subject, Path work, CipherSuite suite) {
        this.places = places;
        this.subject = subject;
        this.work = work;
        this.suite = suite;
    }

    /**
     * Arguments: the directory with {@code chain.pem}, {@code key.pem} and {@code file}, the cipher suite, and the server's name.
     */
    public static void main(String[] args) throws Exception {
        Path work = Path.of(args[0]);
        Subject subject = Subject.all(work.resolve("file")).stream()
                .filter(s -> s.name().equals(args[2]))
                .findFirst()
                .orElseThrow();
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        try (Places places = new Places()) {
            Sampler sampler = new Sampler(places, subject, work, CipherSuite.valueOf(args[1]));
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                System.out.println(sampler.measure(Long.parseLong(line)));
            }
        }
        System.exit(0);
    }

    private Sample measure(long octets) throws Exception {
        var tls = subject.way().handlers(work.resolve("chain.pem"), work.resolve("key.pem"), suite);
        try (TlsServer server = places.serve(
                subject.onStack(),
                (place, address) -> new TlsServer(
                        place,
                        new InetSocketAddress(address, 0),
                        subject.way(),
                        tls,
                        new Load(octets, subject.file(), subject.access(), subject.chunk())))) {
            String address = subject.onStack() ? Places.ON_STACK : Places.ON_KERNEL;
            // Counts what it gets, so that a sample of too little is no sample.
            String client = "openssl s_client -connect " + address + ":" + server.port()
                    + " -quiet -tls1_3 -ciphersuites " + suite.name() + " 2>/dev/null | wc -c";
            Process process = places.clients.start(new ProcessBuilder("sh", "-c", client));
            try (OutputStream stdin = process.getOutputStream()) { // open, else s_client leaves
                Moment start = server.handshakes.poll(10, TimeUnit.SECONDS);
                String got = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).trim();
                Moment end = Moment.now();
                stdin.flush();
                if (start == null || !got.equals(Long.toString(octets))) {
                    throw new IOException(subject.name() + ": the client got " + got + " of " + octets + " octets");
                }
                return new Sample(
                        (end.cpuNs() - start.cpuNs()) / (double) octets,
                        octets * 8.0 / (end.clockNs() - start.clockNs()));
            } finally {
                process.destroyForcibly();
            }
        }
    }
}
