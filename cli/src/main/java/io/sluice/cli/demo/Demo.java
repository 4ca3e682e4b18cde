package io.sluice.cli.demo;

import io.netty.util.concurrent.Future;
import io.sluice.event.Counter;
import io.sluice.event.Counters;
import io.sluice.event.DropReason;
import io.sluice.examples.http.HttpServer;
import io.sluice.examples.http.Site;
import io.sluice.netty.SluiceServerSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One run in one place: a server, somebody who fetches, what was counted; and, if so wished, everybody else's turn. */
final class Demo {
    private static final int HTTP_PORT = 80;
    private static final double PERCENT = 100.0;

    private final Screen screen;
    private final Place place;
    private final Cleanup cleanup;

    Demo(Screen screen, Place place, Cleanup cleanup) {
        this.screen = screen;
        this.place = place;
        this.cleanup = cleanup;
    }

    /**
     * Serves, fetches and tells.
     *
     * @param files a folder to serve, or null
     * @param largeBytes how large the large body is
     * @param keep whether to go on serving until the process ends
     * @throws IOException if there is no serving, or something could not be fetched at all
     */
    void run(@Nullable Path files, long largeBytes, boolean keep) throws IOException, InterruptedException {
        Site site = new Site(files, this::counters);
        cleanup.add("", site::close);
        HttpServer server = HttpServer.start(
                place.server(), SluiceServerSocketChannel.class, new InetSocketAddress(HTTP_PORT), site);
        cleanup.add("", server::close);

        screen.heading("An HTTP server on a TCP/IP stack in Java");
        place.show(screen);
        new Tour(screen, place, site).run(files == null ? null : aFileOf(files), largeBytes);
        screen.heading("What Sluice counted");
        onLoop(() -> report(host()));
        if (keep) {
            keep();
        }
    }

    /** The first file in the alphabet, so that it is the same one each time. */
    private static @Nullable Path aFileOf(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(Files::isRegularFile).sorted().findFirst().orElse(null);
        }
    }

    private Counters host() {
        return place.server().hosts().get(0).counters();
    }

    /** The page {@code /counters}; asked for on the host's loop. */
    private String counters() {
        return (host() + " " + place.linkCounters()).strip().replace(' ', '\n');
    }

    private void onLoop(Runnable task) throws InterruptedException {
        Future<?> done = place.server().next().submit(task);
        done.sync();
    }

    private void report(Counters c) {
        place.showLink(screen);
        screen.row("connections", Amounts.count(c.get(Counter.TCP_PASSIVE_OPENS)) + " accepted");
        long sent = c.get(Counter.TCP_PAYLOAD_BYTES_OUT);
        long copied = c.get(Counter.SEND_BYTES_COPIED);
        String share =
                sent == 0 ? "" : String.format(Locale.ROOT, " (%.3f %%)", PERCENT * (double) copied / (double) sent);
        screen.row("payload sent", Amounts.bytes(sent) + ", of which copied " + Amounts.bytes(copied) + share);
        long received = c.get(Counter.TCP_PAYLOAD_BYTES_IN);
        long copiedIn = c.get(Counter.RECEIVE_BYTES_COPIED);
        screen.row(
                "payload received",
                Amounts.bytes(received) + ", of which copied " + Amounts.bytes(copiedIn)
                        + (copiedIn > 0 ? " (requests are too small to keep their buffers for)" : ""));
        screen.row("retransmitted", Amounts.count(c.get(Counter.TCP_SEGMENTS_RETRANSMITTED)) + " segments");
        screen.row("dropped", Amounts.count(c.dropped()) + " packets" + reasons(c));
    }

    private static String reasons(Counters c) {
        List<String> reasons = new ArrayList<>();
        for (DropReason reason : DropReason.values()) {
            if (c.get(reason) != 0) {
                reasons.add(reason + " " + Amounts.count(c.get(reason)));
            }
        }
        return reasons.isEmpty() ? "" : ": " + String.join(", ", reasons);
    }

    private void keep() throws InterruptedException {
        if (place.invitations().isEmpty()) {
            screen.heading("Nothing to keep: only this process can reach the server.");
            return;
        }
        screen.heading("It stays until you press Ctrl-C. Your turn:");
        place.invitations().forEach(screen::line);
        new CountDownLatch(1).await();
    }
}
