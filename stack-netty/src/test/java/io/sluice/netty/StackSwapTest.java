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
import io.sluice.tcp.Knob;
import io.sluice.tcp.StackRefusal;
import io.sluice.tcp.TcpProfile;
import io.sluice.tcp.TcpStack;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A channel goes over to another TCP stack, or says why not, whoever asks for it and however. */
@Timeout(60)
class StackSwapTest {
    private static final TcpStack NEEDS_SACK =
            new TcpStack("needs-sack", TcpStack.Requirement.SACK, TcpStack.DEFAULT.lossRecovery(), null);

    private @Nullable TwoHosts net;
    private final CompletableFuture<Throwable> caught = new CompletableFuture<>();

    @AfterEach
    void end() {
        Objects.requireNonNull(net).close();
    }

    private SluiceSocketChannel connected(TcpProfile ofServer) throws InterruptedException {
        net = new TwoHosts(ofServer);
        Channel server = net.serve(new Collector());
        ChannelInboundHandlerAdapter last = new ChannelInboundHandlerAdapter() {
            @Override
            public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                caught.complete(cause);
            }
        };
        return (SluiceSocketChannel)
                net.client(last).connect(server.localAddress()).sync().channel();
    }

    private SluiceSocketChannel connectedWithoutSack() throws InterruptedException {
        return connected(TcpProfile.STANDARD.with(Knob.SACK, 0));
    }

    private static void assertKept(SluiceSocketChannel client) {
        assertEquals(TcpStack.DEFAULT, client.config().getOption(SluiceChannelOption.TCP_STACK));
    }

    @Test
    void aConnectionGoesOver() throws InterruptedException {
        SluiceSocketChannel client = connected(TcpProfile.STANDARD);
        client.stack(NEEDS_SACK).sync();
        assertEquals(NEEDS_SACK, client.config().getOption(SluiceChannelOption.TCP_STACK));
        assertTrue(client.config().setOption(SluiceChannelOption.TCP_STACK, TcpStack.DEFAULT));
        TwoHosts.await(
                client, () -> Objects.requireNonNull(client.tcpSocket()).stack().equals(TcpStack.DEFAULT));
    }

    @Test
    void theFutureSaysWhyNot() throws InterruptedException {
        SluiceSocketChannel client = connectedWithoutSack();
        ChannelFuture done = client.stack(NEEDS_SACK).await();
        StackRefusedException cause = assertInstanceOf(StackRefusedException.class, done.cause());
        assertSame(StackRefusal.PEER_WITHOUT_SACK, cause.refusal());
        assertKept(client);
    }

    @Test
    void theOptionThrowsOnTheLoop() throws InterruptedException {
        SluiceSocketChannel client = connectedWithoutSack();
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
        SluiceSocketChannel client = connectedWithoutSack();
        client.config().setOption(SluiceChannelOption.TCP_STACK, NEEDS_SACK);
        Throwable cause = caught.get(TwoHosts.PATIENCE_S, TimeUnit.SECONDS);
        assertSame(
                StackRefusal.PEER_WITHOUT_SACK,
                assertInstanceOf(StackRefusedException.class, cause).refusal());
        assertKept(client);
    }
}
