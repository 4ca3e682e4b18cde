package io.sluice.tcp;

import io.netty.util.collection.IntObjectHashMap;
import org.jspecify.annotations.Nullable;

/** All sockets in LISTEN, by port. The most specific address wins. */
final class Listeners {
    private final IntObjectHashMap<Listener[]> byPort = new IntObjectHashMap<>();

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

    /** Whether a listener has the same address and port, and a family in common. */
    boolean conflicts(ListenRequest request) {
        Listener[] candidates = byPort.get(request.port());
        if (candidates != null) {
            for (Listener l : candidates) {
                if (l.conflicts(request)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The listener for this local address and port, or null. */
    @Nullable Listener find(long localHi, long localLo, int port) {
        Listener[] candidates = byPort.get(port);
        if (candidates == null) {
            return null;
        }
        for (Listener l : candidates) {
            if (l.matches(localHi, localLo, true)) {
                return l;
            }
        }
        for (Listener l : candidates) {
            if (l.matches(localHi, localLo, false)) {
                return l;
            }
        }
        return null;
    }
}
