package io.sluice.cli.demo;

import io.sluice.cli.demo.Fetcher.Job;
import io.sluice.cli.demo.Fetcher.Response;
import io.sluice.cli.demo.Fetcher.Result;
import io.sluice.examples.http.Site;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Fetches this and that from the server, looks at every octet that comes, and says how it went. */
final class Tour {
    private static final int KEEP_ALIVE_REQUESTS = 200;
    private static final int CONNECTIONS = 100;
    private static final long BYTES_OF_EACH = 1_000_003;
    private static final int SHOWN_DIGITS = 16;
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;

    private final Screen screen;
    private final Place place;
    private final Site site;

    Tour(Screen screen, Place place, Site site) {
        this.screen = screen;
        this.place = place;
        this.site = site;
    }

    /**
     * All of it.
     *
     * @param file a file that the site serves, or null
     * @param largeBytes how large the large body is
     * @throws IOException if something could not be fetched at all
     */
    void run(@Nullable Path file, long largeBytes) throws IOException {
        screen.heading("Some pages");
        pages(file);
        screen.heading("Many requests on one connection");
        keepAlive();
        screen.heading("A large body");
        large(largeBytes);
        screen.heading(CONNECTIONS + " connections at once");
        atOnce();
    }

    private void pages(@Nullable Path file) throws IOException {
        page(Job.get(place.origin() + "/"), OK, "");
        if (file != null) {
            page(Job.get(place.origin() + "/files/" + file.getFileName()), OK, digestOf(file));
        }
        page(Job.get(place.origin() + "/bytes/1000000"), OK, site.sha256OfBytes(1_000_000));
        page(Job.head(place.origin() + "/bytes/1000000"), OK, "");
        page(Job.get(place.origin() + "/nothing-here"), NOT_FOUND, "");
        String ipv6 = place.originIpv6();
        if (ipv6 != null) {
            page(Job.get(ipv6 + "/bytes/1000000"), OK, site.sha256OfBytes(1_000_000));
        }
    }

    private void page(Job job, int status, String sha256) throws IOException {
        Response response = place.fetcher().fetch(job).responses().get(0);
        boolean passed = response.status() == status && (sha256.isEmpty() || sha256.equals(response.sha256()));
        String verdict = sha256.isEmpty() ? "" : passed ? "every octet right" : "WRONG OCTETS";
        screen.check(
                passed,
                String.format(
                                Locale.ROOT,
                                "%-48s %3d %9s   %s",
                                place.fetcher().describe(job),
                                response.status(),
                                Amounts.bytes(response.bodyBytes()),
                                verdict)
                        .stripTrailing());
    }

    private void keepAlive() throws IOException {
        List<String> urls = Collections.nCopies(KEEP_ALIVE_REQUESTS, place.origin() + "/bytes/1000");
        Result result = place.fetcher().fetch(Job.oneByOne(urls));
        long right = right(result, 1000);
        long medianNs = result.responses().stream()
                .mapToLong(Response::durationNs)
                .sorted()
                .skip(KEEP_ALIVE_REQUESTS / 2)
                .findFirst()
                .orElse(0);
        screen.check(
                right == KEEP_ALIVE_REQUESTS && result.connections() == 1,
                right + " right answers of " + KEEP_ALIVE_REQUESTS + " on " + connections(result) + ", "
                        + Amounts.time(medianNs) + " each (median)");
    }

    private void large(long bytes) throws IOException {
        String url = place.origin() + "/bytes/" + bytes;
        Response hashed = place.fetcher().fetch(Job.get(url)).responses().get(0);
        String expected = site.sha256OfBytes(bytes);
        boolean same = hashed.sha256().equals(expected);
        screen.check(
                same && hashed.bodyBytes() == bytes,
                Amounts.bytes(hashed.bodyBytes()) + ", SHA-256 "
                        + hashed.sha256().substring(0, SHOWN_DIGITS) + "… "
                        + (same ? "as it should be" : "INSTEAD OF " + expected.substring(0, SHOWN_DIGITS) + "…"));
        Response dropped = place.fetcher().fetch(Job.discard(url)).responses().get(0);
        screen.check(
                dropped.bodyBytes() == bytes && dropped.status() == OK,
                Amounts.bytes(dropped.bodyBytes()) + " once more without looking at it: "
                        + Amounts.time(dropped.durationNs()) + ", "
                        + Amounts.rate(dropped.bodyBytes(), dropped.durationNs()));
    }

    private void atOnce() throws IOException {
        List<String> urls = Collections.nCopies(CONNECTIONS, place.origin() + "/bytes/" + BYTES_OF_EACH);
        Result result = place.fetcher().fetch(Job.atOnce(urls));
        long right = right(result, BYTES_OF_EACH);
        screen.check(
                right == CONNECTIONS && result.connections() == CONNECTIONS,
                right + " right bodies of " + CONNECTIONS + " on " + connections(result) + ", "
                        + Amounts.bytes(BYTES_OF_EACH) + " each: " + Amounts.time(result.durationNs()) + ", "
                        + Amounts.rate(result.bodyBytes(), result.durationNs()));
    }

    private static String connections(Result result) {
        return result.connections() + (result.connections() == 1 ? " connection" : " connections");
    }

    private long right(Result result, long bytesOfEach) {
        String expected = site.sha256OfBytes(bytesOfEach);
        return result.responses().stream()
                .filter(r -> r.status() == OK && r.sha256().equals(expected))
                .count();
    }

    private static String digestOf(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return Sha256.of(in);
        }
    }
}
