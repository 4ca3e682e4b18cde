package io.sluice.posix;

import io.sluice.api.TcpSocket;
import io.sluice.tcp.TcpConnection;
import java.nio.ByteBuffer;
import java.util.Set;

/** One attempt of {@code send}: it completes the call, or leaves it be if it would block. */
final class StreamSend {
    private final StreamSocket stream;
    private final Call call;
    private final ByteBuffer data;
    private final Set<MessageFlag> flags;

    StreamSend(StreamSocket stream, Call call, ByteBuffer data, Set<MessageFlag> flags) {
        this.stream = stream;
        this.call = call;
        this.data = data;
        this.flags = flags;
    }

    void attempt(boolean mayBlock) {
        TcpConnection c = stream.socket().connection();
        if (c == null) {
            call.fail(stream.unconnected(stream.errno(Situation.SEND_UNCONNECTED)));
        } else if (stream.isOpening()) {
            waitForConnection();
        } else {
            write(c, mayBlock);
        }
    }

    private void waitForConnection() {
        Errno errno = stream.errno(Situation.SEND_WHILE_CONNECTING);
        if (errno != Errno.EAGAIN) {
            call.fail(errno);
        }
    }

    private void write(TcpConnection c, boolean mayBlock) {
        int n = stream.socket().write(data, flags.contains(MessageFlag.MSG_MORE));
        if (n == TcpSocket.FAILED) {
            stream.onFailure(call);
            return;
        }
        if (flags.contains(MessageFlag.MSG_OOB) && n > 0) {
            c.markUrgent();
        }
        call.moved += n;
        if (call.moved > 0 && (!data.hasRemaining() || !mayBlock)) {
            endWrite(stream, flags);
        }
        if (!data.hasRemaining()) {
            call.complete(call.moved);
        }
    }

    /** A call ends that has written something: who asked hears what becomes of it. */
    static void endWrite(StreamSocket stream, Set<MessageFlag> flags) {
        TcpConnection c = stream.socket().connection();
        if (c != null && flags.contains(MessageFlag.MSG_EOR)) {
            c.sendNotices().endPacketAfter(0);
        }
        stream.notices().endWrite(stream.zeroCopy && flags.contains(MessageFlag.MSG_ZEROCOPY));
    }
}
