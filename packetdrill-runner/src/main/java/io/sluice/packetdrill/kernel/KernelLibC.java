package io.sluice.packetdrill.kernel;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * The system calls that scripts make, through JNA's direct mapping, as C declares them under LP64: each returns -1 for an
 * error, whose number {@link #errno} then tells on the same thread.
 */
final class KernelLibC {
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int SOL_SOCKET = 1;
    static final int SO_LINGER = 13;
    static final int SOL_TCP = 6;
    static final int TCP_INFO = 11;
    static final int TCP_CONGESTION = 13;
    static final int SHUT_RDWR = 2;
    static final short POLLIN = 1;

    /** {@code SCHED_OTHER} and {@code SCHED_FIFO}. */
    static final int ORDINARY = 0;

    static final int REAL_TIME = 1;

    static {
        Native.register(KernelLibC.class, "c");
    }

    private KernelLibC() {}

    static native int socket(int domain, int type, int protocol);

    static native int bind(int fd, @Nullable Pointer address, int length);

    static native int listen(int fd, int backlog);

    static native int accept4(int fd, @Nullable Pointer address, @Nullable Pointer length, int flags);

    static native int connect(int fd, @Nullable Pointer address, int length);

    static native int getsockname(int fd, Pointer address, Pointer length);

    static native int getpeername(int fd, Pointer address, Pointer length);

    static native long read(int fd, @Nullable Pointer into, long length);

    static native long write(int fd, @Nullable Pointer data, long length);

    static native long recv(int fd, @Nullable Pointer into, long length, int flags);

    static native long sendto(
            int fd, @Nullable Pointer data, long length, int flags, @Nullable Pointer address, int addressLength);

    static native long sendmsg(int fd, Pointer message, int flags);

    static native long recvmsg(int fd, Pointer message, int flags);

    static native long readv(int fd, Pointer vectors, int count);

    static native long writev(int fd, Pointer vectors, int count);

    static native int poll(Pointer descriptors, long count, int timeoutMs);

    static native int epoll_create1(int flags);

    static native int epoll_ctl(int epoll, int operation, int fd, @Nullable Pointer event);

    static native int epoll_wait(int epoll, Pointer events, int maxEvents, int timeoutMs);

    static native int getsockopt(int fd, int level, int name, @Nullable Pointer value, Pointer length);

    static native int setsockopt(int fd, int level, int name, @Nullable Pointer value, int length);

    static native int fcntl(int fd, int command, long argument);

    static native int ioctl(int fd, long request, Pointer argument);

    static native int shutdown(int fd, int how);

    static native int close(int fd);

    static native int open(String path, int flags, int mode);

    static native int pipe2(Pointer ends, int flags);

    static native long sendfile(int out, int in, @Nullable Pointer offset, long count);

    static native long splice(
            int in, @Nullable Pointer inOffset, int out, @Nullable Pointer outOffset, long length, int flags);

    static native int gettid();

    static native int sched_setscheduler(int thread, int policy, Pointer parameters);

    static native int clock_getres(int clock, Pointer resolution);

    /** Why the last call of this thread failed. */
    static int errno() {
        return Native.getLastError();
    }

    /**
     * Has the calling thread scheduled before all ordinary ones, or among them. A refusal is not told: scripts then run
     * with more jitter.
     */
    static void schedule(boolean realTime) {
        Memory priority = new Memory(Integer.BYTES);
        priority.setInt(0, realTime ? 1 : 0);
        sched_setscheduler(0, realTime ? REAL_TIME : ORDINARY, priority);
    }
}
