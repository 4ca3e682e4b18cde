package io.sluice.posix;

import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The calls that move octets from one descriptor to another: {@code sendfile}, {@code pipe} and {@code splice}. */
public final class Transfers {
    private final PosixSockets sockets;
    private final DescriptorTable descriptors;

    Transfers(PosixSockets sockets, DescriptorTable descriptors) {
        this.sockets = sockets;
        this.descriptors = descriptors;
    }

    /**
     * {@code sendfile}: from a file to a socket.
     *
     * @param offset where in the file to begin, or -1 for its own position, which then moves
     */
    public Call sendfile(int socket, int file, long offset, long count, long nowNs) {
        if (!(descriptors.get(file) instanceof OpenFile from)) {
            return Call.failed(descriptors.get(file) == null ? Errno.EBADF : Errno.EINVAL);
        }
        ByteBuffer data = from.from(offset < 0 ? from.position : offset, count);
        if (offset < 0) {
            from.position += data.remaining();
        }
        return data.hasRemaining() ? sockets.send(socket, data, Set.of(), nowNs) : Call.returned(0);
    }

    /**
     * {@code pipe}.
     *
     * @param ends gets the descriptor to read from and the one to write to
     */
    public Call pipe(int[] ends) {
        Pipe pipe = new Pipe();
        int first = descriptors.add(pipe.readEnd());
        int second = first < 0 ? first : descriptors.add(pipe.writeEnd());
        if (second < 0) {
            descriptors.remove(first);
            return Call.failed(Errno.EMFILE);
        }
        ends[0] = first;
        ends[1] = second;
        return Call.returned(0);
    }

    /**
     * Where {@code splice} begins in what is not a pipe.
     *
     * @param in in what is read, or {@link #NONE}
     * @param out in what is written, or {@link #NONE}
     */
    public record Offsets(long in, long out) {
        /** No offset: of files their own position, which then moves. */
        public static final long NONE = -1;
    }

    /**
     * {@code splice}: between a pipe and something else. Only files have offsets.
     *
     * @param nonBlocking SPLICE_F_NONBLOCK: does not wait for the pipe
     * @param more SPLICE_F_MORE: as MSG_MORE
     */
    public Call splice(int in, int out, Offsets offsets, long count, boolean nonBlocking, boolean more, long nowNs) {
        Descriptor from = descriptors.get(in);
        Descriptor to = descriptors.get(out);
        Errno refusal = refusal(from, to, offsets);
        if (refusal != null) {
            return Call.failed(refusal);
        }
        if (to instanceof Pipe.End end && !end.reads && from instanceof OpenFile file) {
            return fromFile(file, offsets.in(), end.pipe, count);
        }
        if (to instanceof Pipe.End end && !end.reads) {
            return intoPipe(in, end.pipe, count, nonBlocking, nowNs);
        }
        if (from instanceof Pipe.End end && end.reads) {
            return outOfPipe(end.pipe, out, count, more, nowNs);
        }
        return Call.failed(Errno.EINVAL);
    }

    private static @Nullable Errno refusal(@Nullable Descriptor from, @Nullable Descriptor to, Offsets offsets) {
        if (from == null || to == null) {
            return Errno.EBADF;
        }
        boolean strayIn = offsets.in() != Offsets.NONE && !(from instanceof OpenFile);
        return strayIn || offsets.out() != Offsets.NONE
                ? Errno.ESPIPE
                : null; // neither pipes nor streams can be sought
    }

    private static Call fromFile(OpenFile file, long offset, Pipe pipe, long count) {
        int room = (int) Math.min(count, pipe.room());
        if (room == 0) {
            return count == 0 ? Call.returned(0) : Call.failed(Errno.EAGAIN);
        }
        ByteBuffer data = file.from(offset == Offsets.NONE ? file.position : offset, room);
        if (offset == Offsets.NONE) {
            file.position += data.remaining();
        }
        return Call.returned(pipe.fill(data));
    }

    private Call intoPipe(int in, Pipe pipe, long count, boolean nonBlocking, long nowNs) {
        int room = (int) Math.min(count, pipe.room());
        if (room == 0) {
            return count == 0 ? Call.returned(0) : Call.failed(Errno.EAGAIN);
        }
        ByteBuffer target = ByteBuffer.allocate(room);
        Set<MessageFlag> flags = EnumSet.noneOf(MessageFlag.class);
        if (nonBlocking) {
            flags.add(MessageFlag.MSG_DONTWAIT);
        }
        return sockets.recv(in, target, flags, nowNs).onSuccess(() -> pipe.fill(target.flip()));
    }

    private Call outOfPipe(Pipe pipe, int out, long count, boolean more, long nowNs) {
        ByteBuffer data = pipe.first(count);
        if (!data.hasRemaining()) {
            return pipe.isAtEnd() || count == 0 ? Call.returned(0) : Call.failed(Errno.EAGAIN);
        }
        Set<MessageFlag> flags = more ? EnumSet.of(MessageFlag.MSG_MORE) : EnumSet.noneOf(MessageFlag.class);
        flags.add(MessageFlag.MSG_DONTWAIT);
        int before = data.remaining();
        Call call = sockets.send(out, data, flags, nowNs);
        pipe.drop(before - data.remaining());
        return call;
    }
}
