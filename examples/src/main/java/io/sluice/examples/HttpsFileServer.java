package io.sluice.examples;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.concurrent.Ticker;
import io.sluice.api.TcpSocket;
import io.sluice.cc.CongestionControlFactory;
import io.sluice.cc.CongestionControls;
import io.sluice.netty.FileAccess;
import io.sluice.netty.SluiceChannelOption;
import io.sluice.netty.SluiceEventLoopGroup;
import io.sluice.netty.SluiceFileRegion;
import io.sluice.netty.SluiceServerSocketChannel;
import io.sluice.netty.SluiceSocketChannel;
import io.sluice.tls.TlsHandshakes;
import io.sluice.tls.TlsIdentity;
import io.sluice.tls.TlsParameters;
import io.sluice.tls.bouncycastle.BouncyCastleHandshakes;
import io.sluice.tls.netty.SluiceTlsHandler;
import io.sluice.tun.TunDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Files over HTTPS, with the records made in the stack: no TLS handler is in the way of the data, and a file is written as
 * a {@code FileRegion}. {@code ?stack=bbr} (default, rack, bbr) chooses the TCP stack from this request on, {@code
 * ?congestion=cubic} the congestion control, {@code ?read=direct} reads past the page cache. Arguments: chain and key as PEM,
 * and a directory. Try {@code curl --cacert chain.pem --connect-to ::10.77.0.2 https://NAME/FILE}.
 */
public final class HttpsFileServer {
    private HttpsFileServer() {}

    /** Serves until it is interrupted. */
    public static void main(String[] args) throws Exception {
        if (args.length != 3) {
            System.err.println("arguments: chain.pem key.pem DIRECTORY");
            System.exit(2);
        }
        Path chain = Path.of(args[0]);
        Path key = Path.of(args[1]);
        TlsHandshakes handshakes = new BouncyCastleHandshakes();
        TlsParameters parameters = TlsParameters.server(TlsIdentity.ofPem(chain, key))
                .applicationProtocols("http/1.1")
                .build();
        // For channels that are not Sluice's, were there any.
        SslContext elsewhere =
                SslContextBuilder.forServer(chain.toFile(), key.toFile()).build();
        Path directory = Path.of(args[2]).toRealPath();
        try (TunDevice tun = TunDevice.builder().address("10.77.0.1/24").open();
                SluiceEventLoopGroup group = SluiceEventLoopGroup.on(tun.link(), "10.77.0.2/24")) {
            Channel server = new ServerBootstrap()
                    .group(group)
                    .channel(SluiceServerSocketChannel.class)
                    .childHandler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel connection) {
                            connection
                                    .pipeline()
                                    .addLast(new SluiceTlsHandler(handshakes, parameters, elsewhere::newHandler))
                                    .addLast(new HttpServerCodec())
                                    .addLast(new HttpServerKeepAliveHandler())
                                    .addLast(new Answers(directory));
                        }
                    })
                    .bind(443)
                    .sync()
                    .channel();
            System.out.println("https://10.77.0.2/");
            server.closeFuture().sync();
        }
    }

    /** Answers each request with a file, or with why not. */
    @SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the connection
    private static final class Answers extends SimpleChannelInboundHandler<Object> {
        private final Path directory;

        Answers(Path directory) {
            this.directory = directory;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, Object message) throws IOException {
            if (!(message instanceof HttpRequest request)) {
                return;
            }
            QueryStringDecoder target = new QueryStringDecoder(request.uri());
            if (!chooseStack(ctx, parameter(target, "stack"))
                    || !chooseCongestionControl(ctx, parameter(target, "congestion"))) {
                refuse(ctx, HttpResponseStatus.BAD_REQUEST);
                return;
            }
            Path file = find(target.path());
            if (file == null) {
                refuse(ctx, HttpResponseStatus.NOT_FOUND);
            } else {
                boolean direct = parameter(target, "read").equals("direct");
                send(ctx, file, direct ? FileAccess.DIRECT : FileAccess.PAGE_CACHE);
            }
        }

        private static String parameter(QueryStringDecoder target, String name) {
            return target.parameters().getOrDefault(name, List.of("")).get(0);
        }

        /** Has the connection go on with another TCP stack, in the middle of whatever it does; false if it does not. */
        private static boolean chooseStack(ChannelHandlerContext ctx, String name) {
            TcpSocket socket = ((SluiceSocketChannel) ctx.channel()).tcpSocket();
            return name.isEmpty()
                    || (socket != null
                            && socket.stack(name, Ticker.systemTicker().nanoTime()) == null);
        }

        private static boolean chooseCongestionControl(ChannelHandlerContext ctx, String name) {
            CongestionControlFactory control = CongestionControls.installed().named(name);
            return name.isEmpty()
                    || (control != null
                            && ctx.channel().config().setOption(SluiceChannelOption.TCP_CONGESTION, control));
        }

        private @Nullable Path find(String path) throws IOException {
            Path file = directory
                    .resolve(path.substring(path.startsWith("/") ? 1 : 0))
                    .normalize();
            if (!file.startsWith(directory) || !Files.isRegularFile(file)) {
                return null;
            }
            return file.toRealPath().startsWith(directory) ? file : null; // a link may lead elsewhere
        }

        private static void send(ChannelHandlerContext ctx, Path file, FileAccess access) throws IOException {
            long length = Files.size(file);
            HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
            response.headers().set(HttpHeaderNames.CONTENT_LENGTH, length);
            ctx.write(response);
            ctx.write(new SluiceFileRegion(file, 0, length, access)); // opened when it is its turn
            ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        }

        private static void refuse(ChannelHandlerContext ctx, HttpResponseStatus status) {
            ByteBuf body = ByteBufUtil.writeUtf8(ctx.alloc(), status + "\n");
            HttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
            response.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
            ctx.writeAndFlush(response);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
