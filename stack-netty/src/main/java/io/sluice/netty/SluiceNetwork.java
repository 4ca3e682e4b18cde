package io.sluice.netty;

import io.sluice.host.Host;
import io.sluice.host.HostConfig;
import io.sluice.ip.Interface;
import io.sluice.ip.Route;
import io.sluice.link.PolledLink;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpPrefix;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the host of one event loop is connected to: links, its addresses on them, routes. Immutable; good for one event
 * loop, which takes over the links and closes them at its end.
 */
public final class SluiceNetwork {
    private final List<Attachment> attachments;
    private final List<RouteLine> routes;
    private final Set<PolledLink> autoconfigured;
    private final Consumer<HostConfig.Builder> tuning;
    private final @Nullable Executor fileReaders;

    private record Attachment(PolledLink link, List<PrefixedAddress> addresses) {}

    private record PrefixedAddress(IpAddress address, int prefixLength) {
        static PrefixedAddress parse(String text) {
            int slash = text.indexOf('/');
            if (slash < 0) {
                IpAddress address = IpAddress.parse(text);
                return new PrefixedAddress(address, address.bits());
            }
            IpAddress address = IpAddress.parse(text.substring(0, slash));
            int length = Integer.parseInt(text, slash + 1, text.length(), 10);
            if (length < 0 || length > address.bits()) {
                throw new IllegalArgumentException("no prefix length of " + address + ": " + length);
            }
            return new PrefixedAddress(address, length);
        }
    }

    private record RouteLine(IpPrefix prefix, PolledLink link, @Nullable IpAddress gateway) {}

    private SluiceNetwork(Builder b) {
        attachments = List.copyOf(b.attachments);
        routes = List.copyOf(b.routes);
        autoconfigured = Set.copyOf(b.autoconfigured);
        tuning = b.tuning;
        fileReaders = b.fileReaders;
    }

    @Nullable Executor fileReaders() {
        return fileReaders;
    }

    /**
     * One link, which also leads to everywhere else.
     *
     * @param addresses of this host, with the prefix that it shares with its neighbours: {@code 10.0.0.2/24}
     */
    public static SluiceNetwork of(PolledLink link, String... addresses) {
        return builder()
                .link(link, addresses)
                .route("0.0.0.0/0", link)
                .route("::/0", link)
                .build();
    }

    public static Builder builder() {
        return new Builder();
    }

    List<PolledLink> links() {
        return attachments.stream().map(Attachment::link).toList();
    }

    /** Makes the host, with its links attached. */
    Host createHost(long nowNs) {
        HostConfig.Builder config = HostConfig.builder(new SecureRandom()).startNs(nowNs);
        tuning.accept(config);
        Host host = new Host(config.build());
        for (Attachment a : attachments) {
            Interface on = host.addInterface(a.link());
            for (PrefixedAddress p : a.addresses()) {
                host.addAddress(on, p.address(), p.prefixLength());
            }
            if (autoconfigured.contains(a.link())) {
                host.autoconfigure(on);
            }
        }
        for (RouteLine r : routes) {
            Interface via = host.interfaces().of(r.link());
            if (via == null) {
                throw new IllegalArgumentException("a route over " + r.link().name() + ", which is not attached");
            }
            host.routes().add(new Route(r.prefix(), via, r.gateway(), 0));
        }
        return host;
    }

    /** Collects a {@link SluiceNetwork}. */
    public static final class Builder {
        private final List<Attachment> attachments = new ArrayList<>();
        private final List<RouteLine> routes = new ArrayList<>();
        private final Set<PolledLink> autoconfigured = new HashSet<>();
        private Consumer<HostConfig.Builder> tuning = config -> {};
        private @Nullable Executor fileReaders;

        private Builder() {}

        /**
         * Attaches a link.
         *
         * @param addresses of this host on it, with the prefix that it shares with its neighbours: {@code 10.0.0.2/24},
         *     {@code fd00::2/64}
         * @throws IllegalArgumentException if one is malformed
         */
        public Builder link(PolledLink link, String... addresses) {
            List<PrefixedAddress> parsed = new ArrayList<>();
            for (String text : addresses) {
                parsed.add(PrefixedAddress.parse(text));
            }
            attachments.add(new Attachment(link, List.copyOf(parsed)));
            return this;
        }

        /** Sends packets to {@code prefix} ({@code 0.0.0.0/0} is everything of IPv4) over {@code link}. */
        public Builder route(String prefix, PolledLink link) {
            routes.add(new RouteLine(IpPrefix.parse(prefix), link, null));
            return this;
        }

        /** As {@link #route(String, PolledLink)}, through a neighbour. */
        public Builder route(String prefix, PolledLink link, String gateway) {
            routes.add(new RouteLine(IpPrefix.parse(prefix), link, IpAddress.parse(gateway)));
            return this;
        }

        /**
         * Has a link that carries Ethernet frames configured for IPv6 by what its routers advertise ({@link
         * Host#autoconfigure}).
         */
        public Builder autoconfigure(PolledLink link) {
            autoconfigured.add(link);
            return this;
        }

        /** Changes how the host is made: its TCP profile and stack, memory limits, allocator, recorder. */
        public Builder tune(Consumer<HostConfig.Builder> change) {
            tuning = tuning.andThen(change);
            return this;
        }

        /** Where files are read that channels send; by itself, up to four threads that exist while they are needed. */
        public Builder fileReaders(Executor executor) {
            fileReaders = executor;
            return this;
        }

        public SluiceNetwork build() {
            return new SluiceNetwork(this);
        }
    }
}
