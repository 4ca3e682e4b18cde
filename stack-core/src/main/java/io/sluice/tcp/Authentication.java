package io.sluice.tcp;

import io.sluice.tcp.authentication.MasterKey;
import io.sluice.tcp.authentication.MasterKeyTable;
import io.sluice.tcp.authentication.MasterKeyTuple;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpPrefix;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys that connections are authenticated with before there is a connection: of a listener, of a socket that will connect,
 * or of a host, whose keys are for all its sockets that have none for the peer. TCP-AO (RFC 5925) goes before TCP MD5 (RFC
 * 2385). A connection takes copies of what matches it when it begins. Confined to the host's thread.
 */
public final class Authentication {
    /** What TCP-AO made of segments that belong to no connection. */
    public final AoCounters counters = new AoCounters();

    /** Whether connections without TCP-AO are refused, whoever the peer (ao_required). */
    public boolean required;

    /** Whether ICMP's hard errors count on authenticated connections (RFC 5925 §7.8, accept_icmps). */
    public boolean acceptsIcmps;

    /** TCP_MD5SIG of FreeBSD: the host's MD5 keys are for this socket, too ({@link Knob#HOST_MD5_KEYS_ON_REQUEST}). */
    public boolean usesHostMd5Keys;

    private final MasterKeyTable tuples = new MasterKeyTable();
    private final List<Md5Key> md5 = new ArrayList<>(0);
    private @Nullable MasterKeyTuple current;
    private @Nullable MasterKeyTuple rnext;

    private record Md5Key(IpPrefix peer, MasterKey secret) {}

    /** Adds a key, copied; false, and nothing changes, if a segment could mean it and another (RFC 5925 §3.1). */
    public boolean add(MasterKeyTuple tuple) {
        MasterKeyTuple own = tuple.copy();
        boolean added = tuples.add(own);
        if (!added) {
            own.close();
        }
        return added;
    }

    /** Wipes and forgets a key; false if it is not here. */
    public boolean remove(MasterKeyTuple tuple) {
        current = current == tuple ? null : current;
        rnext = rnext == tuple ? null : rnext;
        return tuples.remove(tuple);
    }

    /** The TCP-AO keys, in the order in which they came. */
    public List<MasterKeyTuple> tuples() {
        return tuples.tuples();
    }

    /** The key that a connection begins to send with; null for the first that matches it. */
    public @Nullable MasterKeyTuple current() {
        return current;
    }

    /** Sets {@link #current()}, one of {@link #tuples()}. */
    public void current(@Nullable MasterKeyTuple tuple) {
        current = tuple;
    }

    /** The key that a connection asks its peer to send with; null for the one that it begins with itself. */
    public @Nullable MasterKeyTuple rnext() {
        return rnext;
    }

    /** Sets {@link #rnext()}, one of {@link #tuples()}. */
    public void rnext(@Nullable MasterKeyTuple tuple) {
        rnext = tuple;
    }

    /** An MD5 key for peers, copied, in the place of one for the same; among several the one with the longest prefix counts. */
    public void addMd5(IpPrefix peer, MasterKey secret) {
        removeMd5(peer);
        md5.add(new Md5Key(peer, secret.copy()));
        md5.sort((a, b) -> b.peer.length() - a.peer.length());
    }

    /** Wipes and forgets the MD5 key of these peers; false if there is none. */
    public boolean removeMd5(IpPrefix peer) {
        return md5.removeIf(k -> {
            boolean same = k.peer.equals(peer);
            if (same) {
                k.secret.close();
            }
            return same;
        });
    }

    /** The MD5 key for a peer, or null. */
    @Nullable MasterKey md5For(IpAddress peer) {
        for (Md5Key k : md5) {
            if (k.peer.contains(peer)) {
                return k.secret;
            }
        }
        return null;
    }

    /** Whether any of these peers has an MD5 key. */
    boolean hasMd5For(IpPrefix peers) {
        return md5.stream().anyMatch(k -> k.peer.contains(peers) || peers.contains(k.peer));
    }

    /** The TCP-AO keys for a connection. */
    List<MasterKeyTuple> matching(FlowKey flow) {
        return tuples.matching(flow.local(), flow.localPort(), flow.remote(), flow.remotePort());
    }

    /** Whether it asks nothing of anybody. */
    boolean isEmpty() {
        return !required && tuples.isEmpty() && md5.isEmpty();
    }

    /** Wipes and forgets all keys. */
    public void close() {
        tuples.clear();
        md5.forEach(k -> k.secret.close());
        md5.clear();
        current = null;
        rnext = null;
    }
}
