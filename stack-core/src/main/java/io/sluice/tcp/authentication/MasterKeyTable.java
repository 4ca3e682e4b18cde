package io.sluice.tcp.authentication;

import io.sluice.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The master key tuples of a host or socket (RFC 5925 §3.1). Confined to the host's thread. */
public final class MasterKeyTable {
    private final List<MasterKeyTuple> tuples = new ArrayList<>();

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
            tuple.key().close();
        }
        return removed;
    }

    /** Wipes everything. */
    public void clear() {
        tuples.forEach(t -> t.key().close());
        tuples.clear();
    }

    /** The tuple that a received segment means by its KeyID, or null. */
    public @Nullable MasterKeyTuple forReceived(IpAddress remote, int localPort, int remotePort, int keyId) {
        for (MasterKeyTuple t : tuples) {
            if (t.receiveId() == keyId && t.matches(remote, localPort, remotePort)) {
                return t;
            }
        }
        return null;
    }

    /** The tuple with which a peer asks to be answered by an RNextKeyID, or null. */
    public @Nullable MasterKeyTuple forSending(IpAddress remote, int localPort, int remotePort, int sendId) {
        for (MasterKeyTuple t : tuples) {
            if (t.sendId() == sendId && t.matches(remote, localPort, remotePort)) {
                return t;
            }
        }
        return null;
    }

    /** The first tuple for connections with this peer, or null if they are not authenticated. */
    public @Nullable MasterKeyTuple first(IpAddress remote, int localPort, int remotePort) {
        for (MasterKeyTuple t : tuples) {
            if (t.matches(remote, localPort, remotePort)) {
                return t;
            }
        }
        return null;
    }

    public int size() {
        return tuples.size();
    }
}
