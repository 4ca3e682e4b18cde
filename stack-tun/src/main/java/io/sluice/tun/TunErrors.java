package io.sluice.tun;

import io.sluice.tun.linux.Errno;
import io.sluice.tun.linux.ErrnoException;
import java.nio.file.Path;

/** Turns what the kernel said into an exception of this module's family that says what to do. */
final class TunErrors {
    private static final String GRANT =
            "run as root, give the java binary the capability (setcap cap_net_admin+ep), or run inside a user "
                    + "namespace (unshare -Urn)";

    private TunErrors() {}

    /** Netty's library that reads and writes descriptors is not there. */
    static TunException noNativeTransport(Throwable cause) {
        return new TunUnavailableException(
                "TUN devices need Linux and Netty's native library: put netty-transport-native-epoll with the classifier "
                        + "linux-x86_64 or linux-aarch_64 on the class path; on the module path also say --add-modules "
                        + "io.netty.transport.epoll.linux.x86_64 (or .aarch_64). " + cause,
                cause);
    }

    /** Opening the control device failed. */
    static TunException opening(Path controlDevice, ErrnoException e) {
        return switch (e.errno()) {
            case Errno.ENOENT, Errno.ENODEV, Errno.ENXIO ->
                new TunUnavailableException(
                        "There is no TUN driver at " + controlDevice
                                + ". Load it (modprobe tun), make the node (mkdir -p "
                                + "/dev/net && mknod /dev/net/tun c 10 200), or pass it into the container (--device "
                                + "/dev/net/tun). " + e.getMessage(),
                        e);
            case Errno.EACCES, Errno.EPERM ->
                new TunPermissionException(
                        "This process may not open " + controlDevice + ". Make it readable and writable for this user "
                                + "(chmod 0666; that alone grants nobody a device), or run as root. " + e.getMessage(),
                        e);
            default -> new TunException("Cannot open " + controlDevice + ". " + e.getMessage(), e);
        };
    }

    /** {@code TUNSETIFF} failed. */
    static TunException attaching(String name, TunConfig config, ErrnoException e) {
        return switch (e.errno()) {
            case Errno.EPERM, Errno.EACCES ->
                new TunPermissionException(
                        "Opening the TUN device " + name + " needs CAP_NET_ADMIN in its network namespace: " + GRANT
                                + ". Or have root make the device for this user (ip tuntap add mode tun user ... name "
                                + name + ") and attach to it. " + e.getMessage(),
                        e);
            case Errno.EBUSY, Errno.EEXIST ->
                new TunBusyException(
                        config.existing() == TunConfig.Existing.FORBID
                                ? "The device " + name
                                        + " exists already: choose another name, or allow an existing one. "
                                        + e.getMessage()
                                : "The TUN device " + name + " is held by another process (see `ip -d link show " + name
                                        + "`): stop that, or choose another name. " + e.getMessage(),
                        e);
            case Errno.EINVAL ->
                new TunException(
                        "Cannot attach to " + name
                                + ": it is no TUN device (but a TAP, or another kind of interface), its "
                                + "queues do not match (a device made with multiple queues must be opened with them, and "
                                + "one made without must not), or the name is not valid. " + e.getMessage(),
                        e);
            case Errno.E2BIG ->
                new TunException(
                        "The device " + name + " has no room for another queue: open fewer. " + e.getMessage(), e);
            default -> new TunException("Cannot attach to " + name + ". " + e.getMessage(), e);
        };
    }

    /** A pre-opened descriptor cannot be used. */
    static TunException adopting(int fd, ErrnoException e) {
        String what = e.errno() == Errno.EBADF
                ? "is not open"
                : "is no TUN descriptor with an interface attached (TUNSETIFF comes first)";
        return new TunException("Descriptor " + fd + " " + what + ". " + e.getMessage(), e);
    }

    /** An address, a route, the MTU, ... was refused. */
    static TunException configuring(String name, ErrnoException e) {
        return switch (e.errno()) {
            case Errno.EPERM ->
                new TunPermissionException(
                        "Configuring " + name + " needs CAP_NET_ADMIN in its network namespace: " + GRANT
                                + ". Or leave addresses, routes, MTU and up to whoever made the device. "
                                + e.getMessage(),
                        e);
            case Errno.EEXIST ->
                new TunBusyException(
                        "Cannot configure " + name + ", another interface may have it: " + e.getMessage(), e);
            case Errno.EBADF, Errno.ENODEV ->
                new TunException("The device " + name + " is gone or was closed. " + e.getMessage(), e);
            case Errno.EACCES, Errno.EOPNOTSUPP, Errno.EAFNOSUPPORT ->
                new TunException(
                        "Cannot configure " + name + ". If this is about IPv6, the kernel may have it switched off "
                                + "(sysctl net.ipv6.conf.all.disable_ipv6). " + e.getMessage(),
                        e);
            default -> new TunException("Cannot configure " + name + ". " + e.getMessage(), e);
        };
    }
}
