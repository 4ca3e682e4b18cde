/**
 * TUN devices: open, configure, read and write.
 *
 * <p>Netty's native library is in a module of its own that nothing can require, since its name depends on the machine:
 * on the module path add {@code --add-modules io.netty.transport.epoll.linux.x86_64} (or {@code .aarch_64}).
 */
module io.sluice.tun {
    requires static transitive org.jspecify;
    requires transitive io.sluice.core;
    requires com.sun.jna;
    requires io.netty.common;
    requires io.netty.transport.classes.epoll;
    requires transitive io.netty.transport.unix.common;

    exports io.sluice.tun;
    exports io.sluice.tun.namespace;
}
