package io.sluice.posix;

/** An entry of what {@code poll} looks at, as C has it: {@code revents} is filled in. */
public final class PollFd {
    /** The file descriptor; a negative one is passed over. */
    public final int fd;

    /** What is asked for: bits of {@link PollEvents}. */
    public final int events;

    private int revents;

    public PollFd(int fd, int events) {
        this.fd = fd;
        this.events = events;
    }

    /** What was found. */
    public int revents() {
        return revents;
    }

    /** Looks; 1 if there is something, else 0. */
    int look(DescriptorTable descriptors) {
        Descriptor descriptor = fd < 0 ? null : descriptors.get(fd);
        if (fd < 0) {
            revents = 0;
        } else {
            revents = descriptor == null ? PollEvents.POLLNVAL : descriptor.pollEvents() & (events | PollEvents.ALWAYS);
        }
        return revents != 0 ? 1 : 0;
    }
}
