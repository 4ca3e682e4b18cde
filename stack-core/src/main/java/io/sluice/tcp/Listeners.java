package io.sluice.tcp;

import io.netty.util.collection.IntObjectHashMap;
import io.sluice.wire.SipHash;
import org.jspecify.annotations.Nullable;

/**
 * All sockets in LISTEN, by port. The most specific address wins; among listeners that share address and port
 * (SO_REUSEPORT) a keyed hash of the peer's address and port decides, so that a peer always meets the same one.
 */
final class Listeners {
    private final IntObjectHashMap<Listener[]> byPort = new IntObjectHashMap<>();

    private final long key0;
    private final long key1;

    Listeners(long key0, long key1) {
        this.key0 = key0;
        this.key1 = key1;
    }

    void add(Listener listener) {
        Listener[] before = byPort.get(listener.port());
        int n = before == null ? 0 : before.length;
        Listener[] after = new Listener[n + 1];
        if (before != null) {
            System.arraycopy(before, 0, after, 0, n);
        }
        after[n] = listener;
        byPort.put(listener.port(), after);
    }

    void remove(Listener listener) {
        Listener[] before = byPort.remove(listener.port());
        if (before == null) {
            return;
        }
        for (Listener other : before) {
            if (other != listener) {
                add(other);
            }
        }
    }

    boolean hasPort(int port) {
        return byPort.containsKey(port);
    }

    /** Whether a listener has the same address and port, and a family in common, and they do not both want to share. */
    boolean conflicts(ListenRequest request, boolean reusePort) {
        Listener[] candidates = byPort.get(request.port());
        if (candidates != null) {
            for (Listener l : candidates) {
                if (l.conflicts(request, reusePort)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The listener for a segment, by where it is for and, where several share that, where it is from; or null. */
    @Nullable Listener find(Segment seg) {
        Listener[] candidates = byPort.get(seg.localPort());
        if (candidates == null) {
            return null;
        }
        Listener exact = find(candidates, seg, true);
        return exact != null ? exact : find(candidates, seg, false);
    }

    private @Nullable Listener find(Listener[] candidates, Segment seg, boolean exact) {
        Listener first = null;
        int count = 0;
        for (Listener l : candidates) {
            if (l.matches(seg.localHi, seg.localLo, exact)) {
                first = first == null ? l : first;
                count++;
            }
        }
        return count > 1 ? one(candidates, seg, exact, count) : first;
    }

    /** One of {@code count} that match. */
    private @Nullable Listener one(Listener[] candidates, Segment seg, boolean exact, int count) {
        long hash = SipHash.hash(key0, key1, seg.remoteHi, seg.remoteLo, Integer.toUnsignedLong(seg.ports), 0);
        int skip = (int) Long.remainderUnsigned(hash, count);
        for (Listener l : candidates) {
            if (l.matches(seg.localHi, seg.localLo, exact) && skip-- == 0) {
                return l;
            }
        }
        return null;
    }
}
