package io.sluice.packetdrill.tun;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import org.jspecify.annotations.Nullable;

/** The system calls that this package makes, through JNA's direct mapping, as C declares them under LP64. */
final class TunLibC {
    static final short POLLIN = 1;

    private static final int REAL_TIME = 1;

    static {
        Native.register(TunLibC.class, "c");
    }

    private TunLibC() {}

    static native int socket(int domain, int type, int protocol);

    static native int bind(int fd, Pointer address, int length);

    static native int setsockopt(int fd, int level, int name, Pointer value, int length);

    static native long send(int fd, Pointer data, long length, int flags);

    static native long recv(int fd, Pointer into, long length, int flags);

    static native int ppoll(Pointer descriptors, long count, Pointer timeout, @Nullable Pointer signals);

    static native int sched_setscheduler(int thread, int policy, Pointer parameters);

    static native int close(int fd);

    /** Why the last call of this thread failed. */
    static int errno() {
        return Native.getLastError();
    }

    /** Has the calling thread scheduled before all ordinary ones, or among them; where that is refused, there is more jitter. */
    static void schedule(boolean realTime) {
        Memory priority = new Memory(Integer.BYTES);
        priority.setInt(0, realTime ? 1 : 0);
        sched_setscheduler(0, realTime ? REAL_TIME : 0, priority);
    }
}
