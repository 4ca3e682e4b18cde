package io.sluice.tun.linux;

import java.io.IOException;

/**
 * A system call failed; {@link #errno} says why, with the numbers of {@link Errno}.
 *
 * <p>Internal: callers of this module see it only as the cause of an exception that says what to do.
 */
public final class ErrnoException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    /** {@code action} names what was tried, for instance {@code "ioctl(TUNSETIFF)"}. */
    public ErrnoException(String action, int errno) {
        this(action, errno, "");
    }

    /** As above, with the kernel's own explanation (netlink's extended acknowledgement), or "". */
    public ErrnoException(String action, int errno, String explanation) {
        super(action + ": " + LibC.describe(errno) + " (errno " + errno + ")"
                + (explanation.isEmpty() ? "" : ", the kernel says: " + explanation));
        this.errno = errno;
    }

    public int errno() {
        return errno;
    }
}
