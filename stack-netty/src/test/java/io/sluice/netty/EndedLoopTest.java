package io.sluice.netty;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.sluice.tcp.TcpStack;
import io.sluice.udp.DplpmtudConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is asked of a channel whose event loop has ended fails, instead of never being over. */
@Timeout(60)
final class EndedLoopTest {
    @Test
    void promisesAreBroken() throws Exception {
        SluiceSocketChannel stream;
        SluiceDatagramChannel datagrams;
        SocketAddress any = new InetSocketAddress(TwoHosts.CLIENT, 0);
        try (TwoHosts net = new TwoHosts()) {
            Channel server = net.serve(new Echo());
            stream = (SluiceSocketChannel) net.client(new ChannelInboundHandlerAdapter())
                    .connect(server.localAddress())
                    .sync()
                    .channel();
            datagrams = (SluiceDatagramChannel) new Bootstrap()
                    .group(net.clients)
                    .channel(SluiceDatagramChannel.class)
                    .handler(new ChannelInboundHandlerAdapter())
                    .bind(any)
                    .sync()
                    .channel();
        }
        assertTrue(stream.eventLoop().awaitTermination(TwoHosts.PATIENCE_S, TimeUnit.SECONDS));
        assertInstanceOf(ClosedChannelException.class, Collector.failure(stream.stack(TcpStack.DEFAULT)));
        assertInstanceOf(
                ClosedChannelException.class,
                Collector.failure(datagrams.startPathMtuDiscovery(DplpmtudConfig.STANDARD)));
        assertInstanceOf(
                ClosedChannelException.class,
                Collector.failure(datagrams.joinGroup(InetAddress.getByName("224.0.0.251"))));
    }
}
