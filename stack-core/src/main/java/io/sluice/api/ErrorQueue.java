package io.sluice.api;

import io.sluice.event.Readiness;
import io.sluice.event.SocketError;
import io.sluice.tcp.IcmpNotice;
import io.sluice.tcp.ReceiveStamps;
import io.sluice.tcp.ReceiveTime;
import io.sluice.tcp.SendNotice;
import io.sluice.tcp.SoftErrors;
import io.sluice.tcp.TcpConnection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a connection tells beside its data: the transmit timestamps of SO_TIMESTAMPING (scheduled, sent, acknowledged), the
 * completions of MSG_ZEROCOPY, and with {@link TcpOption#SO_TIMESTAMP} when data arrived. A view of a {@link TcpSocket}, on its
 * thread.
 */
public final class ErrorQueue {
    private final TcpSocket socket;

    /** That of {@code socket}; it may have several views. */
    public ErrorQueue(TcpSocket socket) {
        this.socket = socket;
    }

    /**
     * Has these kinds of notices kept of each write from now on; none for no more. {@link Readiness#ERROR_QUEUE} tells that there
     * are some. {@link SendNotice.Kind#COMPLETED} comes of lent writes alone, whatever is asked for. Octets count from here, where
     * no notices were kept before.
     *
     * @return null, or {@link SocketError#NOT_CONNECTED}
     */
    public @Nullable SocketError stampWrites(Set<SendNotice.Kind> kinds) {
        TcpConnection c = socket.connection();
        if (c != null) {
            if (!c.sendNotices().isStamping()) {
                c.sendNotices().countOctets(false);
            }
            c.sendNotices().ofPackets(false);
            c.sendNotices().stamp(kinds);
        }
        return c == null ? SocketError.NOT_CONNECTED : null;
    }

    /**
     * As {@link #stampWrites}, but it is packets that are told of: where several writes are queued into one, only the last of them,
     * and that again whenever it is repeated. Octets go on to count from where they did.
     *
     * @return null, or {@link SocketError#NOT_CONNECTED}
     */
    public @Nullable SocketError stampPackets(Set<SendNotice.Kind> kinds) {
        TcpConnection c = socket.connection();
        if (c != null) {
            c.sendNotices().ofPackets(true);
            c.sendNotices().stamp(kinds);
        }
        return c == null ? SocketError.NOT_CONNECTED : null;
    }

    /**
     * Has the octets that notices name count from the next that is written, or from the first that is not acknowledged.
     *
     * @return null, or {@link SocketError#NOT_CONNECTED}
     */
    public @Nullable SocketError countOctets(boolean unacknowledged) {
        TcpConnection c = socket.connection();
        if (c != null) {
            c.sendNotices().countOctets(unacknowledged);
        }
        return c == null ? SocketError.NOT_CONNECTED : null;
    }

    /**
     * All that was written since the last call is one write, of whose last octet there will be notices.
     *
     * @param lent whether {@link SendNotice.Kind#COMPLETED} is to tell when the peer has it, so that its memory is not needed
     */
    public void endWrite(boolean lent) {
        TcpConnection c = socket.connection();
        if (c != null && (lent || c.hasSendNotices())) {
            c.sendNotices().endWrite(lent);
        }
    }

    /** Takes the oldest notice, or null. */
    public @Nullable SendNotice poll() {
        TcpConnection c = socket.connection();
        return c == null || !c.hasSendNotices() ? null : c.sendNotices().poll();
    }

    /**
     * Takes what ICMP said of the connection while it was opening, if {@link TcpOption#IP_RECVERR} was on; else null. An error of
     * that, if it is pending, is taken, too.
     */
    public @Nullable IcmpNotice pollIcmp() {
        TcpConnection c = socket.connection();
        return c == null ? null : SoftErrors.takeIcmp(c);
    }

    /** When the last octet arrived that was read, if {@link TcpOption#SO_TIMESTAMP} was on then; else null. */
    public @Nullable ReceiveTime receiveTime() {
        TcpConnection c = socket.connection();
        return c == null ? null : ReceiveStamps.last(c);
    }
}
