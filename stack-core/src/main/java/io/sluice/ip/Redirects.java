package io.sluice.ip;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Better first hops that routers of an Ethernet have told of, each for one destination (RFC 4861 §8.3, RFC 1122 §3.2.2.2). */
final class Redirects {
    private static final int MOST = 32;

    private final List<Redirect> all = new ArrayList<>(0);
    private int version;

    /** Packets to a destination go to another neighbour than their route says. */
    record Redirect(long hi, long lo, long hopHi, long hopLo) {
        boolean isTo(long ofHi, long ofLo) {
            return hopLo == ofLo && hopHi == ofHi;
        }
    }

    /** A number that never falls, and rises whenever the redirects change. */
    int version() {
        return version;
    }

    /** That of a destination, or null. */
    @Nullable Redirect of(long hi, long lo) {
        for (int i = 0; i < all.size(); i++) {
            Redirect r = all.get(i);
            if (r.lo == lo && r.hi == hi) {
                return r;
            }
        }
        return null;
    }

    /** Takes the place of what is known of the destination. The oldest of too many gives way. */
    void add(long hi, long lo, long hopHi, long hopLo) {
        version++;
        all.removeIf(r -> r.lo == lo && r.hi == hi);
        if (all.size() >= MOST) {
            all.remove(0);
        }
        all.add(new Redirect(hi, lo, hopHi, hopLo));
    }

    /** The neighbour does not answer: RFC 4861 §7.3.3, another next hop is chosen. */
    void forget(Neighbor n) {
        version += all.removeIf(r -> n.is(r.hopHi, r.hopLo)) ? 1 : 0;
    }
}
