package io.sluice.packetdrill.simulated;

import io.sluice.api.Endpoint;
import io.sluice.host.Host;
import io.sluice.posix.OpenSocket;
import io.sluice.posix.PosixSockets;
import io.sluice.tcp.FlowKey;
import io.sluice.tcp.TcpState;
import io.sluice.wire.IpAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
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

    /** The lines of {@code /proc/net/tcp} or {@code /proc/net/tcp6}, as far as listeners go; null for other files. */
    @Nullable List<String> file(String name) {
        boolean ipv6 = name.equals("/proc/net/tcp6");
        if (!ipv6 && !name.equals("/proc/net/tcp")) {
            return null;
        }
        List<String> lines = new ArrayList<>();
        for (OpenSocket s : sockets.list()) {
            if (s.state() == TcpState.LISTEN && s.local().address().isV6() == ipv6) {
                lines.add(String.format(
                        Locale.ROOT,
                        "%4d: %s:%04X %s:0000 0A 00000000:00000000",
                        lines.size(),
                        hexadecimal(s.local().address()),
                        s.local().port(),
                        hexadecimal(ipv6 ? IpAddress.ANY6 : IpAddress.ANY4)));
            }
        }
        return lines;
    }

    /** An address as words of a little-endian machine. */
    private static String hexadecimal(IpAddress address) {
        if (!address.isV6()) {
            return word(address.v4());
        }
        return word((int) (address.hi() >>> 32))
                + word((int) address.hi())
                + word((int) (address.lo() >>> 32))
                + word((int) address.lo());
    }

    private static String word(int bigEndian) {
        return String.format(Locale.ROOT, "%08X", Integer.reverseBytes(bigEndian));
    }
}
