package io.sluice.posix;

import io.sluice.api.TcpSocket;
import io.sluice.event.SocketError;
import io.sluice.posix.PosixProfile.Trait;
import io.sluice.tcp.TcpConnection;
import java.nio.ByteBuffer;
import java.util.Set;

/** One attempt of {@code recv}: it completes the call, or leaves it be if it would block. */
final class StreamReceive {
    private final StreamSocket stream;
    private final Call call;
    private final ByteBuffer target;

    StreamReceive(StreamSocket stream, Call call, ByteBuffer target) {
        this.stream = stream;
        this.call = call;
        this.target = target;
    }

    void attempt(Set<MessageFlag> flags) {
        TcpConnection c = stream.socket().connection();
        if (c == null) {
            call.fail(urgentOfNone(flags) ? Errno.EINVAL : stream.unconnected(Errno.ENOTCONN));
            return;
        }
        boolean peek = flags.contains(MessageFlag.MSG_PEEK);
        if (flags.contains(MessageFlag.MSG_OOB)) {
            receiveUrgent(c, peek);
            return;
        }
        int n = take(peek, flags.contains(MessageFlag.MSG_TRUNC));
        if (n == TcpSocket.FAILED && !hidesError(c)) {
            stream.onFailure(call);
        } else if (n < 0) {
            call.complete(call.moved);
        } else {
            onReceived(n, flags.contains(MessageFlag.MSG_WAITALL) && !peek);
        }
    }

    /** Reads what is there; with {@code counts} it is only counted. SO_PEEK_OFF says where to look, and follows. */
    private int take(boolean peek, boolean counts) {
        ByteBuffer into = counts
                ? ByteBuffer.allocate(
                        Math.min(target.remaining(), stream.socket().readableBytes()))
                : target;
        long offset = stream.kept.getOrDefault(SocketOption.SO_PEEK_OFF, -1L);
        int from = (int) Math.min(Math.max(0, offset), stream.socket().readableBytes());
        int n = peek ? stream.socket().peek(into, from) : stream.socket().read(into);
        if (counts && n > 0) {
            target.position(target.position() + n);
        }
        if (offset >= 0 && n > 0) {
            stream.kept.put(SocketOption.SO_PEEK_OFF, peek ? offset + n : Math.max(0, offset - n));
        }
        return n;
    }

    private boolean urgentOfNone(Set<MessageFlag> flags) {
        return flags.contains(MessageFlag.MSG_OOB)
                && !stream.isListening()
                && stream.has(Trait.NOTHING_URGENT_UNCONNECTED);
    }

    private boolean hidesError(TcpConnection c) {
        return c.isPeerClosed() && stream.has(Trait.END_HIDES_ERROR);
    }

    /** The urgent octet; never waits for it (POSIX lets it fail). */
    private void receiveUrgent(TcpConnection c, boolean peek) {
        SocketError error = c.urgentError();
        if (error != null) {
            call.fail(stream.errno(error));
        } else if (target.hasRemaining()) {
            target.put((byte) c.readUrgent(peek));
            call.complete(1);
        } else {
            call.complete(0);
        }
    }

    private void onReceived(int octets, boolean all) {
        call.moved += octets;
        if (octets == 0 && stream.readsEnd()) {
            call.complete(call.moved);
        } else if (octets == 0 && (target.hasRemaining() || (isEmpty() && !isReady()))) {
            waitForData();
        } else if ((!all && isEnough())
                || !target.hasRemaining()
                || stream.socket().isEndOfStream()) {
            call.complete(call.moved);
        }
    }

    /** Whether nothing is asked for. */
    private boolean isEmpty() {
        return target.capacity() == 0 && stream.has(Trait.EMPTY_READS_WAIT);
    }

    private boolean isReady() {
        return stream.socket().readableBytes() > 0 || stream.socket().isEndOfStream();
    }

    /** SO_RCVLOWAT: a call that may wait waits for so much, or for all that it asked for. */
    private boolean isEnough() {
        long asked = call.moved + target.remaining();
        return call.moved >= Math.min(stream.options().rare.receiveLowWater(), asked);
    }

    private void waitForData() {
        Errno errno = stream.isOpening() ? stream.errno(Situation.RECEIVE_WHILE_CONNECTING) : Errno.EAGAIN;
        if (errno != Errno.EAGAIN) {
            call.fail(errno);
        }
    }
}
