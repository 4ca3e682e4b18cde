package io.sluice.examples.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.stream.ChunkedInput;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.CompletionHandler;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The octets of a file, read one chunk ahead and off the event loop: a slow disk delays its own response only. Confined
 * to the event loop but for the reading.
 */
final class FileBody implements ChunkedInput<ByteBuf> {
    private static final int CHUNK_BYTES = 128 * 1024;

    private final AsynchronousFileChannel file;
    private final long lengthBytes;
    private final Executor loop;
    private final Runnable resume;
    private @Nullable ByteBuf ready;
    private @Nullable Throwable failure;
    private boolean reading;
    private boolean closed;
    private long readBytes;
    private long sentBytes;

    /**
     * Opens a file.
     *
     * @param lengthBytes how much of it to send; if it has become shorter, the response fails
     * @param loop runs tasks on the event loop that this body is used on
     * @param resume is run there when a chunk has become available after {@link #readChunk} had none
     */
    FileBody(Path path, long lengthBytes, Executor loop, Runnable resume) throws IOException {
        this.file = AsynchronousFileChannel.open(path, StandardOpenOption.READ);
        this.lengthBytes = lengthBytes;
        this.loop = loop;
        this.resume = resume;
    }

    /** The next chunk, or null if it is still being read. */
    @Override
    public @Nullable ByteBuf readChunk(ByteBufAllocator allocator) throws IOException {
        if (failure != null) {
            throw new IOException("cannot read the file", failure);
        }
        ByteBuf chunk = ready;
        if (chunk != null) {
            ready = null;
            sentBytes += chunk.readableBytes();
        }
        if (!reading && readBytes < lengthBytes) {
            readAhead(allocator.directBuffer((int) Math.min(CHUNK_BYTES, lengthBytes - readBytes)));
        }
        return chunk;
    }

    private void readAhead(ByteBuf target) {
        reading = true;
        int room = (int) Math.min(target.writableBytes(), lengthBytes - readBytes);
        ByteBuffer into = target.nioBuffer(target.writerIndex(), room);
        file.read(into, readBytes, target, new CompletionHandler<Integer, ByteBuf>() {
            @Override
            public void completed(Integer n, ByteBuf chunk) {
                onLoop(() -> onRead(n, chunk), chunk);
            }

            @Override
            public void failed(Throwable cause, ByteBuf chunk) {
                onLoop(() -> onFailure(cause, chunk), chunk);
            }
        });
    }

    /** If the loop has ended, so has the connection, and nobody asks for the chunk any more. */
    private void onLoop(Runnable task, ByteBuf chunk) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            chunk.release();
        }
    }

    private void onRead(int n, ByteBuf chunk) {
        if (n < 0) {
            onFailure(new EOFException("it is shorter than it was"), chunk);
            return;
        }
        reading = false;
        readBytes += n;
        if (closed) {
            chunk.release();
            return;
        }
        ready = chunk.writerIndex(chunk.writerIndex() + n);
        resume.run();
    }

    private void onFailure(Throwable cause, ByteBuf chunk) {
        reading = false;
        chunk.release();
        if (!closed) {
            failure = cause;
            resume.run();
        }
    }

    @Override
    @Deprecated
    @SuppressWarnings("InlineMeSuggester") // Netty's interface has it, and nobody calls it
    public @Nullable ByteBuf readChunk(ChannelHandlerContext ctx) throws IOException {
        return readChunk(ctx.alloc());
    }

    @Override
    public boolean isEndOfInput() {
        return failure == null && sentBytes == lengthBytes;
    }

    @Override
    public long length() {
        return lengthBytes;
    }

    @Override
    public long progress() {
        return sentBytes;
    }

    /** A read that is under way releases its chunk when it ends. */
    @Override
    public void close() throws IOException {
        closed = true;
        if (ready != null) {
            ready.release();
            ready = null;
        }
        file.close();
    }
}
