package io.sluice.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.concurrent.Future;
import io.sluice.netty.PipeLink;
import io.sluice.netty.SluiceDatagramChannel;
import io.sluice.netty.SluiceEventLoopGroup;
import io.sluice.netty.SluiceNetwork;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The search finds out what the pipe carries, over both families. */
final class PathMtuSearchTest {
    @Test
    void findsTheMtuOfThePipe() throws Exception {
        PipeLink pipe = PipeLink.create(1400, PooledByteBufAllocator.DEFAULT);
        SluiceEventLoopGroup here = group(pipe, "10.9.0.1/24", "fd09::1/64");
        SluiceEventLoopGroup there = group(pipe.otherEnd(), "10.9.0.2/24", "fd09::2/64");
        SluiceDatagramChannel server = PathMtuSearch.answer(there, new InetSocketAddress("::", 5353));
        SluiceDatagramChannel client4 = PathMtuSearch.connect(here, new InetSocketAddress("10.9.0.2", 5353));
        SluiceDatagramChannel client6 = PathMtuSearch.connect(here, new InetSocketAddress("fd09::2", 5353));
        Future<Integer> found4 = PathMtuSearch.searched(client4);
        Future<Integer> found6 = PathMtuSearch.searched(client6);
        assertTrue(found4.await(30, TimeUnit.SECONDS));
        assertTrue(found6.await(30, TimeUnit.SECONDS));
        assertEquals(1400 - 20 - 8, found4.getNow());
        assertEquals(1400 - 40 - 8, found6.getNow());
        client4.close().sync();
        client6.close().sync();
        server.close().sync();
        here.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        there.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
    }

    private static SluiceEventLoopGroup group(PipeLink link, String... addresses) {
        return new SluiceEventLoopGroup(
                SluiceNetwork.builder().link(link, addresses).build());
    }
}
