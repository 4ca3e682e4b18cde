package io.sluice.posix;

/** What {@code fcntl} knows of file descriptors: other numbers for the same one, FD_CLOEXEC, and which access they allow. */
public final class Fcntl {
    private final DescriptorTable descriptors;

    Fcntl(DescriptorTable descriptors) {
        this.descriptors = descriptors;
    }

    /** F_DUPFD, or F_DUPFD_CLOEXEC: another descriptor of the same socket, with the lowest number from {@code least} on. */
    public Call dup(int fd, int least, boolean closeOnExec) {
        Descriptor d = descriptors.get(fd);
        if (d == null || least < 0 || least >= descriptors.limit()) {
            return Call.failed(d == null ? Errno.EBADF : Errno.EINVAL);
        }
        int copy = descriptors.add(d, least);
        if (copy < 0) {
            return Call.failed(Errno.EMFILE);
        }
        descriptors.setCloseOnExec(copy, closeOnExec);
        return Call.returned(copy);
    }

    /** F_GETFD: 1 for FD_CLOEXEC. Nothing here comes of it, since there is no other program to become. */
    public Call isCloseOnExec(int fd) {
        boolean open = descriptors.get(fd) != null;
        return open ? Call.returned(descriptors.isCloseOnExec(fd) ? 1 : 0) : Call.failed(Errno.EBADF);
    }

    /** F_SETFD, as far as FD_CLOEXEC goes. */
    public Call setCloseOnExec(int fd, boolean on) {
        if (descriptors.get(fd) == null) {
            return Call.failed(Errno.EBADF);
        }
        descriptors.setCloseOnExec(fd, on);
        return Call.returned(0);
    }

    /** F_GETFL, as far as the access mode goes: O_RDONLY, O_WRONLY or O_RDWR, which are 0, 1 and 2. */
    public Call accessMode(int fd) {
        Descriptor d = descriptors.get(fd);
        return d == null ? Call.failed(Errno.EBADF) : Call.returned(d.accessMode());
    }
}
