package io.sluice.tcp.authentication;

import io.sluice.wire.IpAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The master key tuples of a host or socket (RFC 5925 §3.1), in the order in which they came. Confined to the host's thread. */
public final class MasterKeyTable {
    private final List<MasterKeyTuple> tuples = new ArrayList<>(2);

    /** Adds a tuple; false, and nothing changes, if a segment could mean it and another (RFC 5925 §3.1). */
    public boolean add(MasterKeyTuple tuple) {
        for (MasterKeyTuple other : tuples) {
            if (other.overlaps(tuple)) {
                return false;
            }
        }
        return tuples.add(tuple);
    }

    /** Takes a tuple out and wipes its key; false if it was not here. */
    public boolean remove(MasterKeyTuple tuple) {
        boolean removed = tuples.remove(tuple);
        if (removed) {
            tuple.close();
        }
        return removed;
    }

    /** Wipes everything. */
    public void clear() {
        tuples.forEach(MasterKeyTuple::close);
        tuples.clear();
    }

    /** The tuples that are for this connection. */
    public List<MasterKeyTuple> matching(IpAddress own, int ownPort, IpAddress remote, int remotePort) {
        List<MasterKeyTuple> found = new ArrayList<>(2);
        for (MasterKeyTuple t : tuples) {
            if (t.matches(own, ownPort, remote, remotePort)) {
                found.add(t);
            }
        }
        return found;
    }

    /** All of them; changes with the table. */
    public List<MasterKeyTuple> tuples() {
        return Collections.unmodifiableList(tuples);
    }

    public boolean isEmpty() {
        return tuples.isEmpty();
    }
}
