package io.sluice.tcp;

import io.sluice.event.Pollable;
import io.sluice.event.Readiness;
import io.sluice.time.Deadline;
import io.sluice.wire.AddressKey;
import io.sluice.wire.IpAddress;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A socket in LISTEN (RFC 9293 §3.10.1, passive OPEN): half-open connections and those that wait to be accepted. */
public final class Listener extends Pollable {
    /** RFC 7413 §5.1: how long a connection still counts that was reset while pending. */
    private static final long FAST_OPEN_RESET_COUNTS_NS = 60_000_000_000L;

    final TcpContext context;
    final SocketOptions options;

    private final @Nullable IpAddress address;
    private final int port;
    private final boolean ipv4;
    private final boolean ipv6;
    private final ArrayDeque<TcpConnection> waiting = new ArrayDeque<>();
    private @Nullable SocketOptions inherited;
    private int backlog;
    private int halfOpen;

    /** PendingFastOpenRequests of RFC 7413 §4.2, those included that were reset a moment ago. */
    private int fastOpenPending;

    private final ArrayDeque<Long> fastOpenResetsEndNs = new ArrayDeque<>(0);
    private boolean closed;

    Listener(TcpContext context, ListenRequest request, SocketOptions options) {
        this.context = context;
        this.options = options;
        this.address = request.address();
        this.port = request.port();
        this.ipv4 = request.ipv4();
        this.ipv6 = request.ipv6();
        this.backlog = request.backlog();
    }

    /** The local address, or null for any. */
    public @Nullable IpAddress address() {
        return address;
    }

    public int port() {
        return port;
    }

    /** The options, which connections inherit as they are when the connection comes. */
    public SocketOptions options() {
        inherited = null;
        return options;
    }

    /** The options of a new connection, shared by all until one changes its own. */
    SocketOptions inherit() {
        SocketOptions i = inherited;
        if (i == null) {
            i = options.copyToShare();
            inherited = i;
        }
        return i;
    }

    /** How many connections may wait to be accepted; below 0 as many as the host allows. */
    public void backlog(int connections) {
        backlog = connections;
    }

    /** Whether a segment to this address is for this listener; {@code exact} leaves wildcards out. */
    boolean matches(long localHi, long localLo, boolean exact) {
        if (address != null) {
            return AddressKey.hi(address) == localHi && AddressKey.lo(address) == localLo;
        }
        return !exact && (AddressKey.isV4(localHi, localLo) ? ipv4 : ipv6);
    }

    boolean conflicts(ListenRequest other, boolean reusePort) {
        if (reusePort && options.reusePort) {
            return false;
        }
        return Objects.equals(address, other.address()) && ((ipv4 && other.ipv4()) || (ipv6 && other.ipv6()));
    }

    boolean hasRoomForSyn() {
        long limit = context.knobs.get(Knob.SYN_BACKLOG);
        if (context.knobs.isOn(Knob.SYN_BACKLOG_WITHIN_ACCEPT_QUEUE)) {
            limit = Math.min(limit, effectiveBacklog() + 1);
        }
        return !closed && halfOpen < limit;
    }

    /** Whether one more connection may wait to be accepted. */
    boolean hasRoomToAccept() {
        long n = effectiveBacklog();
        long limit =
                switch (context.knobs.getInt(Knob.ACCEPT_QUEUE_RULE)) {
                    case 1 -> n + 1;
                    case 2 -> 3 * n / 2 + 1;
                    default -> Math.max(1, n);
                };
        return !closed && waiting.size() < limit;
    }

    /** How many connections may wait to be accepted. */
    public int mostWaiting() {
        return (int) effectiveBacklog();
    }

    /** The backlog within what the host allows; one below 0 asks for as much as that. */
    private long effectiveBacklog() {
        long most = context.knobs.get(Knob.MAX_BACKLOG);
        return backlog < 0 ? most : Math.min(backlog, most);
    }

    void halfOpened() {
        halfOpen++;
    }

    void halfOpenEnded() {
        halfOpen--;
    }

    /** Half-open connections of this listener. */
    public int halfOpenCount() {
        return halfOpen;
    }

    /** Connections that may be open here before their handshake is over (RFC 7413 §4.2), 0 for none. */
    public long fastOpenQueue() {
        return switch (options.fastOpen.queue()) {
            case FastOpenSettings.OF_HOST -> context.knobs.isOn(Knob.FAST_OPEN_ALL_LISTENERS) ? effectiveBacklog() : 0;
            case FastOpenSettings.OF_BACKLOG -> Math.max(1, effectiveBacklog() / 2);
            default -> Math.min(options.fastOpen.queue(), context.knobs.get(Knob.MAX_BACKLOG));
        };
    }

    /** Whether one more may be pending where {@code most} may; those that were reset count until their time is over. */
    boolean hasRoomForFastOpen(long most, long nowNs) {
        while (fastOpenPending >= most && !fastOpenResetsEndNs.isEmpty() && fastOpenResetsEndNs.element() <= nowNs) {
            fastOpenResetsEndNs.remove();
            fastOpenPending--;
        }
        return fastOpenPending < most;
    }

    /** A connection is open whose handshake is not over: it waits to be accepted, and counts as pending. */
    void fastOpened(TcpConnection c) {
        fastOpenPending++;
        accepted(c);
    }

    void fastOpenEnded() {
        fastOpenPending--;
    }

    void fastOpenReset(long nowNs) {
        fastOpenResetsEndNs.add(Deadline.after(nowNs, FAST_OPEN_RESET_COUNTS_NS));
    }

    /** A handshake is complete. */
    void accepted(TcpConnection c) {
        waiting.add(c);
        context.ready.signal(this, Readiness.READABLE);
    }

    /** A connection that had not been established, or not been accepted, is gone. */
    void gone(TcpConnection c) {
        waiting.remove(c);
    }

    /** The next connection that is complete, or null. It may already be reset. */
    public @Nullable TcpConnection accept() {
        return waiting.poll();
    }

    /** Connections that wait to be accepted. */
    public int waitingCount() {
        return waiting.size();
    }

    /** Stops listening; connections that nobody accepted are reset, half-open ones are forgotten. */
    public void close(long nowNs) {
        if (closed) {
            return;
        }
        closed = true;
        context.listenInput.onListenerClosed(this);
        for (TcpConnection c = waiting.poll(); c != null; c = waiting.poll()) {
            context.userCalls.abort(c, nowNs);
        }
    }
}
