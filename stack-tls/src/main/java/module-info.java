/** TLS record protection in the send and receive path of connections. */
module io.sluice.tls {
    requires static transitive org.jspecify;
    requires transitive io.sluice.core;
    requires io.netty.buffer;
    requires org.slf4j;
    requires static org.bouncycastle.tls;
    requires static org.bouncycastle.provider;
    requires static io.netty.tcnative.classes.openssl;
    requires static io.sluice.netty;
    requires static transitive io.netty.handler;
    requires static io.netty.codec;
    requires static transitive io.netty.transport;
    requires static transitive io.netty.common;

    exports io.sluice.tls;
    exports io.sluice.tls.bouncycastle;
    exports io.sluice.tls.netty;
    exports io.sluice.tls.tcnative;
}
