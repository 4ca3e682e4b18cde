package io.sluice.api;

import io.sluice.event.SocketError;
import io.sluice.host.Host;
import io.sluice.tcp.KeyControl;
import io.sluice.tcp.ListenRequest;
import io.sluice.tcp.Listener;
import io.sluice.tcp.SocketOptions;
import io.sluice.tcp.StoredKeys;
import io.sluice.tcp.TcpConnection;
import org.jspecify.annotations.Nullable;

/**
 * A listening TCP socket. {@link #bind}, then {@link #listen}; {@link Sockets#pollReady} tells of connections to {@link
 * #accept}. Confined to its host's thread.
 */
public final class TcpListener {
    private final Host host;
    private final SocketOptions options;
    private @Nullable Endpoint bound;
    private @Nullable Listener listener;
    private @Nullable Object attachment;
    private boolean ipv6Only;
    private boolean closed;

    TcpListener(Host host) {
        this.host = host;
        this.options = host.tcp().layer().newOptions();
    }

    /** A listener on what another socket was bound to. */
    TcpListener(Host host, SocketOptions options, @Nullable Endpoint bound) {
        this.host = host;
        this.options = options;
        this.bound = bound;
    }

    /** What the owner of this socket hung on it. */
    public @Nullable Object attachment() {
        return attachment;
    }

    public void attachment(@Nullable Object newAttachment) {
        attachment = newAttachment;
    }

    /** The options, which accepted connections inherit. */
    public SocketOptions options() {
        Listener l = listener;
        return l == null ? options : l.options();
    }

    /** The value of an option. */
    public <T> T get(TcpOption<T> option) {
        return option.of(options());
    }

    /**
     * Sets an option for connections that come from now on.
     *
     * @return null, or INVALID_ARGUMENT for a value that is out of range
     */
    public <T> @Nullable SocketError set(TcpOption<T> option, T value) {
        return option.set(options(), value) ? null : SocketError.INVALID_ARGUMENT;
    }

    /** The keys that connections from now on are authenticated with (RFC 5925, RFC 2385). */
    public KeyControl authentication() {
        return new StoredKeys(options.keys());
    }

    /** IPV6_V6ONLY: a listener on :: takes no IPv4 connections. Before {@link #listen}. */
    public void ipv6Only(boolean only) {
        ipv6Only = only;
    }

    /** Gives the socket a local address and port; null, or why not. */
    public @Nullable SocketError bind(Endpoint local) {
        if (bound != null || closed) {
            return SocketError.INVALID_ARGUMENT;
        }
        if (!host.tcp().isUsable(local.address())) {
            return SocketError.ADDRESS_NOT_AVAILABLE;
        }
        int port = host.tcp().reserve(local.address(), local.port(), options);
        if (port == 0) {
            return SocketError.ADDRESS_IN_USE;
        }
        bound = new Endpoint(local.address(), port);
        return null;
    }

    /**
     * Listens. Called again, changes the backlog. RFC 9293 §3.9.1.1 (MUST-42): only other listeners are in the way.
     *
     * @param backlog connections that may wait to be accepted, within the host's limit; below 0 as many as that
     * @return null, or why not
     */
    public @Nullable SocketError listen(int backlog) {
        Listener l = listener;
        if (l != null) {
            l.backlog(backlog);
            return null;
        }
        Endpoint local = bound;
        if (local == null || closed) {
            return SocketError.INVALID_ARGUMENT;
        }
        boolean any = local.address().isUnspecified();
        boolean v6 = local.address().isV6();
        ListenRequest request =
                new ListenRequest(any ? null : local.address(), local.port(), !v6 || (any && !ipv6Only), v6, backlog);
        if (host.tcp().layer().isListening(request, options.reusePort)) {
            return SocketError.ADDRESS_IN_USE;
        }
        Listener made = host.tcp().layer().listen(request, options);
        made.attachment(this);
        listener = made;
        return null;
    }

    /** The next connection whose handshake is complete, or null. */
    public @Nullable TcpSocket accept() {
        Listener l = listener;
        TcpConnection c = l == null ? null : l.accept();
        return c == null ? null : new TcpSocket(host, c);
    }

    /** Connections that wait to be accepted. */
    public int waitingCount() {
        Listener l = listener;
        return l == null ? 0 : l.waitingCount();
    }

    /** How many connections may wait to be accepted, within the host's limit; 0 unless it listens. */
    public int backlog() {
        Listener l = listener;
        return l == null ? 0 : l.mostWaiting();
    }

    /** Connections that may be open before their handshake is over (RFC 7413 §4.2); 0 for none, and before {@link #listen}. */
    public long fastOpenQueue() {
        Listener l = listener;
        return l == null ? 0 : l.fastOpenQueue();
    }

    /** The local address and port, or null before {@link #bind}. */
    public @Nullable Endpoint localEndpoint() {
        return bound;
    }

    public boolean isListening() {
        return listener != null && !closed;
    }

    /** Stops listening; connections that nobody accepted are reset. */
    public void close(long nowNs) {
        if (closed) {
            return;
        }
        closed = true;
        Listener l = listener;
        if (l != null) {
            l.attachment(null);
            l.close(nowNs);
        }
        options.wipeKeys();
        Endpoint b = bound;
        if (b != null) {
            host.tcp().release(b.address(), b.port());
        }
    }

    public boolean isClosed() {
        return closed;
    }

    @Override
    public String toString() {
        return "listener " + bound;
    }
}
