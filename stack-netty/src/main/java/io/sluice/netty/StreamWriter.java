package io.sluice.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.FileRegion;
import io.sluice.api.TcpSocket;
import io.sluice.buffer.Payload;
import io.sluice.event.Readiness;
import io.sluice.event.SocketError;
import io.sluice.tcp.StreamLayer;
import io.sluice.tcp.TcpConnection;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Moves what a channel's pipeline wrote into its socket's send queue, as far as there is room: direct buffers change
 * hands, those in a composite one by one, everything else is copied once.
 */
final class StreamWriter {
    private final TcpSocket socket;
    private final HostDriver driver;
    private final Runnable whenFileNews;
    private @Nullable FileSend file;
    private final WriteNotices notices;

    /**
     * The buffer of which the send queue has taken a part: it was nobody else's before, so it is stable, although the send
     * queue's reference now looks like somebody's.
     */
    private @Nullable ByteBuf begun;

    /** @param whenFileNews {@link #canGoOn} has become true: a file has got on */
    StreamWriter(TcpSocket socket, HostDriver driver, WriteNotices notices, Runnable whenFileNews) {
        this.socket = socket;
        this.driver = driver;
        this.notices = notices;
        this.whenFileNews = whenFileNews;
    }

    /**
     * Writes what was flushed.
     *
     * @param stable the user promises not to change buffers any more
     * @return false if the send queue is full and something is left
     * @throws IOException if the connection is broken
     */
    boolean write(ChannelOutboundBuffer in, boolean stable) throws IOException {
        notices.onWrite(socket);
        while (true) {
            Object message = in.current();
            if (message == null) {
                return true;
            }
            boolean done =
                    message instanceof ByteBuf buffer ? write(in, buffer, stable) : write(in, (FileRegion) message);
            if (!done) {
                return false;
            }
            notices.onWritten(socket);
            in.remove();
        }
    }

    private boolean write(ChannelOutboundBuffer in, ByteBuf buffer, boolean stable) throws IOException {
        while (buffer.isReadable()) {
            boolean inParts = buffer instanceof CompositeByteBuf && (stable || buffer.refCnt() == 1);
            int n = inParts
                    ? writePart((CompositeByteBuf) buffer, stable)
                    : offer(buffer, stable || isBegun(buffer) || Payload.isHeldOnce(buffer), buffer);
            if (n == 0) {
                return false;
            }
            in.progress(n);
        }
        begun = null;
        return true;
    }

    /** Writes from the component that the reader index is in; nobody else has the composite, so only that one counts. */
    private int writePart(CompositeByteBuf composite, boolean stable) throws IOException {
        int at = composite.readerIndex();
        int index = composite.toComponentIndex(at);
        int skip = at - composite.toByteIndex(index);
        ByteBuf component = composite.internalComponent(index);
        ByteBuf slice = composite.componentSlice(index);
        int length = Math.min(slice.readableBytes() - skip, composite.readableBytes());
        boolean alone = stable || isBegun(component) || Payload.isHeldOnce(component);
        int n = offer(slice.slice(slice.readerIndex() + skip, length), alone, component);
        composite.skipBytes(n);
        return n;
    }

    @SuppressWarnings("ReferenceEquality") // equal contents do not make it the same buffer
    private boolean isBegun(ByteBuf buffer) {
        return buffer == begun;
    }

    private int offer(ByteBuf data, boolean alone, ByteBuf identity) throws IOException {
        int n = check(socket.write(data, alone));
        begun = alone ? identity : null;
        return n;
    }

    /** The file is read as the windows let it go: this only begins it, tells how far it is, and finds it done. */
    private boolean write(ChannelOutboundBuffer in, FileRegion region) throws IOException {
        FileSend f = file;
        if (f == null) {
            f = begin(region);
            file = f;
        }
        in.progress(f.progress());
        IOException failure = f.failure();
        if (failure != null) {
            file = null;
            layer().breakOff(driver.now());
            throw failure;
        }
        if (!f.isDone()) {
            return false;
        }
        file = null;
        f.close();
        return true;
    }

    private FileSend begin(FileRegion region) throws IOException {
        TcpConnection c = socket.connection();
        SocketError error = c == null ? SocketError.NOT_CONNECTED : c.writeError();
        if (error != null && error != SocketError.WOULD_BLOCK) {
            throw SocketFailures.ofTransfer(error);
        }
        FileSend f = new FileSend(region, driver, whenFileNews);
        if (!layer().send(f)) {
            f.close();
            throw new IOException("what makes the octets of this connection takes no files, or nothing any more");
        }
        return f;
    }

    private StreamLayer layer() {
        return Objects.requireNonNull(socket.connection(), "not connected").layer();
    }

    /** Whether {@link #write} has something to do: there is room, or a file has got on. */
    boolean canGoOn(int ready) {
        FileSend f = file;
        return f == null ? (ready & Readiness.WRITABLE) != 0 : f.hasNews();
    }

    /**
     * Nothing is written any more.
     *
     * @param unfinished something was flushed that will not be written: TLS then ends without its close_notify, so that the
     *     peer does not take a part for the whole (RFC 8446 §6.1)
     */
    void close(boolean unfinished) {
        FileSend f = file;
        boolean cutOff = unfinished || (f != null && !f.isDone());
        if (cutOff && socket.connection() != null) {
            layer().cutOff();
        }
        if (f != null) {
            file = null;
            f.close();
        }
    }

    private int check(int result) throws IOException {
        if (result == TcpSocket.FAILED) {
            SocketError error = socket.takeError();
            throw SocketFailures.ofTransfer(error == null ? SocketError.INTERNAL : error);
        }
        return result;
    }
}
