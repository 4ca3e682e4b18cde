package io.sluice.posix;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code epoll_create} makes: an interest list, and a ready list in the order in which things happened.
 * Level-triggered interests stay in the ready list while they are ready, edge-triggered ones leave it when they are
 * told, one-shot ones are told once.
 */
final class EpollInstance extends Descriptor {
    private static final int EXCLUSIVE = 0x1000_0000;
    private static final int WAKEUP = 0x2000_0000;

    /** What an interest may be that is exclusive. */
    private static final int WITH_EXCLUSIVE = EXCLUSIVE
            | WAKEUP
            | EpollEvent.EPOLLET
            | PollEvents.POLLIN
            | PollEvents.POLLOUT
            | PollEvents.POLLERR
            | PollEvents.POLLHUP;

    private final Map<Integer, Interest> interests = new LinkedHashMap<>();
    private final List<Interest> ready = new ArrayList<>();

    /** One descriptor that is watched. */
    static final class Interest {
        private final EpollInstance epoll;
        private final Descriptor watched;
        private int events;
        private long data;
        private boolean queued;
        private boolean disarmed;

        private Interest(EpollInstance epoll, Descriptor watched) {
            this.epoll = epoll;
            this.watched = watched;
        }

        void changed() {
            if (!queued && !disarmed) {
                queued = true;
                epoll.ready.add(this);
                epoll.changed();
            }
        }

        /** What is watched is closed: it is not watched any more. */
        void forget() {
            epoll.interests.values().remove(this);
            epoll.ready.remove(this);
            watched.watchers.remove(this);
        }

        private int happening() {
            return disarmed ? 0 : watched.pollEvents() & (events | PollEvents.ALWAYS);
        }
    }

    /** EPOLLEXCLUSIVE: only when an interest is added, with few other events, and never changed. */
    boolean mayBeExclusive(int fd, PosixSockets.EpollOperation operation, Descriptor watched, int events) {
        Interest interest = interests.get(fd);
        return switch (operation) {
            case EPOLL_CTL_ADD ->
                (events & EXCLUSIVE) == 0 || (!(watched instanceof EpollInstance) && (events & ~WITH_EXCLUSIVE) == 0);
            case EPOLL_CTL_MOD -> (events & EXCLUSIVE) == 0 && (interest == null || (interest.events & EXCLUSIVE) == 0);
            case EPOLL_CTL_DEL -> true;
        };
    }

    boolean contains(int fd) {
        return interests.containsKey(fd);
    }

    void add(int fd, Descriptor watched, int events, long data) {
        Interest interest = new Interest(this, watched);
        interests.put(fd, interest);
        watched.watchers.add(interest);
        rearm(interest, events, data);
    }

    void modify(int fd, int events, long data) {
        Interest interest = interests.get(fd);
        if (interest != null) {
            rearm(interest, events, data);
        }
    }

    private static void rearm(Interest interest, int events, long data) {
        interest.events = events;
        interest.data = data;
        interest.disarmed = false;
        if (interest.happening() != 0) {
            interest.changed();
        }
    }

    void remove(int fd) {
        Interest interest = interests.get(fd);
        if (interest != null) {
            interest.forget();
        }
    }

    /** Moves what is ready to {@code into}, at most {@code max}. */
    void collect(List<EpollEvent> into, int max) {
        List<Interest> again = new ArrayList<>();
        while (!ready.isEmpty() && into.size() < max) {
            Interest interest = ready.remove(0);
            interest.queued = false;
            int happening = interest.happening();
            if (happening == 0) {
                continue;
            }
            into.add(new EpollEvent(happening, interest.data));
            if ((interest.events & EpollEvent.EPOLLONESHOT) != 0) {
                interest.disarmed = true;
            } else if ((interest.events & EpollEvent.EPOLLET) == 0) {
                again.add(interest);
            }
        }
        for (Interest interest : again) {
            interest.queued = true;
            ready.add(interest);
        }
    }

    @Override
    int pollEvents() {
        for (Interest interest : ready) {
            if (interest.happening() != 0) {
                return PollEvents.POLLIN | PollEvents.POLLRDNORM;
            }
        }
        return 0;
    }

    @Override
    void close(long nowNs) {
        for (Interest interest : interests.values()) {
            interest.watched.watchers.remove(interest);
        }
        interests.clear();
        ready.clear();
    }
}
