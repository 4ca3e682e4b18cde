package io.sluice.examples.http;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpChunkedInput;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.stream.ChunkedWriteHandler;
import io.netty.handler.timeout.IdleStateEvent;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the requests of one connection, one after another: GET and HEAD of what the {@link Site} has (RFC 9110
 * §9.3.1, §9.3.2). While a response is being sent nothing more is read, so that a client that asks faster than it
 * listens is held back by its own window.
 */
@SuppressWarnings(
        "FutureReturnValueIgnored") // a write that fails closes the connection, and closing is all there is to do
final class RequestHandler extends SimpleChannelInboundHandler<HttpObject> {
    private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);

    private final Site site;
    private final ChunkedWriteHandler writer;
    private final HttpServer.Served served;
    private @Nullable HttpRequest request;
    private boolean responding;
    private boolean inputShut;

    RequestHandler(Site site, ChunkedWriteHandler writer, HttpServer.Served served) {
        this.site = site;
        this.writer = writer;
        this.served = served;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) throws IOException {
        if (message.decoderResult().isFailure()) {
            request = null;
            refuse(ctx, statusOf(message.decoderResult().cause()));
            return;
        }
        if (message instanceof HttpRequest head) {
            request = head;
        }
        HttpRequest complete = request;
        if (message instanceof LastHttpContent && complete != null) {
            request = null;
            answer(ctx, complete);
        }
    }

    private static HttpResponseStatus statusOf(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return HttpResponseStatus.REQUEST_URI_TOO_LONG;
        }
        return cause instanceof TooLongHttpHeaderException
                ? HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
                : HttpResponseStatus.BAD_REQUEST;
    }

    private void answer(ChannelHandlerContext ctx, HttpRequest complete) throws IOException {
        HttpVersion version = complete.protocolVersion();
        if (version.equals(HttpVersion.HTTP_1_1) && !complete.headers().contains(HttpHeaderNames.HOST)) {
            refuse(ctx, HttpResponseStatus.BAD_REQUEST); // RFC 9112 §3.2
            return;
        }
        boolean head = complete.method().equals(HttpMethod.HEAD);
        if (!head && !complete.method().equals(HttpMethod.GET)) {
            HttpResponse response = response(HttpResponseStatus.METHOD_NOT_ALLOWED);
            response.headers().set(HttpHeaderNames.ALLOW, "GET, HEAD"); // RFC 9110 §15.5.6
            send(ctx, response, message(HttpResponseStatus.METHOD_NOT_ALLOWED), false);
            return;
        }
        String path;
        try {
            path = pathOf(complete.uri());
        } catch (IllegalArgumentException e) {
            refuse(ctx, HttpResponseStatus.BAD_REQUEST);
            return;
        }
        Page page = site.find(path);
        if (page == null) {
            send(ctx, response(HttpResponseStatus.NOT_FOUND), message(HttpResponseStatus.NOT_FOUND), head);
        } else {
            send(ctx, response(HttpResponseStatus.OK), page, head);
        }
    }

    /** The decoded path of a request target in origin form, or in absolute form (RFC 9112 §3.2.1, §3.2.2). */
    private static String pathOf(String target) {
        String origin = target;
        int scheme = target.indexOf("://");
        if (!target.startsWith("/") && scheme > 0) {
            int slash = target.indexOf('/', scheme + 3);
            origin = slash < 0 ? "/" : target.substring(slash);
        }
        return new QueryStringDecoder(origin).path();
    }

    private static HttpResponse response(HttpResponseStatus status) {
        HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, status);
        response.headers().set(HttpHeaderNames.SERVER, "sluice-example");
        return response;
    }

    private static Page message(HttpResponseStatus status) {
        return Page.text("text/plain", status + "\n");
    }

    /** Answers something that was no request, after which nobody knows where the next one starts. */
    private void refuse(ChannelHandlerContext ctx, HttpResponseStatus status) throws IOException {
        HttpResponse response = response(status);
        response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        inputShut = true;
        send(ctx, response, message(status), false);
    }

    private void send(ChannelHandlerContext ctx, HttpResponse response, Page page, boolean head) throws IOException {
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, page.mediaType());
        response.headers().set(HttpHeaderNames.CONTENT_LENGTH, page.lengthBytes());
        ChannelFuture sent;
        if (head) {
            ctx.write(response);
            sent = ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
        } else {
            HttpChunkedInput body = new HttpChunkedInput(page.content().open(ctx.executor(), writer::resumeTransfer));
            ctx.write(response);
            sent = ctx.writeAndFlush(body);
        }
        if (!sent.isDone()) {
            responding = true;
            ctx.channel().config().setAutoRead(false);
        }
        sent.addListener((ChannelFutureListener) done -> onSent(ctx, done, head ? 0 : page.lengthBytes()));
    }

    private void onSent(ChannelHandlerContext ctx, ChannelFuture sent, long bodyBytes) {
        responding = false;
        if (!sent.isSuccess()) {
            LOG.debug("a response was not sent whole", sent.cause());
            ctx.close();
            return;
        }
        served.response(bodyBytes);
        if (inputShut) {
            ctx.close();
        } else {
            ctx.channel().config().setAutoRead(true);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputShut = true; // a client that closes its side still gets what it asked for
            if (!responding) {
                ctx.close();
            }
        } else if (event instanceof IdleStateEvent) {
            ctx.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.debug("a connection failed", cause);
        ctx.close();
    }
}
