package io.sluice.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.sluice.tcp.StackRefusal;
import io.sluice.tcp.TcpStack;
import io.sluice.tcp.TcpState;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A channel goes over to another TCP stack, or says why not, whoever asks for it and however. */
@Timeout(60)
class StackSwapTest {
    private static final TcpStack NEEDS_SACK =
            new TcpStack("needs-sack", TcpStack.Requirement.SACK, TcpStack.DEFAULT.lossRecovery(), null);

    private final TwoHosts net = new TwoHosts();
    private final CompletableFuture<Throwable> caught = new CompletableFuture<>();

    @AfterEach
    void end() {
        net.close();
    }

    private SluiceSocketChannel connected() throws InterruptedException {
        Channel server = net.serve(new Collector(), b -> b.childOption(ChannelOption.ALLOW_HALF_CLOSURE, true));
        ChannelInboundHandlerAdapter last = new ChannelInboundHandlerAdapter() {
            @Override
            public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                caught.complete(cause);
            }
        };
        return (SluiceSocketChannel)
                net.client(last).connect(server.localAddress()).sync().channel();
    }

    /** With the FIN sent, nothing that needs SACK takes over: acknowledged, it was sent for sure. */
    private SluiceSocketChannel halfClosed() throws InterruptedException {
        SluiceSocketChannel client = connected();
        client.shutdownOutput().sync();
        TwoHosts.await(client, () -> Objects.requireNonNull(client.tcpSocket()).state() == TcpState.FIN_WAIT_2);
        return client;
    }

    private static void assertKept(SluiceSocketChannel client) {
        assertEquals(TcpStack.DEFAULT, client.config().getOption(SluiceChannelOption.TCP_STACK));
    }

    @Test
    void aConnectionGoesOver() throws InterruptedException {
        SluiceSocketChannel client = connected();
        client.stack(NEEDS_SACK).sync();
        assertEquals(NEEDS_SACK, client.config().getOption(SluiceChannelOption.TCP_STACK));
        assertTrue(client.config().setOption(SluiceChannelOption.TCP_STACK, TcpStack.DEFAULT));
        TwoHosts.await(
                client, () -> Objects.requireNonNull(client.tcpSocket()).stack().equals(TcpStack.DEFAULT));
    }

    @Test
    void theFutureSaysWhyNot() throws InterruptedException {
        SluiceSocketChannel client = halfClosed();
        ChannelFuture done = client.stack(NEEDS_SACK).await();
        StackRefusedException cause = assertInstanceOf(StackRefusedException.class, done.cause());
        assertSame(StackRefusal.FIN_SENT, cause.refusal());
        assertKept(client);
    }

    @Test
    void theOptionThrowsOnTheLoop() throws InterruptedException {
        SluiceSocketChannel client = halfClosed();
        client.eventLoop()
                .submit(() -> {
                    ChannelException thrown = assertThrows(ChannelException.class, () -> client.config()
                            .setOption(SluiceChannelOption.TCP_STACK, NEEDS_SACK));
                    assertInstanceOf(StackRefusedException.class, thrown.getCause());
                })
                .sync();
        assertKept(client);
    }

    @Test
    void thePipelineHearsOfAnOptionThatAnotherThreadHasSet() throws Exception {
        SluiceSocketChannel client = halfClosed();
        client.config().setOption(SluiceChannelOption.TCP_STACK, NEEDS_SACK);
        Throwable cause = caught.get(TwoHosts.PATIENCE_S, TimeUnit.SECONDS);
        assertSame(
                StackRefusal.FIN_SENT,
                assertInstanceOf(StackRefusedException.class, cause).refusal());
        assertKept(client);
    }
}
