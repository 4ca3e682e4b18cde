package io.sluice.posix;

import io.sluice.api.Endpoint;
import io.sluice.posix.PosixProfile.Trait;
import io.sluice.tcp.TcpConnection;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code sendmsg} of stream sockets, and {@code recvmsg} of their error queues. */
public final class StreamMessages {
    private final PosixSockets sockets;
    private final int maxPieces;

    /** @param maxPieces pieces of lent memory that a packet may have; 0 for any number */
    StreamMessages(PosixSockets sockets, int maxPieces) {
        this.sockets = sockets;
        this.maxPieces = maxPieces;
    }

    /** {@code sendmsg}: as {@link PosixSockets#send}, of memory in pieces. */
    public Call send(int fd, List<ByteBuffer> pieces, Set<MessageFlag> flags, @Nullable Endpoint to, long nowNs) {
        return send(fd, pieces, flags, to, List.of(), nowNs);
    }

    /**
     * As {@link #send(int, List, Set, Endpoint, long)}, with control messages: Linux takes SO_TIMESTAMPING, for what is
     * written now alone, and SO_MARK and SO_PRIORITY, which nothing here looks at; the others refuse any.
     */
    public Call send(
            int fd,
            List<ByteBuffer> pieces,
            Set<MessageFlag> flags,
            @Nullable Endpoint to,
            List<ControlMessage> control,
            long nowNs) {
        Pieces whole = new Pieces(pieces, maxPieces);
        return sockets.withStream(fd, s -> {
            if (!control.isEmpty() && !s.has(Trait.OPTIONS_OF_LINUX)) {
                return Call.failed(Errno.EINVAL);
            }
            for (ControlMessage message : control) {
                if (message.type() == SocketOption.SO_TIMESTAMPING && StreamStamps.isWrongForCall(message)) {
                    return Call.failed(Errno.EINVAL);
                }
            }
            TcpConnection c = s.socket().connection();
            if (c != null && s.zeroCopy && flags.contains(MessageFlag.MSG_ZEROCOPY)) {
                whole.endPackets(c);
            }
            return sockets.send(s, whole.data, flags, to, control, nowNs);
        });
    }

    /**
     * {@code recvmsg} with MSG_ERRQUEUE: what it finds is added to {@code out}. Never waits.
     *
     * @return 0, since the payload is not kept, or EAGAIN
     */
    public Call receiveError(int fd, List<ErrorQueueMessage> out) {
        return sockets.withStream(fd, s -> {
            ErrorQueueMessage message = s.takeNotice();
            if (message == null) {
                return Call.failed(Errno.EAGAIN);
            }
            out.add(message);
            return Call.returned(0);
        });
    }
}
