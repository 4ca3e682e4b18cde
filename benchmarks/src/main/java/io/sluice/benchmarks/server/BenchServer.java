package io.sluice.benchmarks.server;

import io.netty.util.concurrent.FastThreadLocalThread;
import io.netty.util.concurrent.Ticker;
import io.sluice.api.Sockets;
import io.sluice.host.Host;
import io.sluice.host.HostConfig;
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

    public static void main(String[] args) {
        System.exit(new CommandLine(new BenchServer()).execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (TunDevice device = open()) {
            Thread thread = new FastThreadLocalThread(() -> serveOnCore(device), "sluice");
            thread.start();
            thread.join();
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

    private void serveOnCore(TunDevice device) {
        Ticker clock = Ticker.systemTicker();
        Host host = new Host(
                HostConfig.builder(new SecureRandom()).startNs(clock.nanoTime()).build());
        TunLink link = new TunLink(device.queues().get(0));
        IpAddress local = IpAddress.parse(address);
        host.addAddress(host.addInterface(link), local, PREFIX_LENGTH);
        Sockets sockets = new Sockets(host);
        new CoreServices(sockets, clock::nanoTime).listen(local);
        new CoreDriver(host, sockets, link, clock, CoreServices::onReady).run();
        host.close(clock.nanoTime());
        link.close();
    }
}
