package io.sluice.benchmarks.bulk;

import io.netty.buffer.PooledByteBufAllocator;
import io.sluice.host.Host;
import io.sluice.netty.SluiceEventLoopGroup;
import io.sluice.netty.SluiceNetwork;
import io.sluice.tun.Offload;
import io.sluice.tun.TunDevice;
import io.sluice.tun.TunLink;
import io.sluice.tun.namespace.NetworkNamespace;
import java.net.InetAddress;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Transfers gigabytes between the kernel's TCP and a Netty server on the stack, over a TUN device in a namespace of its
 * own. Compares every octet, tells how many octets of payload were copied inside the stack, and whether all buffers came
 * back. Exit status 0 only if nothing was wrong.
 */
@Command(
        name = "bench bulk",
        mixinStandardHelpOptions = true,
        description = "Gigabytes to and from the kernel on a TUN: every octet compared, copies and leaks counted.")
public final class Bulk implements Callable<Integer> {
    private static final double BITS_PER_GIGABIT = 1e9;

    @Option(names = "--mebibytes", description = "MiB in each direction (default: ${DEFAULT-VALUE}, 10 GiB)")
    private long mebibytes = 10 * 1024;

    @Option(names = "--ipv6", description = "over IPv6 instead of IPv4")
    private boolean ipv6;

    @Option(names = "--plain", description = "without offload: each packet at most the MTU, checksums computed here")
    private boolean plain;

    @Option(names = "--mtu", description = "the device's MTU in octets (default: ${DEFAULT-VALUE})")
    private int mtu = 1500;

    @Option(names = "--together", description = "both directions at the same time instead of one after the other")
    private boolean together;

    private boolean failed;

    public static void main(String[] args) {
        System.exit(new CommandLine(new Bulk()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        // Without caches of threads, so that what is allocated at the end is exactly what somebody holds.
        PooledByteBufAllocator allocator = new PooledByteBufAllocator(true, 0, 1, 8192, 9, 0, 0, false);
        try (NetworkNamespace namespace = NetworkNamespace.create();
                TunDevice device = namespace.call(() -> TunDevice.builder()
                        .address("10.78.0.1/24")
                        .address("fd78::1/64")
                        .mtu(mtu)
                        .offload(plain ? Offload.NONE : Offload.TCP)
                        .open())) {
            namespace.sysctl("net.ipv4.tcp_congestion_control", "reno"); // a pacing one measures its timers
            TunLink link = new TunLink(device.queues().get(0), allocator);
            SluiceNetwork network = SluiceNetwork.builder()
                    .link(link, "10.78.0.2/24", "fd78::2/64")
                    .tune(config -> config.allocator(allocator))
                    .build();
            System.out.printf(
                    Locale.ROOT,
                    "%,d MiB each way, IPv%d, MTU %d, offload %s, JDK %s%n",
                    mebibytes,
                    ipv6 ? 6 : 4,
                    mtu,
                    device.offload(),
                    System.getProperty("java.version"));
            try (SluiceEventLoopGroup group = new SluiceEventLoopGroup(network)) {
                transfer(namespace, group, link);
                System.out.println("host  " + group.hosts().get(0).counters());
            }
        }
        long held = allocator.metric().directArenas().get(0).numActiveAllocations();
        System.out.printf(Locale.ROOT, "leaks %,d buffers%n", held);
        failed |= held != 0;
        System.out.println(failed ? "FAILED" : "no wrong octet, no leak");
        return failed ? 1 : 0;
    }

    private void transfer(NetworkNamespace namespace, SluiceEventLoopGroup group, TunLink link) throws Exception {
        long bytes = mebibytes << 20;
        Content content = new Content(1);
        StackServer server = new StackServer(content, bytes);
        InetAddress address = InetAddress.getByName(ipv6 ? "fd78::2" : "10.78.0.2");
        server.listen(group, address);
        KernelClient client = new KernelClient(namespace, content, bytes);
        Callable<String> up = () -> {
            client.send(address);
            return server.awaitReceived();
        };
        Callable<String> down = () -> client.receive(address);
        Host host = group.hosts().get(0);
        Callable<Totals> totals =
                () -> group.next().submit(() -> Totals.of(host, link)).get();
        if (together) {
            measure("both", 2 * bytes, totals, up, down);
        } else {
            measure("up  ", bytes, totals, up);
            measure("down", bytes, totals, down);
        }
        content.release();
    }

    @SafeVarargs
    private void measure(String name, long bytes, Callable<Totals> totals, Callable<String>... transfers)
            throws Exception {
        Totals before = totals.call();
        long start = System.nanoTime();
        StringBuilder complaints = new StringBuilder();
        FutureTask<?>[] running = new FutureTask<?>[transfers.length];
        for (int i = 0; i < transfers.length; i++) {
            FutureTask<String> task = new FutureTask<>(transfers[i]);
            running[i] = task;
            new Thread(task, name).start();
        }
        for (FutureTask<?> task : running) {
            complaints.append(task.get());
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        failed |= complaints.length() > 0;
        System.out.printf(
                Locale.ROOT,
                "%s  %,d octets in %.1f s, %.1f Gbit/s: %s%n      %s%n",
                name,
                bytes,
                seconds,
                bytes * 8 / BITS_PER_GIGABIT / seconds,
                complaints.length() == 0 ? "every octet right" : "WRONG: " + complaints,
                totals.call().since(before));
    }
}
