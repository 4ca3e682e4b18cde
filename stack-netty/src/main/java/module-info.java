/** The event-loop driver and the Netty channels on top of it. */
module io.sluice.netty {
    requires static transitive org.jspecify;
    requires transitive io.sluice.core;
    requires transitive io.netty.transport;
    requires transitive io.netty.common;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.unix.common;
    requires org.slf4j;
    requires static com.sun.jna; // reads of the page cache that do not wait
    requires jdk.unsupported; // O_DIRECT: com.sun.nio.file.ExtendedOpenOption

    exports io.sluice.netty;
}
