package io.sluice.posix;

import io.sluice.api.Endpoint;
import io.sluice.api.TcpListener;
import io.sluice.tcp.TcpState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A line of what tools that list sockets show.
 *
 * @param fd the file descriptor
 * @param state the state of the connection
 * @param local the local address; unspecified if there is none
 * @param remote the peer, or null if there is none
 * @param waiting connections of a listener that nobody has accepted
 * @param backlog how many may wait
 */
public record OpenSocket(int fd, TcpState state, Endpoint local, @Nullable Endpoint remote, int waiting, int backlog) {
    /** All stream sockets, in the order of their descriptors. */
    static List<OpenSocket> in(DescriptorTable descriptors) {
        List<OpenSocket> open = new ArrayList<>();
        for (int fd : descriptors.numbers()) {
            if (descriptors.get(fd) instanceof StreamSocket s) {
                Endpoint local = s.localEndpoint();
                TcpListener l = s.listener();
                open.add(new OpenSocket(
                        fd,
                        s.state(),
                        local == null ? s.unspecified() : local,
                        s.socket().remoteEndpoint(),
                        l == null ? 0 : l.waitingCount(),
                        l == null ? 0 : l.backlog()));
            }
        }
        return open;
    }
}
