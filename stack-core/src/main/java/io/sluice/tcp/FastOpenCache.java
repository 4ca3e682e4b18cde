package io.sluice.tcp;

import io.sluice.time.Deadline;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What clients of this host know of servers: the cookie and MSS of each pair of addresses (RFC 7413 §4.1.3), and the ports
 * where Fast Open did not work (§4.1.3.1). Bounded: what was not used for the longest time goes first.
 */
final class FastOpenCache {
    static final byte[] NO_COOKIE = {};

    private static final long NS_PER_SECOND = 1_000_000_000L;

    /** The longest pause is the first one doubled so many times. */
    private static final int MAX_DOUBLINGS = 6;

    private final Knobs knobs;
    private final Map<PathKey, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<PathKey, Long> leftAloneUntilNs = new LinkedHashMap<>(16, 0.75f, true);
    private long pausedUntilNs = Long.MIN_VALUE;
    private int pauses;

    FastOpenCache(Knobs knobs) {
        this.knobs = knobs;
    }

    /** RFC 7413 §4.1.3: cookies belong to a pair of addresses; §4.1.3.1: failures to the server's port, too. */
    private record PathKey(long localHi, long localLo, long remoteHi, long remoteLo, int remotePort) {
        static PathKey ofAddresses(FlowKey k) {
            return new PathKey(k.localHi, k.localLo, k.remoteHi, k.remoteLo, 0);
        }

        static PathKey ofService(FlowKey k) {
            return new PathKey(k.localHi, k.localLo, k.remoteHi, k.remoteLo, k.remotePort());
        }
    }

    /** What is known of one pair of addresses. */
    static final class Entry {
        byte[] cookie = NO_COOKIE;

        /** The cookie came in the experimental form, and goes back in it (RFC 7413 §9). */
        boolean experimental;

        /** The MSS that the server announced last, or 0. */
        int mss;

        /** The form in which the next cookie is asked for is the experimental one. */
        boolean askExperimental;

        /** Both forms have been asked for, without a cookie. */
        boolean askedBoth;

        long learnedNs;
    }

    /** What is known of the path of {@code key}, without what is too old; or null. */
    @Nullable Entry find(FlowKey key, long nowNs) {
        PathKey addresses = PathKey.ofAddresses(key);
        Entry e = entries.get(addresses);
        long lifetimeS = knobs.get(Knob.FAST_OPEN_COOKIE_LIFETIME_S);
        if (e != null && lifetimeS > 0 && nowNs - e.learnedNs >= lifetimeS * NS_PER_SECOND) {
            entries.remove(addresses);
            return null;
        }
        return e;
    }

    /** The entry of the path of {@code key}, which is new if there was none. */
    Entry own(FlowKey key, long nowNs) {
        Entry e = find(key, nowNs);
        if (e == null) {
            e = new Entry();
            e.learnedNs = nowNs;
            entries.put(PathKey.ofAddresses(key), e);
            limit(entries);
        }
        return e;
    }

    private void limit(Map<?, ?> map) {
        if (map.size() > knobs.get(Knob.FAST_OPEN_CACHE_LIMIT)) {
            map.remove(map.keySet().iterator().next());
        }
    }

    /** Fast Open did not work on the path of {@code key}: for a while it is not tried again. */
    void leaveAlone(FlowKey key, long nowNs) {
        long seconds = knobs.get(Knob.FAST_OPEN_PATH_DISABLE_S);
        if (seconds > 0) {
            leftAloneUntilNs.put(PathKey.ofService(key), Deadline.after(nowNs, seconds * NS_PER_SECOND));
            limit(leftAloneUntilNs);
        }
    }

    /** Whether Fast Open may be tried on the path of {@code key}. */
    boolean mayTry(FlowKey key, long nowNs) {
        if (nowNs < pausedUntilNs) {
            return false;
        }
        Long until = leftAloneUntilNs.isEmpty() ? null : leftAloneUntilNs.get(PathKey.ofService(key));
        if (until == null) {
            return true;
        }
        if (nowNs < until) {
            return false;
        }
        leftAloneUntilNs.remove(PathKey.ofService(key));
        entries.remove(PathKey.ofAddresses(key)); // a cookie is asked for again
        return true;
    }

    /** The network swallowed a connection after its SYN had passed: nobody on this host tries for a while, ever longer. */
    void pause(long nowNs) {
        long seconds = knobs.get(Knob.FAST_OPEN_BLACK_HOLE_S);
        if (seconds > 0) {
            long whileS = seconds << Math.min(pauses, MAX_DOUBLINGS);
            pauses++;
            pausedUntilNs = Deadline.after(nowNs, whileS * NS_PER_SECOND);
        }
    }

    /** A connection with data on its SYN went well. */
    void onSuccess() {
        pauses = 0;
    }

    /** Forgets everything. */
    void clear() {
        entries.clear();
        leftAloneUntilNs.clear();
        pausedUntilNs = Long.MIN_VALUE;
        pauses = 0;
    }
}
