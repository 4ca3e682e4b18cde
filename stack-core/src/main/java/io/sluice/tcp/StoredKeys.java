package io.sluice.tcp;

import io.sluice.event.SocketError;
import io.sluice.tcp.authentication.MasterKey;
import io.sluice.tcp.authentication.MasterKeyTuple;
import io.sluice.wire.IpPrefix;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keys of a listener, a socket that will connect, or a host: for connections that begin from now on. */
public final class StoredKeys implements KeyControl {
    private final Authentication keys;

    public StoredKeys(Authentication keys) {
        this.keys = keys;
    }

    @Override
    public @Nullable SocketError add(MasterKeyTuple key) {
        if (keys.hasMd5For(key.peer())) {
            return SocketError.KEY_REJECTED; // RFC 5925 §8: never both for a connection
        }
        return keys.add(key) ? null : SocketError.EXISTS;
    }

    @Override
    public @Nullable SocketError remove(IpPrefix peer, int sendId, int receiveId) {
        for (MasterKeyTuple t : keys.tuples()) {
            if (t.peer().equals(peer) && t.sendId() == sendId && t.receiveId() == receiveId) {
                keys.remove(t);
                return null;
            }
        }
        return SocketError.NO_SUCH_NAME;
    }

    @Override
    public @Nullable SocketError current(int sendId) {
        for (MasterKeyTuple t : keys.tuples()) {
            if (t.sendId() == sendId) {
                keys.current(t);
                return null;
            }
        }
        return SocketError.NO_SUCH_NAME;
    }

    @Override
    public @Nullable SocketError rnext(int receiveId) {
        for (MasterKeyTuple t : keys.tuples()) {
            if (t.receiveId() == receiveId) {
                keys.rnext(t);
                return null;
            }
        }
        return SocketError.NO_SUCH_NAME;
    }

    @Override
    public @Nullable SocketError required(boolean yes) {
        keys.required = yes;
        return null;
    }

    @Override
    public @Nullable SocketError acceptIcmps(boolean yes) {
        keys.acceptsIcmps = yes;
        return null;
    }

    @Override
    public List<AoKeyInfo> keys() {
        return keys.tuples().stream()
                .map(t -> AoKeyInfo.of(t, t == keys.current(), t == keys.rnext(), 0, 0))
                .toList();
    }

    @Override
    public AoInfo info() {
        MasterKeyTuple current = keys.current();
        MasterKeyTuple rnext = keys.rnext();
        AoCounters n = keys.counters;
        return new AoInfo(
                current == null ? -1 : current.sendId(),
                rnext == null ? -1 : rnext.receiveId(),
                keys.required,
                keys.acceptsIcmps,
                n.good,
                n.bad,
                n.unknownKey,
                n.missing,
                n.droppedIcmps,
                -1,
                -1);
    }

    @Override
    public AoCounters counters() {
        return keys.counters;
    }

    @Override
    public @Nullable SocketError addMd5(IpPrefix peer, MasterKey secret) {
        for (MasterKeyTuple t : keys.tuples()) {
            if (t.peer().contains(peer) || peer.contains(t.peer())) {
                return SocketError.KEY_REJECTED;
            }
        }
        keys.addMd5(peer, secret);
        return null;
    }

    @Override
    public @Nullable SocketError removeMd5(IpPrefix peer) {
        return keys.removeMd5(peer) ? null : SocketError.NO_SUCH_NAME;
    }

    @Override
    public @Nullable SocketError useHostMd5(boolean yes) {
        keys.usesHostMd5Keys = yes;
        return null;
    }

    @Override
    public boolean usesHostMd5() {
        return keys.usesHostMd5Keys;
    }
}
