package io.sluice.packetdrill.simulated;

import io.sluice.host.Host;
import io.sluice.ip.Route;
import io.sluice.ip.RouteMetrics;
import io.sluice.packetdrill.command.Tool;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpPrefix;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code ip [-4|-6] route add|change|replace PREFIX [via GATEWAY] [dev DEVICE] [mtu [lock] N] [advmss N] [initcwnd N]},
 * {@code ip tcp_metrics flush}, and what {@link InertCommand} lists.
 */
final class IpTool implements Tool {
    private final Host host;

    /** What the words after the prefix say. */
    private static final class Settings {
        @Nullable IpAddress gateway;

        int mtu;
        int advertisedMss;
        int initialWindow;
    }

    IpTool(Host host) {
        this.host = host;
    }

    @Override
    public Outcome run(List<String> words, List<String> input) {
        List<String> arguments = words.stream()
                .skip(1)
                .filter(w -> !w.equals("-4") && !w.equals("-6"))
                .toList();
        if (arguments.size() >= 2 && arguments.subList(0, 2).equals(List.of("tcp_metrics", "flush"))) {
            host.tcp().layer().forgetFastOpenPaths(); // what this stack remembers of paths
            return Outcome.done();
        }
        if (arguments.size() < 3 || !arguments.get(0).equals("route")) {
            return InertCommand.contains(words)
                    ? Outcome.done()
                    : Outcome.failed("not known here with these arguments");
        }
        if (!List.of("add", "change", "replace").contains(arguments.get(1))) {
            return Outcome.failed("only ip route add, change and replace are supported");
        }
        try {
            return replace(IpPrefix.parse(arguments.get(2)), arguments.subList(3, arguments.size()));
        } catch (IllegalArgumentException e) {
            return Outcome.failed(String.valueOf(e.getMessage()));
        }
    }

    /** There is one link, so a route is found for every prefix; it is replaced if it is for the same one. */
    private Outcome replace(IpPrefix prefix, List<String> words) {
        Settings settings = new Settings();
        for (int i = 0; i < words.size(); i += 2) {
            boolean lock = words.get(i).equals("mtu")
                    && i + 1 < words.size()
                    && words.get(i + 1).equals("lock");
            int at = lock ? i + 2 : i + 1;
            if (at >= words.size() || !apply(words.get(i), words.get(at), settings)) {
                return Outcome.failed("no " + words.get(i) + " here");
            }
            i += lock ? 1 : 0;
        }
        Route route = host.routes().lookup(prefix.address());
        if (route == null) {
            return Outcome.failed("no way there");
        }
        if (route.prefix().equals(prefix)) {
            host.routes().remove(route);
        }
        RouteMetrics metrics = new RouteMetrics(settings.mtu, settings.advertisedMss, settings.initialWindow);
        host.routes().add(new Route(prefix, route.via(), settings.gateway, 0, metrics));
        return Outcome.done();
    }

    private static boolean apply(String name, String value, Settings settings) {
        switch (name) {
            case "via" -> settings.gateway = IpAddress.parse(value);
            case "dev" -> {} // there is one
            case "mtu" -> settings.mtu = Integer.parseInt(value);
            case "advmss" -> settings.advertisedMss = Integer.parseInt(value);
            case "initcwnd" -> settings.initialWindow = Integer.parseInt(value);
            default -> {
                return false;
            }
        }
        return true;
    }
}
