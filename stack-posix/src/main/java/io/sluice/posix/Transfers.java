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
            boolean sought = descriptors.get(file) != null && offset >= 0;
            return Call.failed(descriptors.get(file) == null ? Errno.EBADF : (sought ? Errno.ESPIPE : Errno.EINVAL));
        }
        Descriptor to = descriptors.get(socket);
        if (!(to instanceof StreamSocket s)) {
            boolean writable = to != null && to.accessMode() != Descriptor.READ_ONLY;
            return Call.failed(writable ? Errno.EINVAL : Errno.EBADF); // pipes are for splice
        }
        if (offset < Offsets.NONE) {
            return Call.failed(Errno.EINVAL);
        }
        Call.Attempt attempt = (c, t) -> {
            long start = offset < 0 ? from.position : offset + c.moved;
            ByteBuffer data = from.from(start, count - c.moved);
            if (!data.hasRemaining()) {
                c.complete(c.moved);
                return;
            }
            int before = data.remaining();
            s.send(c, data, Set.of(), !s.nonBlocking);
            from.position += offset < 0 ? before - data.remaining() : 0;
        };
        return sockets.run(s, !s.nonBlocking, s.sendTimeoutNs, attempt, nowNs);
    }

    private static boolean readsNothing(@Nullable Descriptor from, ByteBuffer target) {
        return from instanceof StreamSocket s && s.has(PosixProfile.Trait.EMPTY_READS_WAIT) && !target.hasRemaining();
    }

    /**
     * {@code pipe}.
     *
     * @param ends gets the descriptor to read from and the one to write to
     */
    public Call pipe(int[] ends) {
        Pipe pipe = new Pipe(sockets::stir);
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
     * @param asked SPLICE_F_NONBLOCK: does not wait for the pipe, as where that has O_NONBLOCK; for a socket it waits
     *     unless that is non-blocking
     * @param more SPLICE_F_MORE: as MSG_MORE
     */
    public Call splice(int in, int out, Offsets offsets, long count, boolean asked, boolean more, long nowNs) {
        Descriptor from = descriptors.get(in);
        Descriptor to = descriptors.get(out);
        Errno refusal = refusal(from, to, offsets);
        if (refusal != null) {
            return Call.failed(refusal);
        }
        boolean nonBlocking = asked || isNonBlockingPipe(from) || isNonBlockingPipe(to);
        if (from instanceof Pipe.End end && to instanceof StreamSocket s) {
            Call.Attempt attempt = (c, t) -> outOfPipe(c, end.pipe, s, count, nonBlocking, more);
            return sockets.run(s, true, s.nonBlocking ? 0 : s.sendTimeoutNs, attempt, nowNs);
        }
        return to instanceof Pipe.End end
                ? splice(from, end.pipe, offsets.in(), count, nonBlocking, nowNs)
                : Call.failed(Errno.EINVAL);
    }

    private Call splice(
            @Nullable Descriptor from, Pipe into, long offset, long count, boolean nonBlocking, long nowNs) {
        if (from instanceof OpenFile file) {
            return sockets.run(file, true, 0, (c, t) -> fromFile(c, file, offset, into, count, nonBlocking), nowNs);
        } else if (from instanceof StreamSocket s) {
            Call.Attempt attempt = (c, t) -> intoPipe(c, s, into, count, nonBlocking);
            return sockets.run(s, true, s.nonBlocking ? 0 : s.receiveTimeoutNs, attempt, nowNs);
        } else if (from instanceof Pipe.End end && end.pipe != into) {
            return sockets.run(end, true, 0, (c, t) -> between(c, end.pipe, into, count, nonBlocking), nowNs);
        }
        return Call.failed(Errno.EINVAL);
    }

    private static boolean isNonBlockingPipe(@Nullable Descriptor d) {
        return d instanceof Pipe.End end && end.nonBlocking;
    }

    private static @Nullable Errno refusal(@Nullable Descriptor from, @Nullable Descriptor to, Offsets offsets) {
        if (from == null || to == null) {
            return Errno.EBADF;
        }
        boolean wrongEnd = (from instanceof Pipe.End in && !in.reads) || (to instanceof Pipe.End out && out.reads);
        if (wrongEnd) {
            return Errno.EBADF;
        }
        return unsought(from, to, offsets);
    }

    /** Neither pipes nor streams can be sought. */
    private static @Nullable Errno unsought(Descriptor from, Descriptor to, Offsets offsets) {
        boolean ofPipe = (from instanceof Pipe.End && offsets.in() != Offsets.NONE)
                || (to instanceof Pipe.End && offsets.out() != Offsets.NONE);
        boolean ofStream =
                (offsets.in() != Offsets.NONE && !(from instanceof OpenFile)) || offsets.out() != Offsets.NONE;
        return ofPipe ? Errno.ESPIPE : (ofStream ? Errno.EINVAL : null);
    }

    /** {@code read}, of whatever the descriptor is of. */
    public Call read(int fd, ByteBuffer target, long nowNs) {
        Descriptor from = descriptors.get(fd);
        if (from instanceof OpenFile file) {
            ByteBuffer data = file.from(file.position, target.remaining());
            file.position += data.remaining();
            int n = data.remaining();
            target.put(data);
            return Call.returned(n);
        }
        if (!(from instanceof Pipe.End end)) {
            return readsNothing(from, target) ? Call.returned(0) : sockets.recv(fd, target, Set.of(), nowNs);
        }
        if (!end.reads) {
            return Call.failed(Errno.EBADF);
        }
        Call.Attempt attempt = (c, t) -> {
            if (target.hasRemaining() && hasOctets(c, end.pipe, end.nonBlocking)) {
                ByteBuffer data = end.pipe.first(target.remaining());
                int n = data.remaining();
                target.put(data);
                end.pipe.drop(n);
                c.complete(n);
            } else if (!target.hasRemaining()) {
                c.complete(0);
            }
        };
        return sockets.run(end, true, 0, attempt, nowNs);
    }

    /** {@code write}, to whatever the descriptor is of. */
    public Call write(int fd, ByteBuffer data, long nowNs) {
        if (!(descriptors.get(fd) instanceof Pipe.End end)) {
            return descriptors.get(fd) instanceof OpenFile
                    ? Call.failed(Errno.EBADF) // files are opened for reading
                    : sockets.send(fd, data, Set.of(), nowNs);
        }
        if (end.reads) {
            return Call.failed(Errno.EBADF);
        }
        Call.Attempt attempt = (c, t) -> {
            if (data.hasRemaining() && hasRoom(c, end.pipe, end.nonBlocking)) {
                int whole = data.limit();
                data.limit(data.position() + Math.min(data.remaining(), end.pipe.room()));
                c.moved += end.pipe.fill(data);
                data.limit(whole);
            }
            if (!c.isDone() && (!data.hasRemaining() || (end.nonBlocking && c.moved > 0))) {
                c.complete(c.moved);
            }
        };
        return sockets.run(end, true, 0, attempt, nowNs);
    }

    /** Whether something can go into {@code pipe}; else the call waits for that, or is over. */
    private static boolean hasRoom(Call call, Pipe pipe, boolean nonBlocking) {
        if (pipe.isBroken()) {
            call.settle(Errno.EPIPE);
        } else if (pipe.room() == 0 && nonBlocking) {
            call.settle(Errno.EAGAIN);
        }
        return !call.isDone() && pipe.room() > 0;
    }

    /** Whether something can come out of {@code pipe}; else the call has done what it can, waits for more, or is over. */
    private static boolean hasOctets(Call call, Pipe pipe, boolean nonBlocking) {
        if (!pipe.isEmpty()) {
            return true;
        }
        if (call.moved > 0 || pipe.isAtEnd()) {
            call.complete(call.moved);
        } else if (nonBlocking) {
            call.fail(Errno.EAGAIN);
        }
        return false;
    }

    private static void fromFile(Call call, OpenFile file, long offset, Pipe pipe, long count, boolean nonBlocking) {
        if (count == 0) {
            call.complete(0);
        } else if (hasRoom(call, pipe, nonBlocking)) {
            boolean own = offset == Offsets.NONE;
            int n = pipe.fill(file.from(own ? file.position : offset, Math.min(count, pipe.room())));
            file.position += own ? n : 0;
            call.complete(n);
        }
    }

    private static void between(Call call, Pipe from, Pipe to, long count, boolean nonBlocking) {
        if (count == 0) {
            call.complete(0);
        } else if (hasOctets(call, from, nonBlocking) && hasRoom(call, to, nonBlocking)) {
            int n = to.fill(from.first(Math.min(count, to.room())));
            from.drop(n);
            call.complete(n);
        }
    }

    /** What is taken from the socket is in the pipe before anything else is, however long the call waits. */
    private static void intoPipe(Call call, StreamSocket from, Pipe pipe, long count, boolean nonBlocking) {
        if (count == 0) {
            call.complete(0);
        } else if (hasRoom(call, pipe, nonBlocking)) {
            ByteBuffer target = ByteBuffer.allocate((int) Math.min(count - call.moved, pipe.room()));
            from.receive(call, target, Set.of());
            pipe.fill(target.flip());
            if (!call.isDone() && from.nonBlocking) {
                call.settle(Errno.EAGAIN);
            }
        }
    }

    private static void outOfPipe(
            Call call, Pipe pipe, StreamSocket to, long count, boolean nonBlocking, boolean more) {
        if (count == 0) {
            call.complete(0);
        } else if (hasOctets(call, pipe, nonBlocking)) {
            ByteBuffer data = pipe.first(count - call.moved);
            int before = data.remaining();
            to.send(call, data, more ? EnumSet.of(MessageFlag.MSG_MORE) : Set.of(), !to.nonBlocking);
            pipe.drop(before - data.remaining());
            if (!call.isDone() && to.nonBlocking) {
                call.settle(Errno.EAGAIN);
            }
        }
    }
}
