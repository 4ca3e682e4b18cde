package io.sluice.posix;

/** The error numbers of POSIX by name; which number each has is a matter of the kernel ({@link PosixProfile#number}). */
public enum Errno {
    EPERM(1, 1),
    EINTR(4, 4),
    EIO(5, 5),
    EBADF(9, 9),
    EAGAIN(35, 11),
    ENOMEM(12, 12),
    EACCES(13, 13),
    EFAULT(14, 14),
    EBUSY(16, 16),
    EEXIST(17, 17),
    ENOENT(2, 2),
    ESRCH(3, 3),
    EINVAL(22, 22),
    EMFILE(24, 24),
    ESPIPE(29, 29),
    EPIPE(32, 32),
    EDOM(33, 33),
    EINPROGRESS(36, 115),
    EALREADY(37, 114),
    ENOTSOCK(38, 88),
    EDESTADDRREQ(39, 89),
    EMSGSIZE(40, 90),
    EPROTOTYPE(41, 91),
    ENOPROTOOPT(42, 92),
    EPROTONOSUPPORT(43, 93),
    EOPNOTSUPP(45, 95),
    EAFNOSUPPORT(47, 97),
    EADDRINUSE(48, 98),
    EADDRNOTAVAIL(49, 99),
    ENETDOWN(50, 100),
    ENETUNREACH(51, 101),
    ECONNABORTED(53, 103),
    ECONNRESET(54, 104),
    ENOBUFS(55, 105),
    EISCONN(56, 106),
    ENOTCONN(57, 107),
    ETIMEDOUT(60, 110),
    ECONNREFUSED(61, 111),
    EHOSTUNREACH(65, 113),
    EBADMSG(89, 74),
    EPROTO(92, 71),
    /** Linux's alone; where FreeBSD would have to say it, EACCES. */
    EKEYREJECTED(13, 129);

    private final int freeBsd;
    private final int linux;

    Errno(int freeBsd, int linux) {
        this.freeBsd = freeBsd;
        this.linux = linux;
    }

    int freeBsd() {
        return freeBsd;
    }

    int linux() {
        return linux;
    }
}
