/** TLS record protection in the send and receive path of connections. */
module io.sluice.tls {
    requires static transitive org.jspecify;
    requires transitive io.sluice.core;
    requires io.netty.buffer;
    requires org.slf4j;

    exports io.sluice.tls;
}
