package io.sluice.udp;

import io.sluice.time.Deadline;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which REQ is answered at once, and which with the next datagram: no more than one datagram a second for each peer is sent
 * only to answer (RFC 9869 §3.1). Remembers a bounded number of peers.
 */
final class ProbeAnswers {
    private static final int MAX_PEERS = 64;
    private static final long INTERVAL_NS = 1_000_000_000L;

    private static final class Peer {
        long hi;
        long lo;
        int port;
        long notBeforeNs;
        boolean owed;
        int token;
    }

    private final List<Peer> peers = new ArrayList<>(1);

    /** REQ has come from a peer; returns whether it may be answered at once. */
    boolean onRequest(long hi, long lo, int port, int token, long nowNs) {
        Peer p = find(hi, lo, port);
        if (p == null) {
            p = room(nowNs);
            if (p == null) {
                return false; // more peers than are remembered within a second
            }
            p.hi = hi;
            p.lo = lo;
            p.port = port;
            p.notBeforeNs = nowNs;
        }
        // RFC 9868 §11.7: the most recently received token
        p.token = token;
        p.owed = nowNs < p.notBeforeNs;
        if (p.owed) {
            return false;
        }
        p.notBeforeNs = Deadline.after(nowNs, INTERVAL_NS);
        return true;
    }

    private @Nullable Peer room(long nowNs) {
        if (peers.size() < MAX_PEERS) {
            Peer p = new Peer();
            peers.add(p);
            return p;
        }
        for (Peer p : peers) {
            if (p.notBeforeNs <= nowNs) {
                p.owed = false;
                return p;
            }
        }
        return null;
    }

    private @Nullable Peer find(long hi, long lo, int port) {
        for (int i = 0; i < peers.size(); i++) {
            Peer p = peers.get(i);
            if (p.lo == lo && p.port == port && p.hi == hi) {
                return p;
            }
        }
        return null;
    }

    /** Whether a datagram to this peer is to carry RES; {@link #take} says with which token. */
    boolean isOwed(long hi, long lo, int port) {
        Peer p = find(hi, lo, port);
        return p != null && p.owed;
    }

    /** The token that is owed; it is not any more. */
    int take(long hi, long lo, int port) {
        Peer p = find(hi, lo, port);
        if (p == null) {
            return 0;
        }
        p.owed = false;
        return p.token;
    }
}
