package io.sluice.posix;

import io.sluice.tcp.ReceiveTime;
import io.sluice.tcp.TcpConnection;
import io.sluice.tcp.TcpState;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** What the queues of a socket hold: the {@code ioctl}s that tell, and TCP_INQ. */
public final class QueueLengths {
    private final DescriptorTable descriptors;
    private final PosixProfile profile;

    QueueLengths(DescriptorTable descriptors, PosixProfile profile) {
        this.descriptors = descriptors;
        this.profile = profile;
    }

    private Call of(int fd, ToLongFunction<StreamSocket> length) {
        Descriptor descriptor = descriptors.get(fd);
        if (descriptor instanceof StreamSocket stream) {
            if (stream.isListening()) {
                return Call.failed(Errno.EINVAL);
            }
            return Call.returned(length.applyAsLong(stream));
        }
        return Call.failed(descriptor == null ? Errno.EBADF : Errno.ENOTSOCK);
    }

    /** {@code ioctl(fd, SIOCINQ)}: octets that can be read now. */
    public Call unread(int fd) {
        return of(fd, s -> isHidden(s) ? 0 : s.socket().readableBytes());
    }

    /** Linux does not count what came with a SYN before the handshake is over. */
    private boolean isHidden(StreamSocket s) {
        return s.state() == TcpState.SYN_RECEIVED && profile.has(PosixProfile.Trait.COUNTS_UNACKNOWLEDGED_FIN);
    }

    /** {@code ioctl(fd, SIOCOUTQ)}: octets that were written and not acknowledged. */
    public Call unacknowledged(int fd) {
        return of(fd, s -> {
            TcpConnection c = s.socket().connection();
            if (c == null) {
                return 0;
            }
            return profile.has(PosixProfile.Trait.COUNTS_UNACKNOWLEDGED_FIN) ? withFin(c) : c.queuedBytes();
        });
    }

    private static long withFin(TcpConnection c) {
        return switch (c.state()) {
            case SYN_SENT, SYN_RECEIVED -> 0;
            case FIN_WAIT_1, CLOSING, LAST_ACK -> c.queuedBytes() + 1;
            default -> c.queuedBytes();
        };
    }

    /** {@code ioctl(fd, SIOCOUTQNSD)}: octets that were written and not sent. */
    public Call unsent(int fd) {
        return of(fd, s -> {
            TcpConnection c = s.socket().connection();
            return c == null ? 0 : Math.max(0, c.info().unsentBytes()) + unsentFin(c);
        });
    }

    /** A FIN that waits for what is before it. */
    private long unsentFin(TcpConnection c) {
        boolean waits = c.info().unsentBytes() > 0
                && switch (c.state()) {
                    case FIN_WAIT_1, CLOSING, LAST_ACK -> true;
                    default -> false;
                };
        return waits && profile.has(PosixProfile.Trait.COUNTS_UNACKNOWLEDGED_FIN) ? 1 : 0;
    }

    /** With TCP_INQ, what {@code recvmsg} says is left to read: octets, the peer's end of the stream counting for one, read or not; else -1. */
    public long hint(int fd) {
        if (!(descriptors.get(fd) instanceof StreamSocket s) || !s.tellsUnread) {
            return -1;
        }
        TcpConnection c = s.socket().connection();
        return c == null ? -1 : c.readableBytes() + (c.isPeerClosed() ? 1 : 0);
    }

    /** What {@code recvmsg} tells of the time when that arrived which was read last; null if nobody wants to know. */
    public @Nullable ReceiveTime receiveTime(int fd) {
        return descriptors.get(fd) instanceof StreamSocket s && s.options().rare.stampsReceived()
                ? s.notices().receiveTime()
                : null;
    }
}
