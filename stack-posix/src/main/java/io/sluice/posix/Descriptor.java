package io.sluice.posix;

import java.util.ArrayList;
import java.util.List;

/** What a file descriptor stands for. Several may stand for the same one ({@code dup}). */
abstract sealed class Descriptor permits StreamSocket, EpollInstance, OpenFile {
    /** O_NONBLOCK. */
    boolean nonBlocking;

    /** File descriptors that stand for this. */
    int references;

    /** Registrations with epoll instances. */
    final List<EpollInstance.Interest> watchers = new ArrayList<>(0);

    /** What can be done now without waiting: bits of {@link PollEvents}. */
    abstract int pollEvents();

    /** The last file descriptor is gone. */
    abstract void close(long nowNs);

    /** Something happened here: whoever watches will look. */
    void changed() {
        for (EpollInstance.Interest interest : watchers) {
            interest.changed();
        }
    }
}
