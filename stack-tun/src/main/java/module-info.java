/** TUN devices: open, configure, read and write. */
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
