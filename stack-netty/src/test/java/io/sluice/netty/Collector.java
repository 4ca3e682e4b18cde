package io.sluice.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The end of a pipeline in tests: remembers what comes, in order, for the test's thread to take. */
final class Collector extends SimpleChannelInboundHandler<ByteBuf> {
    private final StringBuilder received = new StringBuilder();
    private final BlockingQueue<Object> events = new LinkedBlockingQueue<>();
    private final List<Throwable> failures = new ArrayList<>();
    private final CompletableFuture<String> end = new CompletableFuture<>();

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf data) {
        String text = data.toString(StandardCharsets.ISO_8859_1);
        received.append(text);
        events.add(text);
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        events.add("active");
        ctx.fireChannelActive();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        events.add("inactive");
        end.complete(received.toString());
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        events.add(ctx.channel().isWritable() ? "writable" : "unwritable");
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        events.add(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        failures.add(cause);
        events.add(cause);
    }

    /** The next event: text received, a change of state as a word, a user event, an exception. */
    Object next() throws InterruptedException {
        Object event = events.poll(TwoHosts.PATIENCE_S, TimeUnit.SECONDS);
        if (event == null) {
            throw new AssertionError("nothing happened; so far: " + received + " " + failures);
        }
        return event;
    }

    /** Whether something has happened that was not taken yet. */
    boolean hasNext() {
        return !events.isEmpty();
    }

    /** All text, once the channel is inactive. */
    String atEnd() throws InterruptedException {
        return get(end);
    }

    static <T> T get(java.util.concurrent.Future<T> future) throws InterruptedException {
        try {
            return future.get(TwoHosts.PATIENCE_S, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    /** What a Netty future failed with. */
    static Throwable failure(Future<?> future) throws InterruptedException {
        if (!future.await(TwoHosts.PATIENCE_S, TimeUnit.SECONDS)) {
            throw new AssertionError("not over: " + future);
        }
        Throwable cause = future.cause();
        if (cause == null) {
            throw new AssertionError("did not fail: " + future);
        }
        return cause;
    }
}
