package io.sluice.examples;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.sluice.netty.PipeLink;
import io.sluice.netty.SluiceChannelOption;
import io.sluice.netty.SluiceDatagramChannel;
import io.sluice.netty.SluiceEventLoopGroup;
import io.sluice.netty.SluiceNetwork;
import io.sluice.udp.Dplpmtud;
import io.sluice.udp.DplpmtudConfig;
import io.sluice.udp.UdpSocketOptions.OptionReception;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * How large may a datagram be? A client that searches for the path MTU by probes (RFC 8899) in UDP options (RFC 9869), and a
 * server that answers them: neither needs ICMP. Run, it searches over a pipe, in both families.
 */
public final class PathMtuSearch {
    private static final int PORT = 5353;
    private static final long LOOK_AGAIN_MS = 50;

    private PathMtuSearch() {}

    /** Searches over IPv4 and over IPv6. */
    public static void main(String[] args) throws Exception {
        PipeLink pipe = PipeLink.create(1500);
        try (SluiceEventLoopGroup here = group(pipe, "10.9.0.1/24", "fd09::1/64");
                SluiceEventLoopGroup there = group(pipe.otherEnd(), "10.9.0.2/24", "fd09::2/64")) {
            answer(there, new InetSocketAddress("::", PORT));
            for (String server : new String[] {"10.9.0.2", "fd09::2"}) {
                SluiceDatagramChannel client = connect(here, new InetSocketAddress(server, PORT));
                System.out.printf(
                        "%s: datagrams of up to %d octets%n",
                        server, searched(client).sync().getNow());
            }
        }
    }

    private static SluiceEventLoopGroup group(PipeLink link, String... addresses) {
        return new SluiceEventLoopGroup(
                SluiceNetwork.builder().link(link, addresses).build());
    }

    private static Bootstrap bootstrap(EventLoopGroup group) {
        return new Bootstrap()
                .group(group)
                .channel(SluiceDatagramChannel.class)
                .option(SluiceChannelOption.UDP_OPTIONS, OptionReception.PROCESS)
                .handler(new ChannelInboundHandlerAdapter());
    }

    /**
     * Has probes answered that come to {@code local}.
     *
     * @throws IOException if it cannot bind to {@code local}
     */
    public static SluiceDatagramChannel answer(EventLoopGroup group, SocketAddress local) throws IOException {
        var bound = bootstrap(group)
                .option(SluiceChannelOption.UDP_ANSWER_PROBES, true)
                .bind(local)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("cannot bind to " + local, bound.cause());
        }
        return (SluiceDatagramChannel) bound.channel();
    }

    /**
     * A channel to {@code server} that searches from now on.
     *
     * @throws IOException if there is no way there
     */
    public static SluiceDatagramChannel connect(EventLoopGroup group, SocketAddress server) throws IOException {
        var connected = bootstrap(group)
                .option(SluiceChannelOption.UDP_PATH_MTU_DISCOVERY, Optional.of(DplpmtudConfig.STANDARD))
                .connect(server)
                .awaitUninterruptibly();
        if (!connected.isSuccess()) {
            throw new IOException("cannot connect to " + server, connected.cause());
        }
        return (SluiceDatagramChannel) connected.channel();
    }

    /** When the search is over: the octets of user data that one packet carries. */
    public static Future<Integer> searched(SluiceDatagramChannel client) {
        EventLoop loop = client.eventLoop();
        Promise<Integer> result = loop.newPromise();
        loop.execute(() -> look(client, result));
        return result;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it looks again until the search is over
    private static void look(SluiceDatagramChannel client, Promise<Integer> result) {
        Dplpmtud search = client.pathMtuDiscovery();
        if (search == null) {
            result.setFailure(new IllegalStateException("no search: " + client));
        } else if (search.state() == Dplpmtud.State.SEARCH_COMPLETE) {
            result.setSuccess(client.maxPayload());
        } else {
            client.eventLoop().schedule(() -> look(client, result), LOOK_AGAIN_MS, TimeUnit.MILLISECONDS);
        }
    }
}
