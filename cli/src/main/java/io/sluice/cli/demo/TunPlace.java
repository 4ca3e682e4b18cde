package io.sluice.cli.demo;

import io.sluice.event.Counter;
import io.sluice.netty.SluiceEventLoopGroup;
import io.sluice.tun.Offload;
import io.sluice.tun.TunConfig;
import io.sluice.tun.TunCounters;
import io.sluice.tun.TunDevice;
import io.sluice.tun.TunLink;
import io.sluice.tun.namespace.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A TUN device: the kernel, and curl on it, on one side; our host on the other. */
final class TunPlace implements Place {
    private static final String KERNEL = "10.77.0.1";
    private static final String SLUICE = "10.77.0.2";
    private static final String KERNEL_IPV6 = "fd77::1";
    private static final String SLUICE_IPV6 = "fd77::2";

    /** Not there where the kernel has no IPv6. */
    private static final Path IPV6_OF_KERNEL = Path.of("/proc/net/if_inet6");

    private final TunDevice device;
    private final TunLink link;
    private final boolean ipv6;
    private final SluiceEventLoopGroup group;
    private final Fetcher curl;
    private final String where;
    private final List<String> invitations;

    /** Whose network the device becomes part of. */
    enum Surroundings {
        /** A fresh namespace's, so that nothing of the machine's own network is touched. */
        FRESH_NAMESPACE,
        /** This process's, which was started in a fresh user namespace. */
        USER_NAMESPACE,
        /** This process's: the machine's own, mostly. */
        THIS_NETWORK
    }

    private TunPlace(
            TunDevice device,
            boolean ipv6,
            Processes processes,
            String where,
            List<String> invitations,
            Cleanup cleanup)
            throws IOException {
        this.device = device;
        this.ipv6 = ipv6;
        this.where = where;
        this.invitations = invitations;
        link = device.link();
        Scratch scratch = Scratch.create();
        cleanup.add("", scratch::delete);
        curl = new CurlFetcher(processes, scratch.folder());
        group = ipv6
                ? SluiceEventLoopGroup.on(link, SLUICE + "/24", SLUICE_IPV6 + "/64")
                : SluiceEventLoopGroup.on(link, SLUICE + "/24");
        cleanup.add("", group::close);
        cleanup.add("", processes::stop);
    }

    /**
     * Makes what it takes, and has {@code cleanup} undo it.
     *
     * @throws IOException if this process may not; says what to do
     */
    static TunPlace open(Surroundings surroundings, Cleanup cleanup) throws IOException {
        boolean ipv6 = Files.exists(IPV6_OF_KERNEL);
        if (surroundings == Surroundings.FRESH_NAMESPACE) {
            NetworkNamespace namespace = NetworkNamespace.create();
            cleanup.add("network namespace " + namespace.name(), namespace::close);
            TunDevice device = namespace.call(() -> openDevice(ipv6, cleanup));
            return new TunPlace(
                    device,
                    ipv6,
                    new Processes(namespace::start),
                    "network namespace " + namespace.name(),
                    invitations("ip netns exec " + namespace.name() + " "),
                    cleanup);
        }
        boolean user = surroundings == Surroundings.USER_NAMESPACE;
        if (user) {
            NetworkNamespace.bringLoopbackUp();
        }
        String enter = "nsenter --preserve-credentials -U -n -t "
                + ProcessHandle.current().pid() + " ";
        return new TunPlace(
                openDevice(ipv6, cleanup),
                ipv6,
                new Processes(ProcessBuilder::start),
                user
                        ? "user and network namespace of process "
                                + ProcessHandle.current().pid()
                        : "this network namespace",
                user
                        ? invitations(enter)
                        : List.of("curl http://" + SLUICE + "/counters", "or http://" + SLUICE + "/ in a browser"),
                cleanup);
    }

    private static List<String> invitations(String enter) {
        return List.of(
                enter + "curl http://" + SLUICE + "/counters",
                enter + "curl -s http://" + SLUICE + "/bytes/100000000 | sha256sum",
                "For a browser, have root run: bin/sluice demo --here --keep");
    }

    private static TunDevice openDevice(boolean ipv6, Cleanup cleanup) throws IOException {
        TunConfig.Builder config = TunDevice.builder().address(KERNEL + "/24");
        if (ipv6) {
            config.address(KERNEL_IPV6 + "/64");
        }
        TunDevice device = config.open();
        cleanup.add("TUN device " + device.name(), device::close);
        return device;
    }

    @Override
    public void show(Screen screen) {
        String cutting = device.offload().compareTo(Offload.TCP) >= 0
                ? "super-segments of up to 64 KiB both ways, which nobody has to cut"
                : "no segmentation offload: every segment is a packet of its own";
        screen.line("curl ─── the kernel's TCP ─── " + device.name() + " ─── Sluice ─── HTTP server");
        screen.line(String.format(Locale.ROOT, "         %-20s  (TUN)      %s", KERNEL, SLUICE));
        if (ipv6) {
            screen.line(String.format(Locale.ROOT, "         %-20s             %s", KERNEL_IPV6, SLUICE_IPV6));
        }
        screen.note("In " + where + "; MTU " + device.mtu() + ", " + cutting + ".");
    }

    @Override
    public SluiceEventLoopGroup server() {
        return group;
    }

    @Override
    public Fetcher fetcher() {
        return curl;
    }

    @Override
    public String origin() {
        return "http://" + SLUICE;
    }

    @Override
    public @Nullable String originIpv6() {
        return ipv6 ? "http://[" + SLUICE_IPV6 + "]" : null;
    }

    @Override
    public String linkCounters() {
        return link.counters().toString();
    }

    @Override
    public void showLink(Screen screen) {
        TunCounters c = link.counters();
        long segmentsSent = group.hosts().get(0).counters().get(Counter.PACKETS_OUT);
        screen.row("read from the TUN", packets(c.packetsReceived(), c.segmentsReceived(), c.bytesReceived()));
        screen.row("written to it", packets(c.packetsSent(), segmentsSent, c.bytesSent()));
        if (c.superSegmentsSent() > 0) {
            screen.row("", Amounts.count(c.superSegmentsSent()) + " of those were super-segments");
        }
    }

    private static String packets(long packets, long segments, long bytes) {
        String carrying = segments > packets ? " carrying " + Amounts.count(segments) + " segments" : "";
        return Amounts.count(packets) + " packets" + carrying + ", " + Amounts.bytes(bytes);
    }

    @Override
    public List<String> invitations() {
        return invitations;
    }
}
