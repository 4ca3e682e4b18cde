package io.sluice.posix;

import io.sluice.api.UdpSocket;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a file descriptor stands for. Several may stand for the same one ({@code dup}). */
abstract sealed class Descriptor permits StreamSocket, DatagramSocket, EpollInstance, OpenFile, Pipe.End {
    static final int READ_ONLY = 0;
    static final int WRITE_ONLY = 1;
    private static final int READ_WRITE = 2;

    /** O_NONBLOCK. */
    boolean nonBlocking;

    /** File descriptors that stand for this. */
    int references;

    /** Registrations with epoll instances. */
    final List<EpollInstance.Interest> watchers = new ArrayList<>(0);

    /** What a socket of the core belongs to, or null if nobody knows it here. */
    static @Nullable Descriptor of(Object coreSocket) {
        return coreSocket instanceof UdpSocket udp && udp.attachment() instanceof DatagramSocket datagram
                ? datagram
                : StreamSocket.of(coreSocket);
    }

    /** What can be done now without waiting: bits of {@link PollEvents}. */
    abstract int pollEvents();

    /** O_RDONLY, O_WRONLY or O_RDWR: 0, 1, 2. */
    int accessMode() {
        return READ_WRITE;
    }

    /** The last file descriptor is gone. */
    abstract void close(long nowNs);

    /** Something happened here: whoever watches will look. */
    void changed() {
        for (EpollInstance.Interest interest : watchers) {
            interest.changed();
        }
    }
}
