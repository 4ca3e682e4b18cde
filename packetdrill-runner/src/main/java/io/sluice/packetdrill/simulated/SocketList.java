package io.sluice.packetdrill.simulated;

import io.sluice.api.Endpoint;
import io.sluice.host.Host;
import io.sluice.posix.OpenSocket;
import io.sluice.posix.PosixSockets;
import io.sluice.tcp.FlowKey;
import io.sluice.tcp.TcpState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The sockets of the stack as FreeBSD's {@code sockstat -s} shows them. */
final class SocketList {
    private final Host host;
    private final PosixSockets sockets;

    SocketList(Host host, PosixSockets sockets) {
        this.host = host;
        this.sockets = sockets;
    }

    /** How FreeBSD calls a state. */
    private static String name(TcpState state) {
        return state == TcpState.SYN_RECEIVED ? "SYN_RCVD" : state.name();
    }

    static Optional<TcpState> state(String name) {
        for (TcpState state : TcpState.values()) {
            if (name(state).equals(name)) {
                return Optional.of(state);
            }
        }
        return Optional.empty();
    }

    /**
     * What {@code -4}, {@code -6} and {@code -p PORT} leave.
     *
     * @param port 0 for any
     */
    private record Filter(boolean ipv4, boolean ipv6, int port) {
        static Filter of(List<String> words) {
            int at = words.indexOf("-p");
            boolean both = words.contains("-4") == words.contains("-6");
            return new Filter(
                    both || words.contains("-4"),
                    both || words.contains("-6"),
                    at < 0 ? 0 : Integer.parseInt(words.get(at + 1)));
        }

        boolean passes(Endpoint local, @Nullable Endpoint remote) {
            boolean family = local.address().isV6() ? ipv6 : ipv4;
            return family && (port == 0 || local.port() == port || (remote != null && remote.port() == port));
        }
    }

    /** The lines for the options {@code -4}, {@code -6} and {@code -p PORT}; others do not change which lines there are. */
    List<String> lines(List<String> words) {
        Filter filter = Filter.of(words);
        List<String> lines = new ArrayList<>();
        Set<String> owned = new HashSet<>();
        for (OpenSocket s : sockets.list()) {
            String ends = ends(s.local(), s.remote());
            owned.add(ends);
            if (filter.passes(s.local(), s.remote())) {
                lines.add("root packetdrill 1 " + s.fd() + ends + name(s.state()));
            }
        }
        host.tcp().layer().flows().forEach(flow -> {
            FlowKey key = flow.key();
            Endpoint local = new Endpoint(key.local(), key.localPort());
            Endpoint remote = new Endpoint(key.remote(), key.remotePort());
            String ends = ends(local, remote);
            if (filter.passes(local, remote) && !owned.contains(ends)) {
                lines.add("? ? ? ?" + ends + name(flow.state()));
            }
        });
        return lines;
    }

    private static String ends(Endpoint local, @Nullable Endpoint remote) {
        return (local.address().isV6() ? " tcp6 " : " tcp4 ") + local + " " + (remote == null ? "*:*" : remote) + " ";
    }
}
