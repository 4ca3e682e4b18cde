package io.sluice.tcp;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All flows of a host by 4-tuple: open addressing with linear probing, deletion by shifting back, no allocation for a
 * look-up. The hash is keyed, so that a peer cannot choose collisions (RFC 6056 §3.3 wants the same of ports).
 */
public final class FlowTable {
    private static final int INITIAL_CAPACITY = 64;

    private final long secret;
    private @Nullable Flow[] flows = new Flow[INITIAL_CAPACITY];
    private int size;

    /** @param secret a random number of this host */
    public FlowTable(long secret) {
        this.secret = secret;
    }

    public int size() {
        return size;
    }

    /** The flow of this 4-tuple, or null. */
    public @Nullable Flow find(long localHi, long localLo, long remoteHi, long remoteLo, int ports) {
        int mask = flows.length - 1;
        for (int i = hash(localHi, localLo, remoteHi, remoteLo, ports) & mask; ; i = (i + 1) & mask) {
            Flow f = flows[i];
            if (f == null || f.key().matches(localHi, localLo, remoteHi, remoteLo, ports)) {
                return f;
            }
        }
    }

    public @Nullable Flow find(FlowKey k) {
        return find(k.localHi, k.localLo, k.remoteHi, k.remoteLo, k.ports);
    }

    /** Adds the flow, in the place of one with the same 4-tuple if there is one, which is returned. */
    public @Nullable Flow put(Flow flow) {
        if (size * 2 >= flows.length) {
            grow();
        }
        int i = slotOf(flow.key());
        Flow before = flows[i];
        flows[i] = flow;
        if (before == null) {
            size++;
        }
        return before;
    }

    /** Removes exactly this flow; false if it is not here, or another has taken its 4-tuple. */
    public boolean remove(Flow flow) {
        int i = slotOf(flow.key());
        if (flows[i] != flow) {
            return false;
        }
        size--;
        int mask = flows.length - 1;
        int hole = i;
        for (int j = (hole + 1) & mask; ; j = (j + 1) & mask) {
            Flow f = flows[j];
            if (f == null) {
                break;
            }
            int home = hash(f.key()) & mask;
            if (((j - home) & mask) >= ((j - hole) & mask)) {
                flows[hole] = f;
                hole = j;
            }
        }
        flows[hole] = null;
        return true;
    }

    /** Calls {@code action} for every flow; the table must not change meanwhile. */
    public void forEach(Consumer<Flow> action) {
        for (Flow f : flows) {
            if (f != null) {
                action.accept(f);
            }
        }
    }

    private int slotOf(FlowKey k) {
        int mask = flows.length - 1;
        int i = hash(k) & mask;
        for (Flow f = flows[i]; f != null; f = flows[i]) {
            if (f.key().matches(k.localHi, k.localLo, k.remoteHi, k.remoteLo, k.ports)) {
                break;
            }
            i = (i + 1) & mask;
        }
        return i;
    }

    private void grow() {
        @Nullable Flow[] old = flows;
        flows = new Flow[old.length * 2];
        for (Flow f : old) {
            if (f != null) {
                flows[slotOf(f.key())] = f;
            }
        }
    }

    private int hash(FlowKey k) {
        return hash(k.localHi, k.localLo, k.remoteHi, k.remoteLo, k.ports);
    }

    private int hash(long localHi, long localLo, long remoteHi, long remoteLo, int ports) {
        long h = mix(secret ^ remoteLo);
        h = mix(h ^ remoteHi);
        h = mix(h ^ localLo ^ Integer.toUnsignedLong(ports) << 32);
        h = mix(h ^ localHi ^ ports);
        return (int) (h ^ h >>> 32);
    }

    /** A bijective finaliser (the constants are those of Stafford's variant 13 of MurmurHash3's). */
    private static long mix(long value) {
        long z = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
