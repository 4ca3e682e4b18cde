package io.sluice.tcp;

import org.jspecify.annotations.Nullable;

/** What a connection remembers that was opened fast, or tried to be (RFC 7413 §4), and what can be asked about it. */
public final class FastOpenState {
    /** The option goes on the first SYN, or SYN-ACK. */
    boolean offers;

    /** In its experimental form (RFC 7413 §9). */
    boolean experimental;

    /** What the option carries: nothing to ask for a cookie. */
    byte[] cookie = FastOpenCache.NO_COOKIE;

    /** Octets that the SYN may carry. */
    int room;

    /** The SYN waits for the first write. */
    boolean deferred;

    /** This side is the server: FastOpened of RFC 7413 §4.2. */
    boolean passive;

    /** The listener that counts this connection among its PendingFastOpenRequests, or null. */
    @Nullable Listener pendingAt;

    /** Octets of data that the SYN carried. */
    int synData;

    /** It was too big for the path with them. */
    boolean tooBig;

    /** All of them were taken. */
    boolean synDataAccepted;

    /** The SYN came again, and so the SYN-ACK left again. */
    boolean synAckRepeated;

    /** When the SYN-ACK first left. */
    long synAckSentNs;

    FastOpenState() {}

    /** What {@code c} remembers, or null if it is an ordinary connection. */
    static @Nullable FastOpenState of(TcpConnection c) {
        Occasional o = c.occasional;
        return o == null ? null : o.fastOpen;
    }

    /** Whether {@code c} was opened by a SYN whose cookie was good: then it sends before the handshake is over. */
    static boolean isPassive(TcpConnection c) {
        FastOpenState f = of(c);
        return f != null && f.passive;
    }

    /**
     * Whether the handshake of {@code c} has to end before data can move: not if its SYN waits for the first write, nor if a
     * cookie has opened it.
     */
    public static boolean isOpening(TcpConnection c) {
        TcpState state = c.tcb.state();
        if (state != TcpState.SYN_SENT && state != TcpState.SYN_RECEIVED) {
            return false;
        }
        FastOpenState f = of(c);
        return f == null || !(f.deferred || f.passive);
    }

    /** Whether a server that knows Fast Open may have put text on its SYN-ACK, and nothing of the SYN's has to be repeated. */
    static boolean takesTextOfSynAck(TcpConnection c) {
        FastOpenState f = of(c);
        return f != null && !f.passive && (f.offers || f.synData > 0) && c.ledger.isEmpty();
    }

    /** Whether the SYN of {@code c} waits for the first write. */
    static boolean isDeferred(TcpConnection c) {
        FastOpenState f = of(c);
        return f != null && f.deferred;
    }

    /** Whether all the data of the SYN was taken. */
    static boolean isSynDataAccepted(TcpConnection c) {
        FastOpenState f = of(c);
        return f != null && f.synDataAccepted;
    }

    /** Why the data of the SYN was not taken, if so; for clients. */
    static FastOpenFailure failure(TcpConnection c) {
        FastOpenState f = of(c);
        if (f == null || f.passive || f.synDataAccepted) {
            return FastOpenFailure.NONE;
        }
        if (f.offers && f.cookie.length == 0) {
            return FastOpenFailure.COOKIE_UNAVAILABLE;
        }
        if (f.synData == 0 || !c.tcb.state().isSynchronized()) {
            return FastOpenFailure.NONE;
        }
        return c.tcb.snd.synRetries > 0 ? FastOpenFailure.SYN_REPEATED : FastOpenFailure.DATA_NOT_ACKNOWLEDGED;
    }

    /** Octets that the SYN of {@code c} can still carry (RFC 7413 §4.1.3); 0 once it has left. */
    public static int room(TcpConnection c) {
        FastOpenState f = of(c);
        if (f == null || c.tcb.state() != TcpState.SYN_SENT || c.tcb.snd.synRetries > 0) {
            return 0;
        }
        return f.deferred || c.synPending ? (int) Math.max(0, f.room - c.sendQueue.endOffset()) : 0;
    }

    /** Lets the SYN of {@code c} leave that waits for the first write, without data. */
    public static void openWithoutData(TcpConnection c) {
        FastOpenClient.onWrite(c);
        c.wantTransmit();
    }

    /** Whether the data of the SYN ended here: what was written at once, so it ends with PSH when it is sent again. */
    static boolean isEndOfSynData(TcpConnection c, long end) {
        FastOpenState f = of(c);
        return f != null && f.synData > 0 && f.synData == end;
    }

    /** Whether segments beyond the handshake's may leave. */
    static boolean maySend(TcpConnection c) {
        TcpState state = c.tcb.state();
        return state.isSynchronized() || (state == TcpState.SYN_RECEIVED && isPassive(c));
    }
}
