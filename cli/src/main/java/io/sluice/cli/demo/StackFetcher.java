package io.sluice.cli.demo;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.sluice.netty.SluiceSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An HTTP client on a second stack of ours, for where there is no kernel to play with. */
final class StackFetcher implements Fetcher {
    private static final int HTTP_PORT = 80;
    private static final int MAX_SECONDS = 300;

    private final EventLoopGroup group;

    StackFetcher(EventLoopGroup group) {
        this.group = group;
    }

    @Override
    public String describe(Job job) {
        return job.method() + " " + job.urls().get(0);
    }

    @Override
    public Result fetch(Job job) throws IOException {
        List<List<String>> urlsOfConnections = job.connections() == 1
                ? List.of(job.urls())
                : job.urls().stream().map(List::of).toList();
        long startNs = System.nanoTime();
        List<CompletableFuture<List<Response>>> pending = new ArrayList<>();
        for (List<String> urls : urlsOfConnections) {
            pending.add(connect(job, urls));
        }
        List<Response> responses = new ArrayList<>();
        for (CompletableFuture<List<Response>> connection : pending) {
            responses.addAll(await(connection));
        }
        return new Result(responses, pending.size(), System.nanoTime() - startNs);
    }

    private CompletableFuture<List<Response>> connect(Job job, List<String> urls) {
        CompletableFuture<List<Response>> result = new CompletableFuture<>();
        URI server = URI.create(urls.get(0));
        String host = server.getHost().replace("[", "").replace("]", "");
        new Bootstrap()
                .group(group)
                .channel(SluiceSocketChannel.class)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new HttpClientCodec(), new Connection(job, urls, result));
                    }
                })
                .connect(new InetSocketAddress(host, server.getPort() < 0 ? HTTP_PORT : server.getPort()))
                .addListener(connected -> {
                    if (!connected.isSuccess()) {
                        result.completeExceptionally(connected.cause());
                    }
                });
        return result;
    }

    private static List<Response> await(CompletableFuture<List<Response>> connection) throws IOException {
        try {
            return connection.get(MAX_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("no answer within " + MAX_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Sends the requests of one connection, each when the answer before is complete. */
    @SuppressWarnings("FutureReturnValueIgnored") // what fails closes the channel, which fails the result
    private static final class Connection extends SimpleChannelInboundHandler<HttpObject> {
        private final Job job;
        private final List<String> urls;
        private final CompletableFuture<List<Response>> result;
        private final List<Response> responses = new ArrayList<>();
        private final MessageDigest digest = Sha256.newDigest();
        private int status;
        private long bodyBytes;
        private long startNs;

        Connection(Job job, List<String> urls, CompletableFuture<List<Response>> result) {
            this.job = job;
            this.urls = urls;
            this.result = result;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            ask(ctx);
        }

        private void ask(ChannelHandlerContext ctx) {
            URI url = URI.create(urls.get(responses.size()));
            var request = new DefaultFullHttpRequest(
                    HttpVersion.HTTP_1_1, HttpMethod.valueOf(job.method()), url.getRawPath());
            request.headers().set(HttpHeaderNames.HOST, url.getRawAuthority());
            startNs = System.nanoTime();
            bodyBytes = 0;
            ctx.writeAndFlush(request);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) throws IOException {
            if (message.decoderResult().isFailure()) {
                throw new IOException("not HTTP", message.decoderResult().cause());
            }
            if (message instanceof HttpResponse head) {
                status = head.status().code();
            }
            if (message instanceof HttpContent content) {
                take(content);
            }
            if (message instanceof LastHttpContent) {
                complete(ctx);
            }
        }

        private void take(HttpContent content) {
            bodyBytes += content.content().readableBytes();
            if (!job.discard()) {
                for (ByteBuffer piece : content.content().nioBuffers()) {
                    digest.update(piece);
                }
            }
        }

        private void complete(ChannelHandlerContext ctx) {
            String sha256 = job.discard() ? "" : Sha256.hex(digest);
            responses.add(new Response(status, bodyBytes, sha256, System.nanoTime() - startNs));
            if (responses.size() < urls.size()) {
                ask(ctx);
            } else {
                result.complete(responses);
                ctx.close();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            result.completeExceptionally(cause);
            ctx.close();
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            result.completeExceptionally(new ClosedChannelException());
        }
    }
}
