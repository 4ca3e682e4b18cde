package io.sluice.posix;

import io.sluice.event.Readiness;

/** The bits of {@code poll} and {@code epoll}, with Linux's values, and how they follow from a socket's readiness. */
public final class PollEvents {
    public static final int POLLIN = 0x1;
    public static final int POLLPRI = 0x2;
    public static final int POLLOUT = 0x4;
    public static final int POLLERR = 0x8;
    public static final int POLLHUP = 0x10;
    public static final int POLLNVAL = 0x20;
    public static final int POLLRDNORM = 0x40;
    public static final int POLLWRNORM = 0x100;
    public static final int POLLRDHUP = 0x2000;

    /** Reported whether asked for or not. */
    static final int ALWAYS = POLLERR | POLLHUP | POLLNVAL;

    private PollEvents() {}

    /** Of a stream socket that has neither listened nor connected: POSIX leaves it open. */
    static int ofNew(PosixProfile profile) {
        return profile.has(PosixProfile.Trait.NEW_SOCKET_HANGS_UP) ? POLLHUP | POLLOUT | POLLWRNORM : 0;
    }

    static int of(int readiness) {
        int events = 0;
        if ((readiness & Readiness.READABLE) != 0) {
            events |= POLLIN | POLLRDNORM;
        }
        if ((readiness & Readiness.WRITABLE) != 0) {
            events |= POLLOUT | POLLWRNORM;
        }
        if ((readiness & Readiness.PEER_CLOSED) != 0) {
            events |= POLLIN | POLLRDNORM | POLLRDHUP;
        }
        if ((readiness & Readiness.HANGUP) != 0) {
            events |= POLLHUP | POLLRDHUP | POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM;
        }
        if ((readiness & (Readiness.ERROR | Readiness.ERROR_QUEUE)) != 0) {
            events |= POLLERR;
        }
        return (readiness & Readiness.URGENT) != 0 ? events | POLLPRI : events;
    }
}
