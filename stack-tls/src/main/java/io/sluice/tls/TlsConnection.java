package io.sluice.tls;

import io.netty.buffer.ByteBuf;
import io.sluice.api.TcpSocket;
import io.sluice.buffer.SendSource;
import io.sluice.buffer.StreamTransform;
import io.sluice.event.SocketError;
import io.sluice.tcp.StreamLayer;
import io.sluice.tcp.TcpConnection;
import org.jspecify.annotations.Nullable;

/**
 * The TLS of a connection whose records the stack seals and opens: one or both directions, each from the moment on when
 * its keys were given. Data is written to and read from the socket as ever; here is what else there is. Confined to the
 * host's thread.
 */
public final class TlsConnection {
    private final TcpSocket socket;
    private final StreamLayer layer;
    private @Nullable TlsSender sender;
    private @Nullable TlsReceiver receiver;
    private boolean sending;

    private TlsConnection(TcpSocket socket, StreamLayer layer) {
        this.socket = socket;
        this.layer = layer;
    }

    /** The TLS of a socket, or null if neither direction is offloaded. */
    public static @Nullable TlsConnection of(TcpSocket socket) {
        TcpConnection c = socket.connection();
        if (c == null) {
            return null;
        }
        SendSource source = c.layer().source();
        StreamTransform transform = c.layer().transform();
        return source instanceof TlsSender s
                ? s.connection()
                : transform instanceof TlsReceiver r ? r.connection() : null;
    }

    private static @Nullable TlsConnection ofOrNew(TcpSocket socket) {
        TlsConnection existing = of(socket);
        TcpConnection c = socket.connection();
        if (existing != null || c == null || !c.state().isSynchronized()) {
            return existing;
        }
        return new TlsConnection(socket, c.layer());
    }

    /**
     * Seals what is written from now on (TLS_TX); what was written before leaves as it is.
     *
     * @param keys owned from now on
     * @return null, NOT_CONNECTED, BROKEN_PIPE if the sending direction is closed, or ALREADY_IN_PROGRESS for a second time
     */
    public static @Nullable SocketError transmit(TcpSocket socket, TrafficKeys keys) {
        TlsConnection tls = ofOrNew(socket);
        if (tls == null) {
            return SocketError.NOT_CONNECTED;
        }
        if (tls.layer.source() != null || tls.sender != null) {
            return SocketError.ALREADY_IN_PROGRESS;
        }
        if (tls.layer.isSendClosed()) {
            return SocketError.BROKEN_PIPE;
        }
        TlsSender s = new TlsSender(tls, TlsOffload.of(socket.host()), tls.layer, keys);
        tls.sender = s;
        tls.sending = true;
        tls.layer.source(s);
        return null;
    }

    /**
     * Opens what was not read yet and what comes (TLS_RX).
     *
     * @param keys owned from now on
     * @param before octets that were read already although they come behind the handshake, or null; taken over
     * @return null, NOT_CONNECTED, or ALREADY_IN_PROGRESS for a second time
     */
    public static @Nullable SocketError receive(
            TcpSocket socket, TrafficKeys keys, @Nullable ByteBuf before, long nowNs) {
        return receive(socket, keys, before, false, nowNs);
    }

    /**
     * As above.
     *
     * @param wantsTickets keeps alerts and tickets for {@link TcpSocket#readRecord}; other messages of handshakes are refused as
     *     where nobody wants records
     */
    public static @Nullable SocketError receive(
            TcpSocket socket, TrafficKeys keys, @Nullable ByteBuf before, boolean wantsTickets, long nowNs) {
        TlsConnection tls = ofOrNew(socket);
        if (tls == null || tls.layer.transform() != null) {
            if (before != null) {
                before.release();
            }
            return tls == null ? SocketError.NOT_CONNECTED : SocketError.ALREADY_IN_PROGRESS;
        }
        TlsReceiver r = new TlsReceiver(tls, TlsOffload.of(socket.host()), keys, tls.layer.newReceiveQueue());
        r.wantsRecords(wantsTickets);
        r.refusesHandshakes(wantsTickets);
        tls.receiver = r;
        tls.layer.transform(r, before, nowNs);
        return null;
    }

    @Nullable TlsSender sender() {
        return sender;
    }

    @Nullable TlsReceiver receiver() {
        return receiver;
    }

    /** The socket. */
    public TcpSocket socket() {
        return socket;
    }

    /** Whether records that are not data are kept for {@link TcpSocket#readRecord}; otherwise they are ignored. */
    public void wantsRecords(boolean wants) {
        if (receiver != null) {
            receiver.wantsRecords(wants);
        }
    }

    /** Whether and how the receiving direction has ended. */
    public TlsEnd end() {
        return receiver == null ? TlsEnd.OPEN : receiver.end();
    }

    /** The alert that has ended the receiving direction: the peer's, or the one that this side found it had to send. */
    public @Nullable Alert alert() {
        return receiver == null ? null : receiver.alert();
    }

    /**
     * Sends one record of any type (TLS_SET_RECORD_TYPE), behind what was written before. A close_notify is the last
     * thing that can be written.
     *
     * @return null, or BROKEN_PIPE if nothing can be sent any more
     * @throws IllegalArgumentException if the content is empty or longer than a record may be, an alert not two octets (RFC 8446
     *     §6), or the type 0, which is padding (§5.4), or more than an octet
     */
    public @Nullable SocketError sendRecord(int type, byte[] content) {
        if (content.length == 0
                || content.length > RecordSealer.MAX_CONTENT_BYTES
                || (type == ContentType.ALERT && content.length != Alert.BYTES)) {
            throw new IllegalArgumentException("no content of a record: " + content.length + " octets");
        }
        if (type < 1 || type > 255) {
            throw new IllegalArgumentException("no type of a record: " + type);
        }
        return sending && sender != null && sender.record(type, content) ? null : SocketError.BROKEN_PIPE;
    }

    /** Sends an alert, behind what was written before; one that is fatal at once, and then the connection ends. */
    public @Nullable SocketError sendAlert(Alert alert) {
        if (alert.level() == Alert.FATAL) {
            fail(alert);
            return null;
        }
        return sendRecord(ContentType.ALERT, new byte[] {(byte) alert.level(), (byte) alert.code()});
    }

    /**
     * Changes the key of the transmitting direction (RFC 8446 §4.6.3).
     *
     * @param peerToo asks the peer to do the same
     * @return null, NOT_SUPPORTED in TLS 1.2 or without the traffic secret, BROKEN_PIPE if nothing can be sent any more
     */
    public @Nullable SocketError updateKey(boolean peerToo) {
        TlsSender s = sender;
        if (s == null || !sending || !s.takesWrites()) {
            return SocketError.BROKEN_PIPE;
        }
        return s.updateKey(peerToo) ? null : SocketError.NOT_SUPPORTED;
    }

    /** Records of data that were sealed. */
    long dataRecordsSent() {
        return sender == null ? 0 : sender.dataRecords();
    }

    /** The peer has changed its key. RFC 8446 §4.6.3: one that asks for it gets an answer before any more data. */
    void keyUpdated(boolean answerRequested) {
        if (answerRequested && sender != null) {
            sender.updateKey(false);
        }
    }

    /** This side has found the peer's stream broken. */
    void fail(Alert alert) {
        if (sender != null && sending) {
            sender.fail(alert);
        }
    }

    /** The peer has sent a fatal alert. */
    void peerFailed() {
        if (sender != null && sending) {
            sender.stop();
        }
    }

    /** The sender is closed; whether that is news. */
    boolean senderGone() {
        boolean news = sending;
        sending = false;
        return news;
    }
}
