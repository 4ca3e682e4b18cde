package io.sluice.ip;

import io.netty.buffer.ByteBuf;
import io.sluice.time.TimerNode;
import io.sluice.wire.AddressKey;
import io.sluice.wire.EthernetHeader;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** A neighbour on an Ethernet: its addresses, and whether it can be reached (RFC 4861 §5.1, §7.3.2; so for ARP as well). */
final class Neighbor extends TimerNode {
    /** RFC 4861 §7.3.2. */
    enum State {
        /** It is being asked for its MAC address. */
        INCOMPLETE,
        /** It was heard of lately. */
        REACHABLE,
        /** It was not, and nothing is sent to it. */
        STALE,
        /** Something was sent to it: it is given time to show that it got it. */
        DELAY,
        /** It is being asked whether it is there. */
        PROBE
    }

    private final Neighbors owner;
    final long hi;
    final long lo;
    State state = State.INCOMPLETE;
    /** Meaningful unless INCOMPLETE. */
    long mac;

    /** The MAC address has changed without anybody having asked: nothing but an answer from there proves it. */
    boolean unproven;

    /** Solicitations without an answer. */
    int solicitations;

    long confirmedNs;

    /** When upper layers last made progress by it: never is long ago. */
    long progressNs = Long.MIN_VALUE / 2;

    /** How long it is believed after the later of both. */
    long reachableNs;

    /** Whole frames, but for their destination, that wait for the MAC address. */
    @Nullable ArrayDeque<ByteBuf> waiting;

    @Nullable Neighbor next;

    /** What paths by way of it remember, as long as routes and redirects stay what they are. */
    private @Nullable Hop hop;

    /** It is in the cache no longer. */
    boolean forgotten;

    /** Where packets go according to routes and redirects of one version. */
    record Hop(Neighbor neighbor, int version) {
        boolean holds(int now) {
            return version == now && !neighbor.forgotten;
        }
    }

    /** That of the version that holds now, made once for all paths. */
    Hop hop(int version) {
        Hop known = hop;
        if (known == null || known.version != version) {
            known = new Hop(this, version);
            hop = known;
        }
        return known;
    }

    Neighbor(Neighbors owner, long hi, long lo) {
        this.owner = owner;
        this.hi = hi;
        this.lo = lo;
    }

    boolean is(long otherHi, long otherLo) {
        return lo == otherLo && hi == otherHi;
    }

    boolean hasMac() {
        return state != State.INCOMPLETE;
    }

    /** Takes a frame over that waits; returns whether the oldest of {@code most} had to give way. */
    boolean await(ByteBuf frame, int most) {
        ArrayDeque<ByteBuf> queue = waiting;
        if (queue == null) {
            queue = new ArrayDeque<>(2);
            waiting = queue;
        }
        boolean full = queue.size() >= most;
        if (full) {
            queue.remove().release();
        }
        queue.add(frame);
        return full;
    }

    void releaseWaiting() {
        if (waiting != null) {
            waiting.forEach(ByteBuf::release);
            waiting = null;
        }
    }

    @Override
    protected void onExpired(long nowNs) {
        owner.onExpired(this, nowNs);
    }

    @Override
    public String toString() {
        return AddressKey.toAddress(hi, lo) + " " + state + (hasMac() ? " " + EthernetHeader.text(mac) : "");
    }
}
