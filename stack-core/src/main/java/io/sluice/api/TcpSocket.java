package io.sluice.api;

import io.netty.buffer.ByteBuf;
import io.sluice.buffer.SendSource;
import io.sluice.buffer.StreamRecord;
import io.sluice.buffer.StreamTransform;
import io.sluice.event.Readiness;
import io.sluice.event.SocketError;
import io.sluice.host.ConnectResult;
import io.sluice.host.Host;
import io.sluice.tcp.FastOpenState;
import io.sluice.tcp.FastOpening;
import io.sluice.tcp.KeyControl;
import io.sluice.tcp.Knob;
import io.sluice.tcp.SocketOptions;
import io.sluice.tcp.StackRefusal;
import io.sluice.tcp.TcpConnection;
import io.sluice.tcp.TcpInfo;
import io.sluice.tcp.TcpStack;
import io.sluice.tcp.TcpState;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A TCP socket (RFC 9293 §3.9.1): non-blocking, confined to its host's thread. No method throws for what the network or
 * the peer did: calls return counts, or a {@link SocketError}, or null for success. What becomes possible later is
 * told through {@link Sockets#pollReady}.
 */
public final class TcpSocket {
    /** What {@link #read} returns when the peer has closed its direction and everything was read. */
    public static final int END_OF_STREAM = -1;

    /** What {@link #read} and {@link #write} return when there is an error to take ({@link #takeError}). */
    public static final int FAILED = -2;

    private final Host host;
    private @Nullable SocketOptions options;
    private @Nullable Endpoint bound;
    private @Nullable TcpConnection connection;
    private @Nullable Object attachment;
    private @Nullable SocketError localError;
    private boolean closed;

    TcpSocket(Host host, SocketOptions options) {
        this.host = host;
        this.options = options;
    }

    /** An accepted connection. */
    TcpSocket(Host host, TcpConnection accepted) {
        this.host = host;
        this.connection = accepted;
        accepted.attachment(this);
    }

    /** What the owner of this socket hung on it. */
    public @Nullable Object attachment() {
        return attachment;
    }

    public void attachment(@Nullable Object newAttachment) {
        attachment = newAttachment;
    }

    /** The options; those that matter for the handshake must be set before {@link #connect}. */
    public SocketOptions options() {
        TcpConnection c = connection;
        if (c != null) {
            return c.options();
        }
        SocketOptions o = options;
        if (o == null) {
            o = host.tcp().layer().newOptions();
            options = o;
        }
        return o;
    }

    /** The value of an option. */
    public <T> T get(TcpOption<T> option) {
        return option.of(options());
    }

    /**
     * Sets an option; on a connection it counts from now on, as far as it is not one of the handshake's.
     *
     * @return null, or INVALID_ARGUMENT for a value that is out of range
     */
    public <T> @Nullable SocketError set(TcpOption<T> option, T value, long nowNs) {
        TcpConnection open = connection;
        if (value instanceof TcpStack stack && open != null) {
            StackRefusal refusal = open.stack(stack, nowNs);
            return refusal == null ? null : refusal.error();
        }
        if (!option.set(options(), value)) {
            return SocketError.INVALID_ARGUMENT;
        }
        TcpConnection c = connection;
        if (c != null) {
            c.optionsChanged(nowNs);
        }
        return null;
    }

    /** The keys that the connection is, or will be, authenticated with (RFC 5925, RFC 2385). */
    public KeyControl authentication() {
        return KeyControl.of(connection, this::options);
    }

    /** The TCP stack: that of the connection, or that a connection will have. */
    public TcpStack stack() {
        TcpConnection c = connection;
        return c == null ? options().stack : c.stack();
    }

    /**
     * Runs another TCP stack from now on, on an open connection in the middle of whatever it does.
     *
     * @return null, or why it stays as it is
     */
    public @Nullable StackRefusal stack(TcpStack next, long nowNs) {
        TcpConnection c = connection;
        if (c != null) {
            return c.stack(next, nowNs);
        }
        options().stack = next;
        return null;
    }

    /** As {@link #stack(TcpStack, long)}, by the name of one that the host knows ({@link Sockets#tcpStacks}). */
    public @Nullable StackRefusal stack(String name, long nowNs) {
        TcpStack next = host.tcp().layer().stacks().named(name);
        return next == null ? StackRefusal.UNKNOWN_NAME : stack(next, nowNs);
    }

    /** What the connection is doing (TCP_INFO), or null before {@link #connect}. */
    public @Nullable TcpInfo info() {
        TcpConnection c = connection;
        return c == null ? null : c.info();
    }

    /** Gives the socket a local address and port, RFC 9293 §3.9.1.1 (MUST-43); null, or why not. */
    public @Nullable SocketError bind(Endpoint local) {
        if (connection != null || bound != null || closed) {
            return SocketError.INVALID_ARGUMENT;
        }
        if (!host.tcp().isUsable(local.address())) {
            return SocketError.ADDRESS_NOT_AVAILABLE;
        }
        int port = host.tcp().reserve(local.address(), local.port(), options());
        if (port == 0) {
            return SocketError.ADDRESS_IN_USE;
        }
        bound = new Endpoint(local.address(), port);
        return null;
    }

    /**
     * Starts a connection (RFC 9293 §3.10.1). {@link SocketError#IN_PROGRESS} is the usual answer: {@link
     * Readiness#CONNECTED} tells the end, {@link #takeError} whether it failed.
     */
    public SocketError connect(Endpoint remote, long nowNs) {
        return connect(remote, options().fastOpen.onConnect() ? FastOpening.ON_WRITE : FastOpening.NONE, nowNs);
    }

    /**
     * As {@link #connect}, with Fast Open (RFC 7413): of what is written before the host transmits next, {@link
     * #synDataRoom} octets go with the SYN, which may arrive twice, the rest after the handshake; without a cookie, one is asked for.
     */
    public SocketError connectFastOpen(Endpoint remote, long nowNs) {
        return connect(remote, FastOpening.NOW, nowNs);
    }

    private SocketError connect(Endpoint remote, FastOpening fast, long nowNs) {
        if (closed) {
            return SocketError.BAD_DESCRIPTOR;
        }
        if (connection != null) {
            return connection.state() == TcpState.SYN_SENT || connection.state() == TcpState.SYN_RECEIVED
                    ? SocketError.ALREADY_IN_PROGRESS
                    : SocketError.ALREADY_CONNECTED;
        }
        // RFC 9293 §3.9.1.1 (MUST-46)
        if (remote.port() == 0
                || remote.address().isMulticast()
                || remote.address().isBroadcast()) {
            return SocketError.ADDRESS_NOT_AVAILABLE;
        }
        Endpoint local = bound;
        ConnectResult result = host.tcp()
                .connect(
                        local == null ? null : local.address(),
                        local == null ? 0 : local.port(),
                        remote.address(),
                        remote.port(),
                        options(),
                        fast,
                        nowNs);
        TcpConnection opened = result.connection();
        if (opened == null) {
            return Objects.requireNonNull(result.error());
        }
        opened.attachment(this);
        connection = opened;
        options = null; // the connection has them now
        return SocketError.IN_PROGRESS;
    }

    /**
     * Turns this socket, which must not have been connected, into one that will listen: address, port and options go
     * over to it, and this socket is closed. For adapters whose users decide late.
     *
     * @throws IllegalStateException after {@link #connect}
     */
    public TcpListener toListener() {
        if (connection != null) {
            throw new IllegalStateException("connected: " + this);
        }
        Endpoint b = bound;
        bound = null;
        closed = true;
        return new TcpListener(host, options(), b);
    }

    /** The connection behind this socket, or null before {@link #connect}: for counters, recorders and stacks. */
    public @Nullable TcpConnection connection() {
        return connection;
    }

    /** The state of the connection; CLOSED before {@link #connect}. */
    public TcpState state() {
        TcpConnection c = connection;
        return c == null ? TcpState.CLOSED : c.state();
    }

    /**
     * Whether the handshake has to end before data can move: not for a connection whose SYN waits for the first write, nor
     * for one that a cookie has opened.
     */
    public boolean isOpening() {
        TcpConnection c = connection;
        return c != null && FastOpenState.isOpening(c);
    }

    /** Whether this host lets connections open fast ({@link Knob#FAST_OPEN_CLIENT}). */
    public boolean mayOpenFast() {
        return host.tcp().layer().knobs().isOn(Knob.FAST_OPEN_CLIENT);
    }

    /** Octets that the SYN can carry which has not left yet (RFC 7413 §4.1.3), 0 if there is none or nothing to prove it good. */
    public int synDataRoom() {
        TcpConnection c = connection;
        return c == null ? 0 : FastOpenState.room(c);
    }

    /** Lets a SYN leave that waits for the first write (TCP_FASTOPEN_CONNECT), without data. */
    public void openWithoutData() {
        TcpConnection c = connection;
        if (c != null) {
            FastOpenState.openWithoutData(c);
        }
    }

    /** The local address and port, or null if there is none yet. */
    public @Nullable Endpoint localEndpoint() {
        TcpConnection c = connection;
        return c == null ? bound : new Endpoint(c.key().local(), c.key().localPort());
    }

    /** The peer's address and port, or null before {@link #connect}. */
    public @Nullable Endpoint remoteEndpoint() {
        TcpConnection c = connection;
        return c == null ? null : new Endpoint(c.key().remote(), c.key().remotePort());
    }

    /** What can be done now without waiting: bits of {@link Readiness}. */
    public int readiness() {
        TcpConnection c = connection;
        return c == null ? (closed ? Readiness.HANGUP : 0) : c.readiness();
    }

    /**
     * Takes one buffer of received data, without a copy; its reference goes to the caller.
     *
     * @return null if there is nothing now; then {@link #isEndOfStream} and {@link #takeError} tell whether there will be
     */
    public @Nullable ByteBuf read(int maxBytes) {
        TcpConnection c = connection;
        return c == null ? null : c.read(maxBytes);
    }

    /** Copies received data into {@code target}: the octets, 0 if there is nothing now, {@link #END_OF_STREAM} or {@link #FAILED}. */
    public int read(ByteBuffer target) {
        TcpConnection c = connection;
        if (c == null) {
            return failed(SocketError.NOT_CONNECTED);
        }
        int n = c.read(target);
        return n > 0 || !target.hasRemaining() ? n : nothingRead(c);
    }

    /** As {@link #read(ByteBuffer)}, from {@code skip} octets on, and everything stays (MSG_PEEK). */
    public int peek(ByteBuffer target, int skip) {
        TcpConnection c = connection;
        if (c == null) {
            return failed(SocketError.NOT_CONNECTED);
        }
        int n = c.peek(target, skip);
        return n > 0 || !target.hasRemaining() ? n : nothingRead(c);
    }

    private int nothingRead(TcpConnection c) {
        if (c.isRecordNext()) {
            return failed(SocketError.NOT_SUPPORTED); // it has to be taken as what it is
        }
        return c.peekError() != null ? FAILED : c.isEndOfStream() ? END_OF_STREAM : 0;
    }

    /** Octets that can be read now. */
    public int readableBytes() {
        TcpConnection c = connection;
        return c == null ? 0 : c.readableBytes();
    }

    /** Whether the peer has closed its direction (or this side has shut it) and everything was read. */
    public boolean isEndOfStream() {
        TcpConnection c = connection;
        return c != null && c.isEndOfStream();
    }

    /** Octets that a write would take now. */
    public int writableBytes() {
        TcpConnection c = connection;
        return c == null ? 0 : c.writableBytes();
    }

    /**
     * Writes as much of {@code data} as there is room for, without a copy where the buffer is direct, large and nobody
     * else can change it. The octets taken leave the readable part; the buffer's reference stays with the caller.
     *
     * @param stable the caller promises that nobody will change the bytes
     * @return the octets taken, 0 if there is no room now, or {@link #FAILED}
     */
    public int write(ByteBuf data, boolean stable) {
        TcpConnection c = connection;
        if (c == null) {
            return failed(SocketError.NOT_CONNECTED);
        }
        SocketError error = c.writeError();
        return error == null ? c.write(data, stable) : error == SocketError.WOULD_BLOCK ? 0 : failed(error);
    }

    /** As {@link #write(ByteBuf, boolean)}, with a copy. */
    public int write(ByteBuffer data) {
        return write(data, false);
    }

    /**
     * As {@link #write(ByteBuffer)}.
     *
     * @param more the caller promises to write more soon: a segment that is not full waits for it, or for the next
     *     acknowledgment (MSG_MORE)
     */
    public int write(ByteBuffer data, boolean more) {
        TcpConnection c = connection;
        if (c == null) {
            return failed(SocketError.NOT_CONNECTED);
        }
        SocketError error = c.writeError();
        return error == null ? c.write(data, more) : error == SocketError.WOULD_BLOCK ? 0 : failed(error);
    }

    private int failed(SocketError error) {
        localError = error;
        return FAILED;
    }

    /** Takes the error of the last call that failed, or the socket's pending error (SO_ERROR): once. */
    public @Nullable SocketError takeError() {
        SocketError e = localError;
        if (e != null) {
            localError = null;
            return e;
        }
        TcpConnection c = connection;
        return c == null ? null : c.takeError();
    }

    /**
     * What the network last reported about what was sent, although the connection goes on (RFC 9293 §3.9.1.8): an
     * unreachable host or network, for one. Null if nothing, or if the peer has acknowledged something since.
     */
    public @Nullable SocketError softError() {
        TcpConnection c = connection;
        return c == null ? null : c.info().softError();
    }

    /** From now on bytes are pulled from {@code source} instead of being written; its end closes the sending direction. */
    public void sendFrom(SendSource source) {
        TcpConnection c = connection;
        if (c != null) {
            c.layer().source(source);
        }
    }

    /** Puts a transform between the stream and {@link #read}, also before what has not been read yet. */
    public void receiveThrough(StreamTransform transform, long nowNs) {
        TcpConnection c = connection;
        if (c != null) {
            c.layer().transform(transform, null, nowNs);
        }
    }

    /**
     * Takes what is next in the stream if it is not data but a record of a transform (TLS): reads do not go past it. Null
     * if data is next, or nothing. The content belongs to the caller.
     */
    public @Nullable StreamRecord readRecord() {
        TcpConnection c = connection;
        return c == null || !c.isRecordNext() ? null : c.layer().takeRecord();
    }

    /** Sets an option that another module has. */
    public <T> @Nullable SocketError set(ExtensionOption<T> option, T value, long nowNs) {
        return option.set(this, value, nowNs);
    }

    /** The value of an option that another module has. */
    public <T> T get(ExtensionOption<T> option) {
        return option.of(this);
    }

    /** The host that this socket belongs to. */
    public Host host() {
        return host;
    }

    /** Closes the sending direction: a FIN follows what was written (RFC 9293 §3.10.4). Null, or why not. */
    public @Nullable SocketError shutdownOutput(long nowNs) {
        TcpConnection c = connection;
        if (c == null || c.state() == TcpState.CLOSED) {
            return SocketError.NOT_CONNECTED;
        }
        c.shutdownSend(nowNs);
        return null;
    }

    /** Throws away what was and will be received. Null, or why not. */
    public @Nullable SocketError shutdownInput() {
        TcpConnection c = connection;
        if (c == null || c.state() == TcpState.CLOSED) {
            return SocketError.NOT_CONNECTED;
        }
        c.shutdownReceive();
        return null;
    }

    /** Closes both directions and lets go of the socket; what was written is still sent. Unread data makes it a reset. */
    public void close(long nowNs) {
        TcpConnection c = letGo();
        if (c != null) {
            c.close(nowNs);
        }
    }

    /** Resets the connection and lets go of the socket (RFC 9293 §3.10.5). */
    public void abort(long nowNs) {
        TcpConnection c = letGo();
        if (c != null) {
            c.abort(nowNs);
        }
    }

    /** Gives the port back and wipes the keys; the connection, if it was not let go before. */
    private @Nullable TcpConnection letGo() {
        TcpConnection c = closed ? null : connection;
        closed = true;
        Endpoint b = bound;
        if (b != null) {
            host.tcp().release(b.address(), b.port());
            bound = null;
        }
        if (options != null) {
            options.wipeKeys();
        }
        return c;
    }

    /** Whether {@link #close} or {@link #abort} was called. */
    public boolean isClosed() {
        return closed;
    }

    @Override
    public String toString() {
        TcpConnection c = connection;
        return c != null ? c.toString() : "unconnected" + (bound == null ? "" : " " + bound);
    }
}
