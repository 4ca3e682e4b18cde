package io.sluice.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.FileRegion;
import io.sluice.api.TcpSocket;
import io.sluice.buffer.Payload;
import io.sluice.event.SocketError;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * Moves what a channel's pipeline wrote into its socket's send queue, as far as there is room: direct buffers change
 * hands, those in a composite one by one, everything else is copied once.
 */
final class StreamWriter {
    private final TcpSocket socket;

    /**
     * The buffer of which the send queue has taken a part: it was nobody else's before, so it is stable, although the send
     * queue's reference now looks like somebody's.
     */
    private @Nullable ByteBuf begun;

    StreamWriter(TcpSocket socket) {
        this.socket = socket;
    }

    /**
     * Writes what was flushed.
     *
     * @param stable the user promises not to change buffers any more
     * @return false if the send queue is full and something is left
     * @throws IOException if the connection is broken
     */
    boolean write(ChannelOutboundBuffer in, boolean stable) throws IOException {
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

    private boolean write(ChannelOutboundBuffer in, FileRegion region) throws IOException {
        Target target = new Target();
        while (region.transferred() < region.count()) {
            long n = region.transferTo(target, region.transferred());
            if (n > 0) {
                in.progress(n);
            } else if (target.full) {
                return false;
            } else {
                throw new EOFException("the file ends at octet " + region.transferred() + " of the " + region.count()
                        + " that were to be sent");
            }
        }
        return true;
    }

    private int check(int result) throws IOException {
        if (result == TcpSocket.FAILED) {
            SocketError error = socket.takeError();
            throw SocketFailures.ofTransfer(error == null ? SocketError.INTERNAL : error);
        }
        return result;
    }

    /** Where a file region is copied to. */
    private final class Target implements WritableByteChannel {
        private boolean full;

        @Override
        public int write(ByteBuffer source) throws IOException {
            int n = check(socket.write(source));
            full = source.hasRemaining();
            return n;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
