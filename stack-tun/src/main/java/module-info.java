/** TUN devices: open, configure, read and write. */
module io.sluice.tun {
    requires static transitive org.jspecify;
    requires transitive io.sluice.core;
    requires com.sun.jna;
    requires io.netty.common;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.unix.common;
    requires org.slf4j;

    // exports io.sluice.tun;
}
