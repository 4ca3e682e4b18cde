package io.sluice.tun.linux;

import com.sun.jna.Native;
import org.jspecify.annotations.Nullable;

/**
 * The few functions of the C library that this module needs, through JNA's direct mapping.
 *
 * <p>For set-up only: a call costs a few hundred nanoseconds, and the packet path does not come
 * here. Every method throws {@link ErrnoException} where the C function returns -1. Types are those
 * of LP64 Linux (x86-64, aarch64); both pass the arguments of the variadic {@code open},
 * {@code ioctl} and {@code fcntl} as they pass fixed ones, and share every number used here.
 */
public final class LibC {
    public static final int O_RDONLY = 0;
    public static final int O_RDWR = 2;
    public static final int O_NONBLOCK = 0x800;
    public static final int O_CLOEXEC = 0x80000;

    public static final int CLONE_NEWNET = 0x40000000;
    public static final long MS_BIND = 0x1000;
    public static final int MNT_DETACH = 2;

    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;

    static {
        Native.register(LibC.class, "c");
    }

    private LibC() {}

    private static native int open(String path, int flags, int mode);

    private static native int close(int fd);

    private static native int fcntl(int fd, int command, long argument);

    private static native int ioctl(int fd, long request, byte[] argument);

    private static native int ioctl(int fd, long request, long argument);

    private static native int socket(int domain, int type, int protocol);

    private static native int setsockopt(int fd, int level, int name, byte[] value, int length);

    private static native long send(int fd, byte[] buffer, long length, int flags);

    private static native long recv(int fd, byte[] buffer, long length, int flags);

    private static native int unshare(int flags);

    private static native int setns(int fd, int type);

    private static native int mount(String source, String target, String type, long flags, @Nullable String data);

    private static native int umount2(String target, int flags);

    private static native String strerror(int errno);

    private static native int geteuid();

    static String describe(int errno) {
        return strerror(errno);
    }

    /** Opens {@code path}; always with {@code O_CLOEXEC}. */
    public static int openFile(String path, int flags) throws ErrnoException {
        return check("open(" + path + ")", open(path, flags | O_CLOEXEC, 0));
    }

    /** Closes {@code fd}. On Linux the descriptor is gone whatever {@code close} returns. */
    public static void closeFile(int fd) {
        close(fd);
    }

    public static void setNonBlocking(int fd) throws ErrnoException {
        int flags = check("fcntl(F_GETFL)", fcntl(fd, F_GETFL, 0));
        check("fcntl(F_SETFL)", fcntl(fd, F_SETFL, (long) flags | O_NONBLOCK));
    }

    /** An ioctl whose argument points to {@code argument}, read and written in place. */
    public static int control(String name, int fd, long request, byte[] argument) throws ErrnoException {
        return check("ioctl(" + name + ")", ioctl(fd, request, argument));
    }

    /** An ioctl whose argument is a number. */
    public static int control(String name, int fd, long request, long argument) throws ErrnoException {
        return check("ioctl(" + name + ")", ioctl(fd, request, argument));
    }

    public static int openSocket(int domain, int type, int protocol) throws ErrnoException {
        return check("socket", socket(domain, type, protocol));
    }

    public static void setSocketOption(int fd, int level, int name, byte[] value) throws ErrnoException {
        check("setsockopt", setsockopt(fd, level, name, value, value.length));
    }

    /** Sends {@code length} octets of {@code message} as one datagram. */
    public static void sendMessage(int fd, byte[] message, int length) throws ErrnoException {
        check("send", (int) send(fd, message, length, 0));
    }

    /** Receives one datagram; returns its length, at most that of {@code buffer}. */
    public static int receiveMessage(int fd, byte[] buffer) throws ErrnoException {
        return check("recv", (int) recv(fd, buffer, buffer.length, 0));
    }

    /** Moves the calling thread, and no other, to new namespaces. */
    public static void unshareThread(int flags) throws ErrnoException {
        check("unshare", unshare(flags));
    }

    /** Moves the calling thread, and no other, to the namespace that {@code fd} stands for. */
    public static void enterNamespace(int fd, int type) throws ErrnoException {
        check("setns", setns(fd, type));
    }

    public static void bindMount(String source, String target) throws ErrnoException {
        check("mount(" + target + ")", mount(source, target, "none", MS_BIND, null));
    }

    public static void unmount(String target) throws ErrnoException {
        check("umount2(" + target + ")", umount2(target, MNT_DETACH));
    }

    public static int effectiveUserId() {
        return geteuid();
    }

    private static int check(String action, int result) throws ErrnoException {
        if (result < 0) {
            throw new ErrnoException(action, Native.getLastError());
        }
        return result;
    }
}
