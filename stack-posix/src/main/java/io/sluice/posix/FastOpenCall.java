package io.sluice.posix;

import io.sluice.api.Endpoint;
import io.sluice.event.SocketError;
import io.sluice.posix.PosixProfile.Trait;
import io.sluice.tcp.FastOpenSettings;
import io.sluice.tcp.TcpState;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A call that connects a stream socket and writes to it at once: {@code sendto} and {@code sendmsg} with MSG_FASTOPEN, the
 * first write after a {@code connect} that TCP_FASTOPEN_CONNECT has put off, and {@code sendto} on a socket that is not
 * connected where the kernel has that connect it. What comes first goes with the SYN, if there is a cookie (RFC 7413).
 */
final class FastOpenCall {
    private final StreamSocket stream;
    private final ByteBuffer data;
    private final Set<MessageFlag> flags;
    private final @Nullable Endpoint to;
    private final boolean mayBlock;
    private boolean connecting;

    FastOpenCall(
            StreamSocket stream, ByteBuffer data, Set<MessageFlag> flags, @Nullable Endpoint to, boolean mayBlock) {
        this.stream = stream;
        this.data = data;
        this.flags = flags;
        this.to = to;
        this.mayBlock = mayBlock;
    }

    /** Whether a write with these flags and this address is such a call, now. */
    static boolean applies(StreamSocket stream, Set<MessageFlag> flags, @Nullable Endpoint to) {
        boolean unconnected = stream.socket().connection() == null && !stream.isListening();
        return flags.contains(MessageFlag.MSG_FASTOPEN)
                || isPutOff(stream)
                || (unconnected && to != null && stream.has(Trait.SEND_TO_CONNECTS));
    }

    /** A connect was put off until something is written. */
    static boolean isPutOff(StreamSocket stream) {
        return stream.socket().state() == TcpState.SYN_SENT && !stream.socket().isOpening();
    }

    /** One attempt: as {@link StreamSocket#send} once the connection is there. */
    void attempt(Call call, long nowNs) {
        if (connecting) {
            finishConnecting(call, nowNs);
        } else if (call.moved == 0 && stream.socket().connection() == null) {
            connect(call, nowNs);
        } else if (call.moved == 0 && isPutOff(stream)) {
            sendFirst(call);
        } else if (call.moved == 0 && flags.contains(MessageFlag.MSG_FASTOPEN)) {
            onConnected(call);
        } else {
            stream.send(call, data, flags, mayBlock);
        }
    }

    /** TCP_FASTOPEN as a switch. */
    private boolean isSwitchedOn() {
        int queue = stream.options().fastOpen.queue();
        return queue != 0 && queue != FastOpenSettings.OF_HOST;
    }

    private void connect(Call call, long nowNs) {
        boolean asked = flags.contains(MessageFlag.MSG_FASTOPEN);
        if (stream.isListening() || to == null) {
            call.fail(stream.isListening() ? Errno.EISCONN : Errno.EINVAL);
            return;
        }
        if (asked && !stream.mayOpenFast()) {
            call.fail(Errno.EOPNOTSUPP);
            return;
        }
        Call refused = stream.connect(to, asked || isSwitchedOn(), nowNs);
        if (refused != null) {
            call.fail(refused.errno() == null ? Errno.EISCONN : refused.errno());
        } else if (asked) {
            sendFirst(call);
        } else {
            call.complete(Math.max(0, stream.socket().write(data))); // the handshake goes on behind it
        }
    }

    /** What fits goes with the SYN; the rest waits for the handshake. */
    private void sendFirst(Call call) {
        int room = Math.min(data.remaining(), stream.socket().synDataRoom());
        if (room > 0) {
            ByteBuffer first = data.duplicate();
            first.limit(first.position() + room);
            call.moved = Math.max(0, stream.socket().write(first));
            data.position(data.position() + (int) call.moved);
            StreamSend.endWrite(stream, flags);
        } else {
            stream.socket().openWithoutData();
        }
        connecting = mayBlock;
        if (mayBlock && data.hasRemaining()) {
            Objects.requireNonNull(stream.socket().connection()).awaitRoom();
        }
        if (!mayBlock && call.moved > 0) {
            call.complete(call.moved);
        } else if (!mayBlock) {
            call.fail(Errno.EINPROGRESS);
        }
    }

    private void finishConnecting(Call call, long nowNs) {
        if (stream.socket().isOpening()) {
            return;
        }
        connecting = false;
        Call end = new Call(stream, 0, (c, t) -> {});
        stream.finishConnect(end, nowNs);
        Errno errno = end.errno();
        if (errno != null) {
            call.fail(errno);
        } else if (data.hasRemaining()) {
            stream.send(call, data, flags, mayBlock);
        } else {
            call.complete(call.moved);
        }
    }

    /** MSG_FASTOPEN on a socket that is connected or about to be: ignored once, as {@code connect} is. */
    private void onConnected(Call call) {
        if (stream.socket().isOpening()) {
            call.fail(Errno.EALREADY);
        } else if (stream.socket().state() == TcpState.CLOSED) {
            SocketError error = stream.socket().takeError();
            call.fail(error == null ? Errno.ECONNABORTED : stream.errno(error));
        } else if (stream.confirmConnected()) {
            stream.send(call, data, flags, mayBlock);
        } else {
            call.fail(Errno.EISCONN);
        }
    }
}
