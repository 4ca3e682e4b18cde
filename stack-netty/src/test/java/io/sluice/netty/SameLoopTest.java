package io.sluice.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.sluice.tun.Offload;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One event loop, one thread, and on it channels of the kernel and of the stack, which talk to each other. */
@Timeout(120)
class SameLoopTest {
    private static final long SIZE = 16 << 20;

    private static ChannelHandler pair(ChannelHandler first, ChannelHandler second) {
        return new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(first, second);
            }
        };
    }

    @Test
    void overATunTheKernelsEpollChannelsTalkToTheStacks() throws IOException, InterruptedException {
        try (OnTun net = new OnTun(Offload.TCP)) {
            Channel stackServer = net.server(new Echo())
                    .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                    .bind(0)
                    .sync()
                    .channel();
            int port = ((InetSocketAddress) stackServer.localAddress()).getPort();
            VerifyStream echoed = new VerifyStream();
            Channel kernelClient = net.namespace.call(() -> new Bootstrap()
                    .group(net.group)
                    .channel(EpollSocketChannel.class)
                    .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                    .handler(pair(new SendStream(SIZE), echoed))
                    .connect(OnTun.HOST, port)
                    .syncUninterruptibly()
                    .channel());
            assertSame(stackServer.eventLoop(), kernelClient.eventLoop());
            assertEquals(SIZE, Collector.get(echoed.received));
            kernelClient.close().sync();

            Channel kernelServer = net.namespace.call(() -> new ServerBootstrap()
                    .group(net.group)
                    .channel(EpollServerSocketChannel.class)
                    .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                    .childHandler(new Echo())
                    .bind(OnTun.KERNEL, 0)
                    .syncUninterruptibly()
                    .channel());
            VerifyStream again = new VerifyStream();
            Channel stackClient = net.client(pair(new SendStream(SIZE), again))
                    .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                    .connect(kernelServer.localAddress())
                    .sync()
                    .channel();
            assertEquals(SIZE, Collector.get(again.received));
            stackClient.close().sync();
        }
    }

    @Test
    void overNioAPipeJoinsTwoLoopsThatServeTheKernelToo() throws InterruptedException {
        Leaks leaks = new Leaks();
        PipeLink pipe = PipeLink.create(1500, leaks.allocator);
        IoEventLoopGroup here = nio(leaks, pipe, "10.7.0.1/24");
        IoEventLoopGroup there = nio(leaks, pipe.otherEnd(), "10.7.0.2/24");
        assertTrue(here.isCompatible(StackIoHandle.class));

        for (boolean stack : new boolean[] {true, false}) {
            Channel server = new ServerBootstrap()
                    .group(there)
                    .channel(stack ? SluiceServerSocketChannel.class : serverOfNio())
                    .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                    .childHandler(new Echo())
                    .bind(new InetSocketAddress(stack ? address("10.7.0.2") : InetAddress.getLoopbackAddress(), 0))
                    .sync()
                    .channel();
            VerifyStream echoed = new VerifyStream();
            new Bootstrap()
                    .group(here)
                    .channel(stack ? SluiceSocketChannel.class : NioSocketChannel.class)
                    .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                    .handler(pair(new SendStream(SIZE), echoed))
                    .connect(server.localAddress())
                    .sync();
            assertEquals(SIZE, Collector.get(echoed.received));
        }
        here.shutdownGracefully(0, TwoHosts.PATIENCE_S, TimeUnit.SECONDS).sync();
        there.shutdownGracefully(0, TwoHosts.PATIENCE_S, TimeUnit.SECONDS).sync();
        leaks.close();
    }

    private static Class<? extends ServerChannel> serverOfNio() {
        return NioServerSocketChannel.class;
    }

    private static InetAddress address(String address) {
        return new InetSocketAddress(address, 0).getAddress();
    }

    private static IoEventLoopGroup nio(Leaks leaks, PipeLink link, String address) {
        SluiceNetwork network = SluiceNetwork.builder()
                .link(link, address)
                .tune(c -> c.allocator(leaks.allocator))
                .build();
        return new MultiThreadIoEventLoopGroup(1, SluiceIoHandler.newFactory(NioIoHandler.newFactory(), network));
    }
}
