package io.sluice.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.examples.http.HttpServer;
import io.sluice.examples.http.Site;
import io.sluice.netty.SluiceEventLoopGroup;
import io.sluice.netty.SluiceServerSocketChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The demonstration sees what is wrong: it is run with somebody who reports something else than what came. */
final class TourTest {
    private final Cleanup cleanup = new Cleanup();
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final Screen screen =
            new Screen(new PrintStream(shown, true, StandardCharsets.UTF_8), false, StandardCharsets.UTF_8);

    @AfterEach
    void cleanUp() {
        cleanup.run();
    }

    private interface Distortion {
        Fetcher.Result apply(Fetcher.Job job, Fetcher.Result result);
    }

    private int failuresWith(Distortion distortion) throws IOException {
        Place place = new Distorted(PipePlace.open(cleanup), distortion);
        Site site = new Site(null, () -> "");
        cleanup.add("", site::close);
        HttpServer server =
                HttpServer.start(place.server(), SluiceServerSocketChannel.class, new InetSocketAddress(80), site);
        cleanup.add("", server::close);
        new Tour(screen, place, site).run(null, 1 << 20);
        return screen.failures();
    }

    private String shown() {
        return shown.toString(StandardCharsets.UTF_8);
    }

    @Test
    void nothingIsWrongWithWhatComes() throws IOException {
        assertEquals(0, failuresWith((job, result) -> result), this::shown);
    }

    @Test
    void oneWrongOctetInOneOfAHundredBodiesIsSeen() throws IOException {
        assertEquals(
                1,
                failuresWith((job, result) -> {
                    if (job.connections() == 1) {
                        return result;
                    }
                    List<Fetcher.Response> responses = new ArrayList<>(result.responses());
                    Fetcher.Response r = responses.get(57);
                    responses.set(57, new Fetcher.Response(r.status(), r.bodyBytes(), "0".repeat(64), r.durationNs()));
                    return new Fetcher.Result(responses, result.connections(), result.durationNs());
                }),
                this::shown);
        assertTrue(shown().contains("✗ 99 right bodies of 100"), this::shown);
    }

    @Test
    void wrongOctetsStatusesAndConnectionsAreSeenEverywhere() throws IOException {
        // Five pages and one over IPv6 (of which three are only asked for their status), one count of connections, and
        // the
        // digest of the large body. The body that nobody looks at is right.
        int failures = failuresWith((job, result) -> new Fetcher.Result(
                result.responses().stream()
                        .map(r -> new Fetcher.Response(r.status() + 1, r.bodyBytes(), "0".repeat(64), r.durationNs()))
                        .toList(),
                result.connections() + 1,
                result.durationNs()));
        assertEquals(9, failures, this::shown);
        assertTrue(shown().contains("INSTEAD OF"), this::shown);
    }

    private record Distorted(Place place, Distortion distortion) implements Place {
        @Override
        public void show(Screen screen) {
            place.show(screen);
        }

        @Override
        public SluiceEventLoopGroup server() {
            return place.server();
        }

        @Override
        public Fetcher fetcher() {
            return new Fetcher() {
                @Override
                public String describe(Job job) {
                    return place.fetcher().describe(job);
                }

                @Override
                public Result fetch(Job job) throws IOException {
                    return distortion.apply(job, place.fetcher().fetch(job));
                }
            };
        }

        @Override
        public String origin() {
            return place.origin();
        }

        @Override
        public @Nullable String originIpv6() {
            return place.originIpv6();
        }

        @Override
        public String linkCounters() {
            return place.linkCounters();
        }

        @Override
        public void showLink(Screen screen) {
            place.showLink(screen);
        }

        @Override
        public List<String> invitations() {
            return place.invitations();
        }
    }
}
