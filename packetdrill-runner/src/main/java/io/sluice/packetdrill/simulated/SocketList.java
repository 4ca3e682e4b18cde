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

    /** The lines for the options {@code -4}, {@code -6} and {@code -p PORT}; others do not change which lines there are. */
    List<String> lines(List<String> words) {
        boolean only4 = words.contains("-4") && !words.contains("-6");
        boolean only6 = words.contains("-6") && !words.contains("-4");
        int portOption = words.indexOf("-p");
        int port = portOption < 0 ? 0 : Integer.parseInt(words.get(portOption + 1));
        List<String> lines = new ArrayList<>();
        Set<String> owned = new HashSet<>();
        for (OpenSocket s : sockets.list()) {
            Endpoint remote = s.remote();
            String ends = s.local() + " " + (remote == null ? "*:*" : remote);
            owned.add(ends);
            boolean v6 = s.local().address().isV6();
            boolean shown = !(v6 ? only4 : only6)
                    && (port == 0 || s.local().port() == port || (remote != null && remote.port() == port));
            if (shown) {
                lines.add("root packetdrill 1 " + s.fd() + (v6 ? " tcp6 " : " tcp4 ") + ends + " " + name(s.state()));
            }
        }
        host.tcp().layer().flows().forEach(flow -> {
            FlowKey key = flow.key();
            boolean v6 = key.local().isV6();
            String ends =
                    new Endpoint(key.local(), key.localPort()) + " " + new Endpoint(key.remote(), key.remotePort());
            boolean shown = !(v6 ? only4 : only6)
                    && (port == 0 || key.localPort() == port || key.remotePort() == port)
                    && !owned.contains(ends);
            if (shown) {
                lines.add("? ? ? ?" + (v6 ? " tcp6 " : " tcp4 ") + ends + " " + name(flow.state()));
            }
        });
        return lines;
    }
}
