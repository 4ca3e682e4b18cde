package io.sluice.ip;

import io.sluice.ip.Neighbor.State;
import io.sluice.wire.AddressKey;
import org.jspecify.annotations.Nullable;

/** The neighbours of one Ethernet by address: a hash table with intrusive chains, as full as its owner lets it become. */
final class NeighborTable {
    private static final int BUCKETS = 256;

    private final @Nullable Neighbor[] buckets = new Neighbor[BUCKETS];
    private int size;

    int size() {
        return size;
    }

    private static int bucket(long hi, long lo) {
        return AddressKey.hash(hi, lo) & (BUCKETS - 1);
    }

    @Nullable Neighbor find(long hi, long lo) {
        Neighbor n = buckets[bucket(hi, lo)];
        while (n != null && !n.is(hi, lo)) {
            n = n.next;
        }
        return n;
    }

    /** Takes in one whose address is not here. */
    void add(Neighbor n) {
        int bucket = bucket(n.hi, n.lo);
        n.next = buckets[bucket];
        buckets[bucket] = n;
        size++;
    }

    /** Takes out one that is here. */
    void remove(Neighbor n) {
        int bucket = bucket(n.hi, n.lo);
        if (buckets[bucket] == n) {
            buckets[bucket] = n.next;
        } else {
            for (Neighbor p = buckets[bucket]; p != null; p = p.next) {
                if (p.next == n) {
                    p.next = n.next;
                }
            }
        }
        size--;
    }

    /** The one in this state that was confirmed, or asked for, the longest ago; or null. */
    @Nullable Neighbor oldest(State state) {
        Neighbor oldest = null;
        for (Neighbor head : buckets) {
            for (Neighbor n = head; n != null; n = n.next) {
                if (n.state == state && (oldest == null || n.confirmedNs < oldest.confirmedNs)) {
                    oldest = n;
                }
            }
        }
        return oldest;
    }

    /** Any of them, or null if there is none. */
    @Nullable Neighbor any() {
        for (Neighbor head : buckets) {
            if (head != null) {
                return head;
            }
        }
        return null;
    }
}
