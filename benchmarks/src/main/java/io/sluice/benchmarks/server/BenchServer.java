package io.sluice.benchmarks.server;

import io.netty.util.concurrent.FastThreadLocalThread;
import io.netty.util.concurrent.Ticker;
import io.sluice.api.Sockets;
import io.sluice.host.Host;
import io.sluice.host.HostConfig;
import io.sluice.netty.SluiceEventLoopGroup;
import io.sluice.tun.TunConfig;
import io.sluice.tun.TunDevice;
import io.sluice.tun.TunLink;
import io.sluice.tun.namespace.NetworkNamespace;
import io.sluice.wire.IpAddress;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Serves discard (5001), source (5002) and echo (5003) on a TUN device that exists, until it is killed. */
@Command(
        name = "bench-server",
        mixinStandardHelpOptions = true,
        description = "Serves discard (5001), source (5002) and echo (5003) on a TUN device that exists.")
public final class BenchServer implements Callable<Integer> {
    private static final int PREFIX_LENGTH = 24;

    @Option(names = "--netns", description = "the network namespace of the device, by its name for ip netns")
    private String namespace = "";

    @Option(names = "--tun", required = true, description = "the device")
    private String tun = "";

    @Option(names = "--address", required = true, description = "the stack's address, on a /24")
    private String address = "";

    @Option(names = "--core", description = "serve with the core's own sockets, without Netty's channels")
    private boolean core;

    public static void main(String[] args) {
        System.exit(new CommandLine(new BenchServer()).execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (TunDevice device = open()) {
            TunLink link = new TunLink(device.queues().get(0));
            if (core) {
                Thread thread = new FastThreadLocalThread(() -> serveOnCore(link), "sluice");
                thread.start();
                thread.join();
            } else {
                serveOnNetty(link);
            }
        }
        return 0;
    }

    private TunDevice open() throws IOException {
        TunConfig.Builder config = TunDevice.builder().name(tun).existing(TunConfig.Existing.REQUIRE);
        if (namespace.isEmpty()) {
            return config.open();
        }
        try (NetworkNamespace entered = NetworkNamespace.open(namespace)) {
            return entered.call(config::open);
        }
    }

    private void serveOnNetty(TunLink link) throws InterruptedException {
        try (SluiceEventLoopGroup group = SluiceEventLoopGroup.on(link, address + "/" + PREFIX_LENGTH)) {
            new NettyServices(group, IpAddress.parse(address).toInetAddress()).listen();
            Thread.currentThread().join(); // until this process is killed
        }
    }

    private void serveOnCore(TunLink link) {
        Ticker clock = Ticker.systemTicker();
        Host host = new Host(
                HostConfig.builder(new SecureRandom()).startNs(clock.nanoTime()).build());
        IpAddress local = IpAddress.parse(address);
        host.addAddress(host.addInterface(link), local, PREFIX_LENGTH);
        Sockets sockets = new Sockets(host);
        new CoreServices(sockets, clock::nanoTime).listen(local);
        new CoreDriver(host, sockets, link, clock, CoreServices::onReady).run();
        host.close(clock.nanoTime());
        link.close();
    }
}
