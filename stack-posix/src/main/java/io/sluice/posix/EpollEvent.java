package io.sluice.posix;

/**
 * An entry of what {@code epoll_wait} fills in.
 *
 * @param events bits of {@link PollEvents}
 * @param data what was given with the interest
 */
public record EpollEvent(int events, long data) {
    /** Told once, then disarmed until modified. */
    public static final int EPOLLONESHOT = 1 << 30;

    /** Told when something happens, not while something is the case. */
    public static final int EPOLLET = 1 << 31;
}
