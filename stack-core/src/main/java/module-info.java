/** The stack without I/O: wire formats, IP, ICMP, UDP and TCP, hosts and sockets. */
module io.sluice.core {
    requires static transitive org.jspecify;
    requires transitive io.netty.buffer;
    requires io.netty.common;
    requires org.slf4j;

    // A package can be exported once it has a class: whoever adds the first removes the slashes.

    exports io.sluice.wire;

    exports io.sluice.buffer;

    exports io.sluice.time;

    exports io.sluice.event;

    exports io.sluice.link;

    exports io.sluice.cc;

    exports io.sluice.tcp;

    exports io.sluice.tcp.authentication;

    exports io.sluice.udp;

    exports io.sluice.icmp;

    exports io.sluice.ip;

    exports io.sluice.host;

    exports io.sluice.api;

    uses io.sluice.cc.CongestionControlFactory;
    uses io.sluice.tcp.TcpStackProvider;
}
