package io.sluice.cli.demo;

import io.sluice.event.Counter;
import io.sluice.event.Counters;
import io.sluice.netty.PipeLink;
import io.sluice.netty.SluiceEventLoopGroup;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** No kernel in between: two hosts of ours in this process, one serving, one fetching, with a wire of memory between them. */
final class PipePlace implements Place {
    private static final String CLIENT = "10.77.0.1";
    private static final String SERVER = "10.77.0.2";
    private static final String CLIENT_IPV6 = "fd77::1";
    private static final String SERVER_IPV6 = "fd77::2";
    private static final int MTU = 1500;

    private final SluiceEventLoopGroup server;
    private final Fetcher fetcher;

    private PipePlace(SluiceEventLoopGroup server, Fetcher fetcher) {
        this.server = server;
        this.fetcher = fetcher;
    }

    static PipePlace open(Cleanup cleanup) throws IOException {
        PipeLink wire = PipeLink.create(MTU);
        SluiceEventLoopGroup server = SluiceEventLoopGroup.on(wire, SERVER + "/24", SERVER_IPV6 + "/64");
        cleanup.add("", server::close);
        SluiceEventLoopGroup client = SluiceEventLoopGroup.on(wire.otherEnd(), CLIENT + "/24", CLIENT_IPV6 + "/64");
        cleanup.add("", client::close);
        return new PipePlace(server, new StackFetcher(client));
    }

    @Override
    public void show(Screen screen) {
        screen.line("HTTP client ─── Sluice ─── memory ─── Sluice ─── HTTP server");
        screen.line(String.format(Locale.ROOT, "                %-20s  %s", CLIENT, SERVER));
        screen.line(String.format(Locale.ROOT, "                %-20s  %s", CLIENT_IPV6, SERVER_IPV6));
        screen.note("In this process; MTU " + MTU + ", super-segments of up to 64 KiB.");
    }

    @Override
    public SluiceEventLoopGroup server() {
        return server;
    }

    @Override
    public Fetcher fetcher() {
        return fetcher;
    }

    @Override
    public String origin() {
        return "http://" + SERVER;
    }

    @Override
    public String originIpv6() {
        return "http://[" + SERVER_IPV6 + "]";
    }

    @Override
    public String linkCounters() {
        return "";
    }

    @Override
    public void showLink(Screen screen) {
        Counters c = server.hosts().get(0).counters();
        screen.row(
                "received",
                Amounts.count(c.get(Counter.PACKETS_IN)) + " packets, " + Amounts.bytes(c.get(Counter.BYTES_IN)));
        screen.row(
                "sent",
                Amounts.count(c.get(Counter.PACKETS_OUT)) + " segments, " + Amounts.bytes(c.get(Counter.BYTES_OUT)));
    }

    @Override
    public List<String> invitations() {
        return List.of();
    }
}
