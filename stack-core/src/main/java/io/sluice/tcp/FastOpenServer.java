package io.sluice.tcp;

import io.sluice.event.Counter;
import io.sluice.time.Deadline;
import org.jspecify.annotations.Nullable;

/**
 * The server of Fast Open: which SYNs open a connection before their handshake is over, and which cookie the SYN-ACK
 * carries (RFC 7413 §4.1.2, §4.2). A SYN that comes twice opens twice (§2.1): whoever turns this on for a listener says that
 * its application can bear that.
 */
final class FastOpenServer {
    private static final long NS_PER_SECOND = 1_000_000_000L;

    private final TcpContext context;
    private @Nullable FastOpenKeys keys;
    private boolean keysGiven;
    private long nextKeyNs;

    /** The cookie that answers the SYN that was judged last, or null. */
    byte @Nullable [] answer;

    FastOpenServer(TcpContext context) {
        this.context = context;
    }

    /** What becomes of a SYN. */
    enum Verdict {
        /** It waits for its handshake; {@link #answer} goes on the SYN-ACK if there is one. */
        WAITS,
        /** It opens a connection now. */
        OPENS
    }

    /** The keys of this host. From now on these, if {@code given} is not null: they are not changed by themselves. */
    void use(FastOpenKeys given) {
        keys = given;
        keysGiven = true;
    }

    /** RFC 7413 §4.1.2: the keys, which have to change from time to time. */
    FastOpenKeys keys(long nowNs) {
        FastOpenKeys k = keys;
        if (k == null) {
            k = fresh(nowNs);
        } else if (!keysGiven && nowNs >= nextKeyNs) {
            k = changed(k, nowNs);
        }
        keys = k;
        return k;
    }

    private FastOpenKeys fresh(long nowNs) {
        nextKeyNs = nextKey(nowNs);
        return FastOpenKeys.of(context.random.nextLong(), context.random.nextLong());
    }

    /** Nobody may have asked for long: a key that is beyond its second lifetime is not kept as the one before. */
    private FastOpenKeys changed(FastOpenKeys k, long nowNs) {
        long next = nextKey(nextKeyNs);
        if (nowNs >= next) {
            return fresh(nowNs);
        }
        nextKeyNs = next;
        return k.rotated(context.random.nextLong(), context.random.nextLong());
    }

    private long nextKey(long fromNs) {
        long seconds = context.knobs.get(Knob.FAST_OPEN_KEY_LIFETIME_S);
        return seconds > 0 ? Deadline.after(fromNs, seconds * NS_PER_SECOND) : Deadline.NEVER;
    }

    /** Judges a SYN for {@code listener}; sets {@link #answer}. */
    Verdict judge(Listener listener, Segment seg, long nowNs) {
        answer = null;
        Knobs knobs = context.knobs;
        boolean option = hasOption(seg);
        long most = listener.fastOpenQueue();
        if (most == 0 || !knobs.isOn(Knob.FAST_OPEN_SERVER) || !(option || seg.payloadLength > 0)) {
            return Verdict.WAITS; // RFC 7413 §4.2: FastOpenEnabled is off, all cookie options are ignored
        }
        if (!listener.hasRoomForFastOpen(most, nowNs)) { // RFC 7413 §4.2: PendingFastOpenRequests
            context.counters.increment(Counter.TCP_FAST_OPEN_LISTEN_OVERFLOWS);
            return Verdict.WAITS;
        }
        long trust = knobs.get(Knob.FAST_OPEN_SERVER_TRUST);
        if (trust >= 2 || listener.options.fastOpen.withoutCookie()) {
            return opens(seg);
        }
        return option ? judgeCookie(listener, seg, trust > 0, nowNs) : Verdict.WAITS;
    }

    /** Whether there is an option in a form that is known here. */
    boolean hasOption(Segment seg) {
        return seg.options.hasFastOpen()
                && (!seg.options.fastOpenExperimental() || context.knobs.isOn(Knob.FAST_OPEN_EXPERIMENTAL));
    }

    private Verdict judgeCookie(Listener listener, Segment seg, boolean trusting, long nowNs) {
        FastOpenKeys own = listener.options.fastOpen.keys();
        FastOpenKeys k = own != null ? own : keys(nowNs);
        if (seg.options.fastOpenLength() == 0) {
            context.counters.increment(Counter.TCP_FAST_OPEN_COOKIE_REQUESTS);
            answer = k.cookie(seg);
            return Verdict.WAITS;
        }
        int key = k.find(FastOpenClient.cookie(seg), seg);
        if (key < 0 && !trusting) {
            context.counters.increment(Counter.TCP_FAST_OPEN_PASSIVE_FAILS);
            answer = k.cookie(seg);
            return Verdict.WAITS;
        }
        Verdict verdict = opens(seg);
        if (verdict == Verdict.WAITS || key > 0) {
            answer = k.cookie(seg);
        }
        if (verdict == Verdict.OPENS && key > 0) {
            context.counters.increment(Counter.TCP_FAST_OPEN_PASSIVE_OLD_KEY);
        }
        return verdict;
    }

    /** A good cookie opens the connection if its data can be kept, and waits otherwise, so that nothing is lost. */
    private Verdict opens(Segment seg) {
        boolean room = context.memory.availableBytes() >= seg.payloadLength;
        context.counters.increment(room ? Counter.TCP_FAST_OPEN_PASSIVE : Counter.TCP_FAST_OPEN_PASSIVE_FAILS);
        return room ? Verdict.OPENS : Verdict.WAITS;
    }

    /** The SYN-ACK of {@code c} was answered, or it is gone: it is pending no more. */
    static void settled(TcpConnection c) {
        FastOpenState f = FastOpenState.of(c);
        if (f != null && f.pendingAt != null) {
            f.pendingAt.fastOpenEnded();
            f.pendingAt = null;
        }
    }

    /** The peer has reset {@code c} while pending: it counts for a while, so that resets do not help attackers (§5.1). */
    static void onReset(TcpConnection c, long nowNs) {
        FastOpenState f = FastOpenState.of(c);
        if (f != null && f.pendingAt != null) {
            f.pendingAt.fastOpenReset(nowNs);
            f.pendingAt = null;
        }
    }
}
