package io.sluice.cli.demo;

import io.sluice.netty.SluiceEventLoopGroup;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the demonstration happens: a host of ours, a link to it, and somebody at the other end who fetches. */
interface Place {
    /** Shows what is connected with what. */
    void show(Screen screen);

    /** The event loop with our host, for the server. */
    SluiceEventLoopGroup server();

    /** Who fetches. */
    Fetcher fetcher();

    /** {@code http://ADDRESS} of the server. */
    String origin();

    /** The same over IPv6, or null where there is none. */
    @Nullable String originIpv6();

    /** What the server's link counted, as text; on the server's loop. */
    String linkCounters();

    /** Shows in words what crossed the server's link; on the server's loop. */
    void showLink(Screen screen);

    /** What the user can type to fetch something while it stays; empty if nobody but this process can. */
    List<String> invitations();
}
